"""Return visits: who may visit, the way back to the unit or to a new matter, and the window for ratings."""

import datetime as dt

import pytest

from audit.verifying import findings
from cases.actions import deciding, handling
from cases.models import Case
from documents.models import Paper
from followup import evaluating
from followup.actions import visiting
from followup.models import Evaluation, ReturnVisit
from notices.models import Notice
from tests import factories
from tests.followup.returning import badly, client_of, fresh, refusal_of, served, visit

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("plain_weeks")]


# ---- who visits ----


def test_nobody_of_the_handling_unit_visits(people):
    from accounts.actions import grant
    from accounts.models import Unit, UnitKind

    case = served(people)
    inner = Unit.objects.create(code="WX", name="维修科", kind=UnitKind.INNER, parent=factories.office())
    colleague = factories.user("clerk", inner, username="colleague")
    fresh(case).assignments.update(unit=inner)
    sentence = "您所在单位承办此事项，回访应当由其他单位人员进行。"
    assert refusal_of(visit, case, colleague) == sentence
    grant(user=people["handler"], role="clerk", actor=None, at=factories.AT)
    assert ReturnVisit.objects.count() == 0
    assert visit(case, people["clerk"]).visited_by == people["clerk"]


def test_where_the_office_handles_itself_only_those_who_did_it_are_barred(people):
    case = served(people)
    Case.objects.filter(pk=case.pk).update(handling_unit=factories.office())
    case.assignments.update(unit=factories.office())
    assert visit(case, people["clerk"]).pk


# ---- back to the unit ----


def test_back_to_the_unit_in_one_step(people):
    case = served(people)
    last = badly(case, people["clerk"])
    letter = visiting.rework(
        visit=last, case=fresh(case), actor=people["supervisor"], at=factories.later(6), note="三日内到场维修。"
    )
    after = fresh(case)
    assert (after.state, after.handling_unit, after.handler) == ("handling", factories.housing(), people["handler"])
    assert (after.answered_on, after.delivered_on, after.outcome) == (None, None, "")
    running = after.clocks.filter(stopped_on__isnull=True).get()
    assert (running.kind, running.length, str(running.legal_due)) == ("handle", 30, "2026-04-07")
    assert after.assignments.last().note == "回访认定未妥善处理：外墙仍在渗水。\n三日内到场维修。"
    assert Paper.objects.about(after).filter(kind="whereabouts_notice").exists()
    assert letter.kind == "assign_letter"
    told = Notice.objects.get(kind="rework")
    assert (told.recipient, told.text) == (
        people["handler"], f"{case.number} 经回访认定未妥善处理（交办），退回你单位重新办理。",
    )  # fmt: skip
    handling.report(case=fresh(case), actor=people["handler"], at=factories.later(9), **factories.REPORT)
    handling.close(case=fresh(case), actor=people["supervisor"], at=factories.later(10))
    factories.delivered(fresh(case), at=factories.later(10))
    twice = {"case": fresh(case), "actor": people["supervisor"], "at": factories.later(11), "note": "再办"}
    assert refusal_of(visiting.rework, visit=last, **twice) == "回访之后已经重新办结，请再次回访。"
    assert list(findings()) == []


def test_only_what_was_not_handled_properly_goes_back_and_only_in_time(people):
    case, boss = served(people), people["supervisor"]
    fine = visit(case, people["clerk"])
    send = {"case": fresh(case), "actor": boss, "at": factories.later(7), "note": "重办"}
    assert refusal_of(visiting.rework, visit=fine, **send) == "最近一次回访没有认定未妥善处理。"
    bad = badly(case, people["clerk"], days=6)
    assert refusal_of(visiting.rework, visit=bad, **send | {"actor": people["clerk"]}).startswith("您的角色不能办理")
    assert refusal_of(visiting.rework, visit=bad, **send | {"note": " "}) == "请写明重办的要求。"
    late = send | {"at": factories.later(400)}
    assert refusal_of(visiting.rework, visit=bad, **late).startswith("办结已超过")


