"""Saving a view of a list, sharing it with one's office, making it the first one shown.

A view is a query and widens nothing: whoever opens it sees their own rows. A shared one
carries no words typed into 查找, since these may be a name, a telephone or a document number.
"""

import re

from django.db import transaction
from django.db.models import F, Max, Value
from django.db.models.fields import CharField
from django.http import QueryDict
from django.utils.translation import gettext as _

from accounts.models import User
from cases.models import Case, SavedView
from vault.errors import Refusal

MOST = 30  # views of one person and page
LONG_NUMBER = re.compile(r"[0-9](?:[\s-]?[0-9]){6}")


@transaction.atomic
def save(
    *, owner: User, page: str, name: str, query: str, columns: str = "", sort: str = "", shared: bool = False
) -> SavedView:
    """Keep a view. Raises ``Refusal`` for a name twice, too many views, or what must not be shared."""
    name = _named(name)
    mine = SavedView.objects.filter(owner_id=owner.pk, page=page)
    if mine.filter(name=name).exists():
        raise Refusal(_("已有名为“%(name)s”的视图，请换一个名称。"), name=name)
    if mine.count() >= MOST:
        raise Refusal(_("视图最多 %(n)s 个，请先删除不用的。"), n=MOST)
    view = SavedView(
        owner_id=owner.pk, unit=owner.unit, page=page, name=name, query=query, columns=columns, sort=sort,
        position=(mine.aggregate(last=Max("position"))["last"] or 0) + 1,
    )  # fmt: skip
    if shared:
        may_be_shared(view, owner)
        view.shared = True
    view.save()
    return view


def may_be_shared(view: SavedView, owner: User) -> None:
    """Raises ``Refusal`` where colleagues would read of a person: typed words, a long number or a name."""
    if owner.unit is None:
        raise Refusal(_("您没有所属单位，不能共享视图。"))
    if QueryDict(view.query).get("q"):
        raise Refusal(
            _("共享的视图不能带“查找”栏的文字（可能是姓名、电话或证件号码）。请清除该栏后再共享，或仅供自己使用。")
        )
    if LONG_NUMBER.search(view.name) or _names_somebody(view.name, owner):
        raise Refusal(_("共享视图的名称不能含信访人姓名、电话或证件号码，请改名后再共享。"))


def _names_somebody(name: str, owner: User) -> bool:
    """Does the name contain that of a petitioner whom the owner may know of? Others are not asked about."""
    named = Case.objects.visible_to(owner).filter(protected=False).annotate(said=Value(name, CharField()))
    return named.filter(said__contains=F("petitioner__name")).exclude(petitioner__name="").exists()


@transaction.atomic
def rename(*, view: SavedView, owner: User, name: str) -> None:
    """Give another name; a shared view is looked at again."""
    view.name = _named(name)
    if SavedView.objects.filter(owner_id=owner.pk, page=view.page, name=view.name).exclude(pk=view.pk).exists():
        raise Refusal(_("已有名为“%(name)s”的视图，请换一个名称。"), name=view.name)
    if view.shared:
        may_be_shared(view, owner)
    view.save(update_fields=["name"])


def share(*, view: SavedView, owner: User) -> None:
    """Show it to the colleagues of the owner's body as it is today."""
    may_be_shared(view, owner)
    view.shared, view.unit = True, owner.unit
    view.save(update_fields=["shared", "unit"])


def unshare(*, view: SavedView, owner: User) -> None:
    view.shared = False
    view.save(update_fields=["shared"])


@transaction.atomic
def begin_with(*, view: SavedView, owner: User) -> None:
    """Open the page with this view when nothing else is asked for."""
    begin_plain(view=view, owner=owner)
    view.start = True
    view.save(update_fields=["start"])


def begin_plain(*, view: SavedView, owner: User) -> None:
    SavedView.objects.filter(owner_id=owner.pk, page=view.page, start=True).update(start=False)


@transaction.atomic
def move_up(*, view: SavedView, owner: User) -> None:
    """Change places with the one above."""
    above = SavedView.objects.filter(owner_id=owner.pk, page=view.page, position__lt=view.position).last()
    if above:
        above.position, view.position = view.position, above.position
        above.save(update_fields=["position"])
        view.save(update_fields=["position"])


def delete(*, view: SavedView, owner: User) -> None:
    view.delete()


def first_shown(user: User, page: str) -> SavedView | None:
    """The view that the page opens with, if the user chose one."""
    return SavedView.objects.filter(owner_id=user.pk, page=page, start=True).first()


def shelf(user: User, page: str) -> list[SavedView]:
    """All views that the page offers: own ones first, then those shared by colleagues. One query."""
    found = SavedView.objects.visible_to(user).of_page(page).select_related("owner")
    return sorted(found, key=lambda view: (view.owner_id != user.pk, view.position, view.pk))


def _named(name: str) -> str:
    name = " ".join(name.replace("\x00", "").split())
    if not name:
        raise Refusal(_("请填写视图名称。"))
    if len(name) > 30:
        raise Refusal(_("视图名称不超过 30 个字。"))
    return name
