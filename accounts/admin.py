"""The reference site at /admin/: reference data only, for whoever may maintain it. No matters, no people.

It is a site of its own, so nothing that a library registers with Django's default site
appears in it. Every change is an event in the trail.
"""

from typing import Any

from django.contrib import admin
from django.contrib.auth.views import redirect_to_login
from django.core.exceptions import PermissionDenied
from django.db import models
from django.forms import ModelForm
from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from accounts import views

PERMISSION = "cases.manage_reference"


class ReferenceSite(admin.AdminSite):
    """Django's admin with our permission instead of ``is_staff`` and our log-in page instead of its own."""

    site_header = _("参考数据")
    site_title = _("信访接待系统")
    index_title = _("节假日、内容分类、属地、承办对照、保管期限")
    site_url = "/accounts/people/"
    enable_nav_sidebar = False

    def has_permission(self, request: HttpRequest) -> bool:
        return bool(request.user.is_authenticated and request.user.can(PERMISSION))

    def login(self, request: HttpRequest, extra_context: dict[str, Any] | None = None) -> HttpResponse:
        """Somebody signed in without the permission gets the 403 page, everybody else our log-in."""
        if request.user.is_authenticated:
            raise PermissionDenied(PERMISSION)
        return redirect_to_login(request.get_full_path(), reverse("accounts:login"))


reference_site = ReferenceSite(name="admin")


class ReferenceAdmin(admin.ModelAdmin):
    """One table of reference data; changes go through a verb, one row at a time."""

    actions = None

    def has_module_permission(self, request: HttpRequest) -> bool:
        return reference_site.has_permission(request)

    def has_view_permission(self, request: HttpRequest, obj: models.Model | None = None) -> bool:
        return reference_site.has_permission(request)

    has_add_permission = has_module_permission
    has_change_permission = has_view_permission
    has_delete_permission = has_view_permission

    def changeform_view(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        """Without the library's outer transaction: the verb is the transaction."""
        return self._changeform_view(request, *_four(*args, **kwargs))

    def delete_view(self, request: HttpRequest, object_id: str, extra_context: Any = None) -> HttpResponse:
        return self._delete_view(request, object_id, extra_context)

    def save_model(self, request: HttpRequest, obj: models.Model, form: ModelForm, change: bool) -> None:
        views.keep_reference(request, obj, form.changed_data)

    def delete_model(self, request: HttpRequest, obj: models.Model) -> None:
        views.drop_reference(request, obj)

    def log_addition(self, *args: Any) -> None:
        """The trail keeps the record; a second log would only differ from it."""

    log_change = log_deletions = log_addition


def _four(
    object_id: str | None = None, form_url: str = "", extra_context: dict[str, Any] | None = None
) -> tuple[str | None, str, dict[str, Any] | None]:
    return object_id, form_url, extra_context
