"""Reference data of registration: content categories and places."""

from django.contrib import admin

from accounts.admin import ReferenceAdmin, reference_site
from reception.models import ContentCategory, Region


@admin.register(ContentCategory, site=reference_site)
class ContentCategoryAdmin(ReferenceAdmin):
    list_display = ("code", "name", "is_active")
    search_fields = ("code", "name")


@admin.register(Region, site=reference_site)
class RegionAdmin(ReferenceAdmin):
    list_display = ("code", "name", "is_active")
