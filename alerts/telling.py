"""Who is told of an alarm: supervisors and leaders of the office, by number only; nobody the matters are about."""

import datetime as dt

from django.utils.translation import gettext as _

from accounts.models import User
from alerts.models import Alarm, Note
from cases.models import Case
from cases.telling import not_about, people_at
from notices import outbox


def recipients(alarm: Alarm, permission: str = "alerts.view") -> list[User]:
    """Who may see the alarm, at the office that registered; whoever one of its matters is about is left out."""
    people = people_at(alarm.office, permission)
    for case in Case.objects.filter(alarm_links__alarm=alarm).distinct():
        people = not_about(case, people)  # who may open it is asked of the alarm
    return [user for user in people if Alarm.objects.visible_to(user).filter(pk=alarm.pk).exists()]


def tell_raised(alarm: Alarm, at: dt.datetime, occasion: str = "") -> None:
    """A wave opened, or (``occasion``) the words were said again. The sentence does not say what it is about."""
    if alarm.case is not None:
        text, matter = (
            _("预警：%(number)s 需要即时关注，请核实处置。") % {"number": alarm.case.number},
            alarm.case.number,
        )
    else:
        facts = {"n": alarm.matters, "rule": alarm.label}
        text, matter = _("预警：%(rule)s（%(n)s 件），请查看。") % facts, ""
    outbox.put(
        recipients=recipients(alarm), kind="alarm", tone=alarm.tone, text=text, matter=matter,
        url=alarm.get_absolute_url(), key=f"alarm:{alarm.pk}{occasion and f':{occasion}'}", at=at,
    )  # fmt: skip


def tell_issued(note: Note, at: dt.datetime) -> None:
    """A note was issued: the leaders read it."""
    assert note.paper is not None  # noqa: S101 - issued just now
    outbox.put(
        recipients=recipients(note.alarm, "cases.approve"), kind="alarm_note", tone="warn",
        text=_("预警摘报 %(number)s 已制发，请阅。") % {"number": note.paper.number},
        url=note.alarm.get_absolute_url(), key=f"alarm_note:{note.pk}", at=at,
    )  # fmt: skip
