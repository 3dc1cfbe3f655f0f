"""Deliveries: what starts the petitioner's period, what proves it, and what still waits."""

import datetime as dt

import pytest
from django.test import Client

from audit.verifying import findings
from cases.actions import serving
from cases.models import Case, Delivery
from documents.models import Paper
from tests import factories
from tests.factories import AT, later
from vault.errors import Refusal

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _plain_weeks():
    factories.calendar(2026)


def client_of(user) -> Client:
    client = Client()
    client.force_login(user)
    return client


def paper_of(case: Case, kind: str) -> Paper:
    return Paper.objects.about(case).get(kind=kind)


def serve(case: Case, kind: str = "opinion", at: dt.datetime = AT, **how) -> Delivery:
    given = {"way": "direct", "delivered_on": at.astimezone(factories.SHANGHAI).date(), "receiver": "本人"} | how
    fresh = Case.objects.get(pk=case.pk)
    return serving.serve(case=fresh, actor=case.people["clerk"], at=at, paper=paper_of(case, kind), **given)


def refused(case: Case, kind: str = "opinion", **how) -> str:
    before = Case.objects.values().get(pk=case.pk), Delivery.objects.count(), Paper.objects.count()
    with pytest.raises(Refusal) as caught:
        serve(case, kind, **how)
    assert (Case.objects.values().get(pk=case.pk), Delivery.objects.count(), Paper.objects.count()) == before
    return str(caught.value)


def test_the_period_runs_from_receipt_not_from_issue_or_entry():
    case = factories.case(upto="closed")
    serve(case, at=later(9), delivered_on=dt.date(2026, 3, 6), way="post")
    clock = case.clocks.get(kind="request_review")
    assert (clock.started_on, clock.strict_due) == (dt.date(2026, 3, 6), dt.date(2026, 4, 5))
    assert Case.objects.get(pk=case.pk).delivered_on == dt.date(2026, 3, 6)
    assert list(findings()) == []


def test_a_notice_is_delivered_without_moving_the_matter():
    case = factories.case(upto="accepted")
    serve(case, "accept_notice")
    again = Case.objects.get(pk=case.pk)
    assert (again.state, again.version, again.delivered_on) == ("accepted", case.version + 1, None)
    assert [clock.kind for clock in case.clocks.filter(stopped_on=None)] == ["handle"]
    assert list(findings()) == []


def test_a_refusal_to_sign_needs_a_witness_and_then_counts():
    case = factories.case(upto="closed")
    for how in ({"refused": True, "receiver": ""}, {"way": "left", "receiver": ""}):
        assert refused(case, **how) == "拒收、留置送达的，请填写见证人。"
    assert refused(case, receiver=" ") == "请填写签收人。"
    assert refused(case, way="pigeon") == "请选择送达方式。"
    made = serve(case, refused=True, receiver="", witness="社区居委会 赵某")
    assert (made.refused, made.witness, made.receiver) == (True, "社区居委会 赵某", "")
    assert case.clocks.get(kind="request_review").started_on == AT.date()


def test_a_paper_is_delivered_once_and_only_to_whom_it_is_owed():
    case = factories.case(upto="assigned")
    assert refused(case, "assign_letter") == "此文书不是要送达给信访人的。"
    serve(case, "accept_notice")
    assert refused(case, "accept_notice") == "此文书已经登记送达。"
    Paper.objects.filter(pk=paper_of(case, "whereabouts_notice").pk).update(voided_at=AT)
    assert refused(case, "whereabouts_notice") == "此文书已经作废，不能送达。"


def test_another_matters_paper_is_refused():
    case, other = factories.case(upto="accepted"), factories.case(upto="accepted")
    with pytest.raises(Refusal, match=r"^此文书不是要送达给信访人的。$"):
        serving.serve(
            case=case, actor=case.people["clerk"], at=AT, paper=paper_of(other, "accept_notice"), way="direct",
            delivered_on=AT.date(), receiver="本人",
        )  # fmt: skip


def test_the_register_shows_what_cannot_start_first():
    closed, accepted = factories.case(upto="closed"), factories.case(upto="accepted")
    clerk = client_of(closed.people["clerk"])
    stuck = clerk.get("/cases/deliveries/")
    assert [(line["case"].pk, line["paper"].kind) for line in stuck.context["lines"]] == [(closed.pk, "opinion")]
    assert [tab["count"] for tab in stuck.context["tabs"]] == [1, 4, None]
    owed = clerk.get("/cases/deliveries/?tab=owed").context["lines"]
    assert [(line["case"].pk, line["paper"].kind) for line in owed] == [
        (closed.pk, "accept_notice"), (closed.pk, "whereabouts_notice"), (closed.pk, "receive_notice"),
        (accepted.pk, "accept_notice"),
    ]  # fmt: skip
    serve(closed)
    assert clerk.get("/cases/deliveries/").context["lines"] == []
    done = clerk.get("/cases/deliveries/?tab=done").content.decode()
    assert closed.number in done
    assert accepted.number not in done
    assert closed.number not in clerk.get("/cases/deliveries/?tab=done&q=XF9").content.decode()


def test_the_page_records_and_starts_the_period():
    case = factories.case(upto="closed", at=dt.datetime.now(factories.SHANGHAI))
    factories.calendar(2026, 2027, dt.datetime.now(factories.SHANGHAI).year)
    clerk, url = client_of(case.people["clerk"]), f"/cases/{case.number}/deliver/"
    page = clerk.get(url)
    assert page.context["form"].fields["paper"].initial == paper_of(case, "opinion")
    today = dt.datetime.now(factories.SHANGHAI).date().isoformat()
    posted = {"paper": paper_of(case, "opinion").pk, "way": "direct", "delivered_on": today, "receiver": ""}
    wrong = clerk.post(url, posted | {"note": "下午送"})
    assert (wrong.status_code, "请填写签收人。" in wrong.content.decode()) == (422, True)
    assert "下午送" in wrong.content.decode()
    late = clerk.post(url, posted | {"receiver": "本人", "version": case.version - 1})
    assert late.status_code == 409
    assert clerk.post(url, posted | {"receiver": "本人", "version": case.version}).status_code == 302
    assert Case.objects.get(pk=case.pk).state == "served"


def test_the_register_is_the_clerks_and_knows_no_invisible_matter(django_assert_num_queries):
    case = factories.case(upto="closed", purpose="accusation", accused=factories.labour().name)
    for role, status in (("handler", 403), ("leader", 403), ("sysadmin", 403), ("supervisor", 200)):
        assert client_of(factories.user(role)).get("/cases/deliveries/").status_code == status
    accused = client_of(factories.user("clerk", unit=factories.labour()))
    page = accused.get("/cases/deliveries/")
    assert case.number not in page.content.decode()
    assert [tab["count"] for tab in page.context["tabs"]] == [0, 0, None]
    assert accused.get(f"/cases/{case.number}/deliver/").status_code == 404
    clerk = client_of(case.people["clerk"])
    clerk.get("/notices/")
    for _round in range(2):
        with django_assert_num_queries(11):
            clerk.get("/cases/deliveries/")
        factories.case(upto="closed")
