"""The pages of the archive: who sees what, what is refused, and how many queries a list takes."""

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from archive.actions import _file
from archive.models import Dossier
from audit.models import Event
from cases.models import Case
from tests import factories

WAIVER = "电话停机，上门未遇。"


@pytest.fixture
def archivist(transactional_db, client):
    factories.calendar(2026)
    user = factories.user("archivist")
    client.force_login(user)
    return user


def filed(archivist, case=None):
    """Filed by the verb alone: binding the PDF takes seconds and has tests of its own."""
    case = case or factories.case("lapsed")
    at = factories.later(40)
    return _file(case=case, actor=archivist, at=at, waiver=WAIVER, retention="", note="", checked_by="")


def test_the_list_names_what_is_missing(client, archivist):
    case = factories.case("lapsed")
    page = client.get(reverse("archive:index")).content.decode()
    assert case.number in page
    assert 'title="还没有回访；不再回访的，归档时写明理由。">回访</span>' in page
    assert "没有待归档的事项" in client.get(reverse("archive:index"), {"q": "没有这个"}).content.decode()


def test_filing_from_the_page(client, archivist):
    case = factories.case("lapsed")
    address = reverse("archive:file", args=[case.number])
    page = client.get(address).content.decode()
    assert "出具信访处理意见书的事项" in page
    assert '<option value="D10"' not in page
    refused = client.post(address, {"retention": "D30", "waiver": "", "note": "原件三份 <b>", "checked_by": "李检查"})
    assert refused.status_code == 422
    body = refused.content.decode()
    assert "还没有回访：请先回访，或者写明不再回访的理由。" in body
    assert "原件三份 &lt;b&gt;" in body
    done = client.post(address, {"retention": "D30", "waiver": WAIVER, "note": "", "checked_by": ""}, follow=True)
    assert done.redirect_chain == [(reverse("archive:dossier", args=["J001-ZY-2026-D30-0001"]), 302)]
    text = done.content.decode()
    assert "已归档，档号 J001-ZY·2026-D30-0001。" in text
    assert '<td class="num nowrap">3' in text  # the first paper follows cover and catalogue
    again = client.post(address, {"retention": "D30", "waiver": WAIVER})
    assert (again.status_code, "不能办理“归档”" in again.content.decode()) == (422, True)


def test_a_lower_period_is_no_choice(client, archivist):
    case = factories.case("lapsed")
    answer = client.post(reverse("archive:file", args=[case.number]), {"retention": "D10", "waiver": WAIVER})
    assert answer.status_code == 422
    assert Dossier.objects.count() == 0


def test_dossier_page_and_print(client, archivist):
    dossier = filed(archivist)
    page = client.get(dossier.get_absolute_url()).content.decode()
    assert all(part in page for part in ("J001-ZY·2026-D30-0001", "示信答〔2026〕1号", "H000001", "此户只有这一卷。"))
    pdf = client.get(reverse("archive:pdf", args=[dossier.code]))
    assert (pdf["Content-Type"], pdf["X-Content-Type-Options"]) == ("application/pdf", "nosniff")
    assert pdf["Content-Disposition"] == 'inline; filename="J001-ZY-2026-D30-0001.pdf"'
    assert pdf.content[:5] == b"%PDF-"
    assert Event.objects.about(dossier).filter(verb="print", actor=archivist).count() == 1


def test_a_damaged_dossier_says_so_on_its_page(client, archivist):
    dossier = filed(archivist)
    client.get(reverse("archive:pdf", args=[dossier.code]))
    Dossier.objects.update(sha256="0" * 64)
    answer = client.get(reverse("archive:pdf", args=[dossier.code]), follow=True)
    assert "校验值不符" in answer.content.decode()


