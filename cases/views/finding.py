"""How pages of matters find what they show: nothing outside ``visible_to`` exists."""

from django.core.exceptions import PermissionDenied
from django.http import HttpRequest
from django.shortcuts import get_object_or_404
from django.utils.translation import gettext as _

from cases.models import Case

JOINED = (
    "petitioner", "handling_unit__parent", "handler", "office", "created_by__unit", "content_category", "accused_unit",
)  # fmt: skip


def needs(request: HttpRequest, permission: str) -> None:
    """Raises ``PermissionDenied`` (403) when the user's roles do not carry the permission."""
    if not request.user.can(permission):
        raise PermissionDenied(_("您的岗位不能打开这一页。"))


def matter(request: HttpRequest, number: str) -> Case:
    """The matter of this number, or 404 when there is none that the user may know of."""
    needs(request, "cases.view")
    return get_object_or_404(Case.objects.visible_to(request.user).select_related(*JOINED), number=number)


def version_seen(request: HttpRequest) -> int:
    """The version of the row that the form was filled in on; 0, which no row has, for anything that is no number."""
    said = request.POST.get("version", "")
    return int(said) if said.isascii() and said.isdigit() and len(said) < 10 else 0
