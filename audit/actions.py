"""Verifying the trail is itself an act of somebody."""

import datetime as dt
from typing import TYPE_CHECKING

from django.utils.translation import gettext as _

from audit import trail
from audit.models import Head
from audit.verifying import Finding

if TYPE_CHECKING:
    from accounts.models import User


@trail.verb
def note_verification(*, found: list[Finding], actor: "User | None", at: dt.datetime) -> None:
    """Say who verified when (the nightly run is nobody), how many findings there were, and the first of them."""
    head = Head.objects.get_or_create(pk=1)[0]
    trail.record(
        actor=actor, verb="verify", title=_("校验审计记录"), subject=head, at=at,
        note=found[0].text if found else _("完整"), findings=len(found), upto=head.seq,
    )  # fmt: skip
