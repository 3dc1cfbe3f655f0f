"""Tickets: numbers from 1 each day, the table of turns, priority, skipping and coming back, windows, the day's end."""

import datetime as dt
from io import StringIO

import pytest
from django.core.management import call_command
from django.db import IntegrityError, transaction

from audit.models import Event
from audit.verifying import findings
from hall import actions, policy, queueing
from hall.choices import OPEN, State
from hall.models import Ticket, Window
from hall.tasks import close_days
from hall.workflow import TURNS, allowed
from tests import factories
from tests.factories import AT
from tests.hall.hall import again, called, clerk, later, take, windows
from vault.errors import Refusal, Stale

pytestmark = pytest.mark.django_db


def test_numbers_begin_at_one_each_day_and_kind_and_name_nobody():
    made = [take(), take("age"), take(), take("infant"), take(at=AT + dt.timedelta(days=1))]
    assert [(one.kind, one.serial) for one in made] == [
        ("ordinary", 1), ("priority", 1), ("ordinary", 2), ("priority", 2), ("ordinary", 1),
    ]  # fmt: skip
    assert [one.number for one in made] == ["1", "优先 1", "2", "优先 2", "1"]
    assert made[1].reason == "age"
    personal = {"name", "petitioner", "id_number", "phone", "person"}
    assert personal & {field.name for field in Ticket._meta.get_fields()} == set()


def test_a_number_of_a_failed_transaction_is_given_back():
    office = factories.office()
    with transaction.atomic():
        assert queueing.next_serial(office, AT.date(), "ordinary") == 1
        transaction.set_rollback(True)
    assert take().serial == 1


def test_an_unknown_reason_takes_no_number():
    with pytest.raises(Refusal, match="没有这个优先理由"):
        take("vip")
    assert Ticket.objects.count() == 0


def test_every_other_call_is_a_priority_number_and_that_one_comes_first():
    user = clerk()
    for _n in range(4):
        take()
    for _n in range(3):
        take("age")
    assert [called(user, later(n)) for n in range(8)] == ["优先 1", "1", "优先 2", "2", "优先 3", "3", "4", ""]


@pytest.mark.parametrize(("every", "order"), [(1, "PPOOO"), (3, "POOPO")])
def test_the_office_says_how_often_a_priority_number_is_called(monkeypatch, tmp_path, every, order):
    own = tmp_path / "hall.toml"
    own.write_text(policy.FILE.read_text("utf-8").replace("priority_every = 2", f"priority_every = {every}"), "utf-8")
    monkeypatch.setattr(policy, "FILE", own)
    policy.rules.cache_clear()
    user = clerk()
    for reason in ("", "", "", "age", "age"):
        take(reason)
    numbers = [called(user, later(n)) for n in range(5)]
    assert "".join("P" if "优先" in one else "O" for one in numbers) == order
    policy.rules.cache_clear()


def test_a_second_press_answers_the_same_ticket():
    user = clerk()
    take(), take()
    first = actions.call_next(actor=user, at=AT)
    assert actions.call_next(actor=user, at=later(1)) == first
    assert (again(first).calls, Ticket.objects.filter(state=State.WAITING).count()) == (1, 1)


def test_recall_skip_and_back_behind_three():
    user = clerk()
    tickets = [take(at=later(n)) for n in range(6)]
    one = actions.call_next(actor=user, at=later(10))
    actions.recall(ticket=one, actor=user, at=later(11))
    actions.skip(ticket=one, actor=user, at=later(12))
    fresh = again(tickets[0])
    assert (fresh.state, fresh.calls, fresh.first_called_at, fresh.called_at) == (
        State.SKIPPED, 2, later(10), later(11),
    )  # fmt: skip
    actions.back(ticket=fresh, actor=user, at=later(13))
    assert [called(user, later(14)) for _n in range(6)] == ["2", "3", "4", "1", "5", "6"]


def test_back_into_an_empty_queue_is_next():
    user = clerk()
    take()
    one = actions.call_next(actor=user, at=AT)
    actions.skip(ticket=one, actor=user, at=AT)
    actions.back(ticket=one, actor=user, at=later(1))
    assert actions.call_next(actor=user, at=later(2)).pk == one.pk


def test_undo_puts_the_ticket_back_as_if_it_had_not_been_called():
    user = clerk()
    one, _two = take(), take(at=later(1))
    actions.undo(ticket=actions.call_next(actor=user, at=later(2)), actor=user, at=later(3))
    fresh = again(one)
    assert (fresh.state, fresh.calls, fresh.first_called_at, fresh.window, fresh.clerk) == (
        "waiting",
        0,
        None,
        "",
        None,
    )
    assert queueing.board(factories.office(), later(4))["calls"] == []
    assert actions.call_next(actor=user, at=later(4)).pk == one.pk


def test_a_ticket_sent_to_another_window_is_left_to_it():
    windows()
    here, there = clerk("1 号窗口"), clerk("2 号窗口")
    one, two = take(), take(at=later(1))
    actions.transfer(
        ticket=actions.call_next(actor=here, at=later(2)), actor=here, at=later(3), window="2 号窗口"
    )  # fmt: skip
    assert actions.call_next(actor=here, at=later(4)).pk == two.pk
    assert actions.call_next(actor=there, at=later(5)).pk == one.pk
    assert (again(one).window, again(one).for_window) == ("2 号窗口", "")


