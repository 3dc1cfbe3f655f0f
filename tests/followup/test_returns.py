"""Return visits: a sample that can be drawn again, its work list, outcomes, the way back to the unit, ratings."""

import datetime as dt
import threading

import pytest
from django.db import connections
from django.test import Client

from audit.models import Event
from audit.verifying import findings
from cases.actions import deciding, handling
from cases.models import Case
from documents.models import Paper
from followup import evaluating, sampling
from followup.actions import visiting
from followup.models import Evaluation, ReturnVisit, Sampled, SampleRun
from notices.models import Notice
from tests import factories
from vault.errors import Refusal

pytestmark = pytest.mark.django_db
MARCH = factories.day("2026-03-01")
APRIL = factories.AT + dt.timedelta(days=35)  # 6 April


@pytest.fixture(autouse=True)
def _plain_weeks(db):
    factories.calendar(2026)


@pytest.fixture
def people(db):
    return {role: factories.user(role, username=role) for role in ("clerk", "supervisor", "handler", "leader")}


def served(people, **changes):
    return factories.case(upto="served", people=people, **changes)


def fresh(case):
    made = Case.objects.get(pk=case.pk)
    made.people = case.people
    return made


def visit(case, actor, days=5, **changes):
    said = {"way": "phone", "reached": "yes", "satisfaction": "satisfied", "properly_handled": True} | changes
    if said["reached"] != "yes":
        said |= {"satisfaction": "", "properly_handled": None}
    return visiting.record_return_visit(case=fresh(case), actor=actor, at=factories.later(days), **said)


def badly(case, actor, days=5):
    return visit(case, actor, days, satisfaction="not", properly_handled=False, remaining="外墙仍在渗水。")


def draw(people, **changes):
    how = {"office": factories.office(), "month": MARCH, "actor": people["supervisor"], "at": APRIL, "seed": "s"}
    return visiting.draw(**how | changes)


def client_of(user):
    client = Client()
    client.force_login(user)
    return client


def refusal_of(act, *args, **kwargs):
    with pytest.raises(Refusal) as no:
        act(*args, **kwargs)
    return str(no.value)


# ---- the rule and the draw, as functions ----


def frame(n, units=("A", "B"), **kinds):
    rows = [{"number": f"XF{i:03d}", "unit": units[i % len(units)], "kinds": []} for i in range(n)]
    for code, numbers in kinds.items():
        for i in numbers:
            rows[i]["kinds"].append(code)
    return rows


def test_the_same_frame_rule_and_seed_give_the_same_sample():
    rows, rule = frame(40, overdue=[1, 2, 3], group=[5]), sampling.rule()
    first = sampling.draw(rows, rule, "seed")
    assert first == sampling.draw(list(reversed(rows)), rule, "seed")
    assert first != sampling.draw(rows, rule, "other seed")
    assert sampling.draw(frame(4), rule, "fixed") == [("XF001", ["share"]), ("XF000", ["share"])]  # for ever


@pytest.mark.parametrize(
    ("size", "many"), [(0, 0), (1, 1), (2, 2), (10, 2), (20, 2), (21, 3), (22, 4), (40, 4), (200, 20)],
)  # fmt: skip
def test_every_unit_gives_its_share_rounded_up(size, many):
    assert len(sampling.draw(frame(size), sampling.rule(), "x")) == many


def test_all_of_some_kinds_and_half_of_others_each_matter_once():
    rows = frame(30, units=("A",), not_convinced=[0, 1], unsatisfied=[1, 2], group=[3], overdue=[10, 11, 12, 13, 14])
    drawn = dict(sampling.draw(rows, sampling.rule(), "x"))
    by_kind = {code: {number for number, why in drawn.items() if code in why} for code in sampling.KINDS}
    assert (by_kind["not_convinced"], by_kind["unsatisfied"]) == ({"XF000", "XF001"}, {"XF001", "XF002"})
    assert by_kind["group"] == {"XF003"}
    assert (len(by_kind["overdue"]), by_kind["overdue"] < {f"XF{n:03d}" for n in range(10, 15)}) == (3, True)
    assert len(by_kind["share"]) == 3


