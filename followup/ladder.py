"""The words of a reminder: what is owed, how many calendar days are left or over, what is suggested, and why."""

import datetime as dt

from django.utils.translation import gettext as _

from followup.models import Suggestion
from followup.owing import Source
from followup.planning import Planned


def name(source: Source) -> str:
    """What is owed: the period, or the feedback, answer or charge."""
    if source.rule == "remind":
        return str(source.row.get_kind_display()).removesuffix("期限")  # type: ignore[attr-defined]
    return {"feedback": _("督办反馈"), "adoption": _("采纳情况反馈"), "charge": _("领导包案")}[source.rule]


def subject(source: Source) -> str:
    """The number of the matter, or of the suggestion's own paper."""
    if isinstance(source.row, Suggestion) and source.row.paper:
        return source.row.paper.number
    return source.cases[0].number if source.cases else ""


def matter(source: Source) -> str:
    """The number under which a notice is filed."""
    return source.cases[0].number if len(source.cases) == 1 else ""


def url(source: Source) -> str:
    row = source.row
    return row.get_absolute_url() if isinstance(row, Suggestion) else source.cases[0].get_absolute_url()


def sentence(source: Source, today: dt.date) -> str:
    """The reminder in words: number, period, due day and how many calendar days are left or over."""
    left = (source.due - today).days
    facts = {"number": subject(source), "clock": name(source), "day": source.due.isoformat(), "n": abs(left)}
    if left > 0:
        return _("%(number)s 的%(clock)s期限还有 %(n)s 天，%(day)s 到期。") % facts
    if left == 0:
        return _("%(number)s 的%(clock)s期限今日到期。") % facts
    return _("%(number)s 的%(clock)s期限已于 %(day)s 到期，超期 %(n)s 天。") % facts


def text(one: Planned, today: dt.date) -> str:
    """The sentence for one recipient; whoever may urge or supervise is told what the ladder suggests."""
    said = sentence(one.source, today)
    if one.rung.counts_from == "urging" and one.source.urged_on:
        said += _("%(day)s 催办后没有结果。") % {"day": one.source.urged_on.isoformat()}
    return said + {"urge_letter": _("建议发催办函。"), "supervise": _("建议督办。")}.get(one.advice, "")


def why(one: Planned) -> str:
    """Which rule, counted from which day, put off by which promise."""
    source, rung = one.source, one.rung
    start = source.due if rung.counts_from == "due" else source.urged_on
    assert start is not None  # noqa: S101 - a reminder that is planned has a day
    facts = {"day": start.isoformat(), "n": abs(rung.from_day)}
    if rung.counts_from == "urging":
        said = _("%(day)s 催办后 %(n)s 天") % facts
    elif rung.from_day < 0:
        said = _("%(day)s 到期前 %(n)s 天") % facts
    else:
        said = _("%(day)s 到期后 %(n)s 天") % facts if rung.from_day else _("%(day)s 到期当日") % facts
    if one.day != start + dt.timedelta(days=rung.from_day):
        said += _("，对方承诺在先，推迟到 %(day)s") % {"day": one.day.isoformat()}
    return said
