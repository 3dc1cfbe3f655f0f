"""Addresses of matters, their papers and files."""

from django.urls import path

from cases import views
from cases.views import detail, files, lists, rules, steps

app_name = "cases"
urlpatterns = [
    path("cases/", lists.cases, name="list"),
    path("cases/todo/", lists.todo, name="todo"),
    path("cases/rules/", rules.rules, name="rules"),
    path("cases/history/", views.pending, name="history"),
    path("cases/intake/<str:number>/", views.pending, name="intake"),
    path("cases/<str:number>/", detail.detail, name="detail"),
    path("cases/<str:number>/attach/", files.attach, name="attach"),
    path("cases/<str:number>/<str:step>/", steps.step, name="step"),
    path("papers/<int:pk>.pdf", files.paper, name="paper"),
    path("attachments/<int:pk>/", files.attachment, name="attachment"),
]
