"""Generated matters: as many as asked for, numbered without a gap, over ten years, with a sound chain."""

import pytest
from django.core.management import CommandError, call_command

from audit.models import Event
from audit.verifying import findings
from cases.models import Case, CaseVisit, Clock
from documents.models import Counter
from reception.models import Visit
from tests import factories

pytestmark = pytest.mark.django_db


def test_generated_matters_are_sound_and_new_work_goes_on_behind_them(monkeypatch):
    monkeypatch.setattr("reports.management.commands.bulk_cases.BATCH", 70)
    clerk = factories.user("clerk")
    factories.visit(clerk)
    call_command("bulk_cases", "150", verbosity=0)
    assert [model.objects.count() for model in (Case, Visit, CaseVisit, Clock)] == [151, 151, 151, 151]
    assert Event.objects.filter(verb="bulk").count() == 150
    for year in Case.objects.values_list("year", flat=True).distinct().order_by("year"):
        serials = list(Case.objects.filter(year=year).order_by("serial").values_list("serial", flat=True))
        assert serials == list(range(1, len(serials) + 1))
        assert Counter.objects.get(kind="case", year=year).value == len(serials)
    assert Case.objects.values("year").distinct().count() >= 10
    factories.visit(clerk)
    assert list(findings()) == []


def test_it_is_refused_without_people_and_where_invented_data_is_not_allowed(settings):
    with pytest.raises(CommandError, match="还没有可以登记的用户"):
        call_command("bulk_cases", "1")
    with pytest.raises(CommandError, match="数量应当是正整数"):
        call_command("bulk_cases", "0")
    settings.DEMO_ALLOWED = False
    with pytest.raises(CommandError, match="不允许生成测量数据"):
        call_command("bulk_cases", "1")
