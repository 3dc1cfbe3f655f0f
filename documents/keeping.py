"""Keeping a handed-in file with a subject, inside a verb: checked, encrypted, named by its digest."""

import datetime as dt
import hashlib

from django.core.files.uploadedfile import UploadedFile
from django.db import models
from django.utils.translation import gettext as _

from accounts.models import User
from documents import files
from documents.accepting import accept
from documents.models import Attachment
from vault.errors import Refusal


def keep_attachment(
    *, subject: models.Model, matter: str, upload: UploadedFile, actor: User, at: dt.datetime
) -> Attachment:
    """Check the file, store it encrypted and write its row; the caller records it with the trail.

    Raises ``Refusal`` when the content is not acceptable or the same bytes already lie with this subject.
    """
    accepted = accept(upload)
    digest = hashlib.sha256(accepted.data).hexdigest()
    same = Attachment.objects.about(subject).filter(sha256=digest, voided_at__isnull=True).first()
    if same:
        raise Refusal(_("同一文件已经上传过:%(title)s。"), title=same.title)
    name, sha256 = files.keep(accepted.data, "attachments")
    return Attachment.objects.create(
        subject_type=subject._meta.label_lower,
        subject_id=subject.pk,
        matter=matter,
        title=accepted.title,
        content_type=accepted.content_type,
        size=len(accepted.data),
        sha256=sha256,
        file=name,
        added_at=at,
        added_by=actor,
    )


def content_of(attachment: Attachment) -> bytes:
    """The bytes as handed in, checked; raises ``Damaged``."""
    return files.fetch_checked(attachment.file, attachment.sha256)
