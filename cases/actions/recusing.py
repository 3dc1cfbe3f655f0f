"""Recusal of officers (回避, article 28)."""

import datetime as dt

from django.utils.translation import gettext as _

from accounts.models import User
from audit import trail
from cases import recusal
from cases.choices import InterestKind
from cases.models import Case, Interest
from cases.telling import tell_people_at, tell_person
from cases.workflow import move
from vault.errors import Refusal


@trail.verb
def declare_interest(*, case: Case, actor: User, at: dt.datetime, reason: str, officer: User | None = None) -> Interest:
    """An officer withdraws from a matter, or is ordered to by whoever directs the work.

    From then on every step with it is refused to them. A matter they handle goes back to
    their unit without a handler, and its people are told; the periods run on.
    """
    if not reason.strip():
        raise Refusal(_("请写明回避的理由。"))
    officer = _whose(case, actor, officer)
    free = {"handler": None} if case.handler_id == officer.pk else {}
    move(case, "declare_interest", actor=actor, at=at, note=reason, facts={"officer": officer}, **free)
    row = Interest.objects.create(
        case=case, user=officer, kind=InterestKind.DECLARED, reason=reason.strip()[:300], recorded_by=actor,
        recorded_at=at,
    )  # fmt: skip
    trail.also_wrote(row)
    case.__dict__.pop("recused_ids", None)
    if free and case.handling_unit:
        tell_people_at(case, case.handling_unit, "handler_withdrew", at)
    if officer.pk != actor.pk:
        tell_person(officer, case, "recused", at)
    return row


def _whose(case: Case, actor: User, officer: User | None) -> User:
    """Whom it is about; raises ``Refusal`` when the actor may not order it for them."""
    if officer is None or officer.pk == actor.pk:
        return actor
    people = recusal.may_order_for(actor, case)
    if people is None or not people.filter(pk=officer.pk).exists():
        raise Refusal(_("只能为本人申请回避；他人回避由督办员、领导或者单位负责人决定。"))
    return officer
