"""What a petitioner is shown of their own matter: where it stands, until when, and dates. No names, no texts.

The dates are those that the national rules for handling petitions online name. Of a protected
matter no unit is named: neither who is complained about nor who looks into it (article 30).
"""

import datetime as dt
from dataclasses import dataclass, field

from django.conf import settings
from django.utils import timezone
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy as __

from accounts.models import Unit
from cases.choices import ClockKind, SendRole
from cases.choices import State as S
from cases.clocks import is_paused
from cases.models import Case
from documents.choices import PAPER_KINDS
from documents.models import Paper
from followup.evaluating import Window, window

_BEGUN = __("已经登记，正在确定由谁、按什么程序办理。")
_WITH_UNIT = __("已经交承办单位，正在办理。")
STANDS: dict[str, Promise] = {
    S.REGISTERED: _BEGUN, S.CLASSIFIED: _BEGUN, S.PROPOSED: _BEGUN,
    S.INFORMED: __("已经书面告知收到，正在按程序办理。"),
    S.ACCEPTED: __("已经受理，正在安排办理。"),
    S.REFERRED: __("已经转送有权处理的机关、单位，由其在规定期限内告知您。"),
    S.ASSIGNED: _WITH_UNIT, S.OBJECTED: _WITH_UNIT, S.HANDLING: _WITH_UNIT, S.SIGNING: _WITH_UNIT,
    S.SETTLED: __("已经达成调解、和解协议，等待履行。"),
    S.CHECKING: __("承办单位已经报送结果，正在审查。"),
    S.CLOSED: __("处理意见已经作出，等待送达给您。"),
    S.SERVED: __("处理意见已经送达。不服的，可以在期限内请求复查。"),
    S.LAPSED: __("处理意见已经送达，请求复查、复核的期限已过。"),
    S.REVIEWING: __("正在复查。"),
    S.REVIEWED: __("复查意见已经作出，等待送达给您。"),
    S.REVIEW_SERVED: __("复查意见已经送达。不服的，可以在期限内请求复核。"),
    S.RECHECKING: __("正在复核。"),
    S.RECHECKED: __("复核意见已经作出，等待送达给您。"),
    S.CONCLUDED: __("已经办理终结。"),
    S.ANSWERED: __("已经答复。"),
    S.GUIDED: __("已经告知您通过法定途径解决。"),
    S.HANDED_OVER: __("已经移送有权处理的机关。"),
    S.ENDED: __("协议已经履行，事项办结。"),
    S.DECLINED: __("已经告知您不予受理及其理由。"),
    S.NO_LONGER: __("已经告知您不再受理及其理由。"),
    S.MERGED: __("已经并入同一事项合并办理，以合并后的答复为准。"),
    S.WITHDRAWN: __("已经按您的申请撤回。"),
    S.FILED: __("已经办结归档。"),
}  # fmt: skip
PERIODS: dict[str, Promise] = {
    ClockKind.TRANSFER: __("转送、交办或者告知"), ClockKind.NOTIFY: __("书面告知"), ClockKind.HANDLE: __("书面答复"),
    ClockKind.SIMPLE_HANDLE: __("书面答复（简易办理）"), ClockKind.REVIEW: __("作出复查意见"),
    ClockKind.RECHECK: __("作出复核意见"), ClockKind.REQUEST_REVIEW: __("您可以请求复查"),
    ClockKind.REQUEST_RECHECK: __("您可以请求复核"),
}  # fmt: skip
PAPERS = (
    "receive_notice", "accept_notice", "decline_notice", "no_longer_notice", "guide_notice", "whereabouts_notice",
    "ordinary_notice", "extension_notice", "opinion", "review_receipt", "review_opinion", "recheck_receipt",
    "recheck_opinion",
)  # fmt: skip


@dataclass(frozen=True)
class Dated:
    """One thing that happened on a day; ``more`` says when a paper was handed over."""

    day: dt.date
    what: str
    more: str = ""


@dataclass(frozen=True)
class Shown:
    """Everything the page says of one matter."""

    number: str
    stands: str
    unit: str
    phone: str
    rating: Window
    due: list[tuple[str, dt.date]] = field(default_factory=list)
    dates: list[Dated] = field(default_factory=list)


def shown(case: Case, today: dt.date) -> Shown:
    """The page of a matter on ``today``. Call in the reader's language."""
    return Shown(
        number=case.number, stands=str(STANDS[case.state]), unit=_unit(case), phone=settings.OFFICE_PHONE,
        rating=window(case, today), due=_due(case, today), dates=_dates(case),
    )  # fmt: skip


def _unit(case: Case) -> str:
    if case.protected:
        return _("有权处理的机关、单位")
    unit: Unit = case.handling_unit or case.office
    return unit.name


def _due(case: Case, today: dt.date) -> list[tuple[str, dt.date]]:
    running = case.clocks.filter(stopped_on__isnull=True, kind__in=PERIODS).order_by("legal_due", "pk")
    return [(str(PERIODS[one.kind]), one.legal_due) for one in running if not is_paused(one, today)]


def _dates(case: Case) -> list[Dated]:
    found = [Dated(case.registered_on, _("登记"))]
    for sent in case.assignments.filter(role=SendRole.LEAD).select_related("unit"):
        what = str(sent.get_kind_display())
        found.append(Dated(timezone.localdate(sent.sent_at), what if case.protected else f"{what} · {sent.unit.name}"))
    papers = Paper.objects.about(case).filter(kind__in=PAPERS, voided_at__isnull=True)
    for paper in papers.prefetch_related("deliveries"):
        given = [one.delivered_on for one in paper.deliveries.all()]
        more = _("%(day)s 送达") % {"day": min(given).isoformat()} if given else ""
        found.append(Dated(timezone.localdate(paper.issued_at), str(PAPER_KINDS[paper.kind].label), more))
    return sorted(found, key=lambda one: one.day)
