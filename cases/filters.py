"""Filters of the list of matters: what a clerk types into the address or the bar above the list."""

import datetime as dt
import re
from typing import Any

import django_filters
from django import forms
from django.core.exceptions import ValidationError
from django.db.models import Q, QuerySet
from django.http import QueryDict
from django.utils.translation import gettext_lazy as _

from accounts.models import Unit, User
from cases import agenda, policy
from cases.choices import State
from cases.models import Case, CaseQuerySet, Delivery
from cases.workflow import STEPS
from reception.choices import Channel, Purpose

YES_NO = [("1", _("是")), ("0", _("否"))]
DUE = [
    ("overdue", _("已超期")),
    ("today", _("今日到期")),
    ("3", _("3 日内")),
    ("5", _("5 日内")),
    ("week", _("本周到期")),
]
CHIPS = ("group", "mine")  # set by the chips above the list; in the bar only where a saved view or a link set them
WORDS = 300  # characters of a filter kept
IDENTITY = re.compile(r"^(?:[0-9]{15}|[0-9]{17}[0-9Xx])$")
PHONE = re.compile(r"^(?:(?:\+?86)?1[3-9][0-9]{9}|0[1-9][0-9]{8,10})$")


def no_identity_number(value: str) -> None:
    """Numbers of documents and telephones never travel in an address: it stays in logs and in the browser's history."""
    if IDENTITY.match(re.sub(r"\s", "", value)):
        raise ValidationError(_("证件号码不在这里查找：请在页面上方的查找框中输入。"))
    if PHONE.match(re.sub(r"[\s-]", "", value)):
        raise ValidationError(_("电话号码不在这里查找：请在页面上方的查找框中输入。"))


class DayInput(forms.DateInput):
    input_type = "date"

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(format="%Y-%m-%d", **kwargs)


