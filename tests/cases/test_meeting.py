"""约定调度: called, held, told; the visitor is told in any case, the unit complained about never."""

import datetime as dt

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from accounts.models import Unit
from audit.verifying import findings
from cases.actions import convening
from cases.models import Case, Meeting
from cases.sides import common_superior, may_attend, shared_path
from documents.models import Paper
from notices.models import Notice
from tests import factories
from tests.factories import AT, SHANGHAI, day, later
from vault.errors import Refusal, Stale

pytestmark = pytest.mark.django_db

HELD = {"held_on": day("2026-03-05"), "minutes": "两单位各自说明。", "result": "住建局于 4 月 1 日前维修。"}
TOLD = {"told_on": day("2026-03-06"), "told_how": "电话告知，信访人同意。"}


@pytest.fixture(autouse=True)
def _plain_weeks():
    factories.calendar(2026)


def called(case: Case, **changes) -> Meeting:
    said = {
        "planned_at": later(3), "place": "三楼", "topic": "外墙维修由谁负责",
        "units": [factories.housing(), factories.labour()],
    } | changes  # fmt: skip
    actor = said.pop("actor", None) or case.people["supervisor"]
    return convening.convene(case=Case.objects.get(pk=case.pk), actor=actor, at=said.pop("at", AT), **said)


def fresh(meeting: Meeting) -> Meeting:
    return Meeting.objects.get(pk=meeting.pk)


def words(paper: Paper) -> str:
    return "\n".join(block["text"] for block in paper.context["body"])


def test_from_call_to_telling():
    case = factories.case(upto="handling")
    supervisor = case.people["supervisor"]
    outsider = factories.user("handler", factories.labour())
    meeting = called(case, others="幸福里社区")
    assert meeting.attending == "示范市住房和城乡建设局、示范市人力资源和社会保障局、幸福里社区"
    told = Notice.objects.filter(kind="meeting").values_list("recipient__username", "url", "text")
    text = f"{case.number} 定于 2026-03-05 09:30 在三楼召开调度会，请派人参加。"
    assert sorted(told) == sorted(
        [(case.people["handler"].username, case.get_absolute_url(), text), (outsider.username, "", text)]
    )
    convening.hold_meeting(meeting=fresh(meeting), actor=supervisor, at=later(4), **HELD)
    assert [one.pk for one in Meeting.objects.visible_to(supervisor).untold()] == [meeting.pk]
    minutes = words(fresh(meeting).minutes_paper)
    for said in ("住建局于 4 月 1 日前维修。", "两单位各自说明。", "共同的上一级机关、单位示范市人民政府决定"):
        assert said in minutes
    convening.tell_result(meeting=fresh(meeting), actor=supervisor, at=later(4), **TOLD)
    done = fresh(meeting)
    assert (done.is_planned, done.is_untold, done.told_on, done.told_how, done.told_by) == (
        False, False, TOLD["told_on"], TOLD["told_how"], supervisor,
    )  # fmt: skip
    assert Case.objects.get(pk=case.pk).state == "handling"
    assert list(findings()) == []


def test_second_person_comes_too_late():
    case = factories.case(upto="handling")
    supervisor, meeting = case.people["supervisor"], called(case)
    first, second = fresh(meeting), fresh(meeting)
    convening.hold_meeting(meeting=first, actor=supervisor, at=later(4), **HELD)
    for late, fields in ((convening.hold_meeting, HELD), (convening.cancel_meeting, {"why": "改期"})):
        with pytest.raises(Stale):
            late(meeting=second, actor=supervisor, at=later(4), **fields)
    again = fresh(meeting)
    convening.tell_result(meeting=fresh(meeting), actor=supervisor, at=later(4), **TOLD)
    with pytest.raises(Stale):
        convening.tell_result(meeting=again, actor=supervisor, at=later(4), **TOLD)
    assert (Paper.objects.filter(kind="meeting_minutes").count(), list(findings())) == (1, [])


def test_called_off():
    case = factories.case(upto="handling")
    meeting = called(case)
    convening.cancel_meeting(meeting=fresh(meeting), actor=case.people["supervisor"], at=later(1), why="领导另有会议")
    off = fresh(meeting)
    assert (off.is_planned, off.is_untold, off.cancelled_why) == (False, False, "领导另有会议")
    assert Notice.objects.filter(kind="meeting_off").count() == Notice.objects.filter(kind="meeting").count() == 1
    assert list(findings()) == []


@pytest.mark.parametrize(
    ("changes", "sentence"),
    [
        ({"planned_at": later(-1)}, "会议时间应当在现在以后。"),
        ({"units": []}, "请选择或者填写参加会议的单位。"),
        ({"others": "某" * 300}, "参加单位太多，请只写主要的单位。"),
    ],
)
def test_meetings_that_cannot_be(changes, sentence):
    case = factories.case(upto="handling")
    with pytest.raises(Refusal) as caught:
        called(case, **changes)
    assert (str(caught.value), Meeting.objects.count(), list(findings())) == (sentence, 0, [])


