"""上级交办: a matter that a superior assigned, under its own number and until its own day."""

import datetime as dt

from django.utils.translation import gettext as _

from accounts.models import User
from audit import trail
from cases import clocks
from cases.choices import ClockKind
from cases.deadlines import Calendar
from cases.models import Case, Clock
from cases.workflow import move
from vault.errors import Refusal

TEN_YEARS = 3660  # calendar days; a plain slip of the year, not a rule of law


@trail.verb
def note_superior(
    *, case: Case, actor: User, at: dt.datetime, superior: str, superior_number: str = "",
    received_on: dt.date | None = None, due_on: dt.date | None = None, note: str = "",
) -> Clock | None:  # fmt: skip
    """Note which superior assigned the matter, its number and its day; the result goes back there (article 22).

    Noted again, the later day takes the place of the earlier one. Returns the clock, or
    None where the letter sets no day. Raises ``Refusal`` for days that cannot be.
    """
    day = clocks.local_day(at)
    received_on = received_on or day
    if received_on > day:
        raise Refusal(_("收到交办的日期不应晚于今日。"))
    if due_on and not 0 <= (due_on - received_on).days <= TEN_YEARS:
        raise Refusal(_("上级交办的期限不应早于收到之日，也不应太远；请核对。"))
    move(case, "note_superior", actor=actor, at=at, note=note, superior=superior, superior_number=superior_number)
    if due_on is None:
        return None
    stopped = clocks.stop(case, (ClockKind.SUPERIOR,), day, "note_superior")
    basis = _("%(superior)s交办") % {"superior": superior}
    clock = clocks.start_until(case, ClockKind.SUPERIOR, received_on, due_on, basis[:200], Calendar.load())
    trail.also_wrote(*stopped, clock)
    return clock
