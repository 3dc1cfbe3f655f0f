"""作废: which papers can be declared void, and what stands in a corrected one."""

import datetime as dt
from typing import Any, cast

from django.utils.translation import gettext as _

from accounts.models import User
from cases import papers
from cases.choices import State
from cases.models import Case
from documents.models import Paper

# Once delivered these have started a period of the petitioner, or ended the matter.
STARTS_A_PERIOD = ("opinion", "review_opinion", "recheck_opinion")
_ABOUT_THE_MATTER = ("case_title", "petitioner", "you", "channel", "registered_on")


def matter_of(paper: Paper) -> Case | None:
    """The matter a paper is about; None for papers of a visit alone."""
    if paper.subject_type != Case._meta.label_lower:
        return None
    return Case.objects.filter(pk=paper.subject_id).first()


def no_voiding(paper: Paper, case: Case) -> str:
    """Why this paper cannot be declared void, as a sentence; "" when it can."""
    if paper.voided_at:
        return _("此文书已经作废。")
    if case.state == State.FILED:
        return _("事项已经归档，案卷中的文书不能作废。")
    delivery = paper.deliveries.order_by("pk").first()
    if delivery and paper.kind in STARTS_A_PERIOD:
        return _(
            "此文书已于 %(day)s 送达，信访人请求复查、复核的期限从这一天起算，不能作废；"
            "确有错误的，通过重新办理或者复查、复核纠正。"
        ) % {"day": delivery.delivered_on.isoformat()}
    return ""


def no_reissue(paper: Paper, case: Case) -> str:
    """Why no corrected paper can take the place of this one; "" when it can."""
    if not paper.voided_at:
        return _("此文书没有作废，不能重新制发。")
    if case.state == State.FILED:
        return _("事项已经归档，不能重新制发文书。")
    if Paper.objects.filter(replaces=paper).exists():
        return _("已经重新制发过。")
    return ""


def corrected(paper: Paper, case: Case, actor: User, at: dt.datetime) -> dict[str, Any]:
    """The context of a paper in place of a voided one: what it said, with name, title and date as they are now."""
    old = {key: value for key, value in cast(dict[str, Any], paper.context).items() if key != "body"}
    hidden = old.get("petitioner") == papers.HIDDEN
    now = (papers.between_units if hidden else papers.heading)(case, actor, at)
    return old | {key: now[key] for key in _ABOUT_THE_MATTER if key in old} | {"date": papers.chinese_date(at)}
