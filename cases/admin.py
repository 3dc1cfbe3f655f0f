"""Reference data of handling: holidays and the units that decide."""

from django.contrib import admin

from accounts.admin import ReferenceAdmin, reference_site
from cases.models import CalendarYear, Holiday, Routing


@admin.register(CalendarYear, site=reference_site)
class CalendarYearAdmin(ReferenceAdmin):
    list_display = ("year", "confirmed", "source")


@admin.register(Holiday, site=reference_site)
class HolidayAdmin(ReferenceAdmin):
    list_display = ("day", "kind", "name")
    list_filter = ("kind",)
    date_hierarchy = "day"


@admin.register(Routing, site=reference_site)
class RoutingAdmin(ReferenceAdmin):
    list_display = ("content_category", "region", "unit")
    list_select_related = ("content_category", "unit")
