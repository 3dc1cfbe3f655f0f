"""Corrections after registration: one field, one version, one fact; the earlier text is kept."""

import datetime as dt
from typing import Any

from django.db.models import F
from django.utils.translation import gettext as _

from accounts.models import User
from audit import trail
from cases import correcting
from cases.models import Case, CaseWords, Correction
from cases.models.words import TEXTS
from cases.workflow import insist_unmoved, who_was_faster
from reception import readback
from reception.models import Visit
from reception.registering import correct_person
from vault.errors import Refusal, Stale

SHOWN = 300  # characters of each text in the fact; both stand whole in the row


@trail.verb
def correct(
    *, case: Case, actor: User, at: dt.datetime, field: str, value: Any, reason: str = "", seen: str | None = None
) -> Correction:
    """Set one field of the table in ``cases.correcting`` if the matter still has the version that ``case`` was read in.

    ``seen`` is the value as the page showed it, for fields of the petitioner, whom other
    matters share. The petitioner's words take a reason and must be read back anew.
    Raises ``Stale`` when somebody was faster, ``Refusal`` with the reason otherwise.
    """
    before = _insist(case, actor, field, value, reason)
    columns = correcting.consequences(case, field, value)
    shut = correcting.shield(case, field, columns)
    if shut:
        raise Refusal(shut)
    spec = correcting.FIELDS[field]
    if spec.where == "case":
        columns[field] = value
    # the petitioner's row before the matter's: the order in which a registration locks them
    others = _elsewhere(case, field, value, before if seen is None else seen)
    free = Case.objects.filter(pk=case.pk, version=case.version, state=case.state)
    if free.update(version=F("version") + 1, **columns) != 1:
        raise Stale(who_was_faster(case))
    case.refresh_from_db()
    if field in TEXTS:
        CaseWords.objects.keep([case])
    again = _read_again(case, actor, at) if spec.words else []
    now = str(value or "")
    row = Correction.objects.create(
        case=case, field=field, old=before, new=now, reason=reason.strip()[:300], version=case.version,
        made_by=actor, made_at=at, read_back_wanted=spec.words,
    )  # fmt: skip
    trail.record(
        actor=actor, verb="correct", title=_("更正登记内容"), subject=case, at=at, matter=case.number,
        note=reason.strip(), rows=[row, *others, *again], field=field, old=correcting.shown(field, before)[:SHOWN],
        new=correcting.shown(field, now)[:SHOWN],
    )  # fmt: skip
    return row


def _read_again(case: Case, actor: User, at: dt.datetime) -> list[Any]:
    """The next version of the read-back sheet where the petitioner stood at the counter; it waits to be confirmed."""
    visit = correcting.first_visit(case)
    if visit is None or not readback.asked_of(visit):
        return []
    words = {name: getattr(case, name) for name in readback.WORDS}
    return readback.renew(visit, actor=actor, at=at, **words)


def _insist(case: Case, actor: User, field: str, value: Any, reason: str) -> str:
    """The value as it stands; raises ``Refusal`` when it may not be corrected, or is not."""
    if field not in correcting.FIELDS:
        raise Refusal(_("没有这一项登记内容。"))
    spec, shut = correcting.FIELDS[field], correcting.refusal(case, field, actor)
    if shut:
        insist_unmoved(case)
        raise Refusal(shut)
    if spec.required and not str(value or "").strip():
        raise Refusal(_("“%(field)s”不能为空。"), field=str(spec.label))
    if spec.words and not reason.strip():
        raise Refusal(_("改动来访人的诉求，请写明理由；原文会保留。"))
    before = correcting.current(case, field)
    if before == str(value or ""):
        insist_unmoved(case)
        raise Refusal(_("内容没有改动。"))
    return before


def _elsewhere(case: Case, field: str, value: Any, seen: str) -> list[Any]:
    """Write a field that another row keeps; returns that row. Raises ``Stale`` when it is no longer as shown."""
    where = correcting.FIELDS[field].where
    if where == "visit":
        visit = correcting.first_visit(case)
        if Visit.objects.filter(pk=visit.pk, **{field: seen}).update(**{field: value}) != 1:
            raise Stale(who_was_faster(case))
        visit.refresh_from_db()
        return [visit]
    if where == "person":
        done = correct_person(case.petitioner_id, field, value, seen)
        if done is None:
            insist_unmoved(case)
            raise Stale(_("此信访人的资料刚刚被他人改过，请核对后再改。"))
        return [done[0]]
    return []


@trail.verb
def read_back(*, case: Case, actor: User, at: dt.datetime) -> None:
    """Record that the corrected words were read back and the petitioner confirmed them."""
    if not actor.can(correcting.PERMISSION):
        raise Refusal(_("您的角色不能更正登记内容。"))
    rows = correcting.read_back_done(case, at)
    if not rows:
        raise Refusal(_("没有等待重新复述的更正。"))
    trail.record(
        actor=actor, verb="read_back", title=_("更正后重新复述确认"), subject=case, at=at, matter=case.number, rows=rows
    )
