"""Reference data of the archive: how long which matters are kept."""

from django.contrib import admin

from accounts.admin import ReferenceAdmin, reference_site
from archive.models import RetentionRule


@admin.register(RetentionRule, site=reference_site)
class RetentionRuleAdmin(ReferenceAdmin):
    list_display = ("name", "retention", "position")
