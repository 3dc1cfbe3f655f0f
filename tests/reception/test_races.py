"""Many clerks at once: no visit twice, no number missing, one person one file."""

import threading
from collections.abc import Callable

import pytest
from django.db import connection

from audit.verifying import findings
from cases.actions import intake
from cases.models import Case, CaseVisit
from documents.models import Counter, Paper
from reception.actions import issue_form
from reception.models import Petitioner, Visit
from tests import factories
from tests.factories import AT
from vault.errors import Refusal

pytestmark = pytest.mark.django_db(transaction=True)
THREADS = 8


def together(work: Callable[[int], object]) -> list[object]:
    """Run ``work(n)`` in eight threads that start at once; what each returned or raised."""
    results: list[object] = [None] * THREADS
    gate = threading.Barrier(THREADS)

    def run(n: int) -> None:
        gate.wait()
        try:
            results[n] = work(n)
        except Exception as error:
            results[n] = error
        finally:
            connection.close()

    threads = [threading.Thread(target=run, args=(n,)) for n in range(THREADS)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return results


def test_two_hundred_registrations_by_eight_threads_with_repeated_keys():
    """Each of 100 keys is sent twice by different threads: 100 visits, numbers 1 to 100, a sound chain."""
    clerk = factories.user("clerk")

    def work(n: int) -> list[tuple[str, str]]:
        made = []
        for turn in range(25):
            key = f"key-{(n * 25 + turn) % 100:03d}"
            data = factories.visit_data(key=key, person={"name": f"来访人{key}", "phone": f"139{key[-3:]}00000"})
            made.append((key, intake.register(data=data, actor=clerk, at=AT).number))
        return made

    results = together(work)
    assert [result for result in results if isinstance(result, Exception)] == []
    numbers = dict(pair for result in results for pair in result)
    assert {(key, number) for result in results for key, number in result} == set(numbers.items())
    assert sorted(Visit.objects.values_list("serial", flat=True)) == list(range(1, 101))
    assert sorted(Case.objects.values_list("serial", flat=True)) == list(range(1, 101))
    assert Counter.objects.get(kind="visit").value == 100
    assert Petitioner.objects.count() == 100
    assert list(findings()) == []


def test_the_same_new_person_at_eight_counters_becomes_one_file():
    clerk = factories.user("clerk")

    def work(n: int) -> str:
        person = {"name": "王建国", "id_type": "111", "id_number": "11010519491231002X", "phone": f"1390000000{n}"}
        return intake.register(data=factories.visit_data(key=f"same-{n}", person=person), actor=clerk, at=AT).number

    results = together(work)
    assert len(set(results)) == THREADS, results
    assert (Petitioner.objects.count(), Visit.objects.count()) == (1, THREADS)
    assert list(findings()) == []


def test_eight_who_decide_what_one_visit_is_about():
    case = factories.case()
    person = {"name": case.petitioner.name, "phone": case.petitioner.phone}
    visit = factories.visit(clerk=case.people["clerk"], person=person)

    def work(n: int) -> Case:
        join = case if n % 2 else None
        return intake.decide_intake(visit=Visit.objects.get(pk=visit.pk), actor=case.people["clerk"], at=AT, join=join)

    results = together(work)
    assert len([result for result in results if isinstance(result, Case)]) == 1, results
    assert len([result for result in results if type(result) is Refusal]) == THREADS - 1, results
    assert CaseVisit.objects.filter(visit=visit).count() == 1
    assert list(findings()) == []


def test_eight_prints_issue_one_form():
    visit = factories.visit()

    def work(n: int) -> int:
        fresh = Visit.objects.get(pk=visit.pk)
        return issue_form(visit=fresh, categories=["3 类"], case_number="", actor=visit.clerk, at=AT).pk

    results = together(work)
    assert len(set(results)) == 1, results
    assert Paper.objects.filter(kind="visit_form").count() == 1
    assert list(findings()) == []
