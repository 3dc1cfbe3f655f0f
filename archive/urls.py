"""Addresses of the archive."""

from django.urls import path

from archive import views

app_name = "archive"
urlpatterns = [
    path("", views.index, name="index"),
    path("file/<str:number>/", views.file, name="file"),
    path("panel/<str:number>/", views.panel, name="panel"),
    path("<str:code>/", views.dossier, name="dossier"),
    path("<str:code>/pdf/", views.pdf, name="pdf"),
]
