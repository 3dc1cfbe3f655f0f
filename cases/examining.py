"""审查回告: the demand point by point, how often a report was sent back, the words of a verdict, whose days."""

import datetime as dt
import re
from collections.abc import Iterable, Sequence
from typing import Any

from django.utils.translation import gettext as _

from accounts.models import Unit
from audit.models import Event
from cases import ledger, policy
from cases.choices import Holder
from cases.clocks import OURS
from cases.models import Case
from vault.errors import Refusal

ESCALATES_AT = 2  # sent back so often, the leader and the unit's superior are told
# With these the matter goes to a unit, or round, anew: what was sent back before does not count for it.
BEGINS_ANEW = ("assign", "coordinate", "refer", "handle_here", "redo", "rework", "reopen")
ENDS = re.compile(r"(?<=[。；;！!])|\n+")
NUMBERED = re.compile(
    r"(?=(?:^|(?<=[：:，。；;\s]))(?:[一二三四五六七八九十]{1,3}、|[（(][一二三四五六七八九十\d]{1,3}[）)]|\d{1,2}[.．、](?!\d)))"
)
MOST = 30


def points(demand: str) -> list[str]:
    """The demand in the visitor's own words, one sentence or numbered item each."""
    pieces = [piece.strip() for part in NUMBERED.split(demand) for piece in ENDS.split(part)]
    found = [piece for piece in pieces if len(piece) > 1]
    return [*found[: MOST - 1], "".join(found[MOST - 1 :])] if len(found) > MOST else found


def labelled(demand: str) -> list[str]:
    """The points, each with its number; one that the visitor numbered keeps the visitor's."""
    own = re.compile(NUMBERED.pattern.removeprefix("(?=").removesuffix(")"))
    asked = enumerate(points(demand), start=1)
    return [text if own.match(text) else f"{place}. {text}" for place, text in asked]


def times_sent_back(case: Case) -> int:
    """How often the unit that has the matter now was told to go on with it."""
    verbs = Event.objects.of_matter(case.number).filter(verb__in=("send_back", *BEGINS_ANEW)).order_by("seq")
    times = 0
    for verb in verbs.values_list("verb", flat=True):
        times = times + 1 if verb == "send_back" else 0
    return times


def verdict(case: Case, reasons: Sequence[str], missing: Iterable[int], note: str) -> str:
    """The words of a verdict: the reasons, the demands without an answer, then what was written.

    Raises ``Refusal`` for a reason that is not in the list, or no words at all.
    """
    known, asked = policy.verdicts(), labelled(case.demand)
    if any(code not in known for code in reasons):
        raise Refusal(_("请从退回理由表中选择。"))
    left = [place for place in missing if 1 <= place <= len(asked)]
    if not note.strip():
        raise Refusal(_("请写明退回的理由和需要补充的内容。"))
    lines = (
        [_("退回理由：%(reasons)s。") % {"reasons": "、".join(known[code].text for code in reasons)}] if reasons else []
    )
    if left:
        quoted = "；".join(asked[place - 1].rstrip("。；;") for place in left)
        lines.append(_("没有答复的请求：%(points)s。") % {"points": quoted})
    return "\n".join([*lines, note.strip()])


def totals(stretches: Iterable[ledger.Stretch]) -> dict[tuple[Holder, Unit | None], int]:
    """Days by holder, in the order in which each first held the matter; their sum is what elapsed."""
    found: dict[tuple[Holder, Unit | None], int] = {}
    for one in stretches:
        found[one.holder, one.unit] = found.get((one.holder, one.unit), 0) + one.days
    return found


def late(case: Case, stretches: Sequence[ledger.Stretch], today: dt.date) -> list[dict[str, Any]]:
    """Late days of each of the office's and the unit's periods, by who held the matter on each of them."""
    return [
        {"clock": clock, "holder": holder.label, "unit": unit, "days": n}
        for clock in case.clocks.filter(kind__in=OURS)
        for (holder, unit), n in ledger.lateness(clock, stretches, today).items()
    ]


def summary(case: Case, today: dt.date) -> str:
    """用时小结 for the end of the handling: who had how many days, and to whom the late ones are laid."""
    stretches = ledger.stretches(case, today)
    held = [f"{_named(holder, unit)} {days} 日" for (holder, unit), days in totals(stretches).items() if days]
    said = f"登记以来 {sum(one.days for one in stretches)} 日" + ("：" + "，".join(held) if held else "")
    overdue = [
        f"{one['clock'].get_kind_display()}超期，{_named(one['holder'], one['unit'])} {one['days']} 日"
        for one in late(case, stretches, today)
    ]
    return said + "。" + ("；".join(overdue) + "。" if overdue else "没有超期。")


def _named(holder: Any, unit: Unit | None) -> str:
    label = str(getattr(holder, "label", holder))
    return f"{label}（{unit.label}）" if unit else label
