"""What the law wants a paper to say (domain.md §5.3), held against the printed page of each kind."""

import pytest

from audit.verifying import findings
from cases.actions import answering, deciding, ending, handling, sending
from cases.models import Case
from documents import wording
from documents.choices import PAPER_KINDS
from documents.models import Paper
from followup.actions import supervise, urge
from tests import factories
from tests.cases.test_papers import words
from tests.factories import AT, later

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _plain_weeks():
    factories.calendar(2026)


def again(case: Case) -> Case:
    fresh = Case.objects.get(pk=case.pk)
    fresh.people = case.people
    return fresh


def printed(case: Case, kind: str) -> str:
    return words(Paper.objects.about(case).filter(kind=kind).latest("pk"))


def says(text: str, *parts: str) -> None:
    assert [part for part in parts if part not in text] == []


def test_simple_procedure_counts_working_days_and_turns_ordinary():
    case = factories.case()
    deciding.accept_simple(case=case, actor=case.people["supervisor"], at=AT)
    text = printed(case, "accept_notice")
    says(text, "按照简易办理程序办理", "10个工作日内办结，即于2026年3月16日前", "《信访事项简易办理办法》")
    assert "延长不超过" not in text
    case = again(case)
    deciding.to_ordinary(case=case, actor=factories.leader(case), at=AT, note="涉及多个单位。")
    says(
        printed(case, "ordinary_notice"),
        "示信转普〔2026〕1号",
        "涉及多个单位。",
        "转为普通程序办理",
        "负责人批准",
        "2026年5月1日前",
    )
    assert list(findings()) == []


def test_assisting_unit_is_told_who_answers_and_until_when():
    case = factories.case(upto="accepted")
    sending.assign(
        case=case,
        actor=case.people["supervisor"],
        at=AT,
        unit=factories.housing(),
        note="请核查。",
        assisting=[factories.labour()],
        assist_due=factories.day("2026-03-20"),
    )
    says(
        printed(case, "assist_letter"),
        "示信协〔2026〕1号",
        "示范市人力资源和社会保障局：",
        case.number,
        "第二十四条",
        "由示范市住房和城乡建设局主办并统一答复信访人",
        "请于2026年3月20日前书面报送协办意见",
        "予以保密",
    )


def test_unit_that_has_it_says_so():
    case = factories.case(upto="handling")
    text = printed(case, "receive_notice")
    says(
        text,
        "接收情况",
        "处理途径和程序",
        "由示范市住房和城乡建设局接收",
        "办理程序：普通程序",
        "查询办理进展",
        "第二十三条",
        case.number,
    )


def test_refer_letter_carries_both_periods_and_none_for_bodies_with_rules_of_their_own():
    case = factories.case()
    sending.refer(case=case, actor=case.people["supervisor"], at=AT, unit=factories.labour(), note="请依法处理。")
    says(
        printed(case, "refer_letter"),
        "示范市人力资源和社会保障局：",
        case.number,
        "15日内书面告知信访人",
        "5个工作日内书面提出异议",
        "请依法处理。",
        "予以保密",
    )
    context = Paper.objects.about(case).get(kind="refer_letter").context
    for kind, own in (("refer_letter", "请依照你单位的有关规定处理。"), ("whereabouts_notice", "依照其自身的规定")):
        frozen = Paper.objects.about(case).get(kind=kind).context
        body = wording.render(wording.standard(kind), frozen | {"own_rules": True})["body"]
        text = "".join(block["text"] for block in body)
        assert own in text
        assert "15日内" not in text
        assert "5个工作日" not in text
    assert context["own_rules"] is False


