"""What an office may correct after registration, and what stands against it. The table says it; pages and verb ask.

The words of the petitioner are never overwritten: the registration keeps them as they were
written down, and every earlier text of the matter stays in a ``Correction``.
"""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy as __

from accounts.models import Unit, User
from cases.choices import State
from cases.models import Case, Correction
from cases.opening import accused_unit_named
from reception import readback
from reception.choices import Purpose
from reception.models import Visit
from vault import masking

PERMISSION = "cases.correct"
KEPT = __("原话不会被覆盖：来访登记表保持原样，更正前的文字随时可以查看；更正后须重新复述确认。")
CLOSED = (State.FILED, State.MERGED)


@dataclass(frozen=True)
class Correctable:
    """One field: where it is kept, whether it is the petitioner's own words, how its value is masked.

    ``where`` is case, visit (the first one) or person. ``words`` asks for a reason and a
    new read-back; ``shielded`` fields are kept from units that handle a protected matter.
    """

    label: Promise
    where: str = "case"
    words: bool = False
    rows: int = 1
    most: int = 200
    mask: Callable[[str], str] = str
    shielded: bool = False
    required: bool = False
    permission: str = PERMISSION
    hint: Promise | str = ""


FIELDS: dict[str, Correctable] = {
    "title": Correctable(__("标题"), required=True),
    "demand": Correctable(__("请求"), words=True, rows=5, most=20_000, required=True, hint=KEPT),
    "facts": Correctable(__("事实"), words=True, rows=5, most=20_000, hint=KEPT),
    "reasons": Correctable(__("理由"), words=True, rows=3, most=20_000, hint=KEPT),
    "purpose": Correctable(__("信访目的"), required=True, hint=__("改为检举控告的，即按保密事项办理。")),
    "content_category": Correctable(__("内容分类"), hint=__("写代码、名称或者全称。")),
    "region": Correctable(__("问题属地"), most=60),
    "occurred": Correctable(__("发生时间"), where="visit", most=60),
    "accused": Correctable(
        __("被反映的人或单位"), shielded=True, hint=__("填写后按保密事项办理；删去后不会因此解除保密。")
    ),
    "phone": Correctable(__("联系电话"), where="person", most=40, mask=masking.mask_phone, shielded=True),
    "address": Correctable(__("住址"), where="person", mask=masking.mask_address, shielded=True),
    "work_unit": Correctable(__("工作单位"), where="person", most=120, shielded=True),
}  # fmt: skip


def refusal(case: Case, field: str, actor: User) -> str:
    """Why ``actor`` cannot correct this field now, as a sentence; "" when they can."""
    if not actor.can(FIELDS[field].permission) or "office" not in actor.scopes:
        return _("您的角色不能更正登记内容。")
    if case.state in CLOSED:
        return _("当前环节为“%(state)s”，登记内容不能再更正。") % {"state": case.get_state_display()}
    if actor.pk in case.recused_ids:
        return _("您已申请回避，不能办理此事项（第二十八条）。")
    return ""


def current(case: Case, field: str) -> str:
    """The field as it stands, as text."""
    value = getattr(_row(case, field), field)
    return "" if value is None else str(value)


def shown(field: str, text: str) -> str:
    """A value as a page or the trail shows it: numbers masked, codes in words."""
    if field == "purpose" and text in Purpose.values:
        return str(Purpose(text).label)
    return FIELDS[field].mask(text)


def _row(case: Case, field: str) -> Any:
    where = FIELDS[field].where
    if where == "person":
        return case.petitioner
    return first_visit(case) if where == "visit" else case


def first_visit(case: Case) -> Any:
    """The visit that opened the matter."""
    return case.visit_links.select_related("visit").order_by("position")[0].visit


def consequences(case: Case, field: str, value: Any) -> dict[str, Any]:
    """The further columns that a correction sets: protection and the accused unit follow by the rules of intake."""
    if field == "purpose":
        return {"protected": True} if value == Purpose.ACCUSATION else {}
    if field != "accused":
        return {}
    found: dict[str, Any] = {"accused_unit": accused_unit_named(value)}
    return found | ({"protected": True} if value else {})


def shield(case: Case, field: str, columns: dict[str, Any]) -> str:
    """Why protection cannot change now: somebody who has the matter would become the one it is about (article 30)."""
    changes = any(getattr(case, name) != value for name, value in columns.items())
    if changes and (case.main_id or case.merged.exists()):
        return _("此事项有并案，请先撤销并案，再更正“%(field)s”。") % {"field": FIELDS[field].label}
    unit = columns.get("accused_unit")
    holder = _holding(case, unit) if unit else None
    if holder:
        return _("%(unit)s正在承办此事项，不能直接改为被反映的单位：请先收回、改交其他单位，再更正（第三十条）。") % {
            "unit": holder.name
        }
    return ""


def _holding(case: Case, accused: Unit) -> Unit | None:
    """The unit of the accused body that has the matter in its hands."""
    sent = case.assignments.filter(ended_at__isnull=True).select_related("unit")
    hands = [one.unit for one in sent] + ([case.handling_unit] if case.handling_unit else [])
    return next((unit for unit in hands if unit.body_ids & accused.body_ids), None)


def wants_read_back(case: Case) -> bool:
    """Were the petitioner's words touched and not read back since? Where there is a sheet, it says so."""
    if not Correction.objects.wanting_read_back(case).exists():
        return False
    sheet = sheet_of(case)
    return sheet is None or not readback.stands(sheet)


def sheet_of(case: Case) -> Visit | None:
    """The visit on whose page the corrected words are confirmed; None where nobody stood at the counter."""
    visit = first_visit(case)
    return visit if visit and readback.asked_of(visit) and readback.latest(visit) else None


def read_back_done(case: Case, at: Any) -> list[Correction]:
    """Close what waits for a read-back, inside a verb; the rows are for ``trail.record(rows=…)``."""
    rows = list(Correction.objects.wanting_read_back(case))
    for row in rows:
        row.read_back_at = at
        row.save(update_fields=["read_back_at"])
    return rows
