"""Addresses of matters."""

from django.urls import path

from cases import views

app_name = "cases"
urlpatterns = [
    path("", views.pending, name="list"),
    path("todo/", views.pending, name="todo"),
    path("rules/", views.pending, name="rules"),
    path("history/", views.pending, name="history"),
    path("intake/<str:number>/", views.pending, name="intake"),
    path("<str:number>/", views.pending, name="detail"),
    path("<str:number>/<str:step>/", views.pending, name="step"),
]
