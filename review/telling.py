"""Who is told of requests and opinions: numbers and stages only, never the accused."""

import datetime as dt

from django.utils.translation import gettext as _

from accounts.models import User
from cases.telling import may_be_told, people_at
from notices import outbox
from review.models import Review


def tell_asked(review: Review, at: dt.datetime) -> None:
    """Those who decide, and the unit whose opinion is challenged."""
    case = review.case
    unit = case.handling_unit or review.respondent
    people = people_at(case.office, "review.decide") + people_at(unit, "cases.take_up")
    text = _("%(number)s 信访人请求%(level)s，请按期审查、提供材料。")
    _put(review, "asked", people, text, at)


def tell_decided(review: Review, at: dt.datetime) -> None:
    """The office, which delivers the opinion."""
    text = _("%(number)s 已作出%(level)s意见（%(outcome)s），请送达信访人。")
    _put(review, "decided", people_at(review.case.office, "cases.serve"), text, at)


def _put(review: Review, occasion: str, people: list[User], text: str, at: dt.datetime) -> None:
    case = review.case
    words = {
        "number": case.number, "level": review.get_level_display(), "outcome": review.get_outcome_display(),
    }  # fmt: skip
    outbox.put(
        recipients=may_be_told(case, list({user.pk: user for user in people}.values())),
        kind=f"review_{occasion}", text=text % words, url=case.get_absolute_url(), matter=case.number,
        key=f"review_{occasion}:{review.pk}", at=at,
    )  # fmt: skip
