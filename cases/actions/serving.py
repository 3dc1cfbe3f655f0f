"""送达: the day a paper reached the petitioner. Their thirty days run from it, never from its issue."""

import datetime as dt
from typing import Any

from django.utils.translation import gettext as _

from accounts.models import User
from audit import trail
from cases import clocks, papers
from cases.choices import ClockKind, DeliveryWay
from cases.deadlines import Calendar
from cases.models import Case, Clock, Delivery
from cases.workflow import insist_unmoved, move
from documents.issuing import issue
from documents.models import Paper
from vault.errors import Refusal

# What the delivery of a paper does: the step, and the petitioner's period that starts with it.
EFFECTS: dict[str, tuple[str, ClockKind | None]] = {
    "opinion": ("serve", ClockKind.REQUEST_REVIEW),
    "review_opinion": ("serve_review", ClockKind.REQUEST_RECHECK),
    "recheck_opinion": ("serve_recheck", None),
}


@trail.verb
def serve(
    *, case: Case, actor: User, at: dt.datetime, paper: Paper, way: str, delivered_on: dt.date, receiver: str = "",
    place: str = "", proxy: str = "", refused: bool = False, witness: str = "", note: str = "",
) -> Delivery:  # fmt: skip
    """Record how, when and to whom a paper was delivered; where the law says so a period starts on that day.

    A refusal to sign needs a witness (Civil Procedure Law article 89, by analogy). Raises
    ``Refusal`` for a paper that is not owed to the petitioner, was voided or delivered
    before, or for a day before its issue or after today.
    """
    step, period = EFFECTS.get(paper.kind, ("deliver", None))
    _in_order(case, paper, clocks.local_day(at), delivered_on)
    _proven(way, receiver, refused, witness)
    fields: dict[str, Any] = {"delivered_on": delivered_on} if step == "serve" else {}
    move(case, step, actor=actor, at=at, note=note, **fields)
    delivery = Delivery.objects.create(
        case=case, paper=paper, way=way, delivered_on=delivered_on, receiver=receiver, place=place, proxy=proxy,
        refused=refused, witness=witness, note=note, recorded_by=actor, recorded_at=at,
    )  # fmt: skip
    started: list[Clock] = []
    if period:
        started = [clocks.start(case, period, delivered_on, Calendar.load())]
    record = issue(
        "delivery_record", subject=case, matter=case.number, actor=actor, at=at,
        context=papers.delivery_record(case, delivery, actor, at), addressee=case.petitioner.name,
    )  # fmt: skip
    trail.also_wrote(delivery, record, *started)
    return delivery


def _in_order(case: Case, paper: Paper, today: dt.date, day: dt.date) -> None:
    if paper.subject_type != case._meta.label_lower or paper.subject_id != case.pk or not paper.spec.served:
        raise Refusal(_("此文书不是要送达给信访人的。"))
    if paper.voided_at:
        raise Refusal(_("此文书已经作废，不能送达。"))
    if paper.deliveries.exists():
        insist_unmoved(case)
        raise Refusal(_("此文书已经登记送达。"))
    if not clocks.local_day(paper.issued_at) <= day <= today:
        raise Refusal(_("送达日期应当在文书制发之日和今日之间。"))


def _proven(way: str, receiver: str, refused: bool, witness: str) -> None:
    if way not in DeliveryWay.values:
        raise Refusal(_("请选择送达方式。"))
    if (refused or way == DeliveryWay.LEFT) and not witness.strip():
        raise Refusal(_("拒收、留置送达的，请填写见证人。"))
    if not refused and way not in (DeliveryWay.NOTICE, DeliveryWay.LEFT) and not receiver.strip():
        raise Refusal(_("请填写签收人。"))
