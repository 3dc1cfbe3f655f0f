"""Filters of the trail."""

import django_filters
from django import forms
from django.core.validators import ProhibitNullCharactersValidator
from django.utils.translation import gettext_lazy as _

from audit.models import Event


class EventFilter(django_filters.FilterSet):
    """By number, act, person and day (the office's calendar day)."""

    number = django_filters.CharFilter(
        label=_("编号"), field_name="matter", lookup_expr="iexact", max_length=40,
        validators=[ProhibitNullCharactersValidator()],
    )  # fmt: skip
    verb = django_filters.CharFilter(
        label=_("事项"), field_name="title", lookup_expr="icontains", max_length=40,
        validators=[ProhibitNullCharactersValidator()],
    )  # fmt: skip
    person = django_filters.CharFilter(
        label=_("操作人"), field_name="actor_name", lookup_expr="icontains", max_length=60,
        validators=[ProhibitNullCharactersValidator()],
    )  # fmt: skip
    day = django_filters.DateFilter(
        label=_("日期"), field_name="at", lookup_expr="date",
        widget=forms.DateInput(format="%Y-%m-%d", attrs={"type": "date"}),
    )  # fmt: skip

    class Meta:
        model = Event
        fields: list[str] = []