def test_too_late_a_new_matter_is_opened_and_linked(people):
    case = served(people)
    bad = badly(case, people["clerk"], days=6)
    how = {"visit": bad, "case": fresh(case), "actor": people["clerk"], "demand": "外墙仍在渗水，要求返修。"}
    assert refusal_of(visiting.open_linked, at=factories.later(7), **how).startswith("还在重新办理期限之内")
    new = visiting.open_linked(at=factories.later(400), **how)
    assert (new.apart_from, new.petitioner, new.demand, new.state) == (
        fresh(case), case.petitioner, "外墙仍在渗水，要求返修。", "classified",
    )  # fmt: skip
    assert (new.clocks.get().kind, new.registered_on) == ("transfer", factories.later(400).date())
    assert Paper.objects.filter(kind="visit_form", matter=new.visit_links.get().visit.number).count() == 1
    assert refusal_of(visiting.open_linked, at=factories.later(401), **how) == "已经另立新事项。"
    assert list(findings()) == []


def test_the_panel_offers_the_one_way_that_is_open(people):
    case = served(people, at=factories.AT)
    badly(case, people["clerk"])
    page = client_of(people["supervisor"]).get(f"/followup/{case.number}/panel/").content.decode()
    offered = [name in page for name in (f"/followup/{case.number}/rework/", f"/followup/{case.number}/anew/")]
    assert offered.count(True) == 1
    assert "未妥善处理" in page
    assert client_of(people["handler"]).get(f"/followup/{case.number}/anew/").status_code == 403


def test_the_way_back_through_its_page(people):
    from django.utils import timezone

    case = served(people, at=timezone.now() - dt.timedelta(days=3))
    visiting.record_return_visit(
        case=fresh(case), actor=people["clerk"], at=timezone.now(), way="phone", reached="yes", satisfaction="not",
        properly_handled=False, remaining="仍在渗水",
    )  # fmt: skip
    client = client_of(people["supervisor"])
    assert client.get(f"/followup/{case.number}/rework/").status_code == 200
    answer = client.post(f"/followup/{case.number}/rework/", {"note": "尽快维修"})
    assert (answer.status_code, fresh(case).state) == (302, "handling")
    assert client.get(f"/followup/{case.number}/rework/").status_code == 409


# ---- the rating window ----


@pytest.mark.parametrize(
    ("today", "standing"), [("2026-03-02", "0"), ("2026-04-01", "0"), ("2026-04-02", "3")],
)  # fmt: skip
def test_the_window_of_thirty_days(people, today, standing):
    window = evaluating.window(served(people), factories.day(today))
    assert (window.standing, str(window.until)) == (standing, "2026-04-01")


def test_both_bodies_are_rated_apart(people):
    case, day = served(people), factories.day("2026-03-05")
    rate = {"case": case, "value": "satisfied", "since": case.delivered_on, "rated_at": factories.later(3)}
    Evaluation.objects.create(body="office", **rate)
    half = evaluating.window(case, day)
    assert (half.standing, half.open_to, half.said) == ("0", ("unit",), [("信访部门", "满意")])
    assert evaluating.window(case, factories.day("2026-05-05")).standing == "2"
    Evaluation.objects.create(body="unit", **rate)
    assert evaluating.window(case, day).standing == "2"


def test_not_everything_is_rated(people):
    assert evaluating.window(factories.case(people=people), factories.day("2026-03-05")).standing == "1"
    secret = served(people, purpose="accusation", accused="某人")
    assert evaluating.window(secret, factories.day("2026-03-05")).standing == "1"
    answered = factories.case(people=people)
    deciding.answer(case=answered, actor=people["clerk"], at=factories.AT, answer="依据物业合同，由物业维修。")
    assert evaluating.window(fresh(answered), factories.day("2026-03-05")).open_to == ("office",)
