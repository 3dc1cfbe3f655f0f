"""Over a random office: cells add up to their total, and the rows behind every cell are as many as it says."""

from collections import Counter
from urllib.parse import parse_qs, urlsplit

import pytest
from django.db.models import Sum

from reports.bases import Scope
from reports.counting import break_down, count, rows_of
from reports.figures import FIGURES, SHARE
from reports.forms import PeriodForm, cell_from
from reports.periods import Period
from reports.tables import compose
from tests import factories
from tests.factories import day
from tests.reports import office

pytestmark = pytest.mark.django_db

PERIODS = [
    Period(day("2025-01-01"), day("2026-12-31"), day("2026-12-31")),
    Period(day("2025-05-01"), day("2025-08-31"), day("2025-09-10")),
    Period(day("2025-07-01"), day("2025-07-31"), day("2025-07-15")),
]


@pytest.fixture
def clerk():
    return office.furnish()


def behind(scope, url):
    """What the rows a link leads to come to."""
    query = {name: values[0] for name, values in parse_qs(urlsplit(url).query, keep_blank_values=True).items()}
    form = PeriodForm(query, default=PERIODS[0])
    assert form.is_valid()
    cell = cell_from(query)
    rows = rows_of(scope, form.period, cell)
    assert rows.count() == len(set(rows.values_list("pk", flat=True)))
    if cell.figure.of == "visitors":
        return rows.aggregate(n=Sum("visitors"))["n"] or 0
    if cell.figure.kind == "mean" and not cell.whole:
        return sum((one.waited.days for one in rows), 0)
    return rows.count()


@pytest.mark.parametrize("period", PERIODS)
def test_rows_behind_every_cell_are_as_many_as_it_says(clerk, period):
    scope = Scope.of(clerk)
    report = compose(scope, period)
    wrong, seen, rests = [], 0, 0
    for table in report.tables.values():
        for row in [*table.rows, table.foot]:
            for head, entry in zip(table.heads, row, strict=False):
                if entry.url.startswith("/reports/rows/"):
                    seen += 1
                    rests += "rest=" in entry.url
                    found = behind(scope, entry.url)
                    if found != entry.value:
                        wrong.append((table.code, row[0].text, head, entry.value, found))
    assert wrong == []
    assert seen > 200
    assert rests > 0


@pytest.mark.parametrize("period", PERIODS)
def test_cells_of_every_breakdown_add_up_to_the_figure(clerk, period):
    scope = Scope.everything()
    total = count(scope, period)
    sums, wanted = {}, {}
    for code, figure in FIGURES.items():
        for by in figure.by:
            for limit in (None, 20):
                found = break_down(scope, period, by, [code], total=total, limit=limit)
                lines = [*found.lines, *([found.rest] if found.rest else [])]
                pairs = [line.pairs[code] for line in lines]
                sums[code, by, limit] = (
                    sum(pair.numerator for pair in pairs), sum(pair.denominator or 0 for pair in pairs)
                )  # fmt: skip
                wanted[code, by, limit] = (total[code].numerator, total[code].denominator or 0)
                assert all(pair.numerator <= pair.denominator for pair in pairs if pair.figure.kind == SHARE)
                assert limit is None or len(found.lines) <= 20
    assert sums == wanted


def test_two_ways_of_adding_up_agree_with_plain_python(clerk):
    """Figures counted by hand over loaded rows, without any of the queries under test."""
    from cases.models import Case
    from reception.models import Visit

    period = PERIODS[1]
    cases = [one for one in Case.objects.all() if period.first <= one.registered_on <= period.last]
    visits = [
        one
        for one in Visit.objects.all()
        if one.channel == "visit" and period.first <= one.visited_at.astimezone(office.SHANGHAI).date() <= period.last
    ]
    pairs = count(Scope.everything(), period, ["matters", "batches", "persons", "group_share", "answered_15"])
    answered = [c for c in cases if c.answer_days is not None and c.answered_on <= period.as_of]
    assert {code: (pair.numerator, pair.denominator) for code, pair in pairs.items()} == {
        "matters": (len(cases), None),
        "batches": (len(visits), None),
        "persons": (sum(one.visitors for one in visits), None),
        "group_share": (sum(one.is_group for one in visits), len(visits)),
        "answered_15": (sum(c.answer_days <= 15 for c in answered), len(cases)),
    }
    regions = break_down(Scope.everything(), period, "region", ["matters"], total=pairs, limit=None)
    assert {line.key: line.pairs["matters"].numerator for line in regions.lines} == Counter(c.region for c in cases)


def test_clock_figures_agree_with_plain_python(clerk):
    from cases.models import Clock

    period = PERIODS[1]
    good, whole, late_now = 0, 0, set()
    for clock in Clock.objects.select_related("case"):
        due, stopped = clock.strict_due, clock.stopped_on
        extension = clock.case.extensions.filter(clock=clock).first()
        if extension and clock.kind == "handle" and extension.approved_at.date() > period.as_of:
            due = extension.old_due
        if clock.started_on > period.as_of:
            continue
        if stopped and stopped > period.as_of:
            stopped = None
        if not stopped and due < period.as_of:
            late_now.add(clock.case_id)
        if clock.kind == "handle" and period.first <= due <= period.last and (stopped or due < period.as_of):
            whole += 1
            good += bool(stopped and stopped <= due)
    pairs = count(Scope.everything(), period, ["closed_in_time", "overdue"])
    assert (pairs["closed_in_time"].numerator, pairs["closed_in_time"].denominator) == (good, whole)
    assert pairs["overdue"].numerator == len(late_now)
    assert good < whole
    assert late_now


def test_months_of_the_trend_add_up_to_the_year(clerk):
    period = Period(day("2025-01-01"), day("2025-12-31"), day("2026-12-31"))
    report = compose(Scope.everything(), period)
    assert [sum(month.pairs[code].numerator for month in report.months) for code in ("matters", "batches")] == [
        report.total["matters"].numerator, report.total["batches"].numerator,
    ]  # fmt: skip


@pytest.mark.parametrize(
    ("role", "sees"),
    [("leader", True), ("supervisor", True), ("archivist", False)],
)
def test_only_roles_that_see_registrations_get_visits(role, sees):
    office.furnish(matters=5)
    report = compose(Scope.of(factories.user(role)), PERIODS[0])
    assert ("batches" in report.total) is sees
    assert ("by_turn" in report.tables) is sees
