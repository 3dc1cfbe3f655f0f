"""The figures and the ways to break them down, as data: code, label, sentence, rows.

A figure is a pair of numbers. A plain count has no denominator; a share is how many of
the base rows meet a condition; a mean is a sum over a number of rows. Both numbers of a
pair add up over any breakdown.
"""

import datetime as dt
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from decimal import ROUND_HALF_UP, Decimal
from typing import Any

from django.db.models import Case, CharField, Count, F, IntegerField, Q, Sum, Value, When
from django.db.models.expressions import Combinable
from django.db.models.functions import Coalesce, Substr
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy as __

from accounts.models import Unit
from cases import policy
from followup.choices import Adoption, Satisfaction, SuggestionKind
from reception.choices import Channel, Purpose
from reception.models import ContentCategory

SMALL = 10  # a percentage of fewer rows says more than it knows

COUNT, SUM, SHARE, MEAN = "count", "sum", "share", "mean"
ALL = Q()
DIGITS = 18  # of a key that any database holds


@dataclass(frozen=True)
class Figure:
    """``hit`` is the condition of the numerator within the base; ``of`` the column a sum or mean adds up."""

    code: str
    label: Promise
    unit: Promise | str
    definition: Promise
    base: str
    kind: str = COUNT
    hit: Q = ALL
    of: str = ""
    by: tuple[str, ...] = ()
    less_is_better: bool = False

    @property
    def on_visits(self) -> bool:
        """Counted over visits; all others are counted over matters."""
        return self.base == "visits"

    def aggregates(self) -> dict[str, Any]:
        """Numerator and denominator as aggregates over the base rows, named after the figure."""
        code = self.code
        if self.kind == COUNT:
            return {f"{code}_n": Count("pk")}
        if self.kind == SUM:
            return {f"{code}_n": Sum(self.of, filter=self.hit or None)}
        if self.kind == MEAN:
            return {f"{code}_n": Sum(self.of), f"{code}_d": Count("pk")}
        whole = Sum(self.of) if self.of else Count("pk")
        return {f"{code}_n": (Sum if self.of else Count)(self.of or "pk", filter=self.hit), f"{code}_d": whole}

    def pair(self, row: dict[str, Any]) -> "Pair":
        """The pair out of an aggregate row."""
        top, bottom = row[f"{self.code}_n"], row.get(f"{self.code}_d")
        if isinstance(top, dt.timedelta):
            top = top.days
        return Pair(self, top or 0, None if self.kind in (COUNT, SUM) else bottom or 0)


@dataclass(frozen=True)
class Pair:
    """Numerator and denominator of a figure, for everything or for one cell of a breakdown."""

    figure: Figure
    numerator: int
    denominator: int | None = None

    def less(self, others: Iterable["Pair"]) -> "Pair":
        """What is left when these are taken away: the cell of all the rest."""
        top, bottom = self.numerator, self.denominator
        for other in others:
            top -= other.numerator
            bottom = None if bottom is None else bottom - (other.denominator or 0)
        return Pair(self.figure, top, bottom)

    @property
    def value(self) -> float | int | None:
        """The number itself; None for a share or mean of nothing."""
        if self.denominator is None:
            return self.numerator
        return round(self.numerator / self.denominator, 6) if self.denominator else None

    @property
    def share(self) -> str:
        """``865/1408``; "" for plain numbers and means."""
        return f"{self.numerator}/{self.denominator}" if self.figure.kind == SHARE else ""

    @property
    def percent(self) -> str:
        """``61.4%``, half up; hidden for fewer than ten rows, and never 100% while one row is missing."""
        if self.figure.kind != SHARE or not self.denominator or self.denominator < SMALL:
            return ""
        tenths = _rounded(Decimal(self.numerator) * 100 / self.denominator)
        if tenths == 100 and self.numerator < self.denominator:
            tenths = Decimal("99.9")
        return f"{tenths}%"

    @property
    def text(self) -> str:
        """What is printed large: the count, the percentage (or n/N where that is hidden), the mean."""
        if self.denominator is None:
            return f"{self.numerator:,}"
        if not self.denominator:
            return "—"
        if self.figure.kind == MEAN:
            return str(_rounded(Decimal(self.numerator) / self.denominator))
        return self.percent or self.share

    def change(self, base: "Pair | None") -> str:
        """Against an earlier period: ``+12.5%`` of a count, percentage points of a share, days of a mean."""
        if base is None:
            return "—"
        if self.figure.kind in (COUNT, SUM):
            moved = Decimal(self.numerator - base.numerator) * 100
            return f"{_rounded(moved / base.numerator):+}%" if base.numerator else "—"
        if self.figure.kind == SHARE and not (self.percent and base.percent):
            return "—"
        if not self.denominator or not base.denominator:
            return "—"
        factor = 100 if self.figure.kind == SHARE else 1
        now = Decimal(self.numerator * factor) / self.denominator
        then = Decimal(base.numerator * factor) / base.denominator
        unit = _("个百分点") if self.figure.kind == SHARE else _("天")
        return f"{_rounded(now - then):+} {unit}"


