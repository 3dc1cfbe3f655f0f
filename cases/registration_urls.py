"""Addresses below /reception/ whose acts touch a matter, so their pages belong to cases (decision 0006)."""

from django.urls import path

from cases.views import registration

urlpatterns = [
    path("reception/visits/new/", registration.register, name="register"),
    path("reception/visits/<str:number>/form/", registration.visit_form, name="visit_form"),
]
