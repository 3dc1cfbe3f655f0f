"""The one page of every step: form, verb, refusals, staleness, wrong role."""

import datetime as dt
import re

import pytest
from django.test import Client
from django.utils import timezone

from accounts.models import Unit, UnitKind
from audit.models import Event
from audit.verifying import findings
from cases.actions import answering, deciding, ending, handling, sending
from cases.models import Case
from cases.papers import ISSUED
from cases.views.steps import SCREENS
from cases.workflow import STEPS
from documents.models import Paper
from tests import factories
from tests.factories import REPORT

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _plain_weeks():
    now = timezone.localdate()
    factories.calendar(now.year - 1, now.year, now.year + 1)


def now() -> dt.datetime:
    """The pages read the clock, so their matters begin today."""
    return timezone.now()


def client_of(user) -> Client:
    client = Client()
    client.force_login(user)
    return client


def fresh(case: Case) -> Case:
    return Case.objects.get(pk=case.pk)


def state_of(case: Case) -> str:
    return fresh(case).state


WHY = "该小区物业管理属街道办事处职责范围。"
WALKS = {
    # step: (state before, role, posted, state after)
    "classify": ("classified", "clerk", {"category": "C10", "also": ["C06", "C08"], "purpose": "appeal"}, "classified"),
    "answer": ("classified", "clerk", {"answer": "请到人社局一楼办理。", "note": "满意"}, "answered"),
    "accept": ("classified", "supervisor", {"note": "拟交住建局"}, "accepted"),
    "accept_simple": ("classified", "supervisor", {"note": "当日可办"}, "accepted"),
    "to_ordinary": ("simple", "leader", {"note": "需要现场勘查"}, "accepted"),
    "propose_decline": ("classified", "supervisor", {"ground": "pending", "note": "正由住建局办理"}, "proposed"),
    "guide": ("classified", "clerk", {"route": "labour_arbitration", "body": "", "note": ""}, "guided"),
    "refer": ("classified", "supervisor", {"unit": "ZJJ", "note": ""}, "referred"),
    "assign": ("accepted", "supervisor", {"unit": "ZJJ", "due_on": "+30", "note": "请核查"}, "assigned"),
    "take_up": ("assigned", "handler", {}, "handling"),
    "hand_back": ("assigned", "handler", {"note": WHY}, "objected"),
    "insist": ("objected", "supervisor", {"note": "属你局职责。"}, "assigned"),
    "coordinate": ("disputed", "leader", {"unit": "ZJJ", "note": "属你局职责。"}, "assigned"),
    "record_receipt": ("to_court", "clerk", {"received_by": "立案庭 张某"}, "handed_over"),
    "assist": ("assisted", "handler2", {"answer": "经查，我局没有审批记录。"}, "assigned"),
    "request_extension": ("handling", "supervisor", {"days": "30", "reason": "需要鉴定"}, "handling"),
    "investigate": (
        "handling",
        "handler",
        {"held_on": "+0", "persons": "张三、李四", "findings": "现场查看，墙面渗水。"},
        "handling",
    ),
    "submit": ("headed", "handler", REPORT, "signing"),
    "sign": ("signing", "head", {"note": "同意"}, "checking"),
    "return_draft": ("signing", "head", {"note": "补充依据"}, "handling"),
    "report": ("handling", "handler", REPORT, "checking"),
    "send_back": ("checking", "supervisor", {"reasons": ["evidence"], "note": "请补充检测报告"}, "handling"),
    "close": ("checking", "supervisor", {"note": "同意"}, "closed"),
    "serve": (
        "closed",
        "clerk",
        {"paper": "opinion", "way": "direct", "delivered_on": "+0", "receiver": "本人"},
        "served",
    ),
    "report_up": ("superior", "supervisor", {"note": ""}, "closed"),
    "conclude": ("lapsed", "leader", {"note": "复查期满未请求，按本市规定审核认定。"}, "concluded"),
    "withdraw": ("handling", "clerk", {"words": "问题已经解决，不再要求处理。"}, "withdrawn"),
    "inform": ("own", "supervisor", {"note": ""}, "informed"),
    "handle_here": ("own_accepted", "supervisor", {"handler": "own", "note": ""}, "handling"),
    "reopen": ("served", "supervisor", {"note": "有新的证据"}, "classified"),
}


