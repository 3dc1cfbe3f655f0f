"""What each paper says: the frozen context whole, and the words on the printed page."""

import io
import re

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from pypdf import PdfReader

from accounts.models import Unit, UnitKind
from audit.models import Event
from audit.verifying import findings
from cases.actions import answering, deciding, handling, sending
from cases.models import Case
from documents.models import Attachment, Paper
from documents.rendering import pdf_of
from tests import factories
from tests.factories import AT, later

pytestmark = pytest.mark.django_db
PERSON = {"name": "阿卜杜热合曼·买买提", "phone": "13812345678"}


@pytest.fixture(autouse=True)
def _plain_weeks():
    factories.calendar(2026)


def fresh(case: Case) -> Case:
    return Case.objects.get(pk=case.pk)


def words(paper: Paper) -> str:
    """The text of the PDF without spaces, line breaks and page numbers."""
    pages = PdfReader(io.BytesIO(pdf_of(paper))).pages
    return re.sub(r"\s|— \d+ —", "", "".join(page.extract_text() for page in pages))


def said(paper: Paper) -> dict:
    """The context without the words rendered from it: those are held against the PDF."""
    return {key: value for key, value in paper.context.items() if key != "body"}


def head(case: Case, paper: Paper, **changes) -> dict:
    return (
        {
            "office": "示范市信访局",
            "office_phone": "0731-00000000",
            "date": "2026年3月2日",
            "case_number": case.number,
            "case_title": "要求责成有关单位限期维修外墙渗水并赔偿损失",
            "petitioner": "阿卜杜热合曼·买买提",
            "you": "你",
            "channel": "来访",
            "registered_on": "2026年3月2日",
            "contact": str(paper.issued_by),
            "number": paper.number,
            "title": paper.title,
        }
        | ({"to": paper.addressee} if "body" in paper.context else {})
        | changes
    )


def test_accept_notice():
    case = factories.case(upto="accepted", person=PERSON)
    paper = Paper.objects.about(case).get(kind="accept_notice")
    assert said(paper) == head(case, paper) | {
        "handling_unit": "",
        "due": "2026年5月1日",
        "procedure": "普通程序",
        "taken_by": "本单位或者有权处理的机关、单位",
        "simple": False,
        "handle_days": 60,
        "day_unit": "日",
        "extend_days": 30,
        "review_days": 30,
        "basis": "《信访工作条例》第二十二条、第二十三条、第三十四条",
    }
    text = words(paper)
    for part in (
        "示范市信访局", "示信受〔2026〕1号", "信访事项受理告知书", "阿卜杜热合曼·买买提：", f"（编号：{case.number}）",
        "现予受理", "自受理之日起60日内办结，即于2026年5月1日前作出书面答复", "自收到书面答复之日起30日内",
        "第二十三条", "2026年3月2日",
    ):  # fmt: skip
        assert part in text, part


@pytest.mark.parametrize(
    ("ground", "kind", "decided", "article"),
    [
        ("pending", "decline_notice", "我单位决定不予受理", "第十九条第三款"),
        ("concluded", "no_longer_notice", "我单位决定不再受理", "第三十六条第三款"),
    ],
)
def test_decline_notices_cite_article_and_ground(ground, kind, decided, article):
    case = factories.case(person=PERSON)
    factories.declined(case, ground=ground, note="详见示住建信〔2025〕3号。")
    paper = Paper.objects.about(case).get()
    assert (paper.kind, set(said(paper)) - set(head(case, paper))) == (
        kind, {"no_longer", "ground", "basis", "tell", "explanation"},
    )  # fmt: skip
    text = words(paper)
    ground_said = re.sub(r"\s", "", paper.context["ground"])
    for part in (decided, article, "详见示住建信〔2025〕3号。", ground_said, "可以持有关材料向我单位说明"):
        assert part in text, part


def test_guide_notice_reminds_of_the_limit():
    case = factories.case(person=PERSON, category="C01")
    deciding.guide(case=case, actor=case.people["clerk"], at=AT, route="labour_arbitration", note="请带劳动合同。")
    paper = Paper.objects.about(case).get()
    assert said(paper) == head(case, paper) | {
        "route": "劳动争议仲裁",
        "receiver": "劳动人事争议仲裁委员会",
        "limit": "自知道或者应当知道权利被侵害之日起 1 年内",
        "limit_said": "提出的时限为：自知道或者应当知道权利被侵害之日起 1 年内。",
        "limit_checked": True,
        "basis": "《劳动争议调解仲裁法》第二十七条",
        "explanation": "请带劳动合同。",
    }
    text = words(paper)
    for part in ("第三十一条", "“劳动争议仲裁”", "1年内", "登记不影响上述时限的计算", "请带劳动合同。"):
        assert part in text, part


def test_unchecked_limit_says_that_the_law_decides():
    case = factories.case(person=PERSON, category="C02")
    deciding.guide(case=case, actor=case.people["clerk"], at=AT, route="injury")
    assert "1年内（以法律规定为准）" in words(Paper.objects.about(case).get())