@pytest.mark.parametrize(
    ("change", "sentence"),
    [
        (("[share]", "[shares]"), "The blocks must be"),
        (("percent = 10\n", "percent = 101\n"), "[share]: percent"),
        (("percent = 10\n", 'percent = "10"\n'), "[share]: must hold"),
        (("per_unit = true\n", ""), "[share]: must hold"),
    ],
)
def test_a_broken_rule_is_named(change, sentence):
    text = sampling.FILE.read_text(encoding="utf-8")
    assert change[0] in text
    with pytest.raises(sampling.SamplingError) as error:
        sampling.read(text.replace(*change))
    assert str(error.value).startswith(sentence)


# ---- drawing ----


def test_a_months_sample_is_stored_with_all_it_takes_to_draw_it_again(people):
    cases = [served(people) for _one in range(3)]
    group = served(people, visitors=7, involved=9)
    served(people, person={"kind": "anonymous", "name": "", "phone": ""})  # nobody to visit
    served(people, at=APRIL)  # answered later
    factories.case(people=people)  # not answered
    run = draw(people)
    assert sorted(row["number"] for row in run.frame) == sorted(one.number for one in [*cases, group])
    assert (run.seed, run.rule, sampling.replayed(run)) == ("s", sampling.rule(), True)
    assert "group" in run.rows.get(case=group).reason_codes
    assert Event.objects.get(verb="draw_sample").data == {
        "month": "2026-03", "seed": "s", "frame": 4, "drawn": run.rows.count(),
    }  # fmt: skip
    fresh(cases[0]).return_visits.all()
    badly(cases[0], people["clerk"], days=40)
    assert sampling.replayed(SampleRun.objects.get())  # whatever happens later
    Sampled.objects.filter(run=run).order_by("-pk")[:1].get().delete()
    assert not sampling.replayed(SampleRun.objects.get())


def test_the_kinds_of_a_frame_come_from_the_rows(people):
    late, unhappy, unconvinced, rated, plain = (served(people) for _one in range(5))
    late.clocks.filter(kind="handle").update(legal_due=factories.day("2026-02-20"))
    badly(unhappy, people["clerk"])
    visit(unconvinced, people["clerk"], satisfaction="not", explanation="已解释")
    Evaluation.objects.create(
        case=rated, body="unit", value="not", since=rated.delivered_on, rated_at=factories.later(1)
    )
    found = {row["number"]: row["kinds"] for row in sampling.frame(factories.office(), MARCH, APRIL.date())}
    assert found == {
        late.number: ["overdue"], unhappy.number: ["unsatisfied"], rated.number: ["unsatisfied"], plain.number: [],
        unconvinced.number: ["not_convinced", "unsatisfied"],
    }  # fmt: skip


def test_a_month_is_drawn_once_and_only_when_it_is_over(people):
    served(people)
    assert refusal_of(draw, people, month=factories.day("2026-04-01")) == "只能抽取已经过去的月份。"
    assert refusal_of(draw, people, month=factories.day("2026-03-02")) == "只能抽取已经过去的月份。"
    assert refusal_of(draw, people, month=factories.day("2026-02-01")) == "2026-02 没有可以回访的事项。"
    assert refusal_of(draw, people, actor=people["clerk"]) == "您的角色不能抽取回访事项。"
    draw(people)
    assert refusal_of(draw, people, seed="a better one") == "2026-03 已经抽取过，每月只抽一次。"
    assert SampleRun.objects.get().seed == "s"
    assert list(findings()) == []


