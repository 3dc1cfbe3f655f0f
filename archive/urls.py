"""Addresses of the archive."""

from django.urls import path

from archive import views

app_name = "archive"
urlpatterns = [
    path("", views.index, name="index"),
    path("file/<str:number>/", views.file, name="file"),
    path("panel/<str:number>/", views.panel, name="panel"),
    path("taking-apart/<int:pk>/", views.taking_apart, name="taking_apart"),
    path("<str:code>/take-apart/", views.ask_take_apart, name="ask_take_apart"),
    path("<str:code>/again/", views.again, name="again"),
    path("<str:code>/paper/", views.paper, name="paper"),
    path("<str:code>/versions/<int:version>.pdf", views.volume_pdf, name="volume_pdf"),
    path("<str:code>/", views.dossier, name="dossier"),
    path("<str:code>/pdf/", views.pdf, name="pdf"),
]
