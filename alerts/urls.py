"""Addresses of early warning."""

from django.urls import path

from alerts import views

app_name = "alerts"
urlpatterns = [
    path("", views.index, name="index"),
    path("rules/", views.rules, name="rules"),
    path("<int:pk>/", views.alarm, name="alarm"),
    path("<int:pk>/note/", views.note, name="note"),
    path("notes/<int:pk>/", views.edit, name="edit"),
    path("notes/<int:pk>/issue/", views.issue, name="issue"),
    path("notes/<int:pk>/paper/", views.paper, name="paper"),
]
