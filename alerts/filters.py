"""Filters of the list of alarms."""

import django_filters
from django.utils.translation import gettext_lazy as _

from accounts.models import Unit
from alerts.choices import AlarmState
from alerts.models import Alarm, AlarmQuerySet
from alerts.policy import rules
from cases.filters import DayInput


class AlarmFilter(django_filters.FilterSet):
    """By rule, unit, outcome and days; the rows given are those the user may see."""

    rule = django_filters.ChoiceFilter(label=_("规则"), empty_label=_("全部"))
    office = django_filters.ModelChoiceFilter(
        label=_("登记机构"), queryset=Unit.objects.none(), to_field_name="code", empty_label=_("全部")
    )
    state = django_filters.ChoiceFilter(label=_("处置"), choices=AlarmState, empty_label=_("全部"))

    class Meta:
        model = Alarm
        fields: list[str] = []

    def __init__(self, *args: object, **kwargs: object) -> None:
        super().__init__(*args, **kwargs)
        self.filters["rule"].extra["choices"] = [(code, rule.label) for code, rule in rules().items()]
        rows: AlarmQuerySet = self.queryset
        self.filters["office"].queryset = Unit.objects.filter(pk__in=rows.order_by().values("office"))


AlarmFilter.base_filters["from"] = django_filters.DateFilter(
    field_name="last_on", lookup_expr="gte", label=_("最近来访自"), widget=DayInput()
)
AlarmFilter.base_filters["to"] = django_filters.DateFilter(
    field_name="last_on", lookup_expr="lte", label=_("最近来访至"), widget=DayInput()
)
