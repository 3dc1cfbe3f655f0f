"""Looking at what is protected is an act of its own."""

import datetime as dt

from django.utils.translation import gettext as _

from accounts.models import User
from audit import trail
from cases.models import Case
from vault.errors import Refusal


@trail.verb
def look(*, case: Case, actor: User, at: dt.datetime) -> None:
    """Record that somebody opened a protected matter (article 30). Raises ``Refusal`` for any other."""
    if not case.protected:
        raise Refusal(_("此事项不是保密事项，查看不作记录。"))
    trail.record(actor=actor, verb="look", title=_("查看保密事项"), subject=case, at=at, matter=case.number)