def _rounded(number: Decimal) -> Decimal:
    rounded = number.quantize(Decimal("0.1"), rounding=ROUND_HALF_UP)
    return abs(rounded) if rounded == 0 else rounded


REPEATED, GROUPED = Q(case_link__position__gt=1), Q(is_group=True)
CONTENT = ("category", "content", "region", "purpose")
HAPPY = (Satisfaction.SATISFIED, Satisfaction.FAIRLY)

# One row per figure. The sentence says what counts, which day, and which kind of days.
FIGURES: dict[str, Figure] = {
    figure.code: figure
    for figure in (
        Figure(
            "matters", __("件次"), __("件"),
            __("登记日期在本期内的信访事项；同一事项再次来访不另计件。"),
            "registered", by=(*CONTENT, "unit", "channel"),
        ),
        Figure(
            "batches", __("批次"), __("批"),
            __("来访日期在本期内、信访形式为来访的登记，一次接待计一批；包括再次来访。"),
            "visits", by=(*CONTENT, "turn", "size"),
        ),
        Figure(
            "persons", __("人次"), __("人次"),
            __("上述各批次的来访人数之和。"),
            "visits", SUM, of="visitors", by=(*CONTENT, "turn", "size"),
        ),
        Figure(
            "decided_in_time", __("及时受理率"), "",
            __(
                "转送交办期限（自登记之日起 15 个自然日，不因节假日顺延）在本期内届满的事项中，"
                "期限内已作出受理、转送、答复等决定的；逾期仍未决定的计入分母。"
                "导入的历史台账没有记载决定日期，已答复的不计。"
            ),
            "transfer_due", SHARE, Q(late=False), by=("category",),
        ),
        Figure(
            "closed_in_time", __("按期办结率"), "",
            __(
                "办理期限（自受理之日起 60 个自然日，含批准的延期，不因节假日顺延）在本期内届满的事项中，"
                "期限内办结的；逾期未办结的计入分母，尚在期限内未办结的不计。"
            ),
            "handle_due", SHARE, Q(late=False), by=("unit", "category"),
        ),
        Figure(
            "answered_15", __("15 日内答复"), "",
            __("本期登记的事项中，自登记之日起 15 个自然日内首次答复的。"),
            "registered", SHARE, Q(waited__lte=dt.timedelta(days=15)), by=("unit",),
        ),
        Figure(
            "answered_60", __("60 日内答复"), "",
            __("本期登记的事项中，自登记之日起 60 个自然日内首次答复的。"),
            "registered", SHARE, Q(waited__lte=dt.timedelta(days=60)), by=("unit",),
        ),
        Figure(
            "mean_days", __("平均答复天数"), __("天"),
            __("本期登记并已答复的事项，从登记日期到首次答复日期的自然日天数之和，除以件数。"),
            "answered", MEAN, of="waited", by=("unit",), less_is_better=True,
        ),
        Figure(
            "satisfaction", __("满意率"), "",
            __("本期回访联系上并作出评价的事项中，最后一次评价为满意或者基本满意的。"),
            "evaluated", SHARE, Q(evaluation__in=HAPPY), by=("unit",),
        ),
        Figure(
            "participation", __("参评率"), "",
            __("本期回访过的事项中，信访人作出评价的；未联系上和拒绝评价的计入分母。"),
            "return_visited", SHARE, Q(evaluation__isnull=False), by=("unit",),
        ),
        Figure(
            "repeat_share", __("重复访占比"), "",
            __("本期来访批次中，就同一事项第二次及以后来访的批次。"),
            "visits", SHARE, REPEATED, by=("region",), less_is_better=True,
        ),
        Figure(
            "group_share", __("集体访占比"), "",
            __("本期来访批次中，来访人数达到集体访人数的批次。"),
            "visits", SHARE, GROUPED, by=("region",), less_is_better=True,
        ),
        Figure(
            "group_persons_share", __("集体访人次占比"), "",
            __("本期来访人次中，集体访的人次。"),
            "visits", SHARE, GROUPED, of="visitors", less_is_better=True,
        ),
        Figure(
            "overdue", __("现在超期"), __("件"),
            __("截至统计日，仍有转送、告知、办理等期限已过而未完成的事项，不论何时登记；到期当日不算超期。"),
            "overdue", by=("unit", "category"), less_is_better=True,
        ),
        Figure(
            "suggestions", __("三项建议"), __("份"),
            __("制发日期在本期内的改进工作、完善政策、追究责任建议（第四十条），一份建议书计一份，不论涉及几件事项。"),
            "suggestions", by=("suggestion_kind", "addressee", "adoption"),
        ),
        Figure(
            "suggestions_adopted", __("建议采纳"), "",
            __("本期制发的三项建议中，截至统计日对方书面反馈全部采纳的。"),
            "suggestions", SHARE, Q(adoption_then=Adoption.ADOPTED), by=("suggestion_kind", "addressee"),
        ),
        Figure(
            "suggestions_partly", __("建议部分采纳"), "",
            __("本期制发的三项建议中，截至统计日对方书面反馈部分采纳的。"),
            "suggestions", SHARE, Q(adoption_then=Adoption.PARTLY), by=("suggestion_kind", "addressee"),
        ),
        Figure(
            "suggestions_not", __("建议不采纳"), "",
            __("本期制发的三项建议中，截至统计日对方书面反馈不采纳的。"),
            "suggestions", SHARE, Q(adoption_then=Adoption.NOT), by=("suggestion_kind", "addressee"),
            less_is_better=True,
        ),
        Figure(
            "suggestions_unanswered", __("建议未反馈"), "",
            __("本期制发的三项建议中，截至统计日没有书面反馈采纳情况的，不论是否到期。"),
            "suggestions", SHARE, Q(adoption_then=""), by=("suggestion_kind", "addressee"), less_is_better=True,
        ),
        Figure(
            "instructions", __("领导批示"), __("件"),
            __("批示日期在本期内的领导批示，一次批示交由一个单位或者人员的计一件；已撤销的不计。"),
            "instructions", by=("leader",),
        ),
        Figure(
            "instructions_in_time", __("批示按期反馈"), "",
            __("本期的领导批示中，在落实期限以前（含当日）反馈落实情况的；尚未反馈的计入分母。"),
            "instructions", SHARE, Q(in_time=True), by=("leader",),
        ),
        Figure(
            "charges", __("领导包案"), __("件"),
            __("包案日期在本期内的领导包案，一件事项包案一次计一件。"),
            "charges", by=("leader",),
        ),
        Figure(
            "charges_in_time", __("包案按期结束"), "",
            __("本期的领导包案中，在办结期限以前（含当日）结束的；尚未结束的计入分母。"),
            "charges", SHARE, Q(in_time=True), by=("leader",),
        ),
    )
}  # fmt: skip

