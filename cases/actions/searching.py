"""Looking somebody up by the number of a document or a telephone: done on record."""

import datetime as dt

from django.utils.translation import gettext as _

from accounts.models import User
from audit import trail
from cases import searching
from vault.masking import mask_identity, mask_phone


@trail.verb
def look_up(*, typed: searching.Typed, actor: User, at: dt.datetime) -> searching.Found:
    """Find people and matters by a personal number, and record who looked, for what, and how many were found.

    The number itself is kept nowhere; the record carries it masked.
    """
    found = searching.by_digest(typed, actor)
    person = User.objects.get(pk=actor.pk)  # the signed-in user of a request is a stand-in for the row
    identity = typed.kind == "identity"
    trail.record(
        actor=actor, verb="look_up", subject=person, at=at,
        title=_("按证件号码查找") if identity else _("按电话号码查找"),
        note=mask_identity(typed.text) if identity else mask_phone(typed.text),
        persons=len(found.persons), matters=len(found.matters),
    )  # fmt: skip
    return found
