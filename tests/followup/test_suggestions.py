"""三项建议: issued, answered, closed; reminded of up the ladder; never in the hands of whom they are about."""

import datetime as dt

import pytest

from audit.models import Event
from audit.verifying import findings
from cases.models import Case
from documents.rendering import pdf_of
from followup import actions, tasks
from followup.models import FeedbackRound, Suggestion, Supervision
from notices.models import Notice
from tests import factories
from tests.followup.test_pages import signed_in, today
from tests.racing import race
from vault.errors import Refusal, Stale

pytestmark = pytest.mark.django_db
AT = factories.later(days=3)
LATER = factories.later(days=20)
SAID = {
    "kind": "improve", "ground": "evasion", "facts": "近三个月多件事项没有按期办结。",
    "text": "一、指定专人；\n二、每周核对。", "due_on": factories.day("2026-04-04"),
}  # fmt: skip


@pytest.fixture(autouse=True)
def plain_weeks(db):
    factories.calendar(2025, 2026, 2027)


@pytest.fixture
def people():
    roles = ("clerk", "supervisor", "handler", "leader")
    made = {role: factories.user(role, username=role) for role in roles}
    return made | {"head": factories.user("unit_head", factories.housing(), username="head")}


@pytest.fixture
def cases(people):
    return [factories.case(upto="handling", people=people) for _one in range(2)]


def suggest(cases, people, **changes):
    fields = {"unit": factories.housing()} | SAID | changes
    return actions.suggest(cases=cases, actor=people["supervisor"], at=AT, **fields)


def answer(row, who, at=LATER, **changes):
    said = {"adoption": "adopted", "answer": "已建立台账。", "answered_on": factories.day("2026-03-20")} | changes
    actions.answer_suggestion(suggestion=row, actor=who, at=at, **said)


def refusal_of(act, *args, **fields):
    with pytest.raises(Refusal) as refusal:
        act(*args, **fields)
    return str(refusal.value)


def told(*kinds):
    return {(one.recipient.username, one.text) for one in Notice.objects.filter(kind__in=kinds)}


def test_a_suggestion_runs_from_letter_to_close(people, cases):
    row = suggest(cases, people)
    assert (row.paper.number, row.paper.title, row.paper.addressee) == (
        "示信建〔2026〕1号", "改进工作建议书", "示范市住房和城乡建设局",
    )  # fmt: skip
    body = "".join(block["text"] for block in row.paper.context["body"])
    said = ("第四十条，现向你单位提出改进工作建议", "推诿、敷衍", "一、指定专人；", "2026年4月4日前向我单位书面反馈")
    for words in (*said, *(case.number for case in cases)):
        assert words in body
    assert cases[0].petitioner.name not in str(row.paper.context)
    assert row.paper.context["copies"] == "示范市人民政府"
    assert pdf_of(row.paper)[:5] == b"%PDF-"
    words = "你单位收到改进工作建议（示信建〔2026〕1号），请于 2026-04-04 前书面反馈采纳情况。"
    assert told("suggest") == {("handler", words), ("head", words)}
    answer(row, people["handler"], adoption="partly", reasons="第二项与局内规定不一致。")
    words = "示范市住房和城乡建设局 反馈了改进工作建议（示信建〔2026〕1号）的采纳情况：部分采纳。"
    assert told("answer_suggestion") == {("supervisor", words), ("leader", words)}
    actions.close_suggestion(suggestion=row, actor=people["leader"], at=factories.later(21), note="属实")
    row.refresh_from_db()
    assert (row.adoption, row.answered_by, row.closed_by, row.close_note) == (
        "partly", people["handler"], people["leader"], "属实",
    )  # fmt: skip
    for case in cases:
        verbs = list(Event.objects.filter(matter=case.number).order_by("seq").values_list("verb", flat=True))
        assert verbs[-3:] == ["suggest", "answer_suggestion", "close_suggestion"]
    assert list(findings()) == []


