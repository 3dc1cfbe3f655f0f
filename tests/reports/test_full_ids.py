"""The register as a file: masked for whoever may export, full numbers once, granted by another person."""

import datetime as dt
import io

import pytest
from django.http import QueryDict
from django.test import Client
from python_calamine import CalamineWorkbook

from approvals.models import Request
from audit.models import Event
from audit.verifying import findings
from cases.filters import frozen
from cases.models import Case
from reports import actions, exporting
from tests import factories
from tests.factories import AT
from vault.errors import Refusal

pytestmark = pytest.mark.django_db
ID, MASKED = "11010519491231002X", "110105********002X"


def signed_in(user):
    client = Client()
    client.force_login(user, backend="django.contrib.auth.backends.ModelBackend")
    return client


def sheet(content):
    return CalamineWorkbook.from_filelike(io.BytesIO(content)).get_sheet_by_index(0).to_python()


def numbers(content):
    """The numbers of matters in the file, and the document numbers."""
    rows = [row for row in sheet(content) if str(row[0]).startswith("XF")]
    return [(row[0], row[4]) for row in rows]


@pytest.fixture
def office():
    factories.calendar(2026)
    case = factories.case(person={"name": "王建国", "id_type": "111", "id_number": ID})
    factories.case(people=case.people, purpose="accusation", accused="市住房和城乡建设局")  # protected
    case.people["leader"] = factories.user("leader")
    return case


def ask(office, query="", reason="按市委政法委要求核对人员。"):
    return actions.ask_full_ids(query=query, reason=reason, actor=office.people["supervisor"], at=AT)


def granted(office, **fields):
    request = ask(office, **fields)
    actions.grant_full_ids(request=request, actor=office.people["leader"], at=AT)
    return request


def test_the_plain_export_masks_numbers_and_leaves_protected_matters_out(office):
    answer = signed_in(office.people["supervisor"]).get("/reports/register.xlsx")
    assert numbers(answer.content) == [(office.number, MASKED)]
    fact = Event.objects.get(verb="export")
    assert (fact.note, fact.data) == ("信访事项台账", {"form": "xlsx", "lines": 1})
    assert list(findings()) == []


def test_the_filters_of_the_list_hold(office):
    other = factories.case(upto="accepted", people=office.people)
    client = signed_in(office.people["supervisor"])
    assert numbers(client.get("/reports/register.xlsx?state=accepted").content) == [(other.number, "")]
    assert client.get("/reports/register.xlsx?state=nonsense").status_code == 302


def test_full_numbers_are_handed_out_once_with_a_watermark(office):
    request, supervisor = granted(office), office.people["supervisor"]
    content = actions.take_full_ids(request=request, actor=supervisor, at=factories.later(hours=23))
    assert numbers(content) == [(office.number, ID)]
    marks = [row[0] for row in sheet(content) if str(row[0]).startswith("导出人")]
    assert marks == [f"导出人：{supervisor}（示范市信访局），导出时间：2026-03-03 08:30"] * 2
    fact = Event.objects.get(verb="take_full_ids")
    assert (fact.actor, fact.data["lines"], len(fact.data["sha256"])) == (supervisor, 1, 64)
    with pytest.raises(Refusal, match="已经下载过一次"):
        actions.take_full_ids(request=request, actor=supervisor, at=factories.later(hours=23))
    assert list(findings()) == []


def test_who_cannot_take_it_and_when(office):
    supervisor, leader = office.people["supervisor"], office.people["leader"]
    request = ask(office)
    with pytest.raises(Refusal, match="尚未审批"):
        actions.take_full_ids(request=request, actor=supervisor, at=AT)
    actions.grant_full_ids(request=request, actor=leader, at=AT)
    for other in (leader, factories.user("supervisor")):
        with pytest.raises(Refusal, match="只有提出人可以下载"):
            actions.take_full_ids(request=request, actor=other, at=AT)
    with pytest.raises(Refusal, match="24 小时内没有下载"):
        actions.take_full_ids(request=request, actor=supervisor, at=AT + exporting.OPEN_FOR + dt.timedelta(seconds=1))
    denied = ask(office)
    actions.deny_full_ids(request=denied, actor=leader, at=AT, verdict="不必要。")
    with pytest.raises(Refusal, match="未获同意"):
        actions.take_full_ids(request=denied, actor=supervisor, at=AT)