def ready(upto: str) -> Case:
    """A matter in the situation a walk begins with: a state, or one that needs more than the plain way."""
    if upto not in SITUATIONS:
        return factories.case(upto=upto, at=now())
    return SITUATIONS[upto]()


def objected() -> Case:
    case = factories.case(upto="assigned", at=now())
    answering.hand_back(case=case, actor=case.people["handler"], at=now(), note=WHY)
    return case


def disputed() -> Case:
    """Handed back three times: the third hand-back is the coordinator's."""
    case = objected()
    for _again in range(2):
        sending.assign(case=again(case), actor=case.people["supervisor"], at=now(), unit=factories.housing())
        answering.hand_back(case=again(case), actor=case.people["handler"], at=now(), note=WHY)
    factories.leader(case)
    return case


def simple() -> Case:
    case = factories.case(at=now())
    deciding.accept_simple(case=case, actor=case.people["supervisor"], at=now())
    factories.leader(case)
    return case


def to_court() -> Case:
    case = factories.case(at=now())
    court = Unit.objects.create(code="FY", name="示范市人民法院", kind=UnitKind.JUSTICE)
    sending.refer(case=case, actor=case.people["supervisor"], at=now(), unit=court)
    return case


def assisted() -> Case:
    case = factories.case(upto="accepted", at=now())
    case.people["handler2"] = factories.user("handler", unit=factories.labour())
    sending.assign(
        case=again(case), actor=case.people["supervisor"], at=now(), unit=factories.housing(),
        assisting=[factories.labour()], assist_due=(now() + dt.timedelta(days=20)).date(),
    )  # fmt: skip
    return case


def headed(upto: str = "handling") -> Case:
    case = factories.case(upto="handling", at=now())
    case.people["head"] = factories.user("unit_head", unit=factories.housing())
    if upto == "signing":
        handling.submit(case=again(case), actor=case.people["handler"], at=now(), **REPORT)
    return case


def of_superior() -> Case:
    case = factories.case(upto="closed", at=now())
    Case.objects.filter(pk=case.pk).update(superior="示范省信访局")
    return case


def lapsed() -> Case:
    case = factories.case(upto="served", at=now() - dt.timedelta(days=60))
    ending.lapse(case=case, actor=None, at=now())
    factories.leader(case)
    return case


def own(accepted: bool = False) -> Case:
    """Received by the bureau itself: a matter of the second kind of office."""
    people = {role: factories.user(role, unit=factories.housing()) for role in ("clerk", "supervisor")}
    case = factories.case(upto="accepted" if accepted else "classified", people=people, at=now())
    case.people["own"] = factories.user("handler", unit=factories.housing())
    return case


SITUATIONS = {
    "objected": objected, "disputed": disputed, "simple": simple, "to_court": to_court, "assisted": assisted,
    "headed": headed, "signing": lambda: headed("signing"), "superior": of_superior, "lapsed": lapsed, "own": own,
    "own_accepted": lambda: own(accepted=True),
}  # fmt: skip


def again(case: Case) -> Case:
    return Case.objects.get(pk=case.pk)


def filled(case: Case, posted: dict) -> dict:
    posted = dict(posted)
    for name in ("due_on", "delivered_on", "held_on"):
        if name in posted:
            posted[name] = (timezone.localdate() + dt.timedelta(days=int(posted[name]))).isoformat()
    if "unit" in posted:
        posted["unit"] = factories.housing().pk
    if "handler" in posted:
        posted["handler"] = case.people["own"].pk
    if "paper" in posted:
        posted["paper"] = Paper.objects.about(case).get(kind=posted["paper"]).pk
    return posted | {"version": fresh(case).version}


@pytest.mark.parametrize("name", list(WALKS))
def test_step_through_its_page(name):
    before, role, posted, after = WALKS[name]
    case = ready(before)
    client, url = client_of(case.people[role]), f"/cases/{case.number}/{name}/"
    page = client.get(url)
    assert (page.status_code, page.context["form"].is_bound) == (200, False)
    papers = Paper.objects.count()
    answer = client.post(url, filled(case, posted))
    assert answer.status_code == 302, answer.context["form"].errors
    assert answer["Location"] == f"/cases/{case.number}/"
    assert state_of(case) == after
    issued = set(Paper.objects.order_by("pk").values_list("kind", flat=True)[papers:])
    assert issued <= set(ISSUED.get(name, ()))
    assert bool(issued) == bool(ISSUED.get(name))
    assert case.people[role] in [event.actor for event in Event.objects.filter(verb=name, matter=case.number)]
    done = client.get(f"/cases/{case.number}/").content.decode()
    assert f"{case.number} 已办理“{STEPS[name].label}”。" in done
    assert list(findings()) == []


