"""催办 of one matter; letters about many are in letters.py."""

import datetime as dt

from django.utils.translation import gettext as _

from accounts.models import User
from audit import trail
from cases.clocks import local_day
from cases.models import Case
from cases.telling import may_be_told, people_at
from documents.issuing import issue
from followup import guards, papers
from followup.actions.holding import hold
from followup.choices import UrgeWay
from followup.models import Urging
from notices import outbox
from vault.errors import Refusal, Stale


def _insist(reason: str) -> None:
    if reason:
        raise Refusal(reason)


@trail.verb
def urge(
    *, case: Case, actor: User, at: dt.datetime, way: str, content: str, spoke_to: str = "", promise: str = "",
    promised_on: dt.date | None = None,
) -> Urging:  # fmt: skip
    """催办 the unit that has the matter, in one of four ways; a letter is issued for ``letter``.

    ``promised_on`` is the day the unit promised (or the letter asks for): when it passes
    and the matter still lies there, the office is reminded once. Raises ``Stale`` when the same person urged
    about the matter in the same way less than a minute ago.
    """
    hold(case)
    _insist(guards.no_urging(case, actor))
    if guards.just_urged(case, actor, at, way):
        raise Stale(_("一分钟以内您已经用同样的方式催办过此事项，没有重复催办；确实要再催办一次的，请稍后再办。"))
    _insist("" if content.strip() else _("请填写催办内容。"))
    _insist(guards.bad_urging(way, spoke_to, promised_on, local_day(at)))
    unit = case.handling_unit
    assert unit is not None  # noqa: S101 - the guard has just looked
    urging = Urging(
        case=case, unit=unit, way=way, spoke_to=spoke_to, content=content, promise=promise, promised_on=promised_on,
        urged_at=at, urged_by=actor,
    )  # fmt: skip
    if way == UrgeWay.LETTER:
        urging.paper = issue(
            "urge_letter", subject=case, matter=case.number, actor=actor, at=at, addressee=unit.name,
            context=papers.urge_letter(case, urging, actor, at),
        )  # fmt: skip
    urging.save()
    trail.record(
        actor=actor, verb="urge", title=_("催办：%(way)s") % {"way": urging.get_way_display()}, subject=urging, at=at,
        matter=case.number, note=content, rows=[urging.paper] if urging.paper else [], unit=unit.name,
    )  # fmt: skip
    outbox.put(
        recipients=may_be_told(case, people_at(unit, "cases.take_up")),
        kind="urge",
        tone="warn",
        text=_("%(number)s 被催办（%(way)s），请抓紧办理。") % {"number": case.number, "way": urging.get_way_display()},
        url=case.get_absolute_url(),
        matter=case.number,
        key=f"urge:{urging.pk}",
        at=at,
    )
    return urging
