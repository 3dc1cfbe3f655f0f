"""Whom to visit: a sample that can be drawn again, drawn once a month, and its work list."""

import datetime as dt
import threading

import pytest
from django.db import connections

from audit.models import Event
from audit.verifying import findings
from cases.models import Case
from followup import sampling
from followup.actions import visiting
from followup.models import Evaluation, Sampled, SampleRun
from tests import factories
from tests.followup.returning import badly, client_of, fresh, refusal_of, served, visit
from vault.errors import Refusal

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("plain_weeks")]
MARCH = factories.day("2026-03-01")
APRIL = factories.AT + dt.timedelta(days=35)  # 6 April


def draw(people, **changes):
    how = {"office": factories.office(), "month": MARCH, "actor": people["supervisor"], "at": APRIL, "seed": "s"}
    return visiting.draw(**how | changes)


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


def test_what_was_delivered_too_late_for_its_own_sample_comes_into_the_next(people):
    case, late, may = (served(people) for _one in range(3))
    Case.objects.filter(pk=late.pk).update(state="closed", delivered_on=None)  # the delivery note is still on its way
    Case.objects.filter(pk=may.pk).update(delivered_on=factories.day("2026-05-04"))
    run = draw(people)
    assert [row["number"] for row in run.frame] == [case.number]
    Case.objects.filter(pk=late.pk).update(state="served", delivered_on=factories.day("2026-03-30"))
    later = draw(people, month=factories.day("2026-04-01"), at=APRIL + dt.timedelta(days=30))
    assert [row["number"] for row in later.frame] == [late.number]
    last = draw(people, month=factories.day("2026-05-01"), at=APRIL + dt.timedelta(days=60))
    assert [row["number"] for row in last.frame] == [may.number]  # neither of the others again


def test_months_not_drawn_yet_keep_their_own(people):
    case = served(people)
    Case.objects.filter(pk=case.pk).update(delivered_on=factories.day("2026-04-02"))
    served(people)
    run = draw(people, month=factories.day("2026-04-01"), at=APRIL + dt.timedelta(days=30))
    assert [row["number"] for row in run.frame] == [case.number]


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
    day = factories.day("2020-01-15")
    Case.objects.filter(pk=case.pk).update(answered_on=day, delivered_on=day)
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
