"""The chain of reports of one event: what was done so far, and which report comes next."""

from briefing.choices import ReportKind
from briefing.hours import Done
from briefing.models import UrgentEvent


def next_kind(event: UrgentEvent, written: int) -> ReportKind:
    """The first report is the first; after the event's end the next one is the final one."""
    if not written:
        return ReportKind.FIRST
    return ReportKind.FINAL if event.ended_at else ReportKind.FOLLOW


def done_of(event: UrgentEvent) -> Done:
    """What was done about an event, as the hours ask it."""
    reports = list(event.reports.all())
    return Done(
        known_at=event.known_at,
        phoned_at=event.phoned_at,
        reports=tuple(one.reported_at for one in reports),
        ended_at=event.ended_at,
        final=any(one.kind == ReportKind.FINAL for one in reports),
    )
