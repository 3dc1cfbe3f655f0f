"""Addresses of reports."""

from django.urls import path

from reports import views

app_name = "reports"
urlpatterns = [
    path("", views.index, name="index"),
    path("statistics.pdf", views.pdf, name="pdf"),
    path("statistics.xlsx", views.excel, name="excel"),
    path("statistics.csv", views.comma_separated, name="csv"),
    path("rows/", views.rows, name="rows"),
    path("rows.xlsx", views.rows_excel, name="rows_excel"),
    path("rows.csv", views.rows_csv, name="rows_csv"),
]
