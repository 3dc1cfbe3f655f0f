"""A kept draft shown in its form: as presets, so nothing typed is judged before it is sent."""

import datetime as dt
import logging
import re
import uuid
from contextlib import suppress
from dataclasses import dataclass, field
from typing import Any

from django.conf import settings
from django.db import DatabaseError
from django.forms import BaseForm
from django.http import QueryDict
from django.utils import translation

from drafts import keeping, naming
from drafts.models import Draft

log = logging.getLogger(__name__)
FEW = 20
TAB = re.compile(r"[0-9a-f]{1,32}")


@dataclass
class Held:
    """What a page needs to keep its form: ``form.draft`` in templates.

    ``row`` is the draft that fills the form, if any; ``others`` how many more of this kind wait.
    """

    slip: naming.Slip
    signed: str
    base: int = 0
    tab: str = ""
    row: Draft | None = None
    others: int = 0
    typed: QueryDict = field(default_factory=QueryDict)

    @property
    def version(self) -> str:
        """The version of the matter the draft was typed against, so that a lost race is told when it is sent."""
        return self.typed.get("version", "")


def hold(
    request: Any,
    form: Any,
    *,
    title: Any,
    matter: str = "",
    subject: str = "",
    part: str = "",
    rows: Any = None,
    path: str = "",
) -> Any:
    """Let the form be kept: fill it from its draft when it is opened, and name the page. Returns the form.

    Without ``subject`` the form's address says what it is about, and there is one draft of it.
    With one, each opened form has a draft of its own; the newest that is not parked comes back,
    or the one that ``?draft=`` names. ``part`` tells several forms of one address apart; ``path`` is
    the address of a form that stands on another form's page and is sent to its own.
    """
    name, posted = f"{request.resolver_match.view_name}{part and f' {part}'}"[:60], request.POST
    brought = naming.read(posted.get("draft", ""), request.user)
    path = path or request.path
    found = _found(request, name, path, bool(subject)) if request.method == "GET" else []
    row = _chosen(request, found)
    with translation.override(settings.LANGUAGE_CODE):
        slip = naming.Slip(
            page=str(row.page) if row else brought.page if brought else str(uuid.uuid4()), form=name,
            subject=row.subject if row else subject or path, title=str(title), matter=matter, url=path,
        )  # fmt: skip
    held = Held(slip, naming.sign(slip, request.user), whole(posted.get("draft_base", "")), _tab(posted))
    held.others = len(found) - bool(row) if subject else 0
    if row:
        held.row, held.base, held.typed = row, row.version, as_post(row.typed)
        fill(form, held.typed)
        if rows is not None:
            rows.fill(held.typed)
    form.draft = held
    return form


def whole(text: str) -> int:
    """A count from a page; 0 for anything else."""
    return int(text) if text.isascii() and text.isdigit() and len(text) < 16 else 0


def _tab(posted: QueryDict) -> str:
    """The window's own name, given by its script."""
    given = posted.get("draft_tab", "")
    return given if TAB.fullmatch(given) else ""


def _found(request: Any, name: str, path: str, several: bool) -> list[Draft]:
    """The live drafts this page could show, the newest first."""
    rows = Draft.objects.visible_to(request.user).live().filter(form=name)
    return list((rows if several else rows.filter(subject=path))[:FEW])


def _chosen(request: Any, found: list[Draft]) -> Draft | None:
    wanted = request.GET.get("draft", "")
    fits = (lambda row: str(row.uid) == wanted) if wanted else (lambda row: not row.parked)
    return next((row for row in found if fits(row)), None)


def as_post(typed: keeping.Typed) -> QueryDict:
    """The kept fields in the shape of a post."""
    post = QueryDict(mutable=True)
    for name, values in typed.items():
        post.setlist(name, values)
    return post


def fill(form: BaseForm, typed: QueryDict) -> None:
    """Preset every field that the draft carries; files cannot be kept."""
    for name, one in form.fields.items():
        key = form.add_prefix(name)
        if one.disabled or one.widget.needs_multipart_form or one.widget.value_omitted_from_data(typed, {}, key):
            continue
        form.initial[name] = one.widget.value_from_datadict(typed, {}, key)


def done(request: Any, at: dt.datetime) -> None:
    """The form was sent and its act is done: the draft of its page is closed for good.

    A failure here must not undo the act: the draft stays, and sending it again finds the act done.
    """
    slip = naming.read(request.POST.get("draft", ""), request.user)
    if slip is None:
        return
    try:
        keeping.close(user=request.user, slip=slip, at=at)
    except DatabaseError as error:
        log.warning("draft not closed: %s", type(error).__name__)


def put_aside(request: Any, at: dt.datetime) -> naming.Slip | None:
    """Keep the form of a post among those put aside, so that the next one opens empty; None without a form.

    A form without words is just left.
    """
    slip = naming.read(request.POST.get("draft", ""), request.user)
    if slip is None:
        return None
    typed = keeping.kept(request.POST)
    if keeping.says_something(typed) and may_keep(request.user, slip):
        with suppress(keeping.Gone):  # sent meanwhile from another window: there is nothing to put aside
            save_posted(request, slip, at, park=True)
    keeping.park_others(user=request.user, form=slip.form)
    return slip


def may_keep(user: Any, slip: naming.Slip) -> bool:
    """False for a form about a matter the user may not know of (any more)."""
    return not slip.matter or bool(keeping.known_matters(user, {slip.matter}))


def save_posted(request: Any, slip: naming.Slip, at: dt.datetime, *, park: bool = False) -> keeping.Saved:
    """What stands in the form that was posted, as its draft."""
    posted = request.POST
    return keeping.save(
        user=request.user, slip=slip, typed=keeping.kept(posted), at=at, tab=posted.get("draft_tab", "")[:32],
        serial=whole(posted.get("draft_serial", "")), base=whole(posted.get("draft_base", "")), park=park,
    )  # fmt: skip
