"""Many windows at once: no ticket twice, no number missing, one registration one ticket."""

import pytest

from audit.verifying import findings
from cases.actions import intake
from hall import actions
from hall.models import Ticket
from reception.models import Visit
from tests import factories
from tests.factories import AT
from tests.hall.hall import clerk, take
from tests.reception.test_races import THREADS, together
from vault.errors import Refusal

pytestmark = pytest.mark.django_db(transaction=True)


def test_eight_kiosks_take_numbers_without_a_gap_or_a_double():
    factories.office()
    results = together(lambda n: [take("age" if n % 4 == 0 else "").serial for _turn in range(10)])
    assert [one for one in results if isinstance(one, Exception)] == []
    for kind, count in (("ordinary", 60), ("priority", 20)):
        serials = Ticket.objects.filter(kind=kind).values_list("serial", flat=True)
        assert sorted(serials) == list(range(1, count + 1))


def test_eight_windows_calling_at_once_never_get_the_same_ticket():
    users = [clerk(f"{n} 号窗口") for n in range(1, THREADS + 1)]
    for _n in range(40):
        take()

    def work(n: int) -> list[int]:
        got = []
        for _turn in range(5):
            ticket = actions.call_next(actor=users[n], at=AT)
            got.append(ticket.serial)
            actions.finish(ticket=ticket, actor=users[n], at=AT)
        return got

    results = together(work)
    assert [one for one in results if isinstance(one, Exception)] == [], results
    assert sorted(serial for got in results for serial in got) == list(range(1, 41))


def test_one_window_pressed_eight_times_at_once_calls_one():
    user = clerk()
    for _n in range(8):
        take()
    results = together(lambda n: actions.call_next(actor=user, at=AT))
    assert [one for one in results if isinstance(one, Exception)] == [], results
    assert len({one.pk for one in results}) == 1
    assert (Ticket.objects.filter(state="called").count(), Ticket.objects.filter(state="waiting").count()) == (1, 7)


def test_eight_who_call_the_same_number_leave_seven_without():
    users = [clerk(f"{n} 号窗口") for n in range(1, THREADS + 1)]
    pk = take().pk
    results = together(lambda n: actions.call(ticket=Ticket.objects.get(pk=pk), actor=users[n], at=AT))
    assert len([one for one in results if isinstance(one, Ticket)]) == 1, results
    assert len([one for one in results if isinstance(one, Refusal)]) == THREADS - 1, results


def test_eight_times_the_same_registration_is_one_visit_with_its_ticket():
    user = clerk()
    take()
    ticket = actions.call_next(actor=user, at=AT)

    def work(n: int) -> str:
        data = factories.visit_data(key="one-key", person={"name": "王建国", "phone": "13900000000"})
        data.ticket = Ticket.objects.get(pk=ticket.pk)
        return intake.register(data=data, actor=user, at=AT).number

    results = together(work)
    assert len(set(results)) == 1, results
    visit = Visit.objects.get()
    assert (visit.ticket_id, visit.ticket.state) == (ticket.pk, "done")
    assert list(findings()) == []
