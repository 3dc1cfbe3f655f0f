"""The one thing the reports write: that somebody took figures or rows out of the house."""

import datetime as dt

from django.utils.translation import gettext as _

from accounts.models import User
from audit import trail


@trail.verb
def record_export(*, actor: User, at: dt.datetime, form: str, what: str, rows: int) -> None:
    """Record who exported which figures for which period, in which form, and how many rows went out."""
    person = User.objects.get(pk=actor.pk)  # the signed-in user of a request is a stand-in for the row
    trail.record(
        actor=actor, verb="export", title=_("导出统计"), subject=person, at=at, note=what, form=form, lines=rows
    )
