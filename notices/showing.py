"""What the page of channels shows: state, backlog and the last trial of each."""

from dataclasses import dataclass
from urllib.parse import urlsplit

from django.db.models import Count, Q

from accounts.models import User
from notices.choices import OPEN, State, Way
from notices.delivering import TRIAL
from notices.models import Channel, Delivery


@dataclass(frozen=True)
class Row:
    """One channel: as it is set up, what waits, what failed, and the person's own last trial."""

    channel: Channel
    host: str
    waiting: int
    dead: int
    trial: Delivery | None

    @property
    def under_way(self) -> bool:
        return self.trial is not None and self.trial.state in OPEN


def channels(user: User) -> list[Row]:
    """All channels in the order of ``Way``; three queries."""
    kept = {one.code: one for one in Channel.objects.all()}
    counted = Delivery.objects.filter(state__in=(*OPEN, State.DEAD)).values("channel").order_by("channel")
    figures = {
        row["channel"]: row
        for row in counted.annotate(
            open=Count("pk", filter=Q(state__in=OPEN)), dead=Count("pk", filter=Q(state=State.DEAD))
        )
    }
    mine = Delivery.objects.filter(notice__recipient=user, notice__kind=TRIAL).order_by("pk")
    trials = {one.channel: one for one in mine.select_related("notice")[:500]}
    rows = []
    for code in Way.values:
        one = kept.get(code) or Channel(code=code, is_on=code == Way.MAIL)
        numbers = figures.get(code, {"open": 0, "dead": 0})
        rows.append(Row(one, host(one), numbers["open"], numbers["dead"], trials.get(code)))
    return rows


def host(channel: Channel) -> str:
    """Where the channel leads, without path and query: they may hold the key."""
    return urlsplit(str(channel.address)).netloc if channel.address else ""
