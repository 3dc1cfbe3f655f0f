"""Addresses of drafts."""

from django.urls import path

from drafts import views

app_name = "drafts"
urlpatterns = [
    path("", views.index, name="index"),
    path("panel/", views.panel, name="panel"),
    path("save/", views.save, name="save"),
    path("park/", views.park, name="park"),
    path("<uuid:uid>/away/", views.give_up, name="give_up"),
]
