"""Acts of the counter beside registering (which opens the matter too and lies in cases): print, reveal."""

import datetime as dt

from django.db.models import F
from django.utils.translation import gettext as _

from accounts.models import User
from audit import trail
from documents.issuing import issue
from documents.models import Paper
from reception.models import Petitioner, Visit
from reception.papers import visit_form
from vault.errors import Refusal

KIND = "visit_form"


def form_of(visit: Visit) -> Paper | None:
    """The 来访登记表 already issued for this visit, if any."""
    return Paper.objects.about(visit).filter(kind=KIND, voided_at__isnull=True).first()


def issue_form(*, visit: Visit, categories: list[str], case_number: str, actor: User, at: dt.datetime) -> Paper:
    """Issue the 来访登记表 of a visit once; asked again, give the same paper."""
    return form_of(visit) or _issue_form(
        visit=visit, categories=categories, case_number=case_number, actor=actor, at=at
    )


@trail.verb
def _issue_form(*, visit: Visit, categories: list[str], case_number: str, actor: User, at: dt.datetime) -> Paper:
    # Touching the row makes a second issuer wait until the first one's paper can be seen.
    Visit.objects.filter(pk=visit.pk).update(serial=F("serial"))
    paper = form_of(visit)
    if paper is None:
        context = visit_form(visit, categories, case_number)
        paper = issue(KIND, subject=visit, matter=visit.number, context=context, actor=actor, at=at)
        trail.record(
            actor=actor, verb="issue_form", title=_("制作来访登记表"), subject=visit, at=at, matter=visit.number,
            rows=[paper],
        )  # fmt: skip
    return paper


@trail.verb
def reveal(*, petitioner: Petitioner, reason: str, actor: User, at: dt.datetime, visit: Visit | None = None) -> None:
    """Record that somebody looked at the full numbers of a person, and why.

    The page shows them in the answer to this act only. Raises ``Refusal`` without the
    permission or without a reason.
    """
    if not actor.can("reception.reveal"):
        raise Refusal(_("您的角色不能查看完整号码。"))
    if len(reason.strip()) < 2:
        raise Refusal(_("请写明查看完整号码的原因。"))
    trail.record(
        actor=actor, verb="reveal", title=_("查看完整号码"), subject=petitioner, at=at,
        matter=visit.number if visit else "", note=reason.strip(),
    )  # fmt: skip
