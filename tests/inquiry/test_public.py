"""The petitioner's own page: one answer for everything that does not fit, nobody named, each body rated once."""

import datetime as dt
import re
import threading
import time

import pytest
from django.db import connection, connections
from django.test import Client
from django.test.utils import CaptureQueriesContext

from audit.models import Event
from audit.verifying import findings
from cases import coding
from cases.actions import sending
from cases.models import Case, QueryCode
from followup.models import Evaluation
from inquiry import actions, matching
from inquiry.models import Bucket, Tally
from inquiry.showing import PERIODS, STANDS, shown
from reception.models import Companion
from tests import factories
from tests.inquiry.asking import IDS, URL, asked, body, code_of, made, now
from vault.errors import Refusal, Stale

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("plain_weeks")]
WRONG = "没有查到"


# ---- who may look ----


@pytest.mark.parametrize("digits", ["5678", "002X", "002x", "００２Ｘ"])
def test_code_and_four_digits_show_the_matter(people, digits):
    case = made(people, upto="handling")
    answer = asked(coding.spaced(code_of(case)).lower(), digits)
    text = answer.content.decode()
    assert answer.status_code == 200
    for word in (case.number, "正在办理", "示范市住房和城乡建设局", "信访事项受理告知书", "交办", "登记"):
        assert word in text, word
    fact = Event.objects.get(verb="inquiry")
    assert (fact.actor, fact.matter, fact.note, fact.data) == (None, case.number, "", {})
    assert (Tally.objects.get().looks, Tally.objects.get().wrong) == (1, 0)
    assert list(findings()) == []


def test_no_name_number_demand_or_code_stands_in_the_answer(people):
    case = made(people, upto="served", demand="要求维修外墙渗水", accused="")
    text = asked(code_of(case), "5678").content.decode()
    forbidden = [
        case.petitioner.name, IDS[0], "13812345678", case.demand, case.title, code_of(case), "示信",
        coding.spaced(code_of(case)), factories.REPORT["opinion"], str(case.people["handler"]),
    ]  # fmt: skip
    assert [word for word in forbidden if word and word in text] == []


def test_representatives_of_a_group_may_look_and_the_others_not(people):
    companions = [
        {"name": "李四", "phone": "13900001111", "is_representative": True},
        {"name": "王五", "phone": "13900002222", "id_number": IDS[1], "is_representative": False},
    ]
    case = made(people, visitors=6, involved=9, companions=companions)
    assert Companion.objects.count() == 2
    statuses = {digits: asked(code_of(case), digits).status_code for digits in ("5678", "1111", "2222", "0011")}
    assert statuses == {"5678": 200, "1111": 200, "2222": 422, "0011": 422}
    assert QueryCode.objects.filter(case=case).count() == 1


def test_who_left_no_number_cannot_be_asked_about(people):
    case = made(people, person={"kind": "anonymous", "name": "", "phone": "", "id_number": "", "id_type": ""})
    assert not matching.can_be_asked(case)
    for digits in ("", "0000", "    "):
        assert asked(code_of(case), digits).status_code == 422


def test_of_an_accusation_no_unit_is_named(people):
    factories.labour()
    case = made(people, purpose="accusation", accused="示范市人力资源和社会保障局")
    discipline = factories._unit("JW", "示范市监察委员会", "discipline")
    sending.refer(case=case, actor=people["supervisor"], at=now(), unit=discipline)
    text = asked(code_of(case), "5678").content.decode()
    assert case.number in text
    for word in ("人力资源", "人社", "监察委员会", "监委", "检举", "控告"):
        assert word not in text, word
    assert "满意度评价" not in text


# ---- what does not fit ----


