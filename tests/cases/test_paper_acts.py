"""Wording papers before issue, voiding them with four eyes, issuing them anew, and the register."""

import pytest
from django.test import Client

from accounts.models import Unit
from approvals.models import Request
from audit.verifying import findings as sealed
from cases.actions import deciding, sending
from cases.actions import papers as acts
from cases.models import Case
from documents import wording
from documents.actions import print_paper
from documents.models import Counter, Draft, Paper
from documents.verifying import findings
from tests import factories
from tests.cases.test_papers import words
from tests.factories import AT, later
from vault.errors import Refusal, Stale

pytestmark = pytest.mark.django_db
OPINION = wording.standard("opinion")


@pytest.fixture(autouse=True)
def _plain_weeks():
    factories.calendar(2026)


def client_of(user) -> Client:
    client = Client()
    client.force_login(user)
    return client


def the(case: Case, kind: str) -> Paper:
    return Paper.objects.about(case).get(kind=kind)


def voided(case: Case, paper: Paper, reason: str = "标题写错") -> Paper:
    asked = acts.ask_void(paper=paper, case=case, actor=case.people["supervisor"], at=AT, reason=reason)
    return acts.void(request=asked, paper=paper, case=case, actor=factories.leader(case), at=AT)


# --- drafts


def test_draft_is_printed_frozen_and_used_once():
    case = factories.case()
    clerk = case.people["supervisor"]
    text = wording.standard("accept_notice") + "\n另：请于来访时携带原件。{petitioner}{{settings.X}}"
    made = acts.edit_draft(case=case, kind="accept_notice", text=text, version=0, actor=clerk, at=AT)
    assert (made.version, made.text, made.used_by) == (1, text, None)
    again = acts.edit_draft(case=case, kind="accept_notice", text=text + "！", version=1, actor=clerk, at=AT)
    assert (again.pk, again.version) == (made.pk, 2)
    deciding.accept(case=case, actor=clerk, at=AT)
    paper = the(case, "accept_notice")
    assert paper.context["body"][-1] == {
        "style": "p", "text": f"另：请于来访时携带原件。{case.petitioner.name}{{{{settings.X}}}}！",
    }  # fmt: skip
    assert Draft.objects.get().used_by == paper
    assert "另：请于来访时携带原件。" in words(paper)
    fresh = Case.objects.get(pk=case.pk)
    with pytest.raises(Refusal, match="已经制发，文字已固定"):
        acts.edit_draft(case=fresh, kind="accept_notice", text=text, version=0, actor=clerk, at=AT)
    assert list(findings()) == []


def test_issued_words_stay_when_the_file_changes(monkeypatch):
    case = factories.case(upto="accepted")
    paper = the(case, "accept_notice")
    before = paper.context["body"]
    monkeypatch.setattr(wording, "standard", lambda kind: "别的文字")
    assert Paper.objects.get(pk=paper.pk).context["body"] == before
    assert "别的文字" not in words(paper)


@pytest.mark.parametrize(
    ("kind", "text", "sentence"),
    [
        ("accept_notice", "{nobody}", "没有“{nobody}”这一项"),
        ("accept_notice", wording.standard("accept_notice").replace("{due}", "某日"), "必须写明“答复期限”"),
        ("accept_notice", " ", "文书没有文字"),
        ("opinion", OPINION, "当前环节为“已归类”，不制发此文书"),
        ("answer_record", "好", "此文书是表格"),
    ],
)
def test_draft_refused(kind, text, sentence):
    case = factories.case()
    with pytest.raises(Refusal, match=sentence):
        acts.edit_draft(case=case, kind=kind, text=text, version=0, actor=case.people["supervisor"], at=AT)
    assert Draft.objects.count() == 0


def test_second_editor_is_told_who_was_first():
    case = factories.case()
    text, first, second = wording.standard("accept_notice"), case.people["supervisor"], case.people["clerk"]
    acts.edit_draft(case=case, kind="accept_notice", text=text, version=0, actor=first, at=AT)
    with pytest.raises(Stale, match=f"{first} 已先行修改"):
        acts.edit_draft(case=case, kind="accept_notice", text=text + "。", version=0, actor=second, at=AT)
    assert Draft.objects.get().text == text


