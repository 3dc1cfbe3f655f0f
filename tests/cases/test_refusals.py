"""Every refusal of the verbs of a matter: the exact sentence, and nothing half-written."""

import datetime as dt

import pytest

from accounts.actions import grant
from approvals.asking import pending
from audit.models import Event
from audit.verifying import findings
from cases.actions import answering, attaching, deciding, handling, refusing, sending, serving, viewing
from cases.models import Case
from cases.opening import add_visit
from cases.workflow import refusal
from documents.models import Paper
from tests import factories
from tests.factories import AT, REPORT, later
from vault.errors import Refusal

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _plain_weeks():
    factories.calendar(2026)


def refused(act, case, actor, at=AT, **fields) -> str:
    """The sentence of a refusal; asserts that neither matter nor papers nor events changed."""
    before = Case.objects.values().get(pk=case.pk), Event.objects.count(), Paper.objects.count()
    with pytest.raises(Refusal) as caught:
        act(case=Case.objects.get(pk=case.pk), actor=actor, at=at, **fields)
    assert (Case.objects.values().get(pk=case.pk), Event.objects.count(), Paper.objects.count()) == before
    assert list(findings()) == []
    return str(caught.value)


def at_state(upto: str, **changes) -> tuple[Case, dict]:
    case = factories.case(upto=upto, **changes)
    return case, case.people


def test_wrong_role_wrong_state_missing_field():
    case, people = at_state("classified")
    assert refused(deciding.accept, case, people["clerk"]) == "您的角色不能办理“受理”。"
    assert refused(sending.assign, case, people["supervisor"], unit=factories.housing()) == (
        "当前环节为“已归类”，不能办理“交办”。"
    )
    assert refused(deciding.answer, case, people["clerk"], answer="") == "请填写“答复”。"
    assert refused(sending.refer, case, people["supervisor"], unit=None) == "请填写“承办单位”。"


def test_category():
    case, people = at_state("classified", category="C01")
    assert refused(deciding.accept, case, people["supervisor"]) == (
        "此事项归为“1 涉及法律方面的”，不进入信访程序；确应受理的，请先改归第 3 类。"
    )
    assert refused(deciding.classify, case, people["clerk"], category="C99") == "请从十类中选择一类。"
    assert refused(deciding.classify, case, people["clerk"], category="") == "请填写“归类”。"


def test_grounds_and_routes_come_from_closed_lists():
    case, people = at_state("classified")
    say = {"note": "已由住建局受理"}
    for ground in ("不想管", "review_missed"):
        assert refused(refusing.propose_decline, case, people["supervisor"], ground=ground, **say) == (
            "请从规定的情形中选择一项。"
        )
    assert refused(refusing.propose_decline, case, people["clerk"], ground="pending", note=" ") == (
        "请写明理由，供审批人判断。"
    )
    assert refused(deciding.guide, case, people["clerk"], route="别处") == "请从法定途径表中选择一项。"


def test_a_refusal_needs_a_second_person():
    case, people = at_state("classified")
    boss = factories.leader(case)
    grant(user=boss, role="supervisor", actor=None, at=AT)
    boss = type(boss).objects.get(pk=boss.pk)
    refusing.propose_decline(case=case, actor=boss, at=AT, ground="pending", note="已由住建局受理")
    case = Case.objects.get(pk=case.pk)
    request = pending("decline", case)
    for verb in (refusing.approve_decline, refusing.return_proposal):
        assert refused(verb, case, boss, request=request, verdict="同意") == (
            "提出人不能审批自己提出的事项，请由另一人审批。"
        )
    assert refused(refusing.approve_decline, case, people["supervisor"], request=request) == (
        "您的角色不能办理“批准不予受理”。"
    )
    other = factories.user("leader")
    assert refused(refusing.return_proposal, case, other, request=request, verdict="") == "不同意的，请写明理由。"
    refusing.return_proposal(request=request, case=case, actor=other, at=AT, verdict="属于我局职责，应当受理。")
    again = Case.objects.get(pk=case.pk)
    assert (again.state, again.ground, again.resume_state) == ("classified", "", "")
    assert Paper.objects.about(case).count() == 0
    assert list(findings()) == []


def test_accusation():
    case, people = at_state("classified", purpose="accusation", accused="示范市住房和城乡建设局")
    assert refused(deciding.answer, case, people["clerk"], answer="知道了") == (
        "检举控告不能当场答复，请按管理权限转送。"
    )
    assert refused(sending.refer, case, people["supervisor"], unit=factories.housing()) == (
        "不得将检举控告材料转给被检举控告的单位（《信访工作条例》第三十条）。"
    )


def test_whom_to_send_to_and_until_when():
    case, people = at_state("accepted")
    boss = people["supervisor"]
    assert refused(sending.refer, case, boss, unit=factories.office()) == "“示范市信访局”不能接收转送、交办。"
    gone = factories.labour()
    gone.is_active = False
    gone.save()
    assert refused(sending.assign, case, boss, unit=gone) == "“示范市人力资源和社会保障局”不能接收转送、交办。"
    unit = factories.housing()
    assert refused(sending.assign, case, boss, unit=unit, due_on=AT.date()) == "交办期限应当在今日之后。"
    assert refused(sending.assign, case, boss, unit=unit, due_on=dt.date(2026, 5, 2)) == (
        "交办期限不应晚于办结期限 2026-05-01。"
    )


