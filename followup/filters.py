"""Filters of the supervision desk: those of the list of matters that make sense there."""

from typing import Any

import django_filters
from django.utils.translation import gettext_lazy as _

from accounts.models import Unit
from cases.filters import CaseFilter
from followup.choices import Adoption, SuggestionKind
from followup.models import Suggestion, SuggestionQuerySet

STATES = [("open", _("待反馈")), ("late", _("逾期未反馈")), ("answered", _("已反馈")), ("closed", _("已销号"))]


class DeskFilter(CaseFilter):
    """Unit, category, due span and words; rows given are already those the user may see."""

    shown = ("q", "unit", "category", "due")

    @property
    def desk_fields(self) -> list[object]:
        return [self.form[name] for name in self.shown]


class SuggestionFilter(django_filters.FilterSet):
    """Kind, addressee, state, adoption and year of issue; rows given are already those the user may see."""

    kind = django_filters.ChoiceFilter(label=_("建议种类"), choices=SuggestionKind, empty_label=_("全部"))
    unit = django_filters.ModelChoiceFilter(
        label=_("建议对象"), queryset=Unit.objects.none(), to_field_name="code", empty_label=_("全部")
    )
    state = django_filters.ChoiceFilter(
        label=_("状态"), choices=STATES, method="in_state", empty_label=_("全部")
    )  # fmt: skip
    adoption = django_filters.ChoiceFilter(label=_("采纳情况"), choices=Adoption, empty_label=_("全部"))

    class Meta:
        model = Suggestion
        fields = ("kind", "unit", "state", "adoption")

    def __init__(self, data: Any, *, queryset: SuggestionQuerySet, today: Any) -> None:
        self.today = today
        super().__init__(data, queryset=queryset)
        addressed = Unit.objects.filter(pk__in=queryset.order_by().values("unit"))
        self.filters["unit"].extra["queryset"] = self.filters["unit"].queryset = addressed

    def in_state(self, rows: SuggestionQuerySet, _name: str, value: str) -> SuggestionQuerySet:
        if value == "open":
            return rows.unanswered()
        if value == "late":
            return rows.late(self.today)
        if value == "answered":
            return rows.open().filter(answered_at__isnull=False)
        return rows.filter(closed_at__isnull=False)