def test_a_wrong_code_and_wrong_digits_get_one_answer_from_the_same_queries(people):
    case = made(people)
    tries = {"digits": (code_of(case), "0000"), "code": ("A" * 12, "5678"), "no code": ("???", "5678"),
             "no digits": (code_of(case), "56789"), "letters": (code_of(case), "测试测试")}  # fmt: skip
    seen = {}
    for name, (code, digits) in tries.items():
        Bucket.objects.all().delete()
        with CaptureQueriesContext(connection) as queries:
            answer = asked(code, digits)
        assert WRONG in answer.content.decode()
        of_the_moment = ("Content-Security-Policy", "Expires", "X-Request-ID")  # a nonce, the second, a number
        headers = {key: value for key, value in answer.headers.items() if key not in of_the_moment}
        seen[name] = (answer.status_code, body(answer), headers, len(queries))
    first = seen["digits"]
    assert [name for name, one in seen.items() if one != first] == []
    assert first[0] == 422
    assert Event.objects.filter(verb="inquiry").count() == 0
    assert Tally.objects.get().wrong == len(tries)


def test_what_was_typed_does_not_come_back(people):
    case = made(people)
    text = asked(code_of(case), "9876").content.decode()
    assert code_of(case) not in text
    assert "9876" not in text


def test_empty_fields_are_not_counted():
    assert asked("", "").status_code == 422
    assert not Bucket.objects.exists()


# ---- the answer as a page ----


@pytest.mark.parametrize("query", ["", "?lang=en", "?lang=xx", "?lang=../"])
def test_headers_of_every_answer(people, query):
    case = made(people)
    client = Client()
    answers = [
        client.get(URL + query), client.post(URL, {"code": "x", "digits": "y"}),
        client.post(URL, {"code": code_of(case), "digits": "5678"}), client.post(f"{URL}rate/", {"pass": "x"}),
    ]  # fmt: skip
    for answer in answers:
        assert "no-store" in answer["Cache-Control"]
        assert answer["Referrer-Policy"] == "no-referrer"
        assert "noindex" in answer["X-Robots-Tag"]
        assert answer["X-Frame-Options"] == "DENY"
        assert "script-src 'self'" in answer["Content-Security-Policy"]
        assert "unsafe" not in answer["Content-Security-Policy"]
    assert client.cookies == {}
    assert client.put(URL).status_code == 405


def test_the_code_in_an_address_does_nothing(people):
    case = made(people)
    text = Client().get(f"{URL}?code={code_of(case)}&digits=5678").content.decode()
    assert (code_of(case) in text, case.number in text) == (False, False)


def test_english_when_it_is_asked_for(people):
    case = made(people, upto="handling")
    text = Client().get(f"{URL}?lang=en").content.decode()
    assert '<html lang="en"' in text
    answer = Client().post(URL, {"code": code_of(case), "digits": "5678", "lang": "en"})
    assert answer["Content-Language"] == "en"
    assert "正在办理" not in answer.content.decode()
    assert 'name="lang" value="en"' in Client().post(URL, {"code": "", "digits": "", "lang": "en"}).content.decode()


def test_every_state_has_words_and_every_period_is_the_petitioners_business(people):
    from cases.choices import ClockKind, State

    assert set(STANDS) == set(State)
    assert not {"assigned", "assist", "superior", "instruction", "object"} & set(PERIODS)
    assert set(PERIODS) <= set(ClockKind)
    proposed = Case(state="proposed")
    assert STANDS[proposed.state] == STANDS["classified"]  # what is only proposed is not told


def test_days_and_papers_as_the_national_rules_name_them(people):
    at = dt.datetime(2026, 3, 2, 10, tzinfo=factories.SHANGHAI)
    case = made(people, upto="served", at=at)
    seen = shown(case, factories.day("2026-03-05"))
    assert [(str(one.day), one.what, one.more) for one in seen.dates] == [
        ("2026-03-02", "登记", ""), ("2026-03-02", "交办 · 示范市住房和城乡建设局", ""),
        ("2026-03-02", "信访事项受理告知书", ""), ("2026-03-02", "信访事项去向告知书", ""),
        ("2026-03-02", "信访事项接收告知书", ""), ("2026-03-02", "信访事项处理意见书", "2026-03-02 送达"),
    ]  # fmt: skip
    assert [(what, str(day)) for what, day in seen.due] == [("您可以请求复查", "2026-04-01")]


