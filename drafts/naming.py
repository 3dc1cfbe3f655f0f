"""Which form of which matter a page holds: a signed slip that stands in the form and comes back with every save."""

import uuid
from dataclasses import dataclass

from django.core import signing

from accounts.models import User

SALT = "drafts.page"


@dataclass(frozen=True)
class Slip:
    """What the server wrote into the page. ``page`` is one opening of the form; ``subject`` what it is about."""

    page: str
    form: str
    subject: str
    title: str
    matter: str
    url: str


def sign(slip: Slip, user: User) -> str:
    """The slip for this user's page; nobody else's save is taken with it."""
    parts = [user.pk, slip.page, slip.form, slip.subject, slip.title, slip.matter, slip.url]
    return signing.dumps(parts, salt=SALT, compress=True)


def read(text: str, user: User) -> Slip | None:
    """The slip a page brought back; None when it is not ours or was written for somebody else."""
    try:
        owner, *parts = signing.loads(text, salt=SALT)
        slip = Slip(*parts)
        uuid.UUID(slip.page)
    except (signing.BadSignature, TypeError, ValueError):
        return None
    return slip if user.is_authenticated and owner == user.pk else None
