"""Addresses of review."""

from django.urls import path

from review import views

app_name = "review"
urlpatterns = [
    path("", views.index, name="index"),
    path("<str:number>/panel/", views.panel, name="panel"),
    path("<str:number>/request/", views.ask, name="request"),
    path("<str:number>/decide/", views.decide, name="decide"),
    path("<str:number>/redo/", views.redo, name="redo"),
]
