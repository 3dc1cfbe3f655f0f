"""The words of a paper before its issue: the open draft, what may stand in it, and its use."""

import datetime as dt

from django.db import models
from django.utils.translation import gettext as _

from accounts.models import User
from documents import wording
from documents.models import Draft, Paper
from vault.errors import Refusal, Stale

MOST = 20_000  # characters; an opinion of ten pages has a quarter of it


def open_draft(kind: str, subject: models.Model) -> Draft | None:
    """The draft that the next paper of this kind about this subject will be printed with."""
    return Draft.objects.about(subject).filter(kind=kind, used_by__isnull=True).first()


def keep(
    kind: str, *, subject: models.Model, matter: str, text: str, version: int, actor: User, at: dt.datetime
) -> Draft:
    """Write the draft; the caller records it. ``version`` is the one its editor read, 0 for none yet.

    Raises ``Refusal`` for unknown placeholders and for obligatory ones left out, ``Stale``
    when somebody else saved since.
    """
    said = _checked(kind, text)
    draft = open_draft(kind, subject)
    if (draft.version if draft else 0) != version:
        raise Stale(_("%(who)s 已先行修改此文书稿，请刷新后再改。") % {"who": draft.edited_by if draft else _("他人")})
    if draft is None:
        return Draft.objects.create(
            subject_type=subject._meta.label_lower, subject_id=subject.pk, matter=matter, kind=kind, text=said,
            edited_at=at, edited_by=actor,
        )  # fmt: skip
    claimed = Draft.objects.filter(pk=draft.pk, version=version, used_by__isnull=True).update(version=version + 1)
    if not claimed:
        raise Stale(_("他人已先行修改此文书稿，请刷新后再改。"))
    draft.text, draft.version, draft.edited_at, draft.edited_by = said, version + 1, at, actor
    draft.save(update_fields=["text", "edited_at", "edited_by"])
    return draft


def _checked(kind: str, text: str) -> str:
    if len(text) > MOST:
        raise Refusal(_("文书稿不能超过 %(most)s 字。"), most=MOST)
    wrong = wording.problems(kind, text)
    if wrong:
        raise Refusal("".join(wrong[:5]))
    return text.strip()


def use(draft: Draft, paper: Paper) -> None:
    """The paper was issued with this draft's words; from now on they stay."""
    if not Draft.objects.filter(pk=draft.pk, version=draft.version, used_by__isnull=True).update(used_by=paper):
        raise Stale(_("文书稿刚被他人修改，请看过后再制发。"))
    draft.used_by = paper