def test_letters_and_whereabouts():
    case = factories.case(upto="accepted", person=PERSON)
    sending.assign(
        case=case, actor=case.people["supervisor"], at=AT, unit=factories.housing(), due_on=factories.day("2026-04-15"),
        note="请现场核查。",
    )  # fmt: skip
    letter = Paper.objects.about(case).get(kind="assign_letter")
    assert said(letter) == head(case, letter) | {
        "unit": "示范市住房和城乡建设局",
        "lead": "示范市住房和城乡建设局",
        "own_rules": False,
        "attachments": 0,
        "note": "请现场核查。",
        "notify_days": 15,
        "object_days": 5,
        "due": "2026年4月15日",
        "demand": "要求责成有关单位限期维修外墙渗水并赔偿损失。",
        "protected": False,
    }
    text = words(letter)
    for part in ("示信交〔2026〕1号", "于2026年4月15日前办结", "提交办结报告", "5个工作日内书面提出异议", "予以保密"):
        assert part in text, part
    notice = Paper.objects.about(case).get(kind="whereabouts_notice")
    assert said(notice) == head(case, notice) | {
        "unit": "示范市住房和城乡建设局", "unit_phone": "", "sent": "交办", "notify_days": 15, "own_rules": False,
    }  # fmt: skip
    assert "已于2026年3月2日交办示范市住房和城乡建设局处理" in words(notice)


def test_protected_letters_and_reports_name_nobody():
    case = factories.case(person=PERSON, purpose="accusation", accused="某科长", demand="检举某科长收受好处。")
    sending.refer(case=case, actor=case.people["supervisor"], at=AT, unit=factories.labour(), note="请指定专人。")
    looker = factories.user("handler", unit=factories.labour())
    answering.take_up(case=fresh(case), actor=looker, at=AT)
    handling.report(case=fresh(case), actor=looker, at=AT, **factories.REPORT)
    for kind in ("refer_letter", "result_report"):
        text = words(Paper.objects.about(case).get(kind=kind))
        assert "阿卜杜热合曼" not in text
        assert "信访人（身份保密）" in text
    assert "某科长" not in words(Paper.objects.about(case).get(kind="refer_letter"))


def test_extension_notice():
    case = factories.case(upto="handling", person=PERSON)
    factories.extended(case, reason="需要委托第三方鉴定。")
    paper = Paper.objects.about(case).get(kind="extension_notice")
    assert said(paper) == head(case, paper) | {
        "reason": "需要委托第三方鉴定。", "old_due": "2026年5月1日", "new_due": "2026年5月31日",
    }  # fmt: skip
    text = words(paper)
    for part in ("原定于2026年5月1日前办结", "需要委托第三方鉴定。", "第三十四条", "延长至2026年5月31日"):
        assert part in text, part


def test_answer_record():
    case = factories.case(person=PERSON, category="C04")
    deciding.answer(case=case, actor=case.people["clerk"], at=AT, answer="请到人社局办理。", note="无意见。")
    paper = Paper.objects.about(case).get()
    texts = {"demand": case.demand, "answer": "请到人社局办理。", "view": "无意见。"}
    assert said(paper) == head(case, paper) | texts
    assert paper.number == ""
    for part in ("当场答复记录", "请到人社局办理。", "无意见。", "来访人签名", case.number):
        assert part in words(paper), part


def test_report_opinion_and_delivery_speak_for_the_unit():
    case = factories.case(upto="served", person=PERSON)
    papers = {paper.kind: paper for paper in Paper.objects.about(case)}
    unit = {"office": "示范市住房和城乡建设局", "office_phone": ""}
    report = papers["result_report"]
    assert said(report) == head(case, report, **unit) | {
        "to": "示范市信访局", "sent_number": "示信交〔2026〕1号", "demand": case.demand, "execution": "",
        "made_by": str(case.people["handler"]), "signed_by": "", "findings": "经现场查看,外墙确有渗水。",
        "opinion": "责成物业公司于 30 日内维修。", "legal_basis": "《物业管理条例》第三十五条", "outcome": "予以支持",
        "petitioner_view": "",
    }  # fmt: skip
    opinion = papers["opinion"]
    assert said(opinion) == head(
        case, opinion, office="示范市住房和城乡建设局", contact=str(case.people["handler"])
    ) | {
        "execution": "", "superior": "示范市人民政府", "accepted_on": "2026年3月2日", "demand": case.demand,
        "facts": case.facts,
        "findings": "经现场查看,外墙确有渗水。", "opinion": "责成物业公司于 30 日内维修。",
        "legal_basis": "《物业管理条例》第三十五条", "outcome": "予以支持", "review_days": 30,
    }  # fmt: skip
    text = words(opinion)
    for part in ("请求、事实和理由", "对你的请求予以支持。", "《物业管理条例》第三十五条", "自收到本意见书之日起30日内",
                 "书面请求示范市人民政府复查", "第三十五条"):  # fmt: skip
        assert part in text, part
    record = papers["delivery_record"]
    assert said(record) == head(case, record) | {
        "paper_title": "信访事项处理意见书", "paper_number": "示信答〔2026〕1号", "way": "直接送达",
        "delivered_on": "2026年3月2日", "receiver": "本人", "review_days": 30, "note": "",
        "place": "", "proxy": "", "refused": False, "witness": "",
    }  # fmt: skip
    for part in ("送达回证", "示信答〔2026〕1号", "直接送达", "本人"):
        assert part in words(record), part


