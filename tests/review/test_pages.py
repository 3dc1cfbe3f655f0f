"""The pages of review and recheck."""

import datetime as dt

import pytest
from django.utils import timezone

from cases.choices import State as S
from cases.models import Case
from review.models import Review
from tests import factories

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def plain_weeks(db):
    factories.calendar(2025, 2026, 2027)


@pytest.fixture
def served(db):
    return factories.case(upto="served", at=ago(10))


def ago(days):
    return timezone.now() - dt.timedelta(days=days)


def signed_in(client, user):
    client.force_login(user)
    return client


def post(client, url, case, **fields):
    return client.post(url, fields | {"version": Case.objects.get(pk=case.pk).version})


def test_a_request_an_opinion_and_the_list(client, served):
    number = served.number
    clerk = signed_in(client, served.people["clerk"])
    page = clerk.get(f"/review/{number}/request/")
    assert (page.status_code, page.context["usual"].code) == (200, "CITY")
    fields = {
        "requested_on": timezone.localdate(ago(2)).isoformat(), "body": page.context["usual"].pk, "request": "撤销",
        "facts_and_reasons": "不符", "late_reason": "", "body_reason": "",
    }  # fmt: skip
    wrong = post(clerk, f"/review/{number}/request/", served, **fields | {"request": ""})
    assert (wrong.status_code, "不符" in wrong.content.decode()) == (422, True)
    assert post(clerk, f"/review/{number}/request/", served, **fields).status_code == 302
    assert clerk.get(f"/review/{number}/request/").status_code == 409
    assert clerk.get(f"/review/{number}/decide/").status_code == 403
    reviewer = signed_in(client, factories.reviewer(served))
    listed = reviewer.get("/review/")
    assert [(row["case"], row["decide"], row["lamp"].text) for row in listed.context["rows"]] == [
        (served, True, "剩 28 天")
    ]
    said = {"outcome": "upheld", "findings": "属实", "opinion": "适当", "legal_basis": "第三十五条", "redo_days": ""}
    assert reviewer.get(f"/cases/{number}/steps/decide_review/").status_code in (302, 404)
    assert post(reviewer, f"/review/{number}/decide/", served, **said).status_code == 302
    assert Case.objects.get(pk=served.pk).state == S.REVIEWED
    assert list(reviewer.get("/review/").context["rows"]) == []
    panel = reviewer.get(f"/review/{number}/panel/").content.decode()
    assert all(word in panel for word in ("信访事项复查意见书", "尚未送达", "撤销", "维持"))


def test_a_late_request_keeps_what_was_typed(client):
    case = factories.case(upto="served", at=ago(60))
    clerk = signed_in(client, case.people["clerk"])
    body = clerk.get(f"/review/{case.number}/request/").context["usual"].pk
    fields = {
        "requested_on": timezone.localdate(ago(1)).isoformat(), "body": body, "request": "撤销原意见",
        "facts_and_reasons": "不符",
    }  # fmt: skip
    late = post(clerk, f"/review/{case.number}/request/", case, **fields)
    shown = late.content.decode()
    assert (late.status_code, "有正当理由的请写明理由" in shown, "撤销原意见" in shown) == (422, True, True)
    assert post(clerk, f"/review/{case.number}/request/", case, **fields | {"late_reason": "住院"}).status_code == 302
    assert Review.objects.get().late_reason == "住院"


def test_a_redo_is_listed_for_the_supervisor_and_handed_out(client, served):
    factories.reviewed(served, ago(5), "redo", redo_days=15)
    supervisor = signed_in(client, served.people["supervisor"])
    assert [one.case for one in supervisor.get("/review/").context["redo"]] == [served]
    page = supervisor.get(f"/review/{served.number}/redo/")
    assert (page.status_code, page.context["days"]) == (200, 15)
    assert post(supervisor, f"/review/{served.number}/redo/", served, note="请按期").status_code == 302
    assert Case.objects.get(pk=served.pk).state == S.HANDLING
    assert list(supervisor.get("/review/").context["redo"]) == []
    assert supervisor.get(f"/review/{served.number}/redo/").status_code == 409


def test_an_old_page_comes_too_late(client, served):
    clerk = signed_in(client, served.people["clerk"])
    body = clerk.get(f"/review/{served.number}/request/").context["usual"].pk
    late = clerk.post(
        f"/review/{served.number}/request/",
        {
            "version": 1,
            "requested_on": timezone.localdate(ago(1)).isoformat(),
            "body": body,
            "request": "a",
            "facts_and_reasons": "b",
        },
    )
    assert late.status_code == 409
    assert Review.objects.count() == 0


def test_who_may_open_what(client, served):
    factories.asked(served, ago(5))
    stranger = signed_in(client, factories.user("handler", unit=factories.labour()))
    for page in ("panel", "request", "decide", "redo"):
        assert stranger.get(f"/review/{served.number}/{page}/").status_code == 404
    handler = signed_in(client, served.people["handler"])
    assert handler.get(f"/review/{served.number}/panel/").status_code == 200
    assert [row["decide"] for row in handler.get("/review/").context["rows"]] == [False]
    assert handler.get(f"/review/{served.number}/decide/").status_code == 403
    Case.objects.filter(pk=served.pk).update(accused_unit=factories.housing())
    assert handler.get(f"/review/{served.number}/panel/").status_code == 404
    assert list(handler.get("/review/").context["rows"]) == []


def test_whoever_reviewed_is_told_so_before_they_write(client, served):
    factories.reviewed(served, ago(5))
    factories.asked(served, ago(4))
    page = signed_in(client, served.people["reviewer"]).get(f"/review/{served.number}/decide/")
    assert (page.status_code, "不能再作复核" in page.content.decode()) == (409, True)


@pytest.mark.parametrize("many", [1, 4])
def test_the_list_takes_the_same_queries_however_long(client, django_assert_max_num_queries, served, many):
    people = served.people
    for _one in range(many):
        factories.asked(factories.case(upto="served", at=ago(9), people=people), ago(3))
    reader = signed_in(client, factories.user("reviewer"))
    with django_assert_max_num_queries(19):
        assert len(reader.get("/review/").context["rows"]) == many
