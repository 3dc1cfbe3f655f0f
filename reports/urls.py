"""Addresses of reports."""

from django.urls import path

from reports.views import approvals, figures, grid, register, style

app_name = "reports"
urlpatterns = [
    path("approvals/", approvals.index, name="approvals"),
    path("approvals/panel/", approvals.panel, name="approvals_panel"),
    path("reports/register.xlsx", register.register, name="register"),
    path("reports/register/", grid.grid, name="grid"),
    path("reports/register/print/", grid.paper, name="grid_print"),
    path("reports/full-ids/", register.ask_full_ids, name="ask_full_ids"),
    path("reports/full-ids/<int:pk>/", register.full_ids, name="full_ids"),
    path("reports/full-ids/<int:pk>/file/", register.take_full_ids, name="take_full_ids"),
    path("styleguide/", style.index, name="style"),
    path("reports/", figures.index, name="index"),
    path("reports/statistics.pdf", figures.pdf, name="pdf"),
    path("reports/statistics.xlsx", figures.excel, name="excel"),
    path("reports/statistics.csv", figures.comma_separated, name="csv"),
    path("reports/rows/", figures.rows, name="rows"),
    path("reports/rows.xlsx", figures.rows_excel, name="rows_excel"),
    path("reports/rows.csv", figures.rows_csv, name="rows_csv"),
]
