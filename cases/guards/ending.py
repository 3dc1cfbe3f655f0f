"""Delivery, review, merging, the end."""

import datetime as dt

from django.utils.translation import gettext as _

from accounts.models import User
from cases import policy
from cases.choices import FINISHED, ClockKind, ReviewOutcome
from cases.choices import State as S
from cases.guards.base import Fields, running, today_at
from cases.guards.sending import target_not_accused
from cases.merging import hindrance
from cases.models import Case
from documents.choices import PAPER_KINDS
from documents.models import Paper


def delivered_after_closing(case: Case, actor: User, at: dt.datetime, fields: Fields) -> str:
    day = fields.get("delivered_on")
    if day and (day > today_at(at) or (case.closed_at and day < today_at(case.closed_at))):
        return _("送达日期应当在办结之日和今日之间。")
    return ""


def something_to_deliver(case: Case, actor: User, at: dt.datetime, fields: Fields) -> str:
    """A paper for the petitioner that has no delivery yet."""
    served = [code for code, kind in PAPER_KINDS.items() if kind.served]
    waiting = Paper.objects.about(case).filter(kind__in=served, voided_at__isnull=True, deliveries__isnull=True)
    return "" if waiting.exists() else _("没有待送达的文书。")


def window_over(case: Case, actor: User, at: dt.datetime, fields: Fields) -> str:
    """The petitioner's thirty days from receipt have passed without a request."""
    clock = running(case, ClockKind.REQUEST_REVIEW, ClockKind.REQUEST_RECHECK)
    if clock is None:
        return _("请求期限尚未开始计算。")
    return "" if today_at(at) > clock.legal_due else _("请求期限至 %(day)s，尚未届满。") % {"day": clock.legal_due}


def _redo_ordered(case: Case) -> bool:
    """The last opinion that reached the petitioner orders the unit to handle the matter anew."""
    last = case.recheck_outcome if case.state == S.CONCLUDED else case.review_outcome
    return case.state in (S.REVIEW_SERVED, S.CONCLUDED) and last == ReviewOutcome.REDO


def must_be_redone(case: Case, actor: User, at: dt.datetime, fields: Fields) -> str:
    return "" if _redo_ordered(case) else _("复查、复核意见没有责令重新办理。")


def nothing_to_redo(case: Case, actor: User, at: dt.datetime, fields: Fields) -> str:
    return _("复查、复核意见责令重新办理，请先重新办理。") if _redo_ordered(case) else ""


def review_window(case: Case, actor: User, at: dt.datetime, fields: Fields) -> str:
    """Day thirty is in time, day thirty-one needs a proper reason (article 35)."""
    if case.review_outcome:
        return _("已经复查，可以请求复核。")
    return _in_window(case, ClockKind.REQUEST_REVIEW, fields)


def recheck_window(case: Case, actor: User, at: dt.datetime, fields: Fields) -> str:
    if not case.review_outcome:
        return _("尚未复查，不能请求复核。")
    return _in_window(case, ClockKind.REQUEST_RECHECK, fields)


def _in_window(case: Case, kind: str, fields: Fields) -> str:
    """``requested_on`` is the day the request was handed in; a later one carries ``late_reason``."""
    clock = case.clocks.filter(kind=kind).order_by("-pk").first()
    if clock is None:
        return _("意见书没有送达记录，请求期限无法起算；请先登记送达。")
    day = fields.get("requested_on")
    if day and day < clock.started_on:
        return _("请求日期不应早于送达之日 %(day)s。") % {"day": clock.started_on.isoformat()}
    if day and day > clock.legal_due and not fields.get("late_reason"):
        return _("请求期限已于 %(day)s 届满，有正当理由的请写明理由。") % {"day": clock.legal_due.isoformat()}
    return ""


def not_the_handler(case: Case, actor: User, at: dt.datetime, fields: Fields) -> str:
    """Nobody reviews their own work (article 28)."""
    wrote = (who for one in case.reports.all() for who in (one.made_by_id, one.signed_by_id, one.judged_by_id))
    if actor.hands & {case.handler_id, *wrote}:
        return _("您办理过此事项，不能复查、复核。")
    return ""


def may_be_merged(case: Case, actor: User, at: dt.datetime, fields: Fields) -> str:
    """Into another matter of the same office that is still under way, never in a circle."""
    main = fields.get("main")
    if main is None:
        return ""
    if main.pk == case.pk:
        return _("不能并入自身。")
    if main.state in FINISHED:
        return _("%(number)s 已经了结，不能并入。") % {"number": main.number}
    if not Case.objects.visible_to(actor).filter(pk=main.pk).exists():
        return _("没有可以并入的事项，请重新选择。")
    if main.office_id != case.office_id:
        return _("只能并入同一机构登记的事项。")
    if case.merged.exists():
        return _("已有事项并入此事项，请先撤销，或者把对方并入此事项。")
    return hindrance(case, main)


def main_not_filed(case: Case, actor: User, at: dt.datetime, fields: Fields) -> str:
    return _("主件已归档，不能撤销并案。") if case.main and case.main.state == S.FILED else ""


def main_filed(case: Case, actor: User, at: dt.datetime, fields: Fields) -> str:
    """A merged matter is filed after the one it was merged into."""
    if case.state == S.MERGED and case.main and case.main.state != S.FILED:
        return _("并入的事项 %(number)s 尚未归档。") % {"number": case.main.number}
    return ""


def within_reopening(case: Case, actor: User, at: dt.datetime, fields: Fields) -> str:
    """Later than that, a new matter is opened and linked instead."""
    since = case.delivered_on or (case.closed_at and today_at(case.closed_at))
    days = policy.deadlines()["reopen"].length
    if since and today_at(at) > since + dt.timedelta(days=days):
        return _("办结已超过 %(days)s 日，请另立新事项。") % {"days": days}
    return ""


def has_handling_unit(case: Case, actor: User, at: dt.datetime, fields: Fields) -> str:
    """There is a unit that handled it, and it is not the one complained about."""
    if case.handling_unit is None:
        return _("此事项没有承办单位。")
    if not case.handling_unit.is_active:
        return _("“%(unit)s”已经停用，不能退回；请办理“重新办理”，另行交办。") % {"unit": case.handling_unit}
    return target_not_accused(case, actor, at, {"handling_unit": case.handling_unit} | fields)


def not_reviewed(case: Case, actor: User, at: dt.datetime, fields: Fields) -> str:
    """What a higher body has said about a matter stands; its unit does not begin anew on the office's word."""
    return _("此事项已经复查，不能退回重办。") if case.review_outcome else ""


def from_old_register(case: Case, actor: User, at: dt.datetime, fields: Fields) -> str:
    """Only a row of an old register is closed by importing it."""
    return "" if case.source == "import" else _("此事项不是导入的历史台账。")
