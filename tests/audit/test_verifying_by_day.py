"""A verification reads while the office works: what moves meanwhile is no finding, what is tampered still is one."""

import threading

import pytest
from django.db import connection, connections
from django.utils import timezone

from accounts.models import User
from audit.models import Event
from audit.sealing import row_key
from audit.verifying import Walk, everything
from documents.models import Counter
from documents.verifying import gap_findings
from hall import actions
from hall.models import Ticket
from reception.models import Visit
from tests import factories


def more() -> None:
    """Acts that change sealed rows and add new ones."""
    factories.delivered(factories.case(upto="closed"))


@pytest.mark.django_db
@pytest.mark.parametrize("step", ["chain", "head"])
def test_acts_between_chain_and_rows_are_no_findings(step):
    factories.calendar(2026)
    factories.case(upto="handling")
    walk = Walk()
    assert list(walk.chain()) == []
    if step == "head":
        assert list(walk.head()) == []
    before = walk.last
    more()
    assert [*walk.rows(), *walk.head()] == []
    assert walk.last == Event.objects.count() > before


@pytest.mark.django_db
def test_a_change_without_a_fact_is_found_though_facts_came_since():
    factories.calendar(2026)
    changed, lost = factories.visit(), factories.visit()
    walk = Walk()
    assert [*walk.chain(), *walk.head()] == []
    Visit.objects.filter(pk=changed.pk).update(clerk_note="x")
    gone = lost.case_link
    with connection.cursor() as cursor:
        cursor.execute(f"DELETE FROM {gone._meta.db_table} WHERE id = %s", [gone.pk])
    more()
    found = {(one.kind, one.subject) for one in walk.rows()}
    assert {("row", f"reception.visit:{changed.pk}"), ("missing", row_key(gone))} <= found


@pytest.mark.django_db
def test_a_number_taken_between_two_queries_is_no_gap(monkeypatch):
    factories.visit()
    Counter.objects.filter(kind="visit").update(value=2)  # as another connection sees it for a moment
    looks = gap_findings()
    real = Counter.objects.filter(kind="visit")
    monkeypatch.setattr("documents.verifying.held_still", lambda: _Then(lambda: real.update(value=1)))
    assert list(looks) == []


class _Then:
    """What the other connection does before the second look."""

    def __init__(self, act):
        self.act = act

    def __enter__(self):
        self.act()

    def __exit__(self, *_error):
        return None


@pytest.mark.django_db(transaction=True)
def test_a_busy_office_is_whole():
    factories.calendar(timezone.localdate().year)
    clerk = factories.user("clerk")
    over, failures = threading.Event(), []
    worker = threading.Thread(target=_take_numbers, args=(clerk.pk, over, failures))
    worker.start()
    try:
        found = []
        while worker.is_alive() and Ticket.objects.count() < 12:
            found.append(list(everything()))
    finally:
        over.set()
        worker.join()
    assert failures == []
    assert [each for each in found if each] == []
    assert len(found) > 1
    assert list(everything()) == []


def _take_numbers(clerk, over, failures):
    try:
        person = User.objects.get(pk=clerk)
        while not over.is_set():
            actions.take(office=person.unit, actor=person, at=timezone.now())
            factories.visit(person, timezone.now())
            over.wait(0.05)  # SQLite has one place for all who write
    except Exception as error:
        failures.append(repr(error))
    finally:
        connections.close_all()
