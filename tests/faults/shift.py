"""A shift at the counter while something breaks: clerks who retry with the same key, and what stands afterwards."""

import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field

import psycopg2

from tests.faults.office import Clerk, Office

CLERKS = 12


@dataclass
class Shift:
    """What the clerks were told, by key, and what went wrong with the clerks themselves."""

    acknowledged: dict[str, str] = field(default_factory=dict)
    failures: list[str] = field(default_factory=list)
    seconds: list[float] = field(default_factory=list)
    statuses: dict[int, int] = field(default_factory=dict)
    over: threading.Event = field(default_factory=threading.Event)

    def work(self, clerk: Clerk, number: int, patience: float) -> None:
        """Register one visit after the other until the shift is over."""
        turn = 0
        try:
            while not clerk.sign_in() and not self.over.is_set():
                time.sleep(0.3)
            while not self.over.is_set():
                turn += 1
                key = f"fault-{number}-{turn}"
                began = time.monotonic()
                where = clerk.register(visitor(key, number, turn), began + patience)
                self.seconds.append(time.monotonic() - began)
                if where:
                    self.acknowledged[key] = where
        except Exception as error:
            self.failures.append(repr(error))
        for status, count in clerk.statuses.items():
            self.statuses[status] = self.statuses.get(status, 0) + count


def visitor(key: str, number: int, turn: int) -> dict[str, str]:
    """The form as typed; another person each time, so that nothing but the key makes two the same."""
    return {
        "key": key, "name": f"赵{number}号{turn}", "phone": f"139{number:02d}{turn:06d}", "visitors": "1",
        "involved": "1", "purpose": "appeal", "category": "C03", "demand": f"第 {turn} 次要求维修。", "confirmed": "on",
    }  # fmt: skip


@contextmanager
def shift(place: Office, patience: float = 60) -> Iterator[Shift]:
    """Twelve clerks at work during the block; afterwards each finishes what is in hand."""
    today = Shift()
    clerks = [
        threading.Thread(target=today.work, args=(Clerk(place.url, "clerk"), number, patience))
        for number in range(CLERKS)
    ]
    for thread in clerks:
        thread.start()
    try:
        yield today
    finally:
        today.over.set()
        for thread in clerks:
            thread.join(patience + 30)


@dataclass(frozen=True)
class Tally:
    """What the database says about the acknowledged registrations."""

    acknowledged: int
    stored: int
    lost: list[str]
    double: int
    gaps: int
    chain: int

    def __str__(self) -> str:
        return (
            f"acknowledged {self.acknowledged}, stored {self.stored}, lost {len(self.lost)}, double {self.double}, "
            f"gaps {self.gaps}, chain {'BROKEN' if self.chain else 'whole'}"
        )

    def check(self) -> None:
        assert (self.lost, self.double, self.gaps, self.chain) == ([], 0, 0, 0), str(self)


def tally(place: Office, today: Shift) -> Tally:
    """Count, look for gaps in the numbers, and verify the whole chain."""
    with psycopg2.connect(place.database_url) as connection, connection.cursor() as cursor:
        cursor.execute("SELECT key, number FROM reception_visit WHERE key LIKE 'fault-%'")
        stored = cursor.fetchall()
        cursor.execute("SELECT year, count(*), max(serial) FROM reception_visit GROUP BY year")
        gaps = sum(highest - count for _, count, highest in cursor.fetchall())
    verified = place.manage("verify_audit")
    found = dict(stored)
    lost = [key for key in today.acknowledged if key not in found]
    return Tally(len(today.acknowledged), len(stored), lost, len(stored) - len(found), gaps, verified.returncode)