def test_results_that_cannot_be():
    case = factories.case(upto="handling")
    supervisor, meeting = case.people["supervisor"], called(case)

    def said(verb, actor=supervisor, **fields) -> str:
        with pytest.raises(Refusal) as caught:
            verb(meeting=fresh(meeting), actor=actor, at=later(4), **fields)
        return str(caught.value)

    assert said(convening.tell_result, **TOLD) == "会议结果尚未登记，不能告知。"
    assert said(convening.hold_meeting, **HELD | {"held_on": day("2026-03-07")}) == "召开日期应当在约定之日和今日之间。"
    assert said(convening.hold_meeting, **HELD | {"result": " "}) == "请填写会议情况和议定结果。"
    assert said(convening.hold_meeting, case.people["handler"], **HELD) == "您的角色不能办理“约定调度”。"
    assert said(convening.cancel_meeting, why=" ") == "请写明取消会议的理由。"
    convening.hold_meeting(meeting=fresh(meeting), actor=supervisor, at=later(4), **HELD)
    assert said(convening.tell_result, **TOLD | {"told_on": day("2026-03-04")}) == (
        "告知日期应当在会议召开之日和今日之间。"
    )
    assert said(convening.tell_result, **TOLD | {"told_how": ""}) == "请填写告知的方式和信访人的意见。"
    assert list(findings()) == []


def test_the_unit_complained_about_is_never_asked_told_or_shown(client: Client):
    case = factories.case(upto="handling")
    accused = factories.labour()
    Case.objects.filter(pk=case.pk).update(accused_unit=accused, protected=True)
    inside = factories.user("handler", accused)
    assert accused not in may_attend(Case.objects.get(pk=case.pk))
    for changes in ({}, {"units": [factories.housing()], "others": "示范市人力资源和社会保障局"}):
        with pytest.raises(Refusal, match="不得通知被反映的单位"):
            called(case, **changes)
    city = Unit.objects.get(code="CITY")
    meeting = called(case, units=[factories.housing(), city])
    assert Notice.objects.filter(recipient=inside).count() == 0
    assert "检举控告事项" in words(meeting.paper)
    assert case.petitioner.name not in words(meeting.paper)
    assert list(Meeting.objects.visible_to(inside)) == []
    client.force_login(inside)
    assert "三楼" not in client.get("/cases/meetings/").content.decode()
    assert client.get(f"/cases/{case.number}/meeting/{meeting.pk}/").status_code in (403, 404)


def test_common_superior():
    city = factories.housing().parent
    bureau = factories.housing()
    office = Unit.objects.create(code="ZJJ1", name="物业科", kind="inner", parent=bureau)
    alone = Unit.objects.create(code="X", name="外省单位", kind="other")
    assert [common_superior(units) for units in ([bureau, factories.labour()], [bureau, office], [bureau, alone])] == [
        city, city, None,
    ]  # fmt: skip
    assert [shared_path(paths) for paths in (["/1/2/", "/1/3/"], ["/1/2/4/", "/1/2/5/"], ["/1/", "/1/2/"], [])] == [
        "/1/", "/1/2/", "", "",
    ]  # fmt: skip


def test_pages(client: Client):
    case = factories.case(upto="handling")
    supervisor = case.people["supervisor"]
    client.force_login(supervisor)
    now = dt.datetime.now(SHANGHAI)
    data = {
        "planned_at": f"{now + dt.timedelta(days=1):%Y-%m-%dT%H:%M}", "place": "三楼", "topic": "维修",
        "units": [factories.housing().pk, factories.labour().pk],
    }  # fmt: skip
    url = f"/cases/{case.number}/meeting/"
    assert client.get(f"/cases/{case.number}/convene/").url == url
    assert client.get(url).status_code == 200
    bad = client.post(url, data | {"topic": ""})
    assert (bad.status_code, "三楼" in bad.content.decode()) == (422, True)
    assert client.post(url, data).status_code == 302
    meeting = Meeting.objects.get()
    outcome = f"{url}{meeting.pk}/"
    assert "示范市人民政府" in client.get(outcome).content.decode()
    held = {"hold": "1", "held_on": now.date().isoformat(), "minutes": "各自说明", "result": "维修"}
    assert client.post(outcome, held | {"result": ""}).status_code == 422
    assert client.post(outcome, held).status_code == 302
    listed = client.get("/cases/meetings/").content.decode()
    assert ("结果未告知" in listed, "登记告知" in listed) == (True, True)
    assert "结果未告知" in client.get(f"/cases/{case.number}/?tab=course").content.decode()
    late = client.post(outcome, held)
    assert late.status_code == 409
    told = {"tell": "1", "told_on": now.date().isoformat(), "told_how": "电话告知"}
    assert client.post(outcome, told).status_code == 302
    assert "结果未告知" not in client.get("/cases/meetings/").content.decode()
    assert list(findings()) == []
    client.force_login(case.people["handler"])
    assert [client.get(one).status_code for one in (url, outcome, "/cases/meetings/")] == [403, 403, 200]


def test_too_early_is_said(client: Client):
    case = factories.case(upto="classified")
    client.force_login(case.people["supervisor"])
    page = client.get(f"/cases/{case.number}/meeting/")
    assert (page.status_code, "不能办理“约定调度”" in page.content.decode()) == (409, True)


def test_list_costs_the_same_for_one_and_three(client: Client):
    case = factories.case(upto="handling")
    client.force_login(case.people["supervisor"])
    called(case)
    client.get("/cases/meetings/")
    with CaptureQueriesContext(connection) as one:
        client.get("/cases/meetings/")
    called(case)
    called(case)
    with CaptureQueriesContext(connection) as three:
        client.get("/cases/meetings/")
    assert len(one) == len(three)
