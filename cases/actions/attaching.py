"""Files of a matter: adding, showing, handing out, describing, arranging and voiding them."""

import datetime as dt
from typing import Any

from django.core.files.uploadedfile import UploadedFile
from django.db import IntegrityError, OperationalError
from django.utils.translation import gettext as _

from accounts.models import User
from audit import trail
from cases.choices import State
from cases.models import Case
from cases.shielding import may_change
from documents import files
from documents.accepting import Accepted, safe_title
from documents.arranging import arranged, arrangement_of, write_order
from documents.files import NoRoom, fetch_checked
from documents.keeping import NOTHING, Details, SameAgain, store, write_row
from documents.models import Arrangement, Attachment
from documents.policy import materials
from documents.previewing import preview
from vault.errors import Refusal

FULL = ("is full", "no space left")  # what SQLite and PostgreSQL say


def attach(*, case: Case, actor: User, at: dt.datetime, upload: UploadedFile, said: Details = NOTHING) -> Attachment:
    """Keep an uploaded file with the matter, once: the same key again answers the file it was stored as.

    Checking and encrypting happen before the transaction; without a row the stored file is
    dropped again. Raises ``Refusal`` when the matter is filed, the file is not acceptable or
    there is no room, ``SameAgain`` when its bytes lie with the matter already.
    """
    _open(case, actor)
    if said.kind not in ("", *materials()):
        raise Refusal(_("请选择材料类别。"))
    if already := _stored_before(case, actor, said.key):
        return already
    stored = store(upload)
    try:
        return _attach(case=case, actor=actor, at=at, stored=stored, said=said)
    except BaseException as error:
        files.drop(stored[1])
        if isinstance(error, IntegrityError | SameAgain):
            return _other_was_faster(case, actor, said.key, error)
        if isinstance(error, OperationalError) and any(word in str(error).lower() for word in FULL):
            raise NoRoom(_("磁盘空间不足，文件没有保存，请联系系统管理员后重试。")) from error
        raise


@trail.verb
def _attach(
    *, case: Case, actor: User, at: dt.datetime, stored: tuple[Accepted, str, str], said: Details
) -> Attachment:
    kept = write_row(subject=case, matter=case.number, stored=stored, said=said, actor=actor, at=at)
    trail.record(
        actor=actor, verb="attach", title=_("上传附件"), subject=kept, at=at, matter=case.number, note=kept.title
    )
    return kept


def _stored_before(case: Case, actor: User, key: str) -> Attachment | None:
    """The file this upload was stored as. Raises ``Refusal`` when the key was used for something else."""
    found = Attachment.objects.filter(key=key).first() if key else None
    if found and (found.added_by_id != actor.pk or found not in Attachment.objects.about(case)):
        raise Refusal(_("这次上传的标记已经用过，请重新选择文件。"))
    return found


def _other_was_faster(case: Case, actor: User, key: str, error: IntegrityError | SameAgain) -> Attachment:
    """The same upload or the same bytes were stored in the same moment: the first is answered, the second is told."""
    if already := _stored_before(case, actor, key):
        return already
    raise error if isinstance(error, SameAgain) else SameAgain(_("同一文件刚刚已经上传，没有重复保存。"))


@trail.verb
def hand_out(*, attachment: Attachment, actor: User, at: dt.datetime) -> bytes:
    """The bytes of a kept file, its hash checked; who took it is recorded. Raises ``Refusal`` (Damaged) otherwise."""
    data = fetch_checked(attachment.file, attachment.sha256)
    trail.record(
        actor=actor, verb="hand_out", title=_("下载附件"), subject=attachment, at=at, matter=attachment.matter,
        note=attachment.title,
    )  # fmt: skip
    return data


def show(*, attachment: Attachment, page: int, actor: User, at: dt.datetime) -> bytes:
    """What the browser may show: a PDF as it is, of a picture a new one; who looked is recorded.

    Raises ``Refusal`` for any other kind and for a damaged file.
    """
    pdf = attachment.content_type == "application/pdf"
    data = fetch_checked(attachment.file, attachment.sha256) if pdf else preview(attachment, "view", page)
    _show(attachment=attachment, actor=actor, at=at)
    return data


