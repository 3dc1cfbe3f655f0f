"""三项建议: issuing one, taking the written answer, closing it (article 40)."""

import datetime as dt
from collections.abc import Iterable

from django.utils.translation import gettext as _

from accounts.models import Unit, User
from audit import trail
from cases.clocks import local_day
from cases.models import Case
from cases.telling import not_about_any, people_at
from documents.issuing import issue
from followup import adopting, papers
from followup.models import Suggestion, SuggestionCase
from notices import outbox
from vault.errors import Refusal, Stale


def _insist(reason: str) -> None:
    if reason:
        raise Refusal(reason)


@trail.verb
def suggest(
    *, cases: Iterable[Case], actor: User, at: dt.datetime, kind: str, unit: Unit, facts: str, text: str,
    due_on: dt.date, ground: str = "",
) -> Suggestion:  # fmt: skip
    """Issue a suggestion to a unit: a numbered letter, and a day (calendar) for the written answer.

    It rests on one matter or several; never goes to a unit that one of them is about (article 30).
    """
    cases = list(cases)
    _insist(adopting.no_suggesting(actor))
    _insist(adopting.bad_suggestion(kind, ground, facts, text, due_on, local_day(at)))
    _insist(adopting.bad_addressee(cases, unit) or adopting.names_somebody(cases, facts, text))
    row = Suggestion.objects.create(
        kind=kind, unit=unit, ground=ground, facts=facts, text=text, due_on=due_on, issued_at=at, issued_by=actor
    )
    links = [SuggestionCase.objects.create(suggestion=row, case=case) for case in cases]
    row.paper = issue(
        "suggestion", subject=row, matter="", actor=actor, at=at, addressee=unit.name,
        title=_("%(kind)s书") % {"kind": row.get_kind_display()}, context=papers.suggestion(row, cases, actor, at),
    )  # fmt: skip
    row.save()
    for case in cases:
        trail.record(
            actor=actor, verb="suggest", title=str(row.get_kind_display()), subject=row, at=at, matter=case.number,
            note=text, unit=unit.name, due_on=due_on.isoformat(),
        )  # fmt: skip
    trail.also_wrote(row.paper, *links)
    told = _("你单位收到%(kind)s（%(number)s），请于 %(day)s 前书面反馈采纳情况。")
    facts_ = {"kind": row.get_kind_display(), "number": row.paper.number, "day": due_on.isoformat()}
    _tell(row, cases, adopting.people_of(unit, "followup.feedback"), "suggest", "warn", told % facts_, at)
    return row


def _tell(
    row: Suggestion, cases: list[Case], people: list[User], occasion: str, tone: str, text: str, at: dt.datetime
) -> None:
    """Tell people who none of its matters is about; the number is that of the suggestion's own paper."""
    told = not_about_any(cases, [user for user in people if user.is_active])
    outbox.put(
        recipients=told, kind=occasion, tone=tone, text=text,
        url=row.get_absolute_url(), key=f"{occasion}:{row.pk}", at=at,
    )  # fmt: skip


@trail.verb
def answer_suggestion(
    *, suggestion: Suggestion, actor: User, at: dt.datetime, adoption: str, answer: str, answered_on: dt.date,
    reasons: str = "",
) -> None:  # fmt: skip
    """The written answer: adopted, partly or not, with the reasons.

    By the unit, or by the office for an answer that came on paper.
    Raises ``Stale`` when it was answered or closed meanwhile.
    """
    _insist(adopting.no_answer(suggestion, actor))
    issued = local_day(suggestion.issued_at)
    _insist(adopting.bad_answer(adoption, answer, reasons, answered_on, issued, local_day(at)))
    waiting = Suggestion.objects.filter(pk=suggestion.pk, answered_at__isnull=True, closed_at__isnull=True)
    if not waiting.update(
        adoption=adoption, answer=answer, reasons=reasons, answered_on=answered_on, answered_at=at, answered_by=actor
    ):
        raise Stale(_("他人已先行反馈，请刷新后再看。"))
    cases = _recorded(suggestion, actor, at, "answer_suggestion", _("反馈采纳情况"), answer)
    text = _("%(unit)s 反馈了%(kind)s（%(number)s）的采纳情况：%(adoption)s。") % {
        "unit": suggestion.unit, "kind": suggestion.get_kind_display(), "number": adopting.number(suggestion),
        "adoption": suggestion.get_adoption_display(),
    }  # fmt: skip
    office = suggestion.issued_by.unit
    people = [suggestion.issued_by, *(people_at(office, "followup.supervise") if office else [])]
    _tell(suggestion, cases, people, "answer_suggestion", "info", text, at)


@trail.verb
def close_suggestion(*, suggestion: Suggestion, actor: User, at: dt.datetime, note: str) -> None:
    """销号, with what was checked; without an answer the note says why it is closed all the same."""
    _insist(adopting.no_closing(suggestion, actor))
    _insist("" if note.strip() else _("请写明核对的结果；没有反馈的，写明销号的理由。"))
    waiting = Suggestion.objects.filter(pk=suggestion.pk, closed_at__isnull=True, answered_at=suggestion.answered_at)
    if not waiting.update(closed_at=at, closed_by=actor, close_note=note):
        raise Stale(_("他人已先行办理，请刷新后再看。"))
    cases = _recorded(suggestion, actor, at, "close_suggestion", _("建议销号"), note)
    text = _("%(kind)s（%(number)s）已销号。") % {
        "kind": suggestion.get_kind_display(), "number": adopting.number(suggestion),
    }  # fmt: skip
    people = adopting.people_of(suggestion.unit, "followup.feedback")
    _tell(suggestion, cases, people, "close_suggestion", "info", text, at)


def _recorded(
    suggestion: Suggestion, actor: User, at: dt.datetime, verb: str, title: str, note: str
) -> list[Case]:  # fmt: skip
    """One fact in the story of each matter it rests on."""
    suggestion.refresh_from_db()
    cases = list(suggestion.cases.order_by("pk"))
    for case in cases:
        trail.record(actor=actor, verb=verb, title=title, subject=suggestion, at=at, matter=case.number, note=note)
    return cases
