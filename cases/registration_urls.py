"""The address of registration: it opens a matter, so its page belongs to cases (decision 0006)."""

from django.urls import path

from cases import views

urlpatterns = [
    path("reception/visits/new/", views.pending, name="register"),
]
