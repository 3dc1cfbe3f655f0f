"""Addresses of reception."""

from django.urls import path

from reception import views

app_name = "reception"
urlpatterns = [
    path("reception/", views.desk, name="desk"),
    path("reception/contents/", views.contents, name="contents"),
    path("reception/visits/<str:number>/", views.visit, name="visit"),
    path("reception/visits/<str:number>/reveal/", views.reveal, name="reveal"),
    path("petitioners/<int:pk>/", views.person, name="person"),
    path("petitioners/<int:pk>/reveal/", views.reveal_person, name="reveal_person"),
]
