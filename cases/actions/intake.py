"""At the counter: register a visit and, in the same transaction, its matter."""

import datetime as dt

from django.db import IntegrityError
from django.utils.translation import gettext as _

from accounts.models import User
from audit import trail
from cases import policy
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


def register(*, data: VisitData, actor: User, at: dt.datetime, join: Case | None = None, apart: bool = False) -> Visit:
    """Register a visit once per idempotency key and open its matter, add it to ``join``, or leave that open.

    A visit of somebody who already has matters under way is saved without a matter: the
    clerk decides next whether it is the same (``decide_intake``), unless they already said
    that it stands ``apart``. Two clerks who register the same new person in the same
    instant both succeed; the slower one retries.
    """
    for attempt in range(ATTEMPTS):
        done = Visit.objects.filter(key=data.key).first()
        if done:
            return done
        try:
            return _register(data=data, actor=actor, at=at, join=join, apart=apart)
        except IntegrityError:
            if attempt == ATTEMPTS - 1:
                raise
    raise AssertionError("unreachable")


@trail.verb
def _register(*, data: VisitData, actor: User, at: dt.datetime, join: Case | None, apart: bool) -> Visit:
    visit, rows = write_visit(data, actor=actor, at=at)
    trail.record(
        actor=actor, verb="register", title=_("来访登记"), subject=visit, at=at, matter=visit.number, rows=rows
    )
    if join is not None:
        add_visit(join, visit, actor=actor, at=at)
        _fill_in_form(visit, join, actor=actor, at=at)
    elif apart or not Case.objects.same_petitioner(visit.petitioner).under_way().exists():
        _open(visit, actor=actor, at=at)
    return visit


def decide_intake(*, visit: Visit, actor: User, at: dt.datetime, join: Case | None = None) -> Case:
    """Say what a visit is about: the matter ``join``, or a new one. Raises ``Refusal`` when already said.

    Of two clerks who decide in the same instant the slower one is refused.
    """
    for attempt in range(ATTEMPTS):
        try:
            return _decide_intake(visit=visit, actor=actor, at=at, join=join)
        except IntegrityError:
            if attempt == ATTEMPTS - 1:
                raise
    raise AssertionError("unreachable")


@trail.verb
def _decide_intake(*, visit: Visit, actor: User, at: dt.datetime, join: Case | None) -> Case:
    said = CaseVisit.objects.filter(visit=visit).select_related("case").first()
    if said:
        raise Refusal(_("此次来访已归入 %(case)s。"), case=said.case.number)
    if join is not None:
        add_visit(join, visit, actor=actor, at=at)
        _fill_in_form(visit, join, actor=actor, at=at)
        return join
    return _open(visit, actor=actor, at=at)


def _open(visit: Visit, *, actor: User, at: dt.datetime) -> Case:
    case = open_matter(visit, actor=actor, at=at)
    move(case, "classify", actor=actor, at=at, category=visit.category, also=visit.also)
    _fill_in_form(visit, case, actor=actor, at=at)
    return case


def _fill_in_form(visit: Visit, case: Case, *, actor: User, at: dt.datetime) -> None:
    """Every visit leaves its 来访登记表, printed or not: the dossier needs it. One issued before stays as it is."""
    if Paper.objects.about(visit).filter(kind="visit_form", voided_at__isnull=True).exists():
        return
    labels = [policy.category_label(code) for code in [visit.category, *filter(None, visit.also.split(","))]]
    context = visit_form(visit, labels, case.number)
    trail.also_wrote(issue("visit_form", subject=visit, matter=visit.number, context=context, actor=actor, at=at))
