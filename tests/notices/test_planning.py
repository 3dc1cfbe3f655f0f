"""When what may leave the house, and on which ways."""

import datetime as dt

import pytest

from cases.models import Holiday
from notices import delivering, planning, policy
from notices.choices import Way
from notices.models import Delivery
from tests import factories
from tests.notices.posting import LATE, NOW, channel, put

DAY = dt.date(2026, 3, 2)  # a Monday
WEEKEND = (5, 6)


def at(day, hour, minute=0, second=0):
    """A moment in March 2026, by the office's clock."""
    return dt.datetime(2026, 3, day, hour, minute, second, tzinfo=factories.SHANGHAI)


def plain_week(day):
    return day.weekday() not in WEEKEND


@pytest.mark.parametrize(
    ("when", "put_at", "goes_out"),
    [
        ("at_once", at(7, 3), at(7, 3)),
        ("working_hours", at(2, 9, 30), at(2, 9, 30)),
        ("working_hours", at(2, 8, 30), at(2, 8, 30)),
        ("working_hours", at(2, 7), at(2, 8, 30)),
        ("working_hours", at(2, 17, 29), at(2, 17, 29)),
        ("working_hours", at(2, 17, 30), at(3, 8, 30)),
        ("working_hours", at(6, 18), at(9, 8, 30)),  # Friday evening: Monday
        ("working_hours", at(7, 10), at(9, 8, 30)),  # Saturday
        ("digest", at(2, 8, 30), at(2, 8, 30)),
        ("digest", at(2, 8, 30, 1), at(3, 8, 30)),
        ("digest", at(2, 8, 29), at(2, 8, 30)),
        ("digest", at(6, 9), at(9, 8, 30)),
        ("digest", at(8, 23), at(9, 8, 30)),
    ],
)
def test_the_first_moment(when, put_at, goes_out):
    assert planning.first_moment(when, put_at, plain_week, policy.rules()) == goes_out


def test_quiet_hours_cut_into_long_working_hours():
    text = policy.FILE.read_text(encoding="utf-8").replace('until = "17:30"', 'until = "22:00"')
    text = text.replace('from = "08:30"', 'from = "06:00"')
    said = policy.read(text)
    assert planning.first_moment("working_hours", at(2, 6), plain_week, said) == at(2, 7)
    assert planning.first_moment("working_hours", at(2, 21, 30), plain_week, said) == at(3, 7)
    assert planning.first_moment("working_hours", at(2, 20, 59), plain_week, said) == at(2, 20, 59)


def test_a_calendar_without_a_working_day_does_not_hold_up_anybody():
    assert planning.first_moment("digest", at(2, 9), lambda day: False, policy.rules()) > at(2, 9)


@pytest.mark.django_db
def test_the_offices_own_calendar_decides_which_days_are_worked():
    factories.calendar(2026)
    Holiday.objects.create(day=dt.date(2026, 3, 3), kind="off", name="调休")
    Holiday.objects.create(day=dt.date(2026, 3, 7), kind="work", name="补班")
    user = factories.user("handler", email="h@example.org")
    assert put(user, 1, tone="warn", at=LATE).deliveries.get().not_before == at(4, 8, 30)
    assert put(user, 2, tone="info", at=at(6, 12)).deliveries.get().not_before == at(7, 8, 30)
    assert put(user, 3, tone="late", at=LATE).deliveries.get().not_before == LATE


@pytest.mark.django_db
def test_a_year_without_a_calendar_is_a_plain_one():
    user = factories.user("handler", email="h@example.org")
    assert put(user, 1, tone="info").deliveries.get().not_before == at(3, 8, 30)


@pytest.mark.django_db
def test_what_may_not_go_out_at_night_is_not_tried_again_at_night():
    factories.calendar(2026)
    assert planning.next_try("urge", "warn", at(2, 19)) == at(3, 8, 30)
    assert planning.next_try("urge", "info", at(2, 9)) == at(2, 9)
    assert planning.next_try("urge", "late", at(2, 19)) == at(2, 19)


