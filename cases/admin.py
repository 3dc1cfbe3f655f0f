"""Reference data of handling: holidays and the units that decide."""

from django.contrib import admin
from django.db import models
from django.http import HttpRequest

from accounts.admin import ReferenceAdmin, reference_site
from cases.models import CalendarYear, Holiday, Routing


class ReadOnlyAdmin(ReferenceAdmin):
    """Shown only: the holiday table changes on its own page, with a second person, because it moves periods."""

    def nobody(self, request: HttpRequest, obj: models.Model | None = None) -> bool:
        return False

    has_add_permission = has_change_permission = has_delete_permission = nobody


@admin.register(CalendarYear, site=reference_site)
class CalendarYearAdmin(ReadOnlyAdmin):
    list_display = ("year", "confirmed", "source")


@admin.register(Holiday, site=reference_site)
class HolidayAdmin(ReadOnlyAdmin):
    list_display = ("day", "kind", "name")
    list_filter = ("kind",)
    date_hierarchy = "day"


@admin.register(Routing, site=reference_site)
class RoutingAdmin(ReferenceAdmin):
    list_display = ("content_category", "region", "unit")
    list_select_related = ("content_category", "unit")