@pytest.mark.django_db(transaction=True)
def test_two_who_draw_at_once_get_one_sample(people):
    for _one in range(3):
        served(people)
    together, said = threading.Barrier(2), []

    def go():
        together.wait()
        try:
            said.append(len(draw(people, seed="").seed))
        except Refusal as no:
            said.append(str(no))
        connections.close_all()

    threads = [threading.Thread(target=go) for _one in range(2)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert (SampleRun.objects.count(), 16 in said, len(said)) == (1, True, 2)
    assert list(findings()) == []


# ---- the work list ----


def test_three_failed_attempts_close_a_row_with_their_days(people):
    case = served(people)
    row = draw(people).rows.get()
    visit(case, people["clerk"], days=3, reached="no")  # before it was drawn: does not count
    for days, way in ((36, "phone"), (38, "home")):
        visit(case, people["clerk"], days=days, reached="no", way=way)
        row.refresh_from_db()
        assert row.closed_at is None
    visit(case, people["clerk"], days=41, reached="no")
    row.refresh_from_db()
    assert (row.ended, row.end_note) == ("unreached", "联系 3 次未果：04-07 电话、04-09 上门、04-12 电话。")
    assert list(findings()) == []


@pytest.mark.parametrize(
    ("said", "ended", "note"),
    [
        ({}, "reached", "妥善处理，信访人认可"),
        ({"satisfaction": "not", "explanation": "已解释"}, "reached", "妥善处理但不信服"),
        ({"properly_handled": None}, "reached", "未作判断"),
        ({"reached": "refused"}, "refused", ""),
    ],
)
def test_a_visit_settles_the_sampled_row(people, said, ended, note):
    case = served(people)
    row = draw(people).rows.get()
    visit(case, people["clerk"], days=36, **said)
    row.refresh_from_db()
    assert (row.ended, row.end_note) == (ended, note)


def test_the_list_shows_names_attempts_and_the_proof(people):
    client, cases = client_of(people["clerk"]), [served(people) for _one in range(2)]
    run = draw(people)
    visit(cases[0], people["clerk"], days=36, reached="no")
    page = client.get(f"/followup/visits/{run.pk}/").content.decode()
    assert "2 件中抽中" in page
    assert "按存档的范围、规则和种子重新计算，结果一致" in page
    assert "/return-visit/" in page
    assert client.get("/followup/visits/").status_code == 200
    assert "抽取回访事项" not in client.get("/followup/visits/").content.decode()  # a clerk does not draw
    answer = client_of(people["supervisor"]).get("/followup/visits/")
    assert "抽取回访事项" in answer.content.decode()


def test_drawing_through_the_page(people, monkeypatch):
    client = client_of(people["supervisor"])
    case = served(people)
    Case.objects.filter(pk=case.pk).update(answered_on=factories.day("2020-01-15"))
    answer = client.post("/followup/visits/draw/", {"month": "2020-01-01"})
    assert answer["Location"] == f"/followup/visits/{SampleRun.objects.get().pk}/"
    for wrong in ("", "x", "9999-12-01", "2020-13-01", "2020-01-01"):
        assert client.post("/followup/visits/draw/", {"month": wrong})["Location"] == "/followup/visits/"
    assert SampleRun.objects.count() == 1
    assert client_of(people["clerk"]).post("/followup/visits/draw/", {"month": "2020-01-01"}).status_code == 403
    assert client_of(people["handler"]).get("/followup/visits/").status_code == 403


@pytest.mark.parametrize("rows", [1, 3])
def test_the_queries_of_the_list_do_not_grow(people, rows, django_assert_num_queries):
    for _one in range(rows):
        served(people)
    run = draw(people)
    client = client_of(people["clerk"])
    client.get("/followup/visits/")
    with django_assert_num_queries(12):
        client.get(f"/followup/visits/{run.pk}/")
    with django_assert_num_queries(8):
        client.get("/followup/visits/")


def test_whoever_a_matter_is_about_sees_neither_row_nor_count(people):
    clerk = people["clerk"]
    case, other = (served(people, visitors=7, involved=9) for _one in range(2))
    Case.objects.filter(pk=case.pk).update(accused_user=clerk, protected=True)
    run = draw(people)
    assert run.rows.count() == 2
    page = client_of(clerk).get(f"/followup/visits/{run.pk}/").content.decode()
    assert (case.number in page, other.number in page, "1 件中抽中 1 件" in page) == (False, True, True)


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
