"""How the running office is: figures from rows and the disk, and what is wrong with them. Reads only."""

import datetime as dt
import shutil
from dataclasses import dataclass, field

from django.conf import settings
from django.db import Error

from notices import delivering
from notices.models import Beat
from upkeep.choices import Fault
from upkeep.policy import limits


@dataclass(frozen=True)
class Health:
    """The figures, in seconds and megabytes; ``faults`` are codes of ``Fault``. Numbers only: anybody may read them."""

    database: bool
    faults: tuple[str, ...]
    oldest_unsent: int = 0
    waiting: int = 0
    dead: int = 0
    broker_errors: int = 0
    dispatcher_age: int | None = None
    disk_free_mb: int = 0
    sweeps: dict[str, int | None] = field(default_factory=dict)
    last_sweep: dt.datetime | None = None

    @property
    def ok(self) -> bool:
        return not self.faults


def look(now: dt.datetime) -> Health:
    """The office as of ``now``. A database that does not answer is a finding, not an error."""
    try:
        outbox = delivering.health(now)
        beats = dict(Beat.objects.values_list("name", "ran_at"))
    except Error:  # also of the connection itself (InterfaceError), which is no DatabaseError
        return Health(database=False, faults=(Fault.DATABASE.value,))
    sweeps = {name: _age(beats.get(name), now) for name in limits().sweeps}
    age, free = _age(outbox["dispatcher_beat"], now), shutil.disk_usage(settings.DATA_DIR).free // 2**20
    return Health(
        database=True,
        faults=_faults(outbox["oldest_unsent_seconds"], age, sweeps, free),
        oldest_unsent=outbox["oldest_unsent_seconds"],
        waiting=outbox["waiting"],
        dead=outbox["dead_notices"],
        broker_errors=outbox["broker_errors"],
        dispatcher_age=age,
        disk_free_mb=free,
        sweeps=sweeps,
        last_sweep=beats.get("remind"),
    )


def _age(ran_at: dt.datetime | None, now: dt.datetime) -> int | None:
    """Seconds since; a beat of the future (a clock set back) counts as just now. None: never ran."""
    return max(0, int((now - ran_at).total_seconds())) if ran_at else None


def _faults(unsent: int, dispatcher: int | None, sweeps: dict[str, int | None], free_mb: int) -> tuple[str, ...]:
    """What ran once and runs no more. What never ran yet is new, not stopped; unsent messages tell it all the same."""
    most = limits()
    wrong = {
        Fault.DISPATCHER: dispatcher is not None and dispatcher > most.dispatcher,
        Fault.UNSENT: unsent > most.oldest_unsent,
        Fault.SWEEP: any(late(name, age) for name, age in sweeps.items()),
        Fault.DISK: free_mb < most.least_mb,
    }
    return tuple(fault.value for fault, is_so in wrong.items() if is_so)


def late(name: str, age: int | None) -> bool:
    """Whether a sweep that ran ``age`` seconds ago should have come again."""
    return age is not None and age > limits().sweeps[name].late_after


def halted_minutes(beat: dt.datetime | None, now: dt.datetime) -> int:
    """For the banner: minutes since the last dispatcher, 0 while that is as it should be or none ever ran."""
    age = _age(beat, now)
    return age // 60 if age is not None and age > limits().dispatcher else 0