@trail.verb
def _show(*, attachment: Attachment, actor: User, at: dt.datetime) -> None:
    trail.record(
        actor=actor, verb="view_file", title=_("查看附件"), subject=attachment, at=at, matter=attachment.matter,
        note=attachment.title,
    )  # fmt: skip


@trail.verb
def describe(
    *, attachment: Attachment, case: Case, title: str, said: Details, pages: int, actor: User, at: dt.datetime
) -> None:
    """Correct what is said of a file; the extension of its name stays. Raises ``Refusal``."""
    _open(case, actor)
    _changeable(attachment, actor)
    suffix = attachment.title[attachment.title.rfind(".") :]
    name = safe_title(title.strip().removesuffix(suffix) + suffix)
    changes: dict[str, Any] = {
        "title": name,
        "kind": said.kind,
        "made": said.made,
        "audience": said.audience,
        "pages": pages,
    }
    changed = {key: value for key, value in changes.items() if getattr(attachment, key) != value}
    if not changed:
        raise Refusal(_("没有改动。"))
    note = f"{attachment.title} → {name}" if "title" in changed else name
    for key, value in changed.items():
        setattr(attachment, key, value)
    attachment.save(update_fields=list(changed))
    trail.record(
        actor=actor, verb="describe", title=_("更正附件说明"), subject=attachment, at=at, matter=case.number,
        note=note, **{key: value for key, value in changed.items() if key != "title"},
    )  # fmt: skip


@trail.verb
def void_file(*, attachment: Attachment, case: Case, reason: str, actor: User, at: dt.datetime) -> None:
    """Void a file that does not belong here. It stays stored and listed with its reason. Raises ``Refusal``."""
    _open(case, actor)
    _changeable(attachment, actor)
    if not reason.strip():
        raise Refusal(_("请写明作废的原因。"))
    said = {"voided_at": at, "voided_by": actor, "void_reason": reason.strip()[:200]}
    if not Attachment.objects.filter(pk=attachment.pk, voided_at__isnull=True).update(**said):
        raise Refusal(_("此附件已经作废。"))
    attachment.refresh_from_db()
    trail.record(
        actor=actor, verb="void_file", title=_("作废附件"), subject=attachment, at=at, matter=case.number,
        note=f"{attachment.title}：{attachment.void_reason}",
    )  # fmt: skip


@trail.verb
def arrange(*, case: Case, order: list[int], version: int, actor: User, at: dt.datetime) -> Arrangement:
    """Put the files of a matter into an order; the dossier keeps it inside its groups.

    ``order`` names the files the page showed; those it did not show stay where they are.
    ``version`` is that of the arrangement the page showed, 0 for none. Raises ``Stale`` when
    somebody else arranged them since, ``Refusal`` once the matter is filed.
    """
    _open(case, actor)
    before = arrangement_of(case)
    lying = [file.pk for file in arranged(Attachment.objects.about(case), before.order if before else [])]
    if len(set(order)) != len(order) or not set(order) <= set(lying):
        raise Refusal(_("附件已有变化，请刷新后再排。"))
    turn = iter(order)
    whole = [next(turn) if key in set(order) else key for key in lying]
    row = write_order(subject=case, matter=case.number, order=whole, version=version, actor=actor, at=at)
    trail.record(actor=actor, verb="arrange", title=_("调整附件顺序"), subject=row, at=at, matter=case.number)
    return row


def _open(case: Case, actor: User) -> None:
    if not actor.can("cases.attach"):
        raise Refusal(_("您的角色不能上传附件。"))
    if case.state == State.FILED:
        raise Refusal(_("此事项已归档，附件不能再加、再改。"))


def _changeable(attachment: Attachment, actor: User) -> None:
    if attachment.voided_at:
        raise Refusal(_("此附件已经作废。"))
    if not may_change(attachment, actor):
        raise Refusal(_("这是其他单位上传的附件，请由该单位更正。"))
