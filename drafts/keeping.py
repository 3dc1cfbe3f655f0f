"""Keeping what is typed, finding it again, and closing it for good. Every write is one conditional statement.

A draft is no act of the office, so nothing here is a verb: the chain hears of the act itself.
"""

import datetime as dt
import uuid
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from django.conf import settings
from django.db import IntegrityError, models, transaction
from django.utils.module_loading import import_string
from django.utils.translation import gettext as _

from accounts.models import User
from drafts.models import Draft
from drafts.naming import Slip
from vault import keyring
from vault.errors import Refusal, Stale
from vault.masking import mask_text

DAYS = 7  # after the last save
MOST = 256 * 1024  # bytes of one draft as JSON
TRIES = 5
EXCERPT = 40
Typed = dict[str, list[str]]
# Never kept: what belongs to the session or to the draft itself, and which button was pressed.
LEFT_OUT = {"csrfmiddlewaretoken", "draft", "draft_tab", "draft_serial", "draft_base", "after"}
# Fields of a registration that are empty until somebody writes.
WRITTEN = {
    "roster",
    "name", "id_number", "phone", "address", "work_unit", "demand", "facts", "reasons", "accused", "history",
    "materials", "clerk_note", "needs", "agent", "category", "occurred", "content_category",
}  # fmt: skip


class Gone(Refusal):
    """The form of this page was sent or given up already; nothing is kept for it any more."""


@dataclass(frozen=True)
class Saved:
    """``elsewhere``: another window had written since this one last looked; its words are replaced now."""

    at: dt.datetime
    version: int
    elsewhere: bool


def kept(posted: Mapping[str, Any]) -> Typed:
    """The fields of a post that a draft keeps: no token, no password, no file."""
    lists = posted.lists() if hasattr(posted, "lists") else posted.items()
    return {
        name: [str(value).replace("\x00", "") for value in values]
        for name, values in lists
        if name not in LEFT_OUT and "password" not in name.lower()
    }


def save(
    *, user: User, slip: Slip, typed: Typed, at: dt.datetime, tab: str = "", serial: int = 0, base: int = 0,
    park: bool = False,
) -> Saved:  # fmt: skip
    """Keep the fields of one page; the later writer of a form wins. ``base`` is the version the page knows.

    Raises ``Gone`` when the page's form was sent meanwhile, ``Refusal`` when the text is too
    long, ``Stale`` when others kept writing in between.
    """
    field = Draft._meta.get_field("typed")
    if len(field.dumps(typed).encode()) > MOST:
        raise Refusal(_("内容太长，不能存为草稿，请先提交或者分开填写。"))
    for _turn in range(TRIES):
        row = _row_of(user, slip) or _fresh(user, slip)
        if row.closed_at:
            raise Gone(_("本表已经提交或者放弃，这里的内容不再存为草稿。"))
        if park:
            serial = max(serial, row.serial + 1)  # the whole form as it stands, whatever is still under way
        if row.version and row.tab == tab and tab and row.serial >= serial:
            return Saved(row.saved_at, row.version, elsewhere=False)
        before = row.version
        elsewhere = bool(row.version) and row.tab != tab and row.version != base
        written = {"tab": tab, "serial": serial, "saved_at": at, "parked": park or row.parked}
        if _written(row, slip, typed, written):
            return Saved(at, before + 1, elsewhere)
    raise Stale(_("草稿正被另一窗口保存，请稍后再试。"))


def _row_of(user: User, slip: Slip) -> Draft | None:
    """The row of this page, closed or not; else the live one of the same form about the same thing."""
    mine = Draft.objects.visible_to(user)
    live = mine.live().filter(form=slip.form, subject=slip.subject)
    return mine.filter(page=slip.page).first() or live.first()


def _fresh(user: User, slip: Slip) -> Draft:
    """A row not yet written."""
    named = {name: getattr(slip, name) for name in ("form", "subject", "title", "matter", "url", "page")}
    return Draft(user=user, **named)


