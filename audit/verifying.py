"""Walking the chain and comparing every live row with its last seal."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass

from django.conf import settings
from django.utils.module_loading import import_string
from django.utils.translation import gettext as _

from audit.earlier import first_seal
from audit.models import Event, Head
from audit.sealing import GENESIS, row_key, seal, sealed_models
from audit.trail import event_hash
from vault.keyring import Unreadable


@dataclass(frozen=True)
class Finding:
    """One thing that is not as it was left. ``seq`` is the first event concerned, if known."""

    kind: str
    subject: str
    text: str
    seq: int | None = None


def chain_findings(seals: dict[str, tuple[str, int]]) -> Iterator[Finding]:
    """Check numbers, links and hashes of all events; fills ``seals`` with the last seal of each row.

    A seal of "" means that the row was taken away by an act that said so.
    """
    last, prev = 0, GENESIS
    for event in Event.objects.order_by("seq").iterator(chunk_size=2000):
        yield from _event_findings(event, last, prev)
        last, prev = event.seq, event.hash
        seals.update({key: (digest, event.seq) for key, digest in event.seals.items()})
        seals.update({key: ("", event.seq) for key in event.data.get("removed", ())})
    head = Head.objects.filter(pk=1).first()
    if head and (head.seq != last or head.hash != prev):
        yield Finding(
            "head", "head", _("链头为第 %(head)s 号,最后一条为第 %(last)s 号") % {"head": head.seq, "last": last}, last
        )
    if head is None and last:
        yield Finding("head", "head", _("链头丢失"), last)


def _event_findings(event: Event, last: int, prev: str) -> Iterator[Finding]:
    key, seq = f"event:{event.seq}", event.seq
    if seq != last + 1:
        yield Finding("gap", f"event:{last + 1}", _("缺少第 %(seq)s 号审计记录") % {"seq": last + 1}, last + 1)
    if event.prev != prev:
        yield Finding("link", key, _("第 %(seq)s 号审计记录与前一条不相接") % {"seq": seq}, seq)
    if event.hash != event_hash(event):
        yield Finding("hash", key, _("第 %(seq)s 号审计记录被改动") % {"seq": seq}, seq)


def row_findings(seals: dict[str, tuple[str, int]]) -> Iterator[Finding]:
    """Compare every sealed row with its last seal: changed, vanished, or never recorded."""
    left = dict(seals)
    for model in sealed_models():
        for row in model._default_manager.order_by("pk").iterator(chunk_size=2000):
            key = row_key(row)
            digest, seq = left.pop(key, (None, None))
            try:
                valid = {seal(row), first_seal(row)}
            except Unreadable:
                valid = set()
            if digest is None:
                yield Finding("unrecorded", key, _("%(row)s 没有任何审计记录") % {"row": key}, None)
            elif digest not in valid:
                yield Finding("row", key, _("%(row)s 在第 %(seq)s 号记录之后被改动") % {"row": key, "seq": seq}, seq)
    for key, (digest, seq) in left.items():
        if digest:
            yield Finding("missing", key, _("%(row)s 在第 %(seq)s 号记录之后消失") % {"row": key, "seq": seq}, seq)


def findings() -> Iterator[Finding]:
    """Everything that is wrong with the chain and the rows, chain first."""
    seals: dict[str, tuple[str, int]] = {}
    yield from chain_findings(seals)
    yield from row_findings(seals)


def everything() -> Iterator[Finding]:
    """What the settings name as the whole verification: later apps add files and numbers, which audit cannot know."""
    whole: Callable[[], Iterator[Finding]] = import_string(settings.VERIFY_WITH)
    yield from whole()