def test_units_word_their_own_papers_only():
    case = factories.case(upto="handling")
    handler = case.people["handler"]
    acts.edit_draft(case=case, kind="opinion", text=OPINION, version=0, actor=handler, at=AT)
    for kind in ("supervision_letter", "urge_letter"):
        with pytest.raises(Refusal, match="由信访工作机构制发"):
            acts.edit_draft(case=case, kind=kind, text="好", version=0, actor=handler, at=AT)
    for stranger in (factories.user("handler", unit=factories.labour()), factories.user("leader")):
        with pytest.raises(Refusal, match="您的角色不能"):
            acts.edit_draft(case=case, kind="opinion", text=OPINION, version=1, actor=stranger, at=AT)
    assert list(findings()) == []


def test_draft_page():
    case = factories.case()
    client, url = client_of(case.people["supervisor"]), f"/cases/{case.number}/draft/accept_notice/"
    page = client.get(url)
    assert page.status_code == 200
    assert "{信访人}" in page.content.decode()
    assert page.context["preview"]["to"] == case.petitioner.name
    text = wording.to_words("accept_notice", wording.standard("accept_notice")) + "\n请带原件。"
    assert client.post(url, {"text": text, "version": 0}).status_code == 302
    assert Draft.objects.get().text == wording.standard("accept_notice") + "\n请带原件。"
    wrong = client.post(url, {"text": "{无此项}", "version": 1})
    assert (wrong.status_code, "没有“{无此项}”这一项" in wrong.content.decode()) == (409, True)
    assert "{无此项}" in wrong.content.decode(), "typed text is kept"
    assert client.post(url, {"text": text, "version": 1, "standard": "1"}).status_code == 302
    assert Draft.objects.get().text == wording.standard("accept_notice")
    assert client.get(f"/cases/{case.number}/accept/").content.decode().count(url) == 1
    other = client_of(factories.user("handler", unit=factories.labour()))
    assert other.get(url).status_code == 404
    assert client.get(f"/cases/{case.number}/draft/answer_record/").status_code == 404


def test_protected_petitioner_is_not_named_on_the_draft_page_of_a_unit():
    case = factories.case(
        person={"name": "阿卜杜热合曼"}, purpose="accusation", accused="某科长", demand="检举某科长。"
    )
    sending.refer(case=case, actor=case.people["supervisor"], at=AT, unit=factories.housing())
    client = client_of(case.people["handler"])
    for kind in ("accept_notice", "opinion", "result_report"):
        assert "阿卜杜热合曼" not in client.get(f"/cases/{case.number}/draft/{kind}/").content.decode()


# --- voiding


def test_void_takes_two_and_keeps_the_number():
    case = factories.case(upto="accepted")
    paper, supervisor, leader = the(case, "accept_notice"), case.people["supervisor"], factories.leader(case)
    pdf = print_paper(paper=paper, actor=supervisor, at=AT)
    asked = acts.ask_void(paper=paper, case=case, actor=supervisor, at=AT, reason="标题写错")
    with pytest.raises(Refusal, match="您的角色不能"):
        acts.void(request=asked, paper=paper, case=case, actor=supervisor, at=AT)
    both = factories.user("leader", username="both")
    Request.objects.filter(pk=asked.pk).update(asked_by=both)
    with pytest.raises(Refusal, match="提出人不能审批"):
        acts.void(request=Request.objects.get(pk=asked.pk), paper=paper, case=case, actor=both, at=AT)
    Request.objects.filter(pk=asked.pk).update(asked_by=supervisor)
    with pytest.raises(Refusal, match="正在等待审批"):
        acts.ask_void(paper=paper, case=case, actor=supervisor, at=AT, reason="再申请")
    acts.void(request=Request.objects.get(pk=asked.pk), paper=paper, case=case, actor=leader, at=later(1))
    paper.refresh_from_db()
    assert (paper.voided_at, paper.voided_by, paper.void_reason, paper.serial) == (later(1), leader, "标题写错", 1)
    marked = print_paper(paper=paper, actor=supervisor, at=AT)
    assert marked != pdf
    assert "作" in _text(marked), "printed across the page"
    assert list(findings()) == []