Labels = Callable[[list[Any]], dict[Any, str]]


@dataclass(frozen=True)
class Dimension:
    """A way to break figures down. ``cell`` gives the key of a row; ``keys`` are listed even when empty.

    The expression is the same for matters and visits, except where ``visit_cell`` says otherwise.
    """

    code: str
    label: Promise
    cell: Combinable
    labels: Labels
    blank: Promise
    keys: Callable[[], list[Any]] = list
    whole: bool = False  # keys are whole numbers

    def label_of(self, key: Any, labels: dict[Any, str]) -> str:
        return labels.get(key) or (str(key) if key else str(self.blank))

    def parse(self, text: str) -> Any:
        """The key as written in an address. Raises ``ValueError`` for what can be no key."""
        if not self.whole:
            return text.replace("\x00", "")
        if not text.isascii() or not text.isdigit() or len(text) > DIGITS:
            raise ValueError(text)
        return int(text)


def _content_labels(keys: list[Any]) -> dict[Any, str]:
    return dict(ContentCategory.objects.filter(code__in=keys).values_list("code", "name"))


def _unit_labels(keys: list[Any]) -> dict[Any, str]:
    return {unit.pk: unit.label for unit in Unit.objects.filter(pk__in=keys)}


def _turn_labels(keys: list[Any]) -> dict[Any, str]:
    return {"first": _("初次来访"), "repeat": _("再次来访"), "open": _("尚未归入事项")}


