"""The head of one bureau is away this week; a colleague of the same bureau stands in."""

import datetime as dt

from accounts import actions
from reports.management.demo.office import Office


def appoint(office: Office, now: dt.datetime) -> None:
    """Appointed by the absent themselves, within the days that are theirs to give."""
    head = office.users["head"]
    actions.appoint_deputy(
        absent=head, deputy=office.users["handler2"], starts_at=now, ends_at=now + dt.timedelta(days=5),
        reason="到省里参加培训", actor=head, at=now,
    )  # fmt: skip