def test_urging_and_supervision_letters():
    case = factories.case(upto="handling")
    supervisor = case.people["supervisor"]
    late = later(70)
    urge(
        case=case,
        actor=supervisor,
        at=late,
        way="letter",
        content="请抓紧办理。",
        promised_on=factories.day("2026-05-20"),
    )
    says(
        printed(case, "urge_letter"),
        "《示信交〔2026〕1号》",
        "期限为2026年5月1日，至今已逾期10日",
        "请抓紧办理。",
        "请于2026年5月20日前办结并书面答复我单位；尚未办结的，说明原因",
        "予以保密",
    )
    supervise(
        case=case,
        actor=supervisor,
        at=late,
        ground="evasion",
        requirement="一、立即核查；\n二、书面答复。",
        due_on=factories.day("2026-05-30"),
    )
    says(
        printed(case, "supervision_letter"),
        "第四十条",
        "推诿、敷衍",
        "一、立即核查；二、书面答复。",
        "2026年5月30日前书面反馈",
        "采纳情况；不予采纳的，说明理由",
        "抄送：示范市人民政府。",
    )


def test_reports_of_the_unit_and_to_the_superior():
    case = factories.case(upto="handling", person={"name": "王建国"})
    handling.investigate(
        case=case,
        actor=case.people["handler"],
        at=AT,
        held_on=factories.day("2026-03-02"),
        persons="李工、赵工",
        asked="物业公司经理",
        findings="承认渗水。",
    )
    handling.report(case=again(case), actor=case.people["handler"], at=AT, **factories.REPORT)
    says(
        printed(case, "investigation_report"),
        "事项来源",
        "《示信交〔2026〕1号》".strip("《》"),
        "1.2026年3月2日，由李工、赵工向物业公司经理调查：承认渗水。",
        "经现场查看",
        "予以支持",
        "《物业管理条例》第三十五条",
        "责成物业公司",
        "调查人（签名）",
    )
    case = again(case)
    factories._close(case, case.people, AT)
    Case.objects.filter(pk=case.pk).update(superior="示范省信访局", superior_number="示信访交〔2026〕9号")
    case = again(case)
    handling.report_up(case=case, actor=case.people["supervisor"], at=AT)
    paper = Paper.objects.about(case).get(kind="superior_report")
    assert paper.title == f"关于王建国反映“{case.title}”信访事项办理情况的报告"
    says(
        words(paper),
        "示范省信访局：",
        "《示信访交〔2026〕9号》",
        f"签发人：{case.people['supervisor']}",
        "反映的主要问题",
        "处理结果",
        "示信答〔2026〕1号",
        "附：答复意见书及送达材料",
    )
    assert list(findings()) == []


def test_withdrawal_is_in_the_petitioners_own_words():
    case = factories.case()
    ending.withdraw(case=case, actor=case.people["clerk"], at=AT, words="问题解决了，\n我不告了。")
    text = printed(case, "withdrawal")
    says(
        text,
        "撤回信访事项申请",
        "示范市信访局：",
        "自愿撤回",
        "问题解决了，我不告了。",
        "可以重新提出",
        "申请人（签名或者捺印）",
    )


def test_take_up_of_a_referred_matter_prints_the_units_acceptance():
    case = factories.case()
    sending.refer(case=case, actor=case.people["supervisor"], at=AT, unit=factories.housing())
    answering.take_up(case=again(case), actor=case.people["handler"], at=AT)
    says(
        printed(case, "accept_notice"),
        "示范市住房和城乡建设局",
        "现予受理",
        "由示范市住房和城乡建设局承办",
        "60日内办结",
    )


@pytest.mark.parametrize("typed", ["{0.__class__}", "{{settings.SECRET_KEY}}", "{petitioner}", "<b>粗</b>"])
def test_what_a_petitioner_typed_is_printed_literally(typed):
    case = factories.case(demand=f"要求{typed}处理")
    sending.refer(case=case, actor=case.people["supervisor"], at=AT, unit=factories.labour())
    assert f"要求{typed}处理".replace(" ", "") in printed(case, "refer_letter")


def test_every_kind_with_a_generic_template_has_its_words():
    generic = ("print/notice.html", "print/letter.html", "print/plain.html")
    assert [code for code, kind in PAPER_KINDS.items() if kind.template in generic and not wording.standard(code)] == []
