"""Addresses of reception."""

from django.urls import path

from reception import views

app_name = "reception"
urlpatterns = [
    path("reception/", views.desk, name="desk"),
    path("reception/queue/", views.queue, name="queue"),
    path("reception/head/", views.head, name="head"),
    path("reception/contents/", views.contents, name="contents"),
    path("reception/visits/<str:number>/", views.visit, name="visit"),
    path("reception/visits/<str:number>/reveal/", views.reveal, name="reveal"),
    path("petitioners/merging/<int:pk>/", views.merging_page, name="merging"),
    path("petitioners/<int:pk>/merge/", views.ask_merge, name="ask_merge"),
    path("petitioners/<int:pk>/unmerge/", views.ask_unmerge, name="ask_unmerge"),
    path("petitioners/<int:pk>/", views.person, name="person"),
    path("petitioners/<int:pk>/reveal/", views.reveal_person, name="reveal_person"),
]
