"""How often one may be wrong at the public page: by address and by code, counted in rows that all processes share.

A try is paid for before it is judged, by an ``UPDATE`` that only goes through below the
limit, so of many tries at once no more than the limit are ever judged; a right one is paid
back. Nothing here depends on whether a code exists.
"""

import datetime as dt
import functools
import ipaddress
import tomllib
from dataclasses import dataclass
from pathlib import Path

from django.db.models import F

from cases import coding
from inquiry.models import Bucket, Tally
from vault.keyring import blind_index

FILE = Path(__file__).resolve().parent / "rules" / "inquiry.toml"
KEPT = dt.timedelta(days=2)


@dataclass(frozen=True)
class Limit:
    """At most ``tries`` wrong ones in a stretch of ``seconds``."""

    tries: int
    seconds: int


@functools.cache
def limits() -> dict[str, Limit]:
    """The limits by kind (rules/inquiry.toml)."""
    blocks = tomllib.loads(FILE.read_text(encoding="utf-8"))
    return {kind: Limit(int(one["tries"]), int(one["seconds"])) for kind, one in blocks.items()}


@dataclass(frozen=True)
class Try:
    """What one try is counted under: keyed digests by kind."""

    keys: dict[str, str]
    at: dt.datetime

    def since(self, kind: str) -> dt.datetime:
        """The beginning of the stretch of time that the try falls into."""
        length = limits()[kind].seconds
        return dt.datetime.fromtimestamp(int(self.at.timestamp()) // length * length, dt.UTC)


def a_try(address: str | None, typed: str, at: dt.datetime) -> Try:
    """A try from this address with this code as typed; what can be no code is counted as it stands."""
    code = blind_index("inquiry.code", coding.plain(typed) or typed)
    return Try({"address": blind_index("inquiry.address", _net(address)), "code": code, "code_day": code}, at)


def _net(address: str | None) -> str:
    """One household: an address, of IPv6 its first 64 bits."""
    try:
        found = ipaddress.ip_address(address or "")
    except ValueError:
        return "unknown"
    return str(ipaddress.ip_network((found, 64), strict=False)) if found.version == 6 else str(found)


def written_down(one: Try) -> bool:
    """Does this right look go on record? One does in each stretch: a slip alone cannot flood the trail."""
    look = Try({"look": one.keys["code"]}, one.at)
    return _pay(look, "look", look.keys["look"])


def pay(one: Try) -> bool:
    """Count the try; False when a limit is reached, and then nothing is counted."""
    Bucket.objects.filter(since__lt=one.at - KEPT).delete()
    paid: list[str] = []
    for kind, key in one.keys.items():
        if not _pay(one, kind, key):
            pay_back(one, paid)
            return False
        paid.append(kind)
    return True


def _pay(one: Try, kind: str, key: str) -> bool:
    row = {"kind": kind, "key": key, "since": one.since(kind)}
    Bucket.objects.bulk_create([Bucket(**row)], ignore_conflicts=True)
    below = Bucket.objects.filter(**row, count__lt=limits()[kind].tries)
    return bool(below.update(count=F("count") + 1))


def pay_back(one: Try, kinds: list[str] | None = None) -> None:
    """The try was right, or not judged at all."""
    for kind in one.keys if kinds is None else kinds:
        rows = Bucket.objects.filter(kind=kind, key=one.keys[kind], since=one.since(kind), count__gt=0)
        rows.update(count=F("count") - 1)


def note(day: dt.date, what: str) -> None:
    """One more ``looks``, ``wrong`` or ``shut`` on this day."""
    Tally.objects.bulk_create([Tally(day=day)], ignore_conflicts=True)
    Tally.objects.filter(day=day).update(**{what: F(what) + 1})