@pytest.mark.parametrize(
    ("changes", "sentence"),
    [
        ({"kind": "praise"}, "请选择建议的种类。"),
        ({"ground": ""}, "请从第四十条的情形中选择一项。"),
        ({"facts": " "}, "请写明发现的问题和建议内容。"),
        ({"due_on": AT.date()}, "反馈期限应当在今日之后、一年以内。"),
        ({"cases": []}, "请至少写明一件有关的信访事项。"),
        ({"unit": "office"}, "“示范市信访局”不能作为建议对象。"),
        ({"role": "clerk"}, "您的角色不能提出三项建议。"),
    ],
)
def test_what_is_wrong_is_refused_and_nothing_stays(people, cases, changes, sentence):
    fields = SAID | {"unit": factories.housing(), "cases": cases} | changes
    actor = people[fields.pop("role", "supervisor")]
    if fields["unit"] == "office":
        fields["unit"] = factories.office()
    assert refusal_of(actions.suggest, actor=actor, at=AT, **fields) == sentence
    assert (Suggestion.objects.count(), Event.objects.filter(verb="suggest").count()) == (0, 0)


def test_advice_on_policy_needs_no_listed_ground(people, cases):
    assert suggest(cases, people, kind="policy", ground="").paper.title == "完善政策建议书"


@pytest.mark.parametrize(
    ("changes", "sentence"),
    [
        ({"adoption": ""}, "请选择采纳情况。"),
        ({"adoption": "not", "answer": ""}, "不采纳或者部分采纳的，应当说明理由。"),
        ({"adoption": "partly", "reasons": " "}, "不采纳或者部分采纳的，应当说明理由。"),
        ({"answer": ""}, "请填写采纳后的落实情况。"),
        ({"answered_on": factories.day("2026-03-04")}, "反馈日期应当在发出建议之日以后、今日以前。"),
    ],
)
def test_an_answer_says_what_and_why(people, cases, changes, sentence):
    row = suggest(cases, people)
    with pytest.raises(Refusal) as refusal:
        answer(row, people["handler"], **changes)
    assert str(refusal.value) == sentence


def test_who_may_answer(people, cases):
    row = suggest(cases, people)
    other = factories.user("handler", factories.labour())
    with pytest.raises(Refusal):
        answer(row, other)
    with pytest.raises(Refusal):
        answer(row, people["clerk"])
    stale = Suggestion.objects.get(pk=row.pk)
    answer(row, people["supervisor"])  # it came on paper
    with pytest.raises(Stale):
        answer(stale, people["handler"])
    assert refusal_of(answer, Suggestion.objects.get(pk=row.pk), people["handler"]) == "此建议已经反馈。"


def test_a_missing_answer_goes_up_the_ladder_and_stops_with_the_answer(people, cases):
    row = suggest(cases, people)
    parent = factories.user("handler", factories.housing().parent, username="parent")
    at = dt.datetime.fromisoformat
    days = [at(f"2026-04-{n:02}T10:00:00+08:00") for n in range(1, 16)]
    counts = {day.date().isoformat(): n for day in days if (n := tasks.remind(day)["suggestions"])}
    assert list(counts) == ["2026-04-01", "2026-04-04", "2026-04-05", "2026-04-09", "2026-04-14"]
    late = "示信建〔2026〕1号 的采纳情况反馈期限已于 2026-04-04 到期，超期 {} 天。"
    reached = {who for who, words in told("adoption") if words == late.format(10)}
    assert reached == {"head", "parent", "supervisor", "leader"}
    assert {who for who, words in told("adoption") if words == late.format(1)} == {"handler", "head", "supervisor"}
    answer(row, people["handler"], at=at("2026-04-15T10:00:00+08:00"))
    assert tasks.remind(at("2026-05-15T10:00:00+08:00"))["suggestions"] == 0
    assert parent.unit == factories.housing().parent
    assert list(findings()) == []


# ---- article 30 ----