def _text(pdf: bytes) -> str:
    import io

    from pypdf import PdfReader

    return "".join(page.extract_text() for page in PdfReader(io.BytesIO(pdf)).pages)


def test_void_denied_stays_valid():
    case = factories.case(upto="accepted")
    paper = the(case, "accept_notice")
    asked = acts.ask_void(paper=paper, case=case, actor=case.people["supervisor"], at=AT, reason="写错")
    with pytest.raises(Refusal, match="不同意的，请写明理由"):
        acts.deny_void(request=asked, paper=paper, case=case, actor=factories.leader(case), at=AT, verdict="")
    acts.deny_void(request=asked, paper=paper, case=case, actor=factories.leader(case), at=AT, verdict="没有写错")
    paper.refresh_from_db()
    assert (paper.voided_at, Request.objects.get().granted) == (None, False)
    assert list(findings()) == []


def test_delivered_opinion_cannot_be_voided():
    case = factories.case(upto="served")
    with pytest.raises(Refusal, match="已于 2026-03-02 送达，信访人请求复查、复核的期限从这一天起算"):
        acts.ask_void(paper=the(case, "opinion"), case=case, actor=case.people["supervisor"], at=AT, reason="写错")


def test_opinion_delivered_while_voiding_was_asked_stays():
    case = factories.case(upto="closed")
    paper = the(case, "opinion")
    asked = acts.ask_void(paper=paper, case=case, actor=case.people["supervisor"], at=AT, reason="写错")
    factories._serve(case, case.people, AT)
    with pytest.raises(Refusal, match="不能作废"):
        acts.void(request=asked, paper=paper, case=Case.objects.get(pk=case.pk), actor=factories.leader(case), at=AT)
    assert list(findings()) == []


def test_reissue_takes_the_next_number_and_the_edited_words():
    case = factories.case(upto="closed")
    supervisor, old = case.people["supervisor"], the(case, "opinion")
    with pytest.raises(Refusal, match="没有作废"):
        acts.reissue(paper=old, case=case, actor=supervisor, at=AT)
    voided(case, old)
    old.refresh_from_db()
    text = OPINION + "\n更正：以本意见书为准。"
    acts.edit_draft(case=case, kind="opinion", text=text, version=0, actor=supervisor, at=AT)
    new = acts.reissue(paper=old, case=case, actor=supervisor, at=later(2))
    assert (new.serial, new.replaces, new.title, new.addressee) == (2, old, old.title, old.addressee)
    assert new.context["date"] == "2026年3月4日"
    assert new.context["body"][:-1] == old.context["body"]
    assert new.context["body"][-1] == {"style": "p", "text": "更正：以本意见书为准。"}
    assert new.context["office"] == "示范市住房和城乡建设局"
    with pytest.raises(Refusal, match="已经重新制发过"):
        acts.reissue(paper=old, case=case, actor=supervisor, at=AT)
    assert list(findings()) == []


def test_protected_letter_is_reissued_without_the_name():
    case = factories.case(
        person={"name": "阿卜杜热合曼"}, purpose="accusation", accused="某科长", demand="检举某科长。"
    )
    sending.refer(case=case, actor=case.people["supervisor"], at=AT, unit=factories.labour())
    case = Case.objects.get(pk=case.pk)
    case.people = {"supervisor": factories.user("supervisor")}
    old = voided(case, the(case, "refer_letter"))
    new = acts.reissue(paper=old, case=case, actor=case.people["supervisor"], at=AT)
    assert new.context["petitioner"] == "信访人（身份保密）"
    assert "阿卜杜热合曼" not in str(new.context)


