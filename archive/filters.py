"""Filters of the two lists of the archive: matters ready to be filed, dossiers already filed."""

import django_filters
from django import forms
from django.db.models import Q, QuerySet
from django.utils.translation import gettext_lazy as _

from archive.choices import Retention
from archive.models import Dossier
from cases.choices import ARCHIVABLE
from cases.filters import DayInput, no_identity_number
from cases.models import Case
from reception.models import Petitioner


def _text(hint: str) -> django_filters.CharFilter:
    return django_filters.CharFilter(
        label=_("查找"),
        method="search",
        max_length=60,
        validators=[no_identity_number],
        widget=forms.TextInput(attrs={"placeholder": hint}),
    )


def _who(prefix: str, text: str) -> Q:
    """Name, pinyin or initials of the petitioner at ``prefix``, or of a row merged with theirs."""
    called = Petitioner.objects.called(text)
    return Q(**{f"{prefix}__in": called}) | Q(**{f"{prefix}__in": called.merged_kin()})


class ReadyFilter(django_filters.FilterSet):
    """Finished matters that are not filed yet."""

    q = _text(_("事项编号、姓名、拼音、标题"))
    state = django_filters.ChoiceFilter(
        label=_("环节"), choices=[(state.value, state.label) for state in ARCHIVABLE], empty_label=_("全部")
    )

    class Meta:
        model = Case
        fields: list[str] = []

    def search(self, cases: QuerySet[Case], name: str, value: str) -> QuerySet[Case]:
        text = value.strip()
        return cases.filter(_who("petitioner", text) | Q(number__icontains=text) | Q(title__icontains=text))


class DossierFilter(django_filters.FilterSet):
    """Dossiers by year, period, day of filing and words."""

    q = _text(_("档号、户号、姓名、拼音、题名"))
    year = django_filters.NumberFilter(label=_("年度"), min_value=1949, max_value=9998)
    retention = django_filters.ChoiceFilter(label=_("保管期限"), choices=Retention, empty_label=_("全部"))

    class Meta:
        model = Dossier
        fields: list[str] = []

    def search(self, dossiers: QuerySet[Dossier], name: str, value: str) -> QuerySet[Dossier]:
        text = value.strip()
        code = text.replace("·", "-")
        found = Q(code__icontains=code) | Q(title__icontains=text) | Q(household__code__iexact=text)
        return dossiers.filter(found | Q(case__number__icontains=text) | _who("household__petitioner", text))


# "from" is a word of the language, so these two cannot be attributes.
DossierFilter.base_filters["from"] = django_filters.DateFilter(
    field_name="filed_at", lookup_expr="date__gte", label=_("归档日期自"), widget=DayInput()
)
DossierFilter.base_filters["to"] = django_filters.DateFilter(
    field_name="filed_at", lookup_expr="date__lte", label=_("归档日期至"), widget=DayInput()
)