@pytest.mark.django_db
def test_what_is_sent_again_by_hand_at_night_waits_for_its_hour_unless_it_is_red():
    factories.calendar(2026)
    user = factories.user("handler", email="h@example.org")
    for n, tone in enumerate(("late", "warn", "info"), 1):
        put(user, n, tone=tone)
    Delivery.objects.update(state="dead", dead_at=NOW, attempts=8)
    assert delivering.revive(Delivery.objects.all(), LATE) == 3
    again = Delivery.objects.filter(state="waiting", attempts=0).select_related("notice")
    assert {one.notice.tone: one.next_try_at for one in again} == {
        "late": LATE, "warn": at(3, 8, 30), "info": at(3, 8, 30),
    }  # fmt: skip


def test_a_red_notice_does_not_ask_for_the_calendar(settings):
    settings.WORKING_DAYS_BY = "tests.notices.test_planning.nobody"
    assert planning.next_try("urge", "late", NOW) == NOW


# ---- ways ----


@pytest.mark.django_db
def test_a_group_hears_once_of_an_occasion_and_only_what_the_office_is_told():
    channel("wecom", "https://wecom.example.org/send?key=1")
    clerk, second = factories.user("clerk"), factories.user("clerk")
    handler = factories.user("handler")
    put(handler)
    assert not Delivery.objects.exists()  # told to a unit: nobody else's business
    put(clerk)
    put(second)
    put(clerk)
    assert list(Delivery.objects.values_list("channel", "notice__recipient")) == [("wecom", clerk.pk)]


@pytest.mark.django_db
def test_ordinary_notices_do_not_go_to_groups():
    channel("dingtalk", "https://ding.example.org/send")
    put(factories.user("clerk"), tone="info")
    assert not Delivery.objects.exists()


@pytest.mark.django_db
def test_what_tells_of_a_failing_channel_stays_in_the_house():
    put(factories.user("sysadmin", email="a@example.org"), kind="outbox")
    assert not Delivery.objects.exists()


@pytest.mark.django_db
def test_mail_turned_off_by_the_office_is_off_for_everybody():
    channel("mail", is_on=False)
    put(factories.user("handler", email="h@example.org"))
    assert not Delivery.objects.exists()


# ---- the files ----

GOOD = policy.FILE.read_text(encoding="utf-8")


@pytest.mark.parametrize(
    ("old", "new", "said"),
    [
        ('from = "08:30"', 'from = "18:30"', "from: before until"),
        ('from = "08:30"', 'from = "halb neun"', "hours"),
        ('when = "digest"', 'when = "sometime"', "info when"),
        ('ways = ["mail", "wecom", "dingtalk", "webhook"]', 'ways = ["fax"]', "warn ways"),
        ('code = "info"', 'code = "idle"', "one block for each"),
        ('from = "21:00"', 'from = "08:00"', "leaves nothing"),
    ],
)
def test_a_rule_file_that_cannot_be_right_is_refused(old, new, said):
    text = GOOD.replace(old, new, 1)
    if "leaves nothing" in said:
        text = text.replace('until = "07:00"', 'until = "18:00"')
    with pytest.raises(policy.OutboxRulesError, match=said):
        policy.read(text)


def test_a_kind_may_have_rules_of_its_own():
    said = policy.read(GOOD + '\n[[kind]]\ncode = "tally"\nwhen = "digest"\n')
    assert said.rule("tally", "late") == policy.Rule("digest", said.tones["late"].ways, ("mail", "sms"))
    assert said.rule("urge", "unheard of") == said.tones["info"]
    assert said.rule("outbox", "late").ways == ()


@pytest.mark.parametrize("text", ["[wecom]\nbusy = [1]\nrefused = [1]", "[wecom]\nbusy = [0]"])
def test_an_error_code_stands_on_one_side_and_success_on_none(text):
    with pytest.raises(policy.OutboxRulesError):
        policy.read_codes(text)


def test_the_page_says_every_rule_in_words():
    assert [(row["when"], Way.MAIL.label in row["ways"]) for row in planning.in_words()] == [
        ("随时，立即", True), ("工作日 08:30 至 17:30", True), ("每个工作日 08:30 汇总一次", True),
    ]  # fmt: skip