def test_every_step_has_a_page_or_another_owner():
    """What has no walk here is walked by the tests of its own topic."""
    elsewhere = {
        "call_hearing",
        "cancel_hearing",
        "end_hearing",
        "settle",
        "performed",
        "not_performed",
        "note_superior",
        "merge",
        "unmerge",
        "declare_interest",
    }
    assert set(SCREENS) - elsewhere == set(WALKS)
    assert {name for name, step in STEPS.items() if not step.page and not step.side} - set(SCREENS) - elsewhere == set()


def test_taking_up_a_referred_matter_accepts_it():
    case = factories.case(at=now())
    client_of(case.people["supervisor"]).post(f"/cases/{case.number}/refer/", filled(case, {"unit": "ZJJ"}))
    client_of(case.people["handler"]).post(f"/cases/{case.number}/take_up/", {})
    paper = Paper.objects.about(case).get(kind="accept_notice")
    assert (state_of(case), paper.context["office"]) == ("handling", "示范市住房和城乡建设局")


def test_classify_keeps_what_it_was_given():
    case = factories.case(at=now())
    posted = {"category": "C10", "also": ["C06", "C08"], "purpose": "suggestion", "note": "多个部门"}
    client_of(case.people["clerk"]).post(f"/cases/{case.number}/classify/", posted)
    again = fresh(case)
    assert (again.category, again.also, again.purpose) == ("C10", "C06,C08", "suggestion")


def test_wrong_role_gets_403_and_a_sentence():
    case = factories.case(at=now())
    client = client_of(case.people["clerk"])
    for answer in (
        client.get(f"/cases/{case.number}/accept/"),
        client.post(f"/cases/{case.number}/accept/", {"note": "x"}),
    ):
        assert answer.status_code == 403
        assert "您的角色不能办理“受理”。" in answer.content.decode()
    assert state_of(case) == "classified"


def test_unknown_step_or_number_is_404():
    case = factories.case(at=now())
    client = client_of(case.people["supervisor"])
    for url in (f"/cases/{case.number}/fly/", "/cases/XF2026999999/accept/", "/cases/XF2026999999/",
                f"/cases/{case.number}/import_history/"):  # fmt: skip
        assert (url, client.get(url).status_code) == (url, 404)


def test_step_that_is_past_says_so():
    case = factories.case(upto="accepted", at=now())
    answer = client_of(case.people["supervisor"]).get(f"/cases/{case.number}/accept/")
    assert answer.status_code == 409
    assert "当前环节为“已受理”，不能办理“受理”。" in answer.content.decode()


def test_stale_page_is_told_who_was_faster_and_keeps_the_text():
    case = factories.case(at=now())
    shown = case.version
    rival = factories.user("supervisor", display_name="孙督办")
    deciding.accept(case=fresh(case), actor=rival, at=now())
    answer = client_of(case.people["supervisor"]).post(
        f"/cases/{case.number}/accept/", {"note": "我写了很久的拟办意见", "version": shown}
    )
    page = answer.content.decode()
    assert answer.status_code == 409
    assert re.search(r"孙督办 \d\d:\d\d 已办理“受理”。", page)
    assert "我写了很久的拟办意见" in page
    assert Event.objects.filter(verb="accept").count() == 1


def test_after_being_told_the_next_try_counts():
    case = factories.case(at=now())
    shown = case.version
    deciding.classify(case=fresh(case), actor=case.people["clerk"], at=now(), category="C10")
    client = client_of(case.people["supervisor"])
    first = client.post(f"/cases/{case.number}/accept/", {"note": "x", "version": shown})
    assert first.status_code == 409
    assert f'name="version" value="{shown + 1}"' in first.content.decode()
    assert client.post(f"/cases/{case.number}/accept/", {"note": "x", "version": shown + 1}).status_code == 302


def test_double_click_does_the_step_once():
    case = factories.case(at=now())
    client = client_of(case.people["supervisor"])
    posted = {"note": "", "version": case.version}
    codes = [client.post(f"/cases/{case.number}/accept/", posted).status_code for _each in range(2)]
    assert (codes, Paper.objects.filter(kind="accept_notice").count()) == ([302, 409], 1)


