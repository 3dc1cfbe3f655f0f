"""The page of a matter: header, one primary action, the menu by sense, five tabs and their queries, the story."""

import re
import uuid

import pytest
from django.test import Client
from django.utils import timezone

from cases.actions.correcting import correct
from cases.actions.intake import decide_intake
from cases.models import Case
from cases.views import course, detail, tabs
from cases.workflow import STEPS
from documents.models import Paper
from tests import factories

pytestmark = pytest.mark.django_db
HTMX = {"HTTP_HX_REQUEST": "true"}
# Queries of a whole page, by tab: the same for a matter with one visit, paper and correction as for one with three.
QUERIES = {"demand": 24, "course": 23, "papers": 19, "attachments": 18, "related": 19}


@pytest.fixture
def case():
    now = timezone.now()
    factories.calendar(now.year - 1, now.year, now.year + 1)
    return factories.case(upto="handling", at=now)


def client_of(user) -> Client:
    client = Client()
    client.force_login(user)
    return client


def text(answer) -> str:
    return answer.content.decode()


def test_header_says_who_holds_it_and_whose_turn_it_is(case):
    page = re.sub(r"<[^>]+>|\s+", "", text(client_of(case.people["supervisor"]).get(f"/cases/{case.number}/")))
    assert f"办理中，现由住建局{case.people['handler']}承办第0日等待承办人办理" in page
    mine = text(client_of(case.people["handler"]).get(f"/cases/{case.number}/"))
    assert "轮到您" in mine
    assert len(re.findall(r'class="btn btn-primary" data-key="a"', mine)) == 1


def test_every_step_stands_in_one_group_of_the_menu():
    assert {*detail.TELLING, *detail.SIDEWAYS} <= {*STEPS}
    assert not {*detail.TELLING} & {*detail.SIDEWAYS}
    groups = detail.by_sense([(name, STEPS[name]) for name in ("classify", "withdraw", "guide")])
    assert [(str(label), [name for name, _step in steps]) for label, steps in groups] == [
        ("办理", ["classify"]), ("告知与送达", ["guide"]), ("例外", ["withdraw"]),
    ]  # fmt: skip


@pytest.mark.parametrize("tab", list(tabs.TABS))
def test_each_tab_has_an_address_and_a_part(case, tab):
    client, url = client_of(case.people["supervisor"]), f"/cases/{case.number}/?tab={tab}"
    whole, part = text(client.get(url)), text(client.get(url, **HTMX))
    assert "<html" in whole
    assert "<html" not in part
    for page in (whole, part):
        assert re.search(rf'id="tab-{tab}"[^>]*aria-current="page"', page)
        assert len(re.findall(r'aria-current="page">(?:诉求|过程|文书|附件|关联)', page)) == 1


def test_an_unknown_tab_is_the_first(case):
    assert tabs.chosen("nothing") == tabs.chosen("") == "demand"


@pytest.mark.parametrize("tab", list(tabs.TABS))
def test_queries_of_a_tab_do_not_grow(case, tab, django_assert_num_queries):
    client, url = client_of(case.people["supervisor"]), f"/cases/{case.number}/?tab={tab}"
    client.get(url)
    with django_assert_num_queries(QUERIES[tab]):
        client.get(url)
    now = timezone.now()
    for place in range(3):
        fresh = Case.objects.get(pk=case.pk)
        correct(case=fresh, actor=case.people["clerk"], at=now, field="title", value=f"标题{place}", reason="核对")
    for _again in range(2):
        copy = Paper.objects.about(case).first()
        copy.pk, copy.uid, copy.serial, copy._state.adding = None, uuid.uuid4(), None, True
        copy.save()
    with django_assert_num_queries(QUERIES[tab]):
        client.get(url)


def test_the_story_is_told_by_day_with_papers_and_kinds(case):
    client, url = client_of(case.people["supervisor"]), f"/cases/{case.number}/?tab=course"
    page = text(client.get(url))
    assert page.count('class="day-block"') == 1
    letter = Paper.objects.about(case).get(kind="accept_notice")
    assert f"/papers/{letter.pk}.pdf" in page
    steps, papers = text(client.get(url + "&show=steps")), text(client.get(url + "&show=papers"))
    assert "签收办理" in steps
    assert "立为信访事项" not in steps
    assert "受理" in papers
    assert "立为信访事项" not in papers
    assert "查看记录" in page
    assert "查看记录" not in text(client_of(case.people["handler"]).get(url))
    looked = text(client_of(case.people["handler"]).get(url + "&show=looks"))
    assert re.search(r'id="show-all"[^>]*aria-current="true"', looked)


def test_earlier_days_come_page_by_page(case, monkeypatch):
    monkeypatch.setattr(course, "PAGE", 2)
    client, url = client_of(case.people["supervisor"]), f"/cases/{case.number}/?tab=course"
    seen, page = [], text(client.get(url))
    while True:
        found = re.findall(r'<time datetime="[^"]+T[^"]+">[^<]+</time> ([^<]+)</span>', page)
        assert 0 < len(found) <= 2
        seen += found
        more = re.search(r"&amp;before=(\d+)\" hx-get", page)
        if not more:
            break
        page = text(client.get(f"{url}&part=days&before={more[1]}", **HTMX))
        assert "<html" not in page
        assert "matter-tabs" not in page
    assert len(seen) == len(set(seen)) > 3
    assert seen[0].strip() == "签收办理"


def test_the_attachments_are_a_panel_of_their_own(case):
    client, url = client_of(case.people["clerk"]), f"/cases/{case.number}/attachments/"
    assert "<html" in text(client.get(url))
    part = text(client.get(url, **HTMX))
    assert 'id="files"' in part
    assert "<html" not in part


def test_related_lists_the_petitioners_other_matters(case):
    person = {"name": case.petitioner.name, "phone": case.petitioner.phone}
    visit = factories.visit(case.people["clerk"], person=person, demand="要求公开维修资金账目。", at=timezone.now())
    other = decide_intake(visit=visit, actor=case.people["clerk"], at=timezone.now(), reason="另一件事")
    url = f"/cases/{case.number}/?tab=related"
    assert other.number in text(client_of(case.people["supervisor"]).get(url))
    assert other.number not in text(client_of(case.people["handler"]).get(url))
