"""Reference data of the hall: the windows of an office."""

from django.contrib import admin

from accounts.admin import ReferenceAdmin, reference_site
from hall.models import Window


@admin.register(Window, site=reference_site)
class WindowAdmin(ReferenceAdmin):
    list_display = ("name", "office", "position", "is_active")
    list_filter = ("office",)
    list_select_related = ("office",)