@pytest.mark.parametrize("window", ["", "9 号窗口", "1 号窗口"])
def test_only_another_window_in_use_can_be_sent_to(window):
    windows()
    user = clerk()
    take()
    one = actions.call_next(actor=user, at=AT)
    with pytest.raises(Refusal, match="请选择要转到的窗口"):
        actions.transfer(ticket=one, actor=user, at=AT, window=window)
    assert again(one).state == State.CALLED


def test_a_window_has_one_ticket_at_a_time():
    user = clerk()
    one, two = take(), take()
    actions.call_next(actor=user, at=AT)
    with pytest.raises(Refusal, match="本窗口正在接待 1 号"):
        actions.call(ticket=two, actor=user, at=AT)
    with pytest.raises(IntegrityError), transaction.atomic():
        Ticket.objects.filter(pk=two.pk).update(state="called", window="1 号窗口", called_at=AT)
    assert again(one).state == State.CALLED


def test_without_a_window_nobody_can_call():
    take()
    with pytest.raises(Refusal, match="没有填写窗口"):
        actions.call_next(actor=clerk(""), at=AT)


def put(ticket: Ticket, state: str, user) -> Ticket:
    """The ticket brought to a state through the verbs."""
    if state in ("called", "serving", "done", "skipped"):
        actions.call(ticket=ticket, actor=user, at=AT)
    for name in {"serving": ["serve"], "done": ["finish"], "skipped": ["skip"], "left": ["leave"]}.get(state, []):
        actions.ACTS[name](ticket=ticket, actor=user, at=AT)
    return again(ticket)


@pytest.mark.parametrize("state", State.values)
def test_every_turn_from_every_state_is_allowed_or_refused_as_the_table_says(state):
    windows()
    for name, act in actions.ACTS.items():
        Ticket.objects.all().delete()
        user = clerk()
        ticket = put(take(), state, user)
        more = {"window": "2 号窗口"} if name == "transfer" else {}
        if allowed(ticket, name):
            act(ticket=ticket, actor=user, at=AT, **more)
            assert again(ticket).state == TURNS[name].target, name
        elif name == "call" and ticket.state in ("called", "serving"):
            assert act(ticket=ticket, actor=user, at=AT).pk == ticket.pk  # it is already here
        else:
            with pytest.raises(Stale, match="不能办理"):
                act(ticket=ticket, actor=user, at=AT, **more)
            assert again(ticket).state == state, name


def test_a_ticket_read_before_somebody_else_moved_it_is_refused():
    user, other = clerk("1 号窗口"), clerk("2 号窗口")
    old = take()
    actions.call_next(actor=other, at=AT)
    with pytest.raises(Stale, match="1 号现在是“已呼叫”，不能办理“呼叫”"):
        actions.call(ticket=old, actor=user, at=AT)


def test_figures_of_the_day():
    user = clerk()
    for minutes in range(10):
        take(at=AT)
        called(user, later(minutes))
    take()
    assert queueing.figures(factories.office(), later(20)) == {
        "waiting": 1, "skipped": 0, "done": 10, "taken": 11, "median": 4, "most": 8,
    }  # fmt: skip
    assert queueing.figures(factories.office(), AT + dt.timedelta(days=1))["median"] is None


def test_the_sweep_closes_what_was_left_open_yesterday_once():
    user = clerk()
    for state in ("waiting", "called", "skipped", "done"):
        put(take(), state, clerk(f"{state} 号窗口") if state == "called" else user)
    tomorrow = AT + dt.timedelta(days=1)
    today = take(at=tomorrow)
    assert close_days(AT) == 0
    assert [close_days(tomorrow) for _n in range(5)] == [3, 0, 0, 0, 0]
    assert Ticket.objects.filter(state__in=OPEN).get() == today
    assert sorted(Ticket.objects.filter(day=AT.date()).values_list("state", flat=True)) == [
        "done",
        "left",
        "left",
        "left",
    ]
    out = StringIO()
    call_command("sweep", "hall", at=(tomorrow + dt.timedelta(days=1)).isoformat(), stdout=out)
    assert out.getvalue() == "hall: 1\n"


def test_turns_leave_no_fact_but_devices_do():
    user = clerk()
    before = Event.objects.count()
    take()
    called(user)
    assert Event.objects.count() == before
    device, token = actions.add_device(office=factories.office(), kind="screen", name="东墙", actor=user, at=AT)
    actions.revoke_device(device=device, actor=user, at=AT)
    with pytest.raises(Refusal, match="已经停用"):
        actions.revoke_device(device=device, actor=user, at=AT)
    assert list(Event.objects.order_by("seq").values_list("verb", flat=True))[before:] == [
        "add_device", "revoke_device",
    ]  # fmt: skip
    assert token not in str(list(Event.objects.values())) + str(list(type(device).objects.values()))
    assert list(findings()) == []


def test_an_office_without_windows_and_tickets_does_not_use_the_queue():
    office = factories.office()
    assert not queueing.in_use(office, AT)
    take()
    assert queueing.in_use(office, AT)
    assert not queueing.in_use(office, AT + dt.timedelta(days=1))
    Window.objects.create(office=office, name="1 号窗口")
    assert queueing.in_use(office, AT + dt.timedelta(days=1))
