"""Verbs of the public page and of the slip: a look, a rating, a code printed or changed."""

import datetime as dt

from django.utils.translation import gettext as _

from accounts.models import User
from audit import trail
from cases import coding
from cases.clocks import local_day
from cases.models import Case, QueryCode
from followup.choices import Satisfaction
from followup.evaluating import window
from followup.models import Evaluation
from vault.errors import Refusal, Stale


@trail.verb
def look(*, row: QueryCode, actor: User | None, at: dt.datetime) -> None:
    """The petitioner looked at their own matter. Who it was is not known and not asked."""
    trail.record(actor=actor, verb="inquiry", title=_("信访人查询"), subject=row, at=at, matter=row.case.number)


@trail.verb
def rate(*, row: QueryCode, actor: User | None, at: dt.datetime, given: dict[str, str]) -> list[Evaluation]:
    """满意度评价 of office and unit, each once and for good, inside the window (decision 34)."""
    case, today = row.case, local_day(at)
    now = window(case, today)
    if not given or any(value not in Satisfaction.values for value in given.values()):
        raise Refusal(_("请选择满意程度。"))
    if now.since is None or not now.open_to:
        raise Refusal(_("现在不能评价：不在评价期内，或者已经评价。"))
    if not set(given) <= set(now.open_to):
        raise Stale(_("已经评价过，评价以后不再更改。"))
    rows = []
    for body, value in given.items():
        made, fresh = Evaluation.objects.get_or_create(
            case=case, body=body, since=now.since, defaults={"value": value, "rated_at": at}
        )
        if not fresh:
            raise Stale(_("已经评价过，评价以后不再更改。"))
        rows.append(made)
    said = {one.body: str(one.get_value_display()) for one in rows}
    trail.record(
        actor=actor, verb="rate", title=_("满意度评价"), subject=rows[0], at=at, matter=case.number, rows=rows[1:],
        **said,
    )  # fmt: skip
    return rows


@trail.verb
def hand_out(*, case: Case, actor: User, at: dt.datetime, renew: bool = False) -> QueryCode:
    """回执单 for the petitioner: the matter's code, made now if it has none yet.

    ``renew`` puts another code in its place, when the slip was lost or seen by somebody else.
    """
    Case.objects.select_for_update(no_key=True).get(pk=case.pk)  # two at the first slip would make two codes
    row = QueryCode.objects.filter(case=case).first()
    if row is None:
        row = coding.make(case, at)
    elif renew:
        row = coding.renew(row, at)
    title = _("换发查询码") if renew else _("打印回执单")
    trail.record(actor=actor, verb="print_slip", title=title, subject=row, at=at, matter=case.number)
    return row
