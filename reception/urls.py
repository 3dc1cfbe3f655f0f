"""Addresses of reception."""

from django.urls import path

from reception import views

app_name = "reception"
urlpatterns = [
    path("reception/", views.pending, name="desk"),
    path("reception/visits/<str:number>/", views.pending, name="visit"),
    path("petitioners/<int:pk>/", views.pending, name="person"),
]
