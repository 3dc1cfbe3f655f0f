"""One 催办函 for all matters of a unit: one paper with their list, one urging per matter."""

import datetime as dt
from collections.abc import Iterable

from django.db import IntegrityError
from django.utils.translation import gettext as _

from accounts.models import Unit, User
from audit import trail
from cases.clocks import local_day
from cases.models import Case
from cases.telling import may_be_told, people_at
from documents.issuing import issue
from followup import guards, papers
from followup.choices import UrgeWay
from followup.models import Urging, UrgingLetter
from notices import outbox
from vault.errors import Refusal, Stale


@trail.verb
def urge_unit(
    *, unit: Unit, cases: Iterable[Case], actor: User, at: dt.datetime, content: str, key: str,
    reply_by: dt.date | None = None,
) -> UrgingLetter:  # fmt: skip
    """Urge a unit by one letter about several matters in which it is late. The others are left out of it.

    ``key`` names the press of the button: the same one twice raises ``Stale``. Raises ``Refusal`` when no matter
    is left. Each matter gets its urging, its event and its notice; ``reply_by`` is its next day to look again.
    """
    cases = list(cases)
    late = guards.late_keys(cases, local_day(at))
    able = [case for case in cases if not guards.not_in_letter(case, unit, actor, late)]
    if reason := guards.bad_letter(able, content, reply_by, local_day(at)):
        raise Refusal(reason)
    letter = UrgingLetter(unit=unit, content=content, reply_by=reply_by, made_at=at, made_by=actor, key=key)
    try:
        letter.save(force_insert=True)
    except IntegrityError as twice:
        raise Stale(_("这份催办函已经制发，没有重复制发。")) from twice
    letter.paper = issue(
        "urge_letter", subject=letter, matter="", actor=actor, at=at, addressee=unit.name,
        context=papers.unit_letter(letter, able, actor, at),
    )  # fmt: skip
    letter.save()
    for case in able:
        _urge(letter, case, actor, at)
    trail.also_wrote(letter, letter.paper)
    return letter


def _urge(letter: UrgingLetter, case: Case, actor: User, at: dt.datetime) -> None:
    urging = Urging.objects.create(
        case=case, unit=letter.unit, way=UrgeWay.LETTER, content=letter.content, promised_on=letter.reply_by,
        letter=letter, urged_at=at, urged_by=actor,
    )  # fmt: skip
    trail.record(
        actor=actor, verb="urge", title=_("催办：%(way)s") % {"way": urging.get_way_display()}, subject=urging, at=at,
        matter=case.number, note=letter.content, unit=letter.unit.name,
    )  # fmt: skip
    outbox.put(
        recipients=may_be_told(case, people_at(letter.unit, "cases.take_up")), kind="urge", tone="warn",
        text=_("%(number)s 被催办（%(way)s），请抓紧办理。") % {"number": case.number, "way": urging.get_way_display()},
        url=case.get_absolute_url(), matter=case.number, key=f"urge:{urging.pk}", at=at,
    )  # fmt: skip