def test_other_unit_and_recusal():
    case, people = at_state("assigned")
    stranger = factories.user("handler", unit=factories.labour())
    assert refused(answering.take_up, case, stranger) == "此事项不在您的单位。"
    Case.objects.filter(pk=case.pk).update(accused_user=people["handler"])
    case.accused_user = people["handler"]
    with pytest.raises(Refusal, match=r"^您与此事项有直接利害关系，应当回避（第二十八条）。$"):
        answering.take_up(case=Case.objects.get(pk=case.pk), actor=people["handler"], at=AT)


def test_objection():
    case, people = at_state("assigned")
    why = "该小区物业管理属街道办事处职责范围。"
    assert refused(answering.hand_back, case, people["handler"], note="不归我们") == (
        "请详细说明异议理由（不少于 10 个字）。"
    )
    assert refused(answering.hand_back, case, people["handler"], at=later(8), note=why) == (
        "提出异议的 5 个工作日已过，应当由本单位办理（第二十三条）。"
    )
    answering.hand_back(case=case, actor=people["handler"], at=later(7), note=why)
    assert refused(answering.insist, case, people["supervisor"], note=" ") == "请写明不同意退回的理由。"


def test_extension():
    case, people = at_state("handling")
    ask, boss = handling.request_extension, people["supervisor"]
    assert refused(ask, case, boss, days=31, reason="复杂") == "延期不得超过 30 日。"
    assert refused(ask, case, boss, days=0, reason="复杂") == "延期不得超过 30 日。"
    assert refused(ask, case, boss, days=30, reason="  ") == "请写明理由，供审批人判断。"
    # 2026-05-01 is a Friday; nothing is off in a calendar of plain weeks
    assert refused(ask, case, boss, at=later(61), days=30, reason="复杂") == (
        "办理期限已于 2026-05-01 届满，届满后不能延期。"
    )
    assert refusal(case, "extend", factories.leader(case), AT) == "没有待审批的延期申请。"
    case = factories.extended(case, at=later(60))
    assert case.clocks.get(kind="handle").strict_due == dt.date(2026, 5, 31)
    assert refused(ask, case, boss, days=1, reason="还要") == "已经延期一次，不能再延。"
    assert list(findings()) == []


def test_the_head_decides_on_the_last_day_or_not_at_all():
    case, people = at_state("handling")
    handling.request_extension(case=case, actor=people["supervisor"], at=later(60), days=30, reason="需要鉴定")
    case = Case.objects.get(pk=case.pk)
    request, boss = pending("extend", case), factories.user("leader")
    assert refused(handling.extend, case, boss, at=later(61), request=request) == (
        "办理期限已于 2026-05-01 届满，届满后不能延期。"
    )
    case.refresh_from_db()
    handling.deny_extension(request=request, case=case, actor=boss, at=later(61), verdict="已经超期")
    assert (pending("extend", case), case.extensions.count()) == (None, 0)
    assert list(findings()) == []


def test_extension_before_the_period_runs():
    case, people = at_state("classified")
    sending.refer(case=case, actor=people["supervisor"], at=AT, unit=factories.housing())
    assert refused(handling.request_extension, case, people["supervisor"], days=5, reason="复杂") == (
        "办理期限尚未开始，不需要延期。"
    )


def test_report_and_review():
    case, people = at_state("handling")
    assert refused(handling.report, case, people["handler"], **REPORT | {"outcome": ""}) == "请填写“处理意见”。"
    handling.report(case=case, actor=people["handler"], at=AT, **REPORT)
    assert refused(handling.send_back, case, people["supervisor"], note="") == "请写明退回的理由和需要补充的内容。"


def test_delivery_day():
    case, people = at_state("closed")
    paper = Paper.objects.about(case).get(kind="opinion")
    how = {"paper": paper, "way": "direct", "receiver": "本人"}
    for day in (dt.date(2026, 3, 1), dt.date(2026, 3, 3)):
        assert refused(serving.serve, case, people["clerk"], delivered_on=day, **how) == (
            "送达日期应当在文书制发之日和今日之间。"
        )


def test_reopening():
    case, people = at_state("served")
    boss = people["supervisor"]
    assert refused(deciding.reopen, case, boss, note="") == "请写明重新办理的理由。"
    assert refused(deciding.reopen, case, boss, at=later(91), note="有新证据") == "办结已超过 90 日，请另立新事项。"
    deciding.reopen(case=case, actor=boss, at=later(90), note="有新证据")


def test_files_looks_and_strangers():
    case, people = at_state("classified")
    leader = factories.user("leader")
    assert refused(attaching.attach, case, leader, upload=None) == "您的角色不能上传附件。"
    assert refused(viewing.look, case, leader) == "此事项不是保密事项，查看不作记录。"
    other = factories.visit()
    with pytest.raises(Refusal, match=r"^该事项不是这位信访人提出的，不能并入。$"):
        add_visit(case, other, actor=people["clerk"], at=AT)


def test_no_unit_has_it():
    case, _people = at_state("accepted")
    with pytest.raises(Refusal, match=r"^此事项目前没有承办单位。$"):
        sending.current_assignment(case)


def test_who_was_faster():
    case, people = at_state("classified")
    slow = Case.objects.get(pk=case.pk)
    deciding.classify(case=case, actor=people["clerk"], at=AT, category="C10")
    with pytest.raises(Refusal, match=r"已先行办理“归类”，请刷新后再看。$"):
        deciding.accept(case=slow, actor=people["supervisor"], at=AT)
