"""What a reminder says is asked once more right before it leaves the house, sweep or no sweep in between."""

import pytest
from django.core import mail
from django.utils import timezone

from audit.verifying import findings
from cases.actions import handling
from cases.models import Case
from followup import planning, tasks
from followup.models import Reminder
from notices.models import Delivery, Notice
from notices.tasks import deliver
from tests import factories
from tests.followup.test_plan import case, noon, plain_weeks, promise  # noqa: F401 - fixtures

pytestmark = pytest.mark.django_db
ASKING = 11  # queries, however many notices of one rule


def remind():
    """The reminders of the day after the last; what else was told of the matter is out of the way."""
    tasks.remind(noon("2026-05-02"))
    Notice.objects.exclude(kind="remind").delete()


def go_out():
    """Everything that waits is due now; returns who got a letter and how many reminders were taken back."""
    Delivery.objects.filter(state="waiting").update(next_try_at=timezone.now(), digest=False)
    deliver()
    return {address for one in mail.outbox for address in one.to}, Delivery.objects.filter(state="withdrawn").count()


def test_whoever_handed_the_matter_on_a_minute_ago_gets_no_letter(case):  # noqa: F811
    remind()
    Case.objects.filter(pk=case.pk).update(handler=factories.user("handler", username="other"))
    assert go_out() == ({"supervisor@x.example"}, 1)
    mine = Notice.objects.get(recipient=case.people["handler"], key__contains=":late:")
    assert mine.withdrawn_at is not None


def test_what_was_answered_a_minute_ago_reminds_nobody(case):  # noqa: F811
    at = noon("2026-05-02")
    remind()
    handling.submit(case=case, actor=case.people["handler"], at=at, **factories.REPORT)
    handling.sign(case=Case.objects.get(pk=case.pk), actor=case.people["unit_head"], at=at, note="同意")
    handling.close(case=Case.objects.get(pk=case.pk), actor=case.people["supervisor"], at=at)
    Notice.objects.exclude(kind="remind").delete()
    assert go_out() == (set(), 2)
    assert not Reminder.objects.filter(withdrawn_at__isnull=True).exists()
    assert list(findings()) == []


def test_what_still_holds_goes_out_once(case):  # noqa: F811
    remind()
    assert go_out() == ({"handler@x.example", "supervisor@x.example"}, 0)
    assert go_out() == ({"handler@x.example", "supervisor@x.example"}, 0)
    assert len(mail.outbox) == 2


def test_of_a_digest_only_what_holds_is_sent(case):  # noqa: F811
    handler, another = case.people["handler"], factories.case(upto="handling", people=case.people)
    remind()
    Notice.objects.exclude(recipient=handler).delete()
    Case.objects.filter(pk=case.pk).update(handler=factories.user("handler", username="other"))
    Delivery.objects.filter(notice__recipient=handler).update(next_try_at=timezone.now(), digest=True)
    deliver()
    (letter,) = mail.outbox
    assert letter.to == [handler.email]
    assert another.number in letter.body
    assert case.number not in letter.body


def broken_promise(case):  # noqa: F811
    promise(case, "2026-04-20", "2026-04-28")
    assert tasks.remind(noon("2026-04-29"))["promises"] == 1
    Notice.objects.exclude(kind="promise").delete()


def test_a_broken_promise_is_told_while_it_is_broken(case):  # noqa: F811
    broken_promise(case)
    assert go_out() == ({"supervisor@x.example"}, 0)


def test_a_promise_kept_a_minute_ago_is_not_called_broken(case):  # noqa: F811
    broken_promise(case)
    at = noon("2026-04-29")
    handling.submit(case=case, actor=case.people["handler"], at=at, **factories.REPORT)
    handling.sign(case=Case.objects.get(pk=case.pk), actor=case.people["unit_head"], at=at, note="同意")
    Notice.objects.exclude(kind="promise").delete()
    assert go_out() == (set(), 1)
    assert Notice.objects.get(kind="promise").withdrawn_at is not None
    assert list(findings()) == []


def test_a_promise_of_a_unit_that_has_the_matter_no_more_is_not_told(case):  # noqa: F811
    broken_promise(case)
    Case.objects.filter(pk=case.pk).update(handling_unit=factories.labour())
    assert go_out() == (set(), 1)


def test_asking_about_promises_costs_the_same_for_one_and_for_many(case, django_assert_num_queries):  # noqa: F811
    for one in (case, factories.case(upto="handling", people=case.people)):
        promise(one, "2026-04-20", "2026-04-28")
    tasks.remind(noon("2026-04-29"))
    keys = list(Notice.objects.filter(kind="promise").values_list("key", flat=True))
    assert len(keys) == 2
    for some in (keys[:1], keys):
        with django_assert_num_queries(1):
            planning.withdraw_before_sending(some, timezone.now())


def test_asking_costs_the_same_for_one_and_for_many(case, django_assert_num_queries):  # noqa: F811
    for _more in range(3):
        factories.case(upto="handling", people=case.people)
    remind()
    keys = list(Notice.objects.filter(kind="remind", recipient=case.people["handler"]).values_list("key", flat=True))
    assert len(keys) == 4
    for some in (keys[:1], keys):
        with django_assert_num_queries(ASKING):
            planning.withdraw_before_sending(some, timezone.now())


def test_other_notices_are_not_asked_about(django_assert_num_queries):
    with django_assert_num_queries(0):
        planning.withdraw_before_sending(["urge:4:7", "sent:XF2026000001:9"], timezone.now())


def test_an_error_while_asking_is_a_failed_try_not_a_stopped_dispatcher(case, monkeypatch):  # noqa: F811
    def broken(_keys, _at):
        raise RuntimeError

    remind()
    monkeypatch.setattr(planning, "withdraw_before_sending", broken)
    assert go_out() == (set(), 0)
    rows = Delivery.objects.filter(notice__kind="remind", channel="mail")
    assert {(row.state, row.attempts) for row in rows} == {("waiting", 1)}