class CaseFilter(django_filters.FilterSet):
    """``user`` and ``today`` come from the page; the rows given are already those the user may see."""

    q = django_filters.CharFilter(
        label=_("查找"),
        method="search",
        max_length=60,
        validators=[no_identity_number],
        widget=forms.TextInput(attrs={"placeholder": _("编号、姓名、拼音、标题")}),
    )
    state = django_filters.ChoiceFilter(label=_("环节"), choices=State, empty_label=_("全部"))
    category = django_filters.ChoiceFilter(label=_("归类"), method="in_category", empty_label=_("全部"))
    unit = django_filters.ModelChoiceFilter(
        label=_("承办单位"), queryset=Unit.objects.receivers(), to_field_name="code", method="at_unit",
        empty_label=_("全部"),
    )  # fmt: skip
    due = django_filters.ChoiceFilter(label=_("到期"), choices=DUE, method="due_in", empty_label=_("全部"))
    channel = django_filters.ChoiceFilter(label=_("信访形式"), choices=Channel, empty_label=_("全部"))
    purpose = django_filters.ChoiceFilter(label=_("信访目的"), choices=Purpose, empty_label=_("全部"))
    group = django_filters.ChoiceFilter(label=_("集体访"), choices=YES_NO, method="is_group", empty_label=_("全部"))
    mine = django_filters.ChoiceFilter(label=_("我经办的"), choices=YES_NO[:1], method="by_me", empty_label=_("全部"))

    class Meta:
        model = Case
        fields: list[str] = []

    def __init__(self, *args: Any, user: User, today: dt.date, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.user, self.today = user, today
        self.filters["category"].extra["choices"] = [
            (code, category.label) for code, category in policy.categories().items()
        ]

    @property
    def bar_fields(self) -> list[forms.BoundField]:
        """What the bar above the list shows: all of it, always; the two of the chips once they are set."""
        return [self.form[name] for name in self.form.fields if name not in CHIPS or self.data.get(name)]

    def search(self, cases: CaseQuerySet, name: str, value: str) -> CaseQuerySet:
        """Number, name, pinyin or initials of the petitioner, and words of the text."""
        return cases.matching(value.strip(), self.user)

    def in_category(self, cases: CaseQuerySet, name: str, value: str) -> CaseQuerySet:
        """The category, or one of the duties it carries besides (兼涉)."""
        return cases.filter(Q(category=value) | Q(also__contains=value))

    def at_unit(self, cases: CaseQuerySet, name: str, value: Unit) -> CaseQuerySet:
        return cases.filter(handling_unit__path__startswith=value.path)

    def due_in(self, cases: CaseQuerySet, name: str, value: str) -> CaseQuerySet:
        if value == "overdue":
            return cases.overdue(self.today)
        days = {"today": 0, "3": 3, "5": 5, "week": 6 - self.today.weekday()}[value]
        return cases.due_within(self.today, days)

    def is_group(self, cases: CaseQuerySet, name: str, value: str) -> CaseQuerySet:
        return cases.filter(is_group=value == "1")

    def by_me(self, cases: CaseQuerySet, name: str, value: str) -> CaseQuerySet:
        return cases.filter(Q(handler=self.user) | Q(created_by=self.user))


# "from" is a word of the language, so these two cannot be attributes.
CaseFilter.base_filters["from"] = django_filters.DateFilter(
    field_name="registered_on", lookup_expr="gte", label=_("登记日期自"), widget=DayInput()
)
CaseFilter.base_filters["to"] = django_filters.DateFilter(
    field_name="registered_on", lookup_expr="lte", label=_("登记日期至"), widget=DayInput()
)


def frozen(query: QueryDict) -> str:
    """Of an address only the filters that the list knows, in a fixed order, as they were typed."""
    known = sorted(name for name in CaseFilter.base_filters if query.get(name))
    kept = QueryDict(mutable=True)
    for name in known:
        kept[name] = str(query[name])[:WORDS]
    return kept.urlencode()


class TodoFilter(django_filters.FilterSet):
    """The to-do list by unit, category and the step that waits; the steps are those of the user's roles."""

    step = django_filters.ChoiceFilter(label=_("下一步"), method="waits_for", empty_label=_("全部"))
    category = django_filters.ChoiceFilter(label=_("归类"), method="in_category", empty_label=_("全部"))
    unit = django_filters.ModelChoiceFilter(
        label=_("承办单位"), queryset=Unit.objects.receivers(), to_field_name="code", method="at_unit",
        empty_label=_("全部"),
    )  # fmt: skip

    def __init__(self, *args: Any, user: User, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.turns = agenda.turns(user)
        self.filters["step"].extra["choices"] = [(name, STEPS[name].label) for name in STEPS if name in self.turns]
        self.filters["category"].extra["choices"] = [(code, one.label) for code, one in policy.categories().items()]

    @property
    def bar_fields(self) -> list[forms.BoundField]:
        return [self.form[name] for name in self.form.fields]

    def waits_for(self, cases: CaseQuerySet, name: str, value: str) -> CaseQuerySet:
        return cases.filter(self.turns[value])

    def in_category(self, cases: CaseQuerySet, name: str, value: str) -> CaseQuerySet:
        return cases.filter(Q(category=value) | Q(also__contains=value))

    def at_unit(self, cases: CaseQuerySet, name: str, value: Unit) -> CaseQuerySet:
        return cases.filter(handling_unit__path__startswith=value.path)


class DeliveryFilter(django_filters.FilterSet):
    """The register of deliveries, and the papers that wait for one: by number of matter or paper."""

    q = django_filters.CharFilter(
        label=_("查找"), method="search", max_length=60, validators=[no_identity_number],
        widget=forms.TextInput(attrs={"placeholder": _("编号、文号")}),
    )  # fmt: skip

    def __init__(self, *args: Any, today: dt.date, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.today = today

    def search(self, rows: QuerySet[Any], name: str, value: str) -> QuerySet[Any]:
        text = value.strip()
        if rows.model is Delivery:
            return rows.filter(Q(case__number__icontains=text) | Q(paper__number__icontains=text))
        return rows.filter(Q(matter__icontains=text) | Q(number__icontains=text))
