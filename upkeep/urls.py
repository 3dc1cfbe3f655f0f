"""Addresses of the running office. /healthz and /metrics carry no name space: monitors hold on to them."""

from django.urls import path

from upkeep import views

app_name = "upkeep"
urlpatterns = [path("", views.index, name="index")]
