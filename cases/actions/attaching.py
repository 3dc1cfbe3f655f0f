"""Files of a matter: adding one, handing one out."""

import datetime as dt

from django.core.files.uploadedfile import UploadedFile
from django.utils.translation import gettext as _

from accounts.models import User
from audit import trail
from cases.choices import State
from cases.models import Case
from documents.files import fetch_checked
from documents.keeping import keep_attachment
from documents.models import Attachment
from vault.errors import Refusal


@trail.verb
def attach(*, case: Case, actor: User, at: dt.datetime, upload: UploadedFile) -> Attachment:
    """Keep an uploaded file with the matter. Raises ``Refusal`` when it is filed or the file is not acceptable."""
    if not actor.can("cases.attach"):
        raise Refusal(_("您的角色不能上传附件。"))
    if case.state == State.FILED:
        raise Refusal(_("此事项已归档，不能再加附件。"))
    kept = keep_attachment(subject=case, matter=case.number, upload=upload, actor=actor, at=at)
    trail.record(
        actor=actor, verb="attach", title=_("上传附件"), subject=kept, at=at, matter=case.number, note=kept.title
    )
    return kept


@trail.verb
def hand_out(*, attachment: Attachment, actor: User, at: dt.datetime) -> bytes:
    """The bytes of a kept file, its hash checked; who took it is recorded. Raises ``Refusal`` (Damaged) otherwise."""
    data = fetch_checked(attachment.file, attachment.sha256)
    trail.record(
        actor=actor, verb="hand_out", title=_("下载附件"), subject=attachment, at=at, matter=attachment.matter,
        note=attachment.title,
    )  # fmt: skip
    return data