def test_it_never_reaches_the_unit_or_the_person_it_is_about(client, people):
    spy = factories.user("handler", factories.labour(), username="spy")
    boss = factories.user("supervisor", factories.labour(), username="boss")
    case = factories.case(upto="handling", people=people, accused="示范市人力资源和社会保障局")
    assert refusal_of(suggest, [case], people, unit=factories.labour()) == (
        "所涉事项反映的就是该单位，建议书不得发给该单位（《信访工作条例》第三十条），可以发给其上级单位。"
    )
    row = suggest([case], people, unit=factories.housing().parent, kind="blame", facts="该局多次推诿。")
    assert case.title not in str(row.paper.context)
    assert case.petitioner.name not in str(row.paper.context)
    for day in ("2026-04-04", "2026-04-05", "2026-04-20"):
        tasks.remind(dt.datetime.fromisoformat(f"{day}T10:00:00+08:00"))
    assert not Notice.objects.filter(recipient__in=[spy, boss]).exists()
    for user in (spy, boss):
        signed_in(client, user)
        assert not Suggestion.objects.visible_to(user).exists()
        assert client.get("/followup/suggestions/").context["rows"] == []
        for path in (f"/followup/suggestions/{row.pk}/", f"/followup/suggestions/{row.pk}/paper/"):
            assert client.get(path).status_code == 404
    name = case.petitioner.name
    assert "不得写出信访人姓名" in refusal_of(suggest, [case], people, unit=factories.housing(), facts=f"{name}反映。")


def test_what_goes_to_a_government_does_not_go_to_its_bureaus(client, people, cases):
    city = factories.user("handler", factories.housing().parent, username="city")
    row = suggest(cases, people, unit=factories.housing().parent, kind="blame")
    for day in ("2026-04-04", "2026-04-05", "2026-04-20"):
        tasks.remind(dt.datetime.fromisoformat(f"{day}T10:00:00+08:00"))
    kinds = ("suggest", "adoption")
    assert {who for who, _words in told(*kinds)} == {"city", "supervisor", "leader"}
    for who, status in ((people["handler"], 404), (people["head"], 404), (city, 200)):
        assert signed_in(client, who).get(f"/followup/suggestions/{row.pk}/").status_code == status


def test_an_inner_office_accused_counts_as_its_body(people):
    inner = factories._unit("RSJ-JC", "监察科", "inner")
    inner.parent = factories.labour()
    inner.save()
    case = factories.case(upto="handling", people=people, accused="示范市人力资源和社会保障局")
    Case.objects.filter(pk=case.pk).update(accused_unit=inner)
    assert "第三十条" in refusal_of(suggest, [Case.objects.get(pk=case.pk)], people, unit=factories.labour())


# ---- pages ----


def test_the_pages_from_the_matter_to_the_closed_list(client, people, cases):
    signed_in(client, people["supervisor"])
    path = f"/followup/{cases[0].number}/suggest/"
    assert client.get(path).status_code == 200
    due = (today() + dt.timedelta(days=30)).isoformat()
    typed = {
        "kind": "policy", "unit": factories.housing().pk, "due_on": due, "ground": "", "facts": "政策有空白。",
        "text": "修订办法。", "others": "XF2099000001",
    }  # fmt: skip
    refused = client.post(path, typed)
    assert refused.status_code == 422
    assert "没有这些编号的事项：XF2099000001。" in refused.content.decode()
    assert client.post(path, typed | {"others": cases[1].number}).status_code == 302
    row = Suggestion.objects.get()
    assert set(row.cases.all()) == set(cases)
    listed = client.get("/followup/suggestions/?state=open&kind=policy&unit=ZJJ")
    assert [one["row"] for one in listed.context["rows"]] == [row]
    assert client.get("/followup/suggestions/?state=closed").context["rows"] == []
    assert row.paper.number in client.get(f"/followup/{cases[1].number}/panel/").content.decode()
    signed_in(client, people["handler"])
    page = f"/followup/suggestions/{row.pk}/"
    shown = client.get(page)
    assert (shown.status_code, shown.context["answer"], shown.context["close"]) == (200, True, False)
    now = today().isoformat()
    bad = client.post(f"{page}answer/", {"adoption": "not", "answered_on": now, "answer": "", "reasons": ""})
    assert (bad.status_code, "应当说明理由" in bad.content.decode()) == (422, True)
    good = client.post(f"{page}answer/", {"adoption": "not", "answered_on": now, "answer": "", "reasons": "无权修订。"})
    assert good["Location"] == page
    assert client.post(f"{page}close/", {"note": "x"}).status_code == 403
    signed_in(client, people["supervisor"])
    assert client.post(f"{page}close/", {"note": "已报上级。"}).status_code == 302
    assert [one["row"] for one in client.get("/followup/suggestions/?state=closed&adoption=not").context["rows"]] == [
        row
    ]
    assert list(findings()) == []