def test_inner_office_signs_as_its_body_and_a_group_is_named_as_one():
    inner = Unit.objects.create(code="ZJJ-WY", name="物业科", kind=UnitKind.INNER, parent=factories.housing())
    case = factories.case(person={"name": "李秀英"}, visitors=7, involved=40)
    sending.refer(case=case, actor=case.people["supervisor"], at=AT, unit=inner)
    answering.take_up(case=fresh(case), actor=factories.user("handler", unit=inner), at=AT)
    context = Paper.objects.about(case).get(kind="accept_notice").context
    assert (context["office"], context["petitioner"]) == ("示范市住房和城乡建设局", "李秀英等7人")


def test_anonymous_and_organisation():
    anonymous = factories.case(upto="accepted", person={"name": "匿名", "kind": "anonymous", "phone": ""})
    firm = factories.case(upto="accepted", person={"name": "示范市幸福物业有限公司", "kind": "organisation"})
    contexts = [Paper.objects.about(case).get().context for case in (anonymous, firm)]
    assert [(context["petitioner"], context["you"]) for context in contexts] == [
        ("来访人", "你"), ("示范市幸福物业有限公司", "你单位"),
    ]  # fmt: skip


def test_markup_in_texts_is_printed_as_typed():
    case = factories.case(person={"name": "<b>王</b>"}, category="C04")
    deciding.answer(case=case, actor=case.people["clerk"], at=AT, answer="<script>alert(1)</script> & 5 < 6")
    text = words(Paper.objects.about(case).get())
    assert "<b>王</b>" in text
    assert "<script>alert(1)</script>&5<6" in text


# --- the address /papers/<id>.pdf and the attachments


def client_of(user) -> Client:
    client = Client()
    client.force_login(user)
    return client


def test_paper_as_pdf_is_recorded_and_stays_the_same():
    case = factories.case(upto="accepted", person=PERSON)
    paper = Paper.objects.about(case).get()
    client = client_of(case.people["clerk"])
    first, second = client.get(f"/papers/{paper.pk}.pdf"), client.get(f"/papers/{paper.pk}.pdf")
    assert (first.status_code, first["Content-Type"]) == (200, "application/pdf")
    assert first["X-Content-Type-Options"] == "nosniff"
    assert first["Content-Disposition"].startswith("inline; filename*=utf-8''%E4%BF%A1%E8%AE%BF")
    assert first.content[:5] == b"%PDF-"
    assert first.content == second.content
    printed = Event.objects.filter(matter=case.number, verb__in=["print", "reprint"])
    assert list(printed.values_list("verb", flat=True)) == ["print", "reprint"]
    assert list(findings()) == []


def test_attachment_goes_in_and_comes_out_again():
    case = factories.case()
    client = client_of(case.people["clerk"])
    data = "合同复印件".encode()
    answer = client.post(
        f"/cases/{case.number}/attach/",
        {"upload": SimpleUploadedFile("劳动 合同.txt", data), "kind": "petition", "whole": "1"},
    )
    assert (answer.status_code, answer["Location"]) == (302, f"/cases/{case.number}/?tab=attachments")
    kept = Attachment.objects.get()
    answer = client.get(f"/attachments/{kept.pk}/")
    assert (answer.content, answer["X-Content-Type-Options"]) == (data, "nosniff")
    assert answer["Content-Disposition"].startswith("attachment; ")
    assert list(Event.objects.filter(verb__in=["attach", "hand_out"]).values_list("verb", "note")) == [
        ("attach", kept.title), ("hand_out", kept.title),
    ]  # fmt: skip
    assert list(findings()) == []


@pytest.mark.parametrize(
    ("name", "data", "sentence"),
    [
        ("空.txt", b"", "空"),
        ("网页.html", b"<html><script>alert(1)</script></html>", ""),
        ("", None, "请选择要上传的文件。"),
    ],
)
def test_attachment_that_is_not_acceptable_is_422(name, data, sentence):
    case = factories.case()
    client = client_of(case.people["clerk"])
    posted = {} if data is None else {"upload": SimpleUploadedFile(name, data)}
    answer = client.post(f"/cases/{case.number}/attach/", posted | {"kind": "petition", "whole": "1"})
    assert answer.status_code == 422
    assert [sentence in one.text for one in answer.context["outcomes"]] == [True]
    assert Attachment.objects.count() == 0
    assert client.get(f"/cases/{case.number}/attach/").status_code == 405


def test_voided_paper_is_marked():
    case = factories.case(upto="accepted")
    Paper.objects.filter(subject_id=case.pk).update(voided_at=later(1), void_reason="文号有误")
    page = client_of(case.people["clerk"]).get(f"/cases/{case.number}/?tab=papers").content.decode()
    assert "已作废" in page
    assert "文号有误" in page