def test_filed_list_groups_filters_and_finds(client, archivist):
    dossier = filed(archivist)
    find = lambda **query: client.get(reverse("archive:index"), {"tab": "filed", **query}).content.decode()  # noqa: E731
    assert "2026 年 · H000001" in find()
    hits = [{"q": "J001-ZY·2026"}, {"q": "H000001"}, {"year": "2026"}, {"retention": "D30"}, {"from": "2026-04-11"}]
    hits += [{"q": dossier.case.number}, {"q": dossier.household.petitioner.initials}, {"to": "2026-04-11"}]
    assert [dossier.printed_code in find(**query) for query in hits] == [True] * len(hits)
    misses = [{"q": "无此人"}, {"year": "2025"}, {"retention": "Y"}, {"from": "2026-04-12"}, {"to": "2026-04-10"}]
    assert [dossier.printed_code in find(**query) for query in misses] == [False] * len(misses)
    assert "证件号码不在这里查找" in find(q="11010519491231002X")


@pytest.mark.parametrize(
    "query", ["q=%00", "year=abc", "year=99999999999999999999", "from=2026-13-45", "page=-1", "page=x"]
)
def test_odd_queries_never_break_the_list(client, archivist, query):
    filed(archivist)
    assert client.get(reverse("archive:index") + f"?tab=filed&{query}").status_code == 200


@pytest.mark.parametrize("role", ["clerk", "supervisor", "handler", "leader", "sysadmin", "secadmin", "auditor"])
def test_other_roles_do_not_enter(client, archivist, role):
    dossier = filed(archivist)
    case = factories.case("lapsed")
    client.force_login(factories.user(role))
    addresses = [
        reverse("archive:index"), reverse("archive:file", args=[case.number]), dossier.get_absolute_url(),
        reverse("archive:pdf", args=[dossier.code]),
    ]  # fmt: skip
    assert [client.get(address).status_code for address in addresses] == [403] * 4
    assert client.post(addresses[1], {"retention": "D30", "waiver": WAIVER}).status_code == 403


@pytest.mark.parametrize("name", ["file", "panel", "dossier", "pdf"])
def test_what_does_not_exist_is_not_found(client, archivist, name):
    assert client.get(reverse(f"archive:{name}", args=["XF2026999999"])).status_code == 404


def test_the_accused_archivist_finds_nothing(client, archivist):
    dossier = filed(archivist)
    Case.objects.filter(pk=dossier.case_id).update(accused_user=archivist)
    assert client.get(dossier.get_absolute_url()).status_code == 404
    assert client.get(reverse("archive:pdf", args=[dossier.code])).status_code == 404
    assert client.get(reverse("archive:panel", args=[dossier.case.number])).status_code == 404
    assert dossier.code not in client.get(reverse("archive:index") + "?tab=filed").content.decode()


def test_panel_for_those_who_see_the_matter(client, archivist):
    case = factories.case("lapsed")
    address = reverse("archive:panel", args=[case.number])
    assert "立卷归档" in client.get(address).content.decode()
    clerk = factories.user("clerk")
    client.force_login(clerk)
    assert "尚未归档" in client.get(address).content.decode()
    dossier = filed(archivist, case)
    page = client.get(address).content.decode()
    assert (dossier.printed_code in page, dossier.get_absolute_url() in page) == (True, False)


def test_lists_take_the_same_queries_for_one_row_and_three(client, archivist):
    def count(address):
        with CaptureQueriesContext(connection) as queries:
            client.get(address)
        return len(queries)

    client.get(reverse("archive:index"))  # the first page of a session writes the session
    ready, done = reverse("archive:index"), reverse("archive:index") + "?tab=filed"
    factories.case("lapsed")
    one_ready = count(ready)
    factories.case("lapsed"), factories.case("lapsed")
    assert count(ready) == one_ready
    cases = list(Case.objects.all())
    filed(archivist, cases[0])
    one_done = count(done)
    filed(archivist, cases[1]), filed(archivist, cases[2])
    assert (count(done), one_ready, one_done) == (one_done, 17, 10)
