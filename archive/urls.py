"""Addresses of the archive."""

from django.urls import path

from archive import views

app_name = "archive"
urlpatterns = [
    path("", views.pending, name="index"),
    path("file/<str:number>/", views.pending, name="file"),
    path("<str:code>/", views.pending, name="dossier"),
]
