"""Keeping a handed-in file with a subject, inside a verb: checked, encrypted, named by its digest."""

import datetime as dt
from dataclasses import dataclass

from django.conf import settings
from django.core.files.uploadedfile import UploadedFile
from django.db import models
from django.db.models import Sum
from django.utils.translation import gettext as _

from accounts.models import User
from documents import files
from documents.accepting import Accepted, accept
from documents.models import Attachment
from vault.errors import Refusal


class SameAgain(Refusal):
    """The same bytes already lie with this subject; nothing was stored again."""


@dataclass(frozen=True)
class Details:
    """What is said of a file: its kind, original or copy, for whom, and the sender's key of the upload."""

    kind: str = ""
    made: str = ""
    audience: str = ""
    key: str = ""


NOTHING = Details()


def store(upload: UploadedFile) -> tuple[Accepted, str, str]:
    """Check a file and keep it encrypted: what it is, its name in the storage, its digest. Raises ``Refusal``.

    Reading and encrypting takes tenths of seconds, so it happens before the transaction of
    the verb; who calls drops the file again when no row comes to name it.
    """
    accepted = accept(upload)
    name, sha256 = files.keep(accepted.data, "attachments")
    return accepted, name, sha256


def write_row(
    *, subject: models.Model, matter: str, stored: tuple[Accepted, str, str], said: Details, actor: User,
    at: dt.datetime,
) -> Attachment:  # fmt: skip
    """The row of a stored file, inside a verb; the caller records it with the trail.

    Raises ``SameAgain`` when the bytes are there already, ``Refusal`` when the subject has no room left.
    """
    accepted, name, sha256 = stored
    if same := same_bytes(subject, sha256):
        raise SameAgain(_("同一文件已经上传过：%(title)s。"), title=same.title)
    _room(subject, len(accepted.data))
    return Attachment.objects.create(
        subject_type=subject._meta.label_lower,
        subject_id=subject.pk,
        matter=matter,
        title=accepted.title,
        content_type=accepted.content_type,
        size=len(accepted.data),
        sha256=sha256,
        file=name,
        pages=accepted.pages,
        kind=said.kind,
        made=said.made,
        audience=said.audience,
        key=said.key,
        added_at=at,
        added_by=actor,
    )


def keep_attachment(
    *, subject: models.Model, matter: str, upload: UploadedFile, actor: User, at: dt.datetime, said: Details = NOTHING
) -> Attachment:
    """Check the file, store it and write its row, all inside a verb; the caller records it with the trail.

    Raises ``Refusal`` when the content is not acceptable or the same bytes already lie with this subject.
    """
    stored = store(upload)
    try:
        return write_row(subject=subject, matter=matter, stored=stored, said=said, actor=actor, at=at)
    except BaseException:
        files.drop(stored[1])
        raise


def same_bytes(subject: models.Model, sha256: str) -> Attachment | None:
    """The file of this subject with these bytes, unless it was voided."""
    return Attachment.objects.about(subject).filter(sha256=sha256, voided_at__isnull=True).first()


def _room(subject: models.Model, size: int) -> None:
    """All files of one subject together stay within the office's limit; voided ones lie there too."""
    used = Attachment.objects.about(subject).aggregate(all=Sum("size"))["all"] or 0
    if used + size > settings.ATTACHMENT_MATTER_BYTES:
        most = settings.ATTACHMENT_MATTER_BYTES // 1024**2
        raise Refusal(_("本事项的附件合计将超过 %(most)s MB，不能再加；请联系系统管理员。"), most=most)


def content_of(attachment: Attachment) -> bytes:
    """The bytes as handed in, checked; raises ``Damaged``."""
    return files.fetch_checked(attachment.file, attachment.sha256)