@pytest.mark.parametrize("many", [1, 3])
def test_the_list_takes_the_same_queries(client, people, cases, django_assert_num_queries, many):
    for _one in range(many):
        suggest(cases, people)
    signed_in(client, people["supervisor"]).get("/followup/suggestions/")
    with django_assert_num_queries(9):
        assert len(client.get("/followup/suggestions/").context["rows"]) == many


# ---- feedback sent back ----


def order(cases, people):
    order = actions.supervise(
        case=cases[0], actor=people["supervisor"], at=AT, ground="evasion", requirement="说明原因。",
        due_on=factories.day("2026-03-20"),
    )  # fmt: skip
    actions.give_feedback(supervision=order, actor=people["handler"], at=factories.later(9), feedback="正在办。")
    return Supervision.objects.get()


def send_back(row, who, **changes):
    said = {"reason": "没有说明原因。", "due_on": factories.day("2026-03-25")} | changes
    return actions.return_feedback(supervision=row, actor=who, at=factories.later(10), **said)


def test_feedback_that_is_not_enough_goes_back_with_a_new_day(people, cases):
    row = order(cases, people)
    assert refusal_of(send_back, row, people["supervisor"], reason=" ") == "请写明退回的理由：缺什么、怎样补充。"
    assert refusal_of(send_back, row, people["handler"]) == "您的角色不能督办。"
    stale = Supervision.objects.get()
    send_back(row, people["supervisor"])
    with pytest.raises(Stale):
        send_back(stale, people["leader"])
    now = Supervision.objects.get()
    assert (now.round, now.due_on, now.feedback, now.feedback_at, now.feedback_by) == (
        2, factories.day("2026-03-25"), "", None, None,
    )  # fmt: skip
    kept = FeedbackRound.objects.get()
    assert (kept.number, kept.feedback, kept.feedback_by, kept.due_on, kept.reason) == (
        1, "正在办。", people["handler"], factories.day("2026-03-20"), "没有说明原因。",
    )  # fmt: skip
    words = f"{cases[0].number} 的督办反馈被退回，请于 2026-03-25 前重新反馈。"
    assert told("return_feedback") == {("handler", words), ("head", words)}
    assert refusal_of(send_back, now, people["supervisor"]) == "此督办还没有反馈。"
    late = dt.datetime.fromisoformat("2026-03-26T10:00:00+08:00")
    assert tasks.remind(late)["feedback"] == 1
    actions.give_feedback(supervision=now, actor=people["handler"], at=late, feedback="因检测延误，已办结。")
    told_twice = Notice.objects.filter(kind="feedback", recipient=people["supervisor"], text__contains="反馈了督办")
    assert told_twice.count() == 2  # of each round
    actions.close_supervision(supervision=now, actor=people["supervisor"], at=late, note="属实")
    assert list(findings()) == []


def test_both_rounds_are_on_the_page(client, people, cases):
    row = order(cases, people)
    signed_in(client, people["supervisor"])
    path = f"/followup/{cases[0].number}/supervisions/{row.pk}/return/"
    assert client.get(path).status_code == 200
    due = (today() + dt.timedelta(days=7)).isoformat()
    assert client.post(path, {"reason": "没有说明原因。", "due_on": due}).status_code == 302
    page = client.get(f"/followup/{cases[0].number}/panel/").content.decode()
    assert "第 1 次反馈，已退回" in page
    assert "没有说明原因。" in page
    assert client.get(path).status_code == 409


@pytest.mark.django_db(transaction=True)
def test_an_answer_and_a_close_at_once_leave_one(people, cases):
    row = suggest(cases, people)

    def close():
        mine = Suggestion.objects.get(pk=row.pk)
        actions.close_suggestion(suggestion=mine, actor=people["leader"], at=factories.later(20), note="另行处理")

    told = race(lambda: answer(Suggestion.objects.get(pk=row.pk), people["handler"]), close)
    assert (told[0], "Error" in told[1], bool(told[1])) == ("", False, True), told
    assert list(findings()) == []
