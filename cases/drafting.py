"""Which papers of a matter may still be worded by whom, and what is known for their preview."""

import datetime as dt
from typing import Any

from django.utils.translation import gettext as _

from accounts.models import User
from cases import papers, policy
from cases.choices import State
from cases.models import Case
from cases.shielding import NAMING, shielded
from cases.workflow import STEPS
from documents import wording
from documents.choices import PAPER_KINDS
from documents.models import Paper

# What a unit words itself; letters to it and about it are the office's.
BY_UNITS = (
    "accept_notice", "receive_notice", "opinion", "investigation_report", "result_report", "extension_notice",
    "hearing_notice", "hearing_record", "settlement",
)  # fmt: skip
# Notices between the office and its own people, for units written down as "between units".
_BETWEEN_UNITS = (
    "refer_letter", "assign_letter", "assist_letter", "urge_letter", "supervision_letter", "result_report",
    "investigation_report", "superior_report", "meeting_notice", "meeting_minutes",
)  # fmt: skip


def no_drafting(case: Case, kind: str, user: User) -> str:
    """Why this user cannot word this paper now, as a sentence; "" when they can."""
    if not wording.standard(kind):
        return _("此文书是表格，没有可以修改的文字。")
    if not user.can("documents.edit_draft"):
        return _("您的角色不能修改文书稿。")
    if user.pk in case.recused_ids:
        return _("您已申请回避，不能办理此事项（第二十八条）。")
    if (user.scope == "unit" and kind not in BY_UNITS) or (shielded(case, user) and kind in NAMING):
        return _("此文书由信访工作机构制发。")
    if waits_for_issue(case, kind):
        return ""
    last = _of_kind(case, kind).filter(voided_at__isnull=True).last()
    if last:
        return _("“%(paper)s”已经制发，文字已固定；确需更正的，先申请作废，再重新制发。") % {"paper": last}
    return _("当前环节为“%(state)s”，不制发此文书。") % {"state": case.get_state_display()}


def _of_kind(case: Case, kind: str) -> Any:
    return Paper.objects.about(case).filter(kind=kind)


def waits_for_issue(case: Case, kind: str) -> bool:
    """Can a paper of this kind still be issued: by a step of this stage, or in place of a voided one?"""
    if _of_kind(case, kind).filter(voided_at__isnull=False, replaced_by__isnull=True).exists():
        return case.state != State.FILED
    if kind == "accept_notice" and case.accepted_at:
        return False
    return any(case.state in STEPS[name].sources for name in STEPS if kind in named_by(name))


def named_by(step: str) -> tuple[str, ...]:
    """The kinds of papers whose words are of interest at a step."""
    return (*papers.ISSUED.get(step, ()), *papers.PREPARED.get(step, ()))


def announced(case: Case, step: str, user: User) -> list[dict[str, Any]]:
    """The papers a step issues or prepares, for its page: title, code, and whether this user may word it first."""
    return [
        {"kind": kind, "label": PAPER_KINDS[kind].label, "editable": not no_drafting(case, kind, user)}
        for kind in named_by(step)
    ]


def known_now(case: Case, kind: str, user: User, at: dt.datetime) -> dict[str, Any]:
    """What a paper of this kind would say if it were issued now, as far as that is known before its step."""
    head = papers.between_units if kind in _BETWEEN_UNITS else papers.heading
    context = head(case, user, at) | {"protected": case.protected, "demand": case.demand, "facts": case.facts}
    context["matters"] = ()  # only a letter about several matters lists them
    periods = policy.deadlines()
    context |= {
        "notify_days": periods["notify"].length, "object_days": periods["object"].length,
        "extend_days": periods["extend"].length, "review_days": periods["request_review"].length,
    }  # fmt: skip
    if case.handling_unit:
        context |= {"unit": case.handling_unit.name, "handling_unit": case.handling_unit.name}
    return context | _reported(case)


def _reported(case: Case) -> dict[str, Any]:
    report = case.reports.order_by("-pk").first()
    if report is None:
        return {}
    return {
        "findings": report.findings, "opinion": report.opinion, "legal_basis": report.legal_basis,
        "outcome": report.get_outcome_display(), "execution": report.execution,
    }  # fmt: skip