def test_refusal_is_422_with_the_sentence_and_the_text():
    case = factories.case(upto="assigned", at=now())
    answer = client_of(case.people["handler"]).post(f"/cases/{case.number}/hand_back/", {"note": "不归我们"})
    page = answer.content.decode()
    assert answer.status_code == 422
    assert "请详细说明异议理由（不少于 10 个字）。" in page
    assert "不归我们" in page
    assert state_of(case) == "assigned"


@pytest.mark.parametrize(
    ("posted", "sentence"),
    [
        ({"note": "有\x00零"}, "第 2 个字是看不见的控制符（U+0000），请删去后重新输入。"),
        ({"note": "有\u202e反"}, "第 2 个字是看不见的控制符（U+202E），请删去后重新输入。"),
        ({"note": ""}, "这个字段是必填项。"),
        ({"note": "字" * 20_001}, "20000"),
        ({"note": WHY, "version": "abc"}, ""),
        ({"note": WHY, "version": str(2**70)}, ""),
    ],
)
def test_bad_input_is_422(posted, sentence):
    case = factories.case(upto="assigned", at=now())
    answer = client_of(case.people["handler"]).post(f"/cases/{case.number}/hand_back/", posted)
    assert answer.status_code == 422
    assert sentence in answer.content.decode()
    assert state_of(case) == "assigned"


def test_seven_thousand_characters_with_markup_are_kept_and_escaped():
    case = factories.case(upto="handling", at=now())
    text = "<script>alert(1)</script>\n" + "事" * 7000
    client = client_of(case.people["handler"])
    assert client.post(f"/cases/{case.number}/report/", REPORT | {"findings": text}).status_code == 302
    assert case.reports.get().findings == text
    page = client.get(f"/cases/{case.number}/").content.decode()
    assert "<script>alert(1)" not in page
    assert "&lt;script&gt;alert(1)" in page


def test_accused_unit_is_not_offered():
    case = factories.case(purpose="accusation", accused="示范市住房和城乡建设局", at=now())
    factories.labour()
    page = client_of(case.people["supervisor"]).get(f"/cases/{case.number}/refer/")
    assert [unit.code for unit in page.context["form"].fields["unit"].queryset] == ["CITY", "RSJ"]
    answer = client_of(case.people["supervisor"]).post(
        f"/cases/{case.number}/refer/", {"unit": factories.housing().pk, "note": ""}
    )
    assert (answer.status_code, state_of(case)) == (422, "classified")


def test_suggested_unit_is_chosen_before():
    from cases.models import Routing
    from reception.models import ContentCategory

    top = ContentCategory.objects.create(code="01", name="城乡建设", path_name="城乡建设")
    leaf = ContentCategory.objects.create(
        code="0105", name="物业服务", path_name="城乡建设/物业服务", parent=top, level=2
    )
    Routing.objects.create(content_category=top, unit=factories.labour())
    Routing.objects.create(content_category=leaf, unit=factories.housing())
    case = factories.case(at=now(), content_category=leaf)
    page = client_of(case.people["supervisor"]).get(f"/cases/{case.number}/refer/")
    assert page.context["form"].fields["unit"].initial == factories.housing()
    assert "建议：示范市住房和城乡建设局。" in page.content.decode()


def test_a_report_sent_back_is_the_draft_of_the_next():
    case = factories.case(upto="checking", at=now())
    said = {"reasons": ["facts"], "note": "请补充"}
    client_of(case.people["supervisor"]).post(f"/cases/{case.number}/send_back/", said)
    form = client_of(case.people["handler"]).get(f"/cases/{case.number}/report/").context["form"]
    assert {name: form[name].value() for name in REPORT} == REPORT


@pytest.mark.parametrize(
    ("name", "said"),
    [
        ("accept", "自受理之日起 60 日内书面答复"),
        ("guide", "该程序的法定时限，在本单位登记不影响时限计算"),
        ("propose_decline", "该事项正在办理，请等候原受理机关、单位的答复。"),
    ],
)
def test_page_says_what_the_visitor_must_be_told(name, said):
    case = factories.case(at=now())
    page = client_of(case.people["supervisor"]).get(f"/cases/{case.number}/{name}/").content.decode()
    assert said in page
