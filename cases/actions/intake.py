"""At the counter: register a visit and, in the same transaction, its matter."""

import datetime as dt

from django.db import IntegrityError
from django.utils.translation import gettext as _

from accounts.models import User
from audit import trail
from cases import coding, policy, samematter
from cases.clocks import local_day
from cases.models import Case, CaseVisit
from cases.opening import add_visit, open_matter
from cases.workflow import move
from documents.issuing import issue
from documents.models import Paper
from reception.models import Visit
from reception.papers import visit_form
from reception.registering import VisitData, write_visit
from vault.errors import Refusal

ATTEMPTS = 3
REASON = 300  # characters


def register(
    *, data: VisitData, actor: User, at: dt.datetime, join: Case | None = None, apart: bool = False, reason: str = "",
) -> Visit:  # fmt: skip
    """Register a visit once per idempotency key and open its matter, add it to ``join``, or leave that open.

    A visit of somebody who already has matters under way, or one that the same request
    stands against, is saved without a matter: the clerk decides next whether it is the
    same (``decide_intake``), unless they already said that it stands ``apart``, with the
    ``reason`` that this takes beside evidence of the same matter. Two clerks who register
    the same new person in the same instant both succeed; the slower one retries.
    """
    for attempt in range(ATTEMPTS):
        done = Visit.objects.filter(key=data.key).first()
        if done:
            return done
        try:
            return _register(data=data, actor=actor, at=at, join=join, apart=apart, reason=reason)
        except IntegrityError:
            if attempt == ATTEMPTS - 1:
                raise
    raise AssertionError("unreachable")


@trail.verb
def _register(*, data: VisitData, actor: User, at: dt.datetime, join: Case | None, apart: bool, reason: str) -> Visit:
    visit, rows = write_visit(data, actor=actor, at=at)
    trail.record(
        actor=actor, verb="register", title=_("来访登记"), subject=visit, at=at, matter=visit.number, rows=rows
    )
    if join is not None:
        add_visit(join, visit, actor=actor, at=at)
        _fill_in_form(visit, join, actor=actor, at=at)
    elif apart or not _to_be_asked(visit, actor, at):
        _open(visit, actor=actor, at=at, reason=reason)
    return visit


def _to_be_asked(visit: Visit, actor: User, at: dt.datetime) -> bool:
    """Are there earlier matters, as far as the actor may know of them, that this visit may be about?"""
    found = samematter.evidence(actor, visit, local_day(at))
    return any(one.asks or (one.own and not one.case.is_finished) for one in found)


def decide_intake(*, visit: Visit, actor: User, at: dt.datetime, join: Case | None = None, reason: str = "") -> Case:
    """Say what a visit is about: the matter ``join``, or a new one. Raises ``Refusal`` when already said.

    A new one beside evidence of the same matter takes a ``reason``, which is kept. Of two
    clerks who decide in the same instant the slower one is refused.
    """
    for attempt in range(ATTEMPTS):
        try:
            return _decide_intake(visit=visit, actor=actor, at=at, join=join, reason=reason)
        except IntegrityError:
            if attempt == ATTEMPTS - 1:
                raise
    raise AssertionError("unreachable")


@trail.verb
def _decide_intake(*, visit: Visit, actor: User, at: dt.datetime, join: Case | None, reason: str) -> Case:
    said = CaseVisit.objects.filter(visit=visit).select_related("case").first()
    if said:
        raise Refusal(_("此次来访已归入 %(case)s。"), case=said.case.number)
    if join is not None:
        add_visit(join, visit, actor=actor, at=at)
        _fill_in_form(visit, join, actor=actor, at=at)
        return join
    return _open(visit, actor=actor, at=at, reason=reason)


def _open(visit: Visit, *, actor: User, at: dt.datetime, reason: str) -> Case:
    against = samematter.against(actor, visit, local_day(at))
    if against and not reason.strip():
        raise Refusal(
            _("与 %(number)s 疑似同一事项（%(why)s）：%(state)s。请并入；确需另立的，写明理由。"),
            number=against[0].case.number, why="；".join(against[0].reasons), state=str(against[0].verdict.label),
        )  # fmt: skip
    case = open_matter(visit, actor=actor, at=at)
    trail.also_wrote(coding.make(case, at))
    if against:
        _set_apart(case, against[0].case, reason.strip(), actor=actor, at=at)
    move(case, "classify", actor=actor, at=at, category=visit.category, also=visit.also)
    _fill_in_form(visit, case, actor=actor, at=at)
    return case


def _set_apart(case: Case, other: Case, reason: str, *, actor: User, at: dt.datetime) -> None:
    """Keep why a second matter was opened beside one that looks the same; it stays listed (cases:apart).

    The time line says only that it was: units read it, and the earlier matter may be about them.
    """
    case.apart_from, case.apart_reason = other, reason[:REASON]
    case.save(update_fields=["apart_from", "apart_reason"])
    trail.record(actor=actor, verb="apart", title=_("另立新事项"), subject=case, at=at, matter=case.number)


def _fill_in_form(visit: Visit, case: Case, *, actor: User, at: dt.datetime) -> None:
    """Every visit leaves its 来访登记表, printed or not: the dossier needs it. One issued before stays as it is."""
    if Paper.objects.about(visit).filter(kind="visit_form", voided_at__isnull=True).exists():
        return
    labels = [policy.category_label(code) for code in [visit.category, *filter(None, visit.also.split(","))]]
    context = visit_form(visit, labels, case.number)
    trail.also_wrote(issue("visit_form", subject=visit, matter=visit.number, context=context, actor=actor, at=at))
