"""Reminders go to whoever the day belongs to, and say what is so: nobody is blamed for what lies with another."""

import pytest

from audit.verifying import findings
from cases.actions import answering, deciding, ending, handling, merging, recusing, sending
from cases.models import Case
from followup import actions, owing, planning, tasks
from followup.models import Reminder
from notices.models import Notice
from tests import factories
from tests.followup.test_plan import case, noon, plain_weeks, promise  # noqa: F401 - fixtures

pytestmark = pytest.mark.django_db


def again(one):
    return Case.objects.get(pk=one.pk)


def reported(one, at):
    """Handed in with both signatures: the office has it to look at."""
    handling.submit(case=again(one), actor=one.people["handler"], at=noon(at), **factories.REPORT)
    handling.sign(case=again(one), actor=one.people["unit_head"], at=noon(at), note="同意")


def told(kind="remind"):
    return set(
        Notice.objects.filter(kind=kind, withdrawn_at__isnull=True).values_list("recipient__username", flat=True)
    )


def promises(at):
    return tasks.remind(noon(at))["promises"]


def test_while_the_office_looks_at_a_report_the_unit_is_not_called_late(case):  # noqa: F811
    tasks.remind(noon("2026-04-28"))
    reported(case, "2026-04-29")
    for each in ("2026-04-30", "2026-05-02", "2026-05-20"):
        tasks.remind(noon(each))
    assert told() == {"supervisor", "leader"}
    assert planning.advice(Case.objects.all(), factories.day("2026-05-20")) == {}
    handling.send_back(case=again(case), actor=case.people["supervisor"], at=noon("2026-05-20"), note="补充现场照片")
    tasks.remind(noon("2026-05-20"))
    assert told() == {"supervisor", "leader", "handler", "unit_head"}
    assert list(findings()) == []


def test_an_objection_that_waits_for_the_office_is_the_offices(case):  # noqa: F811
    other = factories.case(upto="assigned", people=case.people)
    answering.hand_back(
        case=other, actor=case.people["handler"], at=noon("2026-03-04"), note="不属于我局职责，应由城管局办理。"
    )
    [source] = owing.of_clocks(other.clocks.filter(kind="handle", stopped_on__isnull=True))
    assert (source.inside, source.unit, source.permission) == (True, factories.office(), "cases.review")


def test_a_promise_kept_by_reporting_in_time_is_not_called_broken(case):  # noqa: F811
    promise(case, "2026-04-20", "2026-04-28")
    reported(case, "2026-04-25")
    assert promises("2026-04-29") == 0
    handling.send_back(case=again(case), actor=case.people["supervisor"], at=noon("2026-04-30"), note="补充现场照片")
    assert promises("2026-05-01") == 1


def reopened(one, at):
    """Answered and served on 10 March, then taken up anew and given to the same unit."""
    reported(one, "2026-03-10")
    handling.close(case=again(one), actor=one.people["supervisor"], at=noon("2026-03-10"))
    closed = factories._again(one)
    factories._serve(closed, one.people, noon("2026-03-10"))
    deciding.reopen(case=again(one), actor=one.people["supervisor"], at=noon(at), note="有新情况")
    deciding.accept(case=again(one), actor=one.people["supervisor"], at=noon(at))
    sending.assign(case=again(one), actor=one.people["supervisor"], at=noon(at), unit=factories.housing())


def test_a_promise_about_what_is_over_neither_reminds_nor_silences(case):  # noqa: F811
    promise(case, "2026-03-05", "2026-06-30")
    reopened(case, "2026-03-12")
    sources = owing.of_clocks(case.clocks.filter(stopped_on__isnull=True))
    assert {source.kind: source.promises for source in sources} == {"handle": (), "notify": (), "object": ()}
    tasks.remind(noon("2026-05-12"))
    assert Reminder.objects.filter(clock__kind="handle", stage="late", superseded=False).exists()
    assert promises("2026-07-01") == 0


def test_whoever_withdrew_from_a_matter_is_reminded_of_it_no_more(case):  # noqa: F811
    factories.user("handler", username="colleague")
    recusing.declare_interest(case=case, actor=case.people["handler"], at=noon("2026-03-05"), reason="亲属")
    tasks.remind(noon("2026-05-02"))
    assert told() == {"colleague", "unit_head", "supervisor"}


def test_a_letter_to_the_lead_names_its_own_period_not_that_of_who_assists():
    made = factories.case(upto="accepted")
    sending.assign(
        case=made, actor=made.people["supervisor"], at=factories.later(1), unit=factories.housing(),
        assisting=[factories.labour()], assist_due=factories.day("2026-03-20"),
    )  # fmt: skip
    answering.take_up(case=again(made), actor=made.people["handler"], at=factories.later(2))
    urging = actions.urge(
        case=again(made), actor=made.people["supervisor"], at=noon("2026-03-30"), way="letter", content="请说明进度"
    )
    said = urging.paper.context
    assert (said["period"], said["due"], said["days_late"]) == ("办理", "2026年5月1日", 0)


def test_a_letter_that_nobody_answered_is_not_called_a_promise(case):  # noqa: F811
    actions.urge(
        case=case, actor=case.people["supervisor"], at=noon("2026-03-05"), way="letter", content="请说明进度",
        promised_on=factories.day("2026-03-12"),
    )  # fmt: skip
    assert promises("2026-03-13") == 1
    assert Notice.objects.get(kind="promise").text == (
        f"{case.number}：催办函要求示范市住房和城乡建设局 2026-03-12 前答复，至今没有结果。"
    )


def feedback():
    rows = Reminder.objects.filter(rule="feedback", superseded=False, withdrawn_at__isnull=True)
    return set(rows.values_list("stage", "recipient__username"))


def ordered(case):  # noqa: F811
    """An order whose feedback is due on 3 April and late since."""
    made = actions.supervise(
        case=again(case), actor=case.people["supervisor"], at=noon("2026-03-20"), ground="evasion",
        requirement="说明原因", due_on=factories.day("2026-04-03"),
    )  # fmt: skip
    tasks.remind(noon("2026-04-04"))
    assert ("unanswered", "unit_head") in feedback()
    return made


def test_an_order_about_a_matter_that_was_withdrawn_reminds_nobody_and_can_be_closed(case):  # noqa: F811
    order = ordered(case)
    ending.withdraw(case=again(case), actor=case.people["supervisor"], at=noon("2026-04-05"), words="不再反映。")
    tasks.remind(noon("2026-04-20"))
    assert feedback() == set()
    actions.close_supervision(
        supervision=order, actor=case.people["supervisor"], at=noon("2026-04-21"), note="信访人已撤回。"
    )
    order.refresh_from_db()
    assert order.closed_at == noon("2026-04-21")


def test_an_order_about_a_merged_matter_rests_until_the_merger_is_undone(case):  # noqa: F811
    ordered(case)
    main = factories.case(upto="handling", people=case.people)
    merging.merge(case=again(case), actor=case.people["supervisor"], at=noon("2026-04-05"), main=main, note="同一请求")
    tasks.remind(noon("2026-04-06"))
    assert feedback() == set()
    merging.unmerge(case=again(case), actor=case.people["supervisor"], at=noon("2026-04-07"), note="并错了")
    tasks.remind(noon("2026-04-20"))
    assert ("unanswered_leader", "unit_head") in feedback()