def _size_labels(keys: list[Any]) -> dict[Any, str]:
    return {"single": _("个体访"), "group": _("集体访")}


TURN = Case(
    When(case_link__position__gt=1, then=Value("repeat")),
    When(case_link__position=1, then=Value("first")),
    default=Value("open"),
    output_field=CharField(),
)
SIZE = Case(When(is_group=True, then=Value("group")), default=Value("single"), output_field=CharField())

DIMENSIONS: dict[str, Dimension] = {
    dimension.code: dimension
    for dimension in (
        Dimension(
            "category", __("归类"), F("category"),
            lambda keys: {code: policy.category_label(code) for code in policy.categories()},
            __("未归类"), lambda: list(policy.categories()),
        ),
        Dimension(
            "content", __("内容分类"), Coalesce(Substr("content_category__code", 1, 2), Value("")),
            _content_labels, __("未分类"),
        ),
        Dimension(
            "unit", __("承办单位"), Coalesce(F("unit_then"), 0, output_field=IntegerField()),
            _unit_labels, __("信访部门（未转出）"), whole=True,
        ),
        Dimension("region", __("问题属地"), F("region"), lambda keys: {}, __("未填写")),
        Dimension(
            "channel", __("信访形式"), F("channel"), lambda keys: {key: str(label) for key, label in Channel.choices},
            __("未填写"), lambda: list(Channel.values),
        ),
        Dimension(
            "purpose", __("信访目的"), F("purpose"), lambda keys: {key: str(label) for key, label in Purpose.choices},
            __("未填写"), lambda: list(Purpose.values),
        ),
        Dimension(
            "suggestion_kind", __("建议种类"), F("kind"),
            lambda keys: {code: str(label) for code, label in SuggestionKind.choices},
            __("未填写"), lambda: list(SuggestionKind.values),
        ),
        Dimension(
            "adoption", __("采纳情况"), F("adoption_then"),
            lambda keys: {code: str(label) for code, label in Adoption.choices},
            __("未反馈"), lambda: list(Adoption.values),
        ),
        Dimension("addressee", __("建议对象"), F("unit_id"), _unit_labels, __("未填写"), whole=True),
        Dimension("leader", __("领导"), F("leader_name"), lambda keys: {}, __("未填写")),
        Dimension("turn", __("初次和再次"), TURN, _turn_labels, __("未填写"), lambda: ["first", "repeat", "open"]),
        Dimension("size", __("个体和集体"), SIZE, _size_labels, __("未填写"), lambda: ["single", "group"]),
    )
}  # fmt: skip