def _written(row: Draft, slip: Slip, typed: Typed, fields: dict[str, Any]) -> bool:
    """Insert or replace, if nobody was faster; the unique page and form see to the rest."""
    try:
        with transaction.atomic():
            if not row.version:
                row.typed, row.version = typed, 1
                for name, value in fields.items():
                    setattr(row, name, value)
                row.save(force_insert=True)
                return True
            sealed = keyring.encrypt(Draft._meta.get_field("typed").dumps(typed).encode(), _place(row))
            same = Draft.objects.live().filter(pk=row.pk, version=row.version)
            return bool(same.update(typed=sealed, page=slip.page, version=row.version + 1, **fields))
    except IntegrityError:
        return False


def _place(row: Draft) -> str:
    return str(Draft._meta.get_field("typed").place(row))


def close(*, user: User, slip: Slip, at: dt.datetime) -> None:
    """The page's form was sent or given up: its words go, and no save of this page is taken any more."""
    for _turn in range(TRIES):
        rows = Draft.objects.visible_to(user).filter(page=slip.page)
        if _emptied(rows, at) or rows.filter(closed_at__isnull=False).exists():
            return
        try:
            with transaction.atomic():
                row = _fresh(user, slip)
                row.version, row.saved_at, row.closed_at = 1, at, at
                row.save(force_insert=True)
            return
        except IntegrityError:
            continue


def give_up(*, user: User, uid: uuid.UUID, at: dt.datetime) -> Draft | None:
    """Close one of the user's own live drafts and return it; None when there is none of that name."""
    row = Draft.objects.visible_to(user).live().filter(uid=uid).first()
    if row is not None:
        _emptied(Draft.objects.filter(pk=row.pk), at)
        park_others(user=user, form=row.form)
    return row


def park_others(*, user: User, form: str) -> None:
    """Forms of this kind that stand open wait in the list, so that the next page is an empty one."""
    Draft.objects.visible_to(user).live().filter(form=form, parked=False).update(parked=True)


def _emptied(rows: models.QuerySet[Draft], at: dt.datetime) -> bool:
    """Close the live rows among these; each is emptied in its own place."""
    done = False
    for row in rows.filter(closed_at__isnull=True):
        nothing = keyring.encrypt(b"{}", _place(row))
        done = bool(rows.filter(pk=row.pk).update(typed=nothing, closed_at=at, saved_at=at)) or done
    return done


def known_matters(user: User, numbers: set[str]) -> set[str]:
    """Which of some matters this user may know of now; this app is too low in the house to ask them itself."""
    return set(import_string(settings.MATTERS_KNOWN_BY)(user, numbers)) if numbers else set()


def listed(user: User) -> models.QuerySet[Draft]:
    """The user's live drafts, the newest first; none about a matter that the user may not know of (any more)."""
    mine = Draft.objects.visible_to(user).live()
    numbers = set(mine.exclude(matter="").values_list("matter", flat=True).distinct())
    return mine.filter(matter__in={"", *known_matters(user, numbers)})


def excerpt(row: Draft) -> str:
    """A few of the typed words, to know the draft again; numbers of documents and telephones masked."""
    typed = {name: " ".join(values).strip() for name, values in row.typed.items()}
    written = {name: one for name, one in typed.items() if one and _for_writing(name)} or typed
    long = max((one for name, one in written.items() if name not in ("name", "key", "category")), key=len, default="")
    words = [one for one in (typed.get("name", ""), typed.get("demand") or long) if one]
    text = mask_text(" · ".join(words))
    return text if len(text) <= EXCERPT else f"{text[:EXCERPT]}…"


def says_something(typed: Typed) -> bool:
    """Did somebody type here? Only fields in which people write count; presets of an empty form do not."""
    return any(value.strip() for name, values in typed.items() if _for_writing(name) for value in values)


def _for_writing(name: str) -> bool:
    """Is this a field in which people write, also as one of a formset's?"""
    return name.rsplit("-", 1)[-1] in WRITTEN


def purge(now: dt.datetime) -> int:
    """Delete what was last written more than ``DAYS`` days ago; returns how many rows went."""
    return Draft.objects.older_than(now - dt.timedelta(days=DAYS)).delete()[0]
