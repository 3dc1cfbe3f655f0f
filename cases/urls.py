"""Addresses of matters, their papers and files."""

from django.urls import path

from cases.views import delivering, detail, files, lists, registration, requests, rules, steps

app_name = "cases"
urlpatterns = [
    path("cases/", lists.cases, name="list"),
    path("cases/todo/", lists.todo, name="todo"),
    path("cases/rules/", rules.rules, name="rules"),
    path("cases/history/", registration.history, name="history"),
    path("cases/person/<int:pk>/", registration.of_person, name="of_person"),
    path("cases/intake/<str:number>/", registration.intake, name="intake"),
    path("cases/deliveries/", delivering.register, name="deliveries"),
    path("cases/<str:number>/", detail.detail, name="detail"),
    path("cases/<str:number>/attach/", files.attach, name="attach"),
    path("cases/<str:number>/proposal/", requests.proposal, name="proposal"),
    path("cases/<str:number>/extension/", requests.extension, name="extension"),
    path("cases/<str:number>/deliver/", delivering.deliver, name="deliver"),
    path("cases/<str:number>/<str:step>/", steps.step, name="step"),
    path("papers/<int:pk>.pdf", files.paper, name="paper"),
    path("attachments/<int:pk>/", files.attachment, name="attachment"),
]
