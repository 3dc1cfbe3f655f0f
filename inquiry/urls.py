"""Addresses of inquiry. No code and no number of a person ever stands in one."""

from django.urls import path

from inquiry import views

app_name = "inquiry"
urlpatterns = [
    path("", views.ask, name="ask"),
    path("rate/", views.rate, name="rate"),
    path("<str:number>/slip/", views.slip, name="slip"),
]
