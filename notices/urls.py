"""Addresses of notices."""

from django.urls import path

from notices import views

app_name = "notices"
urlpatterns = [
    path("", views.index, name="index"),
    path("bell/", views.bell, name="bell"),
    path("read/", views.read, name="read"),
    path("<int:pk>/open/", views.open_notice, name="open"),
    path("<int:pk>/again/", views.again, name="again"),
]