def test_rows_are_asked_for_again_when_the_file_is_taken(office):
    request = granted(office)
    late = factories.case(
        people=office.people, person={"name": "后来", "id_type": "111", "id_number": "110105194912310038"}
    )
    Case.objects.filter(pk=office.pk).update(protected=True)
    content = actions.take_full_ids(request=request, actor=office.people["supervisor"], at=AT)
    assert numbers(content) == [(late.number, "110105194912310038")]


def test_a_matter_about_the_asker_is_not_in_it(office):
    request = granted(office)
    Case.objects.filter(pk=office.pk).update(accused_user=office.people["supervisor"])
    assert numbers(actions.take_full_ids(request=request, actor=office.people["supervisor"], at=AT)) == []


def test_the_second_person_counts_no_matter_kept_from_them(office):
    request = ask(office)
    assert exporting.rows_known(request, office.people["leader"]) == 1
    Case.objects.filter(pk=office.pk).update(accused_user=office.people["leader"])
    assert exporting.rows_known(request, office.people["leader"]) == 0


def test_asking_takes_a_role_a_reason_and_a_row(office):
    with pytest.raises(Refusal, match="请写明理由"):
        ask(office, reason="")
    with pytest.raises(Refusal, match="没有可以导出的事项"):
        ask(office, query="state=filed")
    with pytest.raises(Refusal, match="您的角色不能导出"):
        actions.ask_full_ids(query="", reason="要", actor=office.people["leader"], at=AT)
    ask(office)
    with pytest.raises(Refusal, match="已经提出，正在等待审批"):
        ask(office)


def test_only_known_filters_are_frozen():
    asked = QueryDict("state=accepted&page=3&next=/x&q=王&empty=&unit=")
    assert QueryDict(frozen(asked)).dict() == {"q": "王", "state": "accepted"}


def test_from_the_list_to_the_file(office):
    supervisor, leader = signed_in(office.people["supervisor"]), signed_in(office.people["leader"])
    page = supervisor.get("/reports/full-ids/?state=classified")
    assert (page.context["count"], page.context["said"]) == (1, [("环节", "已归类")])
    assert supervisor.post("/reports/full-ids/", {"reason": ""}).status_code == 422
    told = supervisor.post("/reports/full-ids/", {"query": "state=classified", "reason": "核对"})
    request = Request.objects.get()
    assert (told.status_code, told.url) == (302, f"/reports/full-ids/{request.pk}/")
    assert supervisor.post(told.url, {"grant": "1"}).status_code == 409
    assert supervisor.post(f"{told.url}file/").status_code == 409
    assert leader.post(told.url, {"grant": "1"}).status_code == 302
    assert leader.post(f"{told.url}file/").status_code == 409
    assert signed_in(factories.user("supervisor")).get(told.url).status_code == 404
    answer = supervisor.post(f"{told.url}file/")
    assert (answer.status_code, answer.headers["Cache-Control"]) == (200, "no-store")
    assert numbers(answer.content) == [(office.number, ID)]
    assert supervisor.post(f"{told.url}file/").status_code == 409
    assert list(findings()) == []


@pytest.mark.parametrize("role", ["clerk", "handler", "archivist", "auditor"])
def test_other_roles_export_nothing(office, role):
    client, request = signed_in(factories.user(role)), ask(office)
    paths = ("/reports/register.xlsx", "/reports/full-ids/", f"/reports/full-ids/{request.pk}/")
    assert [client.get(path).status_code for path in paths] == [403, 403, 403]