def test_void_pages():
    case = factories.case(upto="accepted")
    paper = the(case, "accept_notice")
    asking, deciding_ = client_of(case.people["supervisor"]), client_of(factories.leader(case))
    url = f"/papers/{paper.pk}/void/"
    assert url in asking.get(f"/cases/{case.number}/?tab=papers").content.decode()
    assert client_of(case.people["clerk"]).get(url).status_code == 403
    assert asking.get(url).status_code == 200
    assert asking.post(url, {"reason": ""}).status_code == 422
    assert asking.post(url, {"reason": "标题写错"}).status_code == 302
    page = f"/papers/voiding/{Request.objects.get().pk}/"
    assert Request.objects.get().get_absolute_url() == page
    assert asking.post(page, {"grant": "1"}).status_code == 409
    assert client_of(factories.user("handler", unit=factories.labour())).get(page).status_code == 404
    assert deciding_.post(page, {"deny": "1"}).status_code == 409
    assert deciding_.post(page, {"grant": "1"}).status_code == 302
    assert asking.post(f"/papers/{paper.pk}/reissue/").status_code == 302
    assert [(one.serial, bool(one.voided_at)) for one in Paper.objects.about(case)] == [(1, True), (2, False)]
    assert list(sealed()) == []


# --- numbers and the register


def test_unit_with_a_mark_numbers_its_own_papers():
    housing = factories.housing()
    Unit.objects.filter(pk=housing.pk).update(mark="示住建信")
    first = factories.case(upto="closed")
    other = factories.case(upto="closed", people=first.people)
    assert [the(case, "opinion").number for case in (first, other)] == [
        "示住建信答〔2026〕1号",
        "示住建信答〔2026〕2号",
    ]
    assert the(first, "accept_notice").number == "示信受〔2026〕1号"
    assert Counter.objects.get(kind="paper:opinion").mark == "示住建信"
    assert list(findings()) == []
    Counter.objects.filter(kind="paper:opinion").update(value=3)
    assert [each.kind for each in findings()] == ["gap"]


def test_register_lists_voided_and_undelivered():
    case = factories.case(upto="accepted")
    voided(case, the(case, "accept_notice"))
    client = client_of(case.people["supervisor"])
    found = client.get("/papers/", {"kind": "accept_notice", "year": 2026}).content.decode()
    for part in ("示信受〔2026〕1号", "标题写错", "已作废", case.number):
        assert part in found, part
    assert "示信受" not in client.get("/papers/", {"shown": "undelivered"}).content.decode()
    assert "示信受" not in client.get("/papers/", {"year": 2025}).content.decode()
    assert "条件无效" in client.get("/papers/", {"q": "110101199003077774"}).content.decode()
    stranger = client_of(factories.user("handler", unit=factories.labour()))
    assert case.number not in stranger.get("/papers/").content.decode()
    assert client_of(factories.user("sysadmin")).get("/papers/").status_code == 403


def test_register_asks_the_database_as_often_for_three_as_for_one(django_assert_num_queries):
    first = factories.case(upto="served")
    client = client_of(first.people["supervisor"])
    client.get("/papers/")
    for _more in range(2):
        with django_assert_num_queries(9):
            client.get("/papers/")
        factories.case(upto="served", people=first.people)


def test_accused_unit_sees_no_paper():
    housing = factories.housing()
    case = factories.case(upto="accepted")
    Case.objects.filter(pk=case.pk).update(accused_unit=housing, purpose="accusation", protected=True)
    client = client_of(case.people["handler"])
    assert case.number not in client.get("/papers/").content.decode()
    for paper in Paper.objects.about(case):
        assert client.get(f"/papers/{paper.pk}.pdf").status_code == 404


def test_papers_panel_says_that_voiding_waits():
    case = factories.case(upto="accepted")
    paper, supervisor = the(case, "accept_notice"), case.people["supervisor"]
    acts.ask_void(paper=paper, case=case, actor=supervisor, at=AT, reason="标题写错")
    page = client_of(supervisor).get(f"/cases/{case.number}/?tab=papers").content.decode()
    assert ("作废待审批" in page, f"/papers/{paper.pk}/void/" in page) == (True, False)
