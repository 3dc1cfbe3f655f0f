"""A lost race: who was faster, when and with what, and how the matter stands now beside one's own text."""

from dataclasses import dataclass
from typing import Any

from django import forms
from django.utils import timezone
from django.utils.translation import gettext as _

from accounts.models import User
from audit.models import Event
from cases.choices import State
from cases.correcting import FIELDS
from cases.models import Case
from cases.shielding import shielded
from cases.workflow import last_change

SENDING = ("assign", "refer", "coordinate")


@dataclass(frozen=True)
class Lost:
    """What the page that came too late says. ``typed`` is one's own text, for copying when there is no form for it."""

    sentence: str
    state: str
    unit: str
    handler: str
    due: Any
    typed: list[tuple[str, str]]


def lost(case: Case, user: User, form: forms.Form | None = None) -> Lost:
    """The panel of a lost race, from the matter as it is now."""
    fresh = Case.objects.select_related("handling_unit", "handler").get(pk=case.pk)
    last = last_change(fresh)
    return Lost(
        sentence=_sentence(last, fresh, user) if last else _("他人已先行办理。"),
        state=State(fresh.state).label,
        unit=fresh.handling_unit.label if fresh.handling_unit else "",
        handler=str(fresh.handler or ""),
        due=fresh.due_on,
        typed=_typed(form) if form else [],
    )


def _sentence(last: Event, case: Case, user: User) -> str:
    """「王主任 10:32 已交办给住建局」."""
    at = timezone.localtime(last.at)
    today = at.date() == timezone.localdate()
    said = {"who": last.actor_name, "time": at.strftime("%H:%M" if today else "%Y-%m-%d %H:%M"), "what": _(last.title)}
    if last.verb in SENDING and case.handling_unit:
        return _("%(who)s %(time)s 已%(what)s给%(unit)s。") % (said | {"unit": case.handling_unit.label})
    field = FIELDS.get(last.data.get("field", "")) if last.verb == "correct" else None
    if field and not (field.shielded and shielded(case, user)):
        return _("%(who)s %(time)s 已更正“%(what)s”。") % (said | {"what": field.label})
    return _("%(who)s %(time)s 已办理“%(what)s”。") % said


def _typed(form: forms.Form) -> list[tuple[str, str]]:
    """Free text as it was sent, field by field; choices are made again in a moment, words are not."""
    texts = [field for field in form if isinstance(field.field, forms.CharField) and not field.is_hidden]
    return [(str(field.label), str(field.value())) for field in texts if field.value()]
