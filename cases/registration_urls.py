"""Addresses outside /cases/ whose screens belong to cases: registration (decision 0006), papers, attachments."""

from django.urls import path

from cases import views

urlpatterns = [
    path("reception/visits/new/", views.pending, name="register"),
    path("papers/<int:pk>.pdf", views.pending, name="paper"),
    path("attachments/<int:pk>/", views.pending, name="attachment"),
]