def test_the_queries_of_a_look(people, django_assert_num_queries):
    case = made(people, upto="served")
    asked(code_of(case), "5678")
    code = code_of(case)
    with django_assert_num_queries(24):  # two of them see that this quarter of an hour has its look
        asked(code, "5678")
    Bucket.objects.filter(kind="look").delete()
    with django_assert_num_queries(31):  # seven more record it
        asked(code, "5678")


# ---- rating ----


def token_in(answer):
    return re.search(rb'name="pass" value="([^"]+)"', answer.content)[1].decode()


def rated(token, **given):
    return Client(enforce_csrf_checks=True).post(f"{URL}rate/", {"pass": token} | given)


def test_each_body_is_rated_once_and_for_good(people):
    case = made(people, upto="served")
    token = token_in(asked(code_of(case), "5678"))
    answer = rated(token, office="satisfied")
    assert (answer.status_code, "评价已经记录" in answer.content.decode()) == (200, True)
    assert rated(token, office="not").status_code == 422  # nothing chosen among what is left
    assert rated(token_in(answer), unit="not").status_code == 200
    assert rated(token, unit="satisfied").status_code == 409
    assert set(Evaluation.objects.values_list("body", "value")) == {("office", "satisfied"), ("unit", "not")}
    facts = list(Event.objects.filter(verb="rate").order_by("seq").values_list("actor", "data", "matter"))
    assert facts == [(None, {"office": "满意"}, case.number), (None, {"unit": "不满意"}, case.number)]
    assert list(findings()) == []


def test_nothing_chosen_and_nonsense(people):
    case = made(people, upto="served")
    token = token_in(asked(code_of(case), "5678"))
    assert rated(token).status_code == 422
    assert rated(token, office="great").status_code == 422
    assert not Evaluation.objects.exists()


def test_rating_ends_with_its_window_and_starts_with_the_answer(people):
    at, other = now() - dt.timedelta(days=31), {"person": {"phone": "13899995678"}}
    assert b'name="pass"' not in asked(code_of(made(people, upto="handling", **other)), "5678").content
    case = made(people, upto="served", at=at)
    assert b'name="pass"' not in asked(code_of(case), "5678").content
    row = QueryCode.objects.get(case=case)
    with pytest.raises(Refusal, match="不在评价期内"):
        actions.rate(row=row, actor=None, at=now(), given={"office": "satisfied"})


def test_a_pass_cannot_be_forged_kept_or_used_after_a_new_code(people, monkeypatch):
    case = made(people, upto="served")
    token = token_in(asked(code_of(case), "5678"))
    for wrong in ("", "x", token[:-2] + "xx", token * 9):
        answer = rated(wrong, office="satisfied")
        assert (answer.status_code, "页面已经过期" in answer.content.decode()) == (422, True)
    actions.hand_out(case=case, actor=people["clerk"], at=now(), renew=True)
    assert rated(token, office="satisfied").status_code == 422
    fresh = token_in(asked(code_of(case), "5678"))
    monkeypatch.setattr(matching, "MINUTES", 0)
    soon = time.time() + 2
    monkeypatch.setattr("time.time", lambda: soon)
    assert matching.passed(fresh) is None
    assert Client().get(f"{URL}rate/").status_code == 302


@pytest.mark.django_db(transaction=True)
def test_of_two_ratings_at_once_one_stays(people):
    case = made(people, upto="served")
    row, together, said = QueryCode.objects.get(case=case), threading.Barrier(2), []

    def go(value):
        together.wait()
        try:
            actions.rate(row=QueryCode.objects.get(pk=row.pk), actor=None, at=now(), given={"office": value})
            said.append("done")
        except (Stale, Refusal):
            said.append("late")
        connections.close_all()

    threads = [threading.Thread(target=go, args=(value,)) for value in ("satisfied", "not")]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert (sorted(said), Evaluation.objects.count()) == (["done", "late"], 1)
    assert list(findings()) == []
