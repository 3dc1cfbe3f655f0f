"""Filing: the checklist, the period, household and code, order of contents; refusals leave nothing behind."""

import threading

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection

from accounts.models import Unit
from archive.actions import _file, file_case
from archive.choices import Retention
from archive.models import Dossier, Household, RetentionRule
from archive.readiness import checklist, missing
from archive.retention import propose
from archive.seeding import seed
from audit.models import Event
from audit.verifying import findings
from cases.actions import attaching, deciding, sending
from cases.choices import State
from cases.models import Case
from followup.actions.visiting import draw
from followup.models import ReturnVisit, Supervision
from reception.choices import PetitionerKind
from tests import factories
from tests.factories import AT
from vault.errors import Refusal

WAIVER = "信访人电话停机，上门两次未遇。"


@pytest.fixture
def archivist(transactional_db):
    factories.calendar(2026)
    seed()
    return factories.user("archivist")


@pytest.fixture
def served(archivist):
    return factories.case(upto="lapsed")


def filed(case, archivist, at=None, **fields):
    """Filed by the verb alone: binding the PDF takes seconds and has tests of its own."""
    given = {"waiver": WAIVER, "retention": "", "note": "", "checked_by": ""} | fields
    given["waiver"] = given["waiver"].strip()
    return _file(case=case, actor=archivist, at=at or factories.later(40), **given)


def short(case, day="2026-04-11"):
    return {check.code: check.level for check in checklist(case, factories.day(day))}


def finished(kind):
    """A matter in one of the finished states other than served."""
    people = {role: factories.user(role) for role in ("clerk", "supervisor", "handler")}
    case = factories.case("classified", people=people)
    if kind == "answered":
        deciding.answer(case=case, actor=people["clerk"], at=AT, answer="已当面解释有关政策。")
    elif kind == "guided":
        deciding.guide(case=case, actor=people["clerk"], at=AT, route="labour_arbitration")
    elif kind == "declined":
        factories.delivered(factories.declined(case))
    else:
        sending.refer(case=case, actor=people["supervisor"], at=AT, unit=factories.housing())
    return Case.objects.get(pk=case.pk)


def test_a_served_matter_is_filed_with_household_code_items_and_a_sound_chain(served, archivist):
    dossier = file_case(
        case=served,
        actor=archivist,
        at=factories.later(40),
        waiver=f" {WAIVER} ",
        checked_by="李检查",
        note="原件三份。",
    )
    served.refresh_from_db()
    assert served.state == State.FILED
    assert (dossier.code, dossier.printed_code) == ("J001-ZY-2026-D30-0001", "J001-ZY·2026-D30-0001")
    assert dossier.household.code == "H000001"
    assert dossier.household.petitioner == served.petitioner
    assert dossier.title == (
        f"示范市住房和城乡建设局关于{served.petitioner}反映“要求责成有关单位限期维修外墙渗水并赔偿损失”信访事项的案卷"
    )
    assert dossier.note == f"原件三份。\n未回访的原因：{WAIVER}"
    assert (str(dossier.first_day), str(dossier.last_day)) == ("2026-03-02", "2026-03-02")
    assert [(item.position, item.number, item.title) for item in dossier.items.all()] == [
        (1, "示信答〔2026〕1号", "信访事项处理意见书"),
        (2, "", "送达回证"),
        (3, "", "信访事项调查处理报告"),
        (4, "示信报〔2026〕1号", "信访事项办结报告"),
        (5, "示信交〔2026〕1号", "信访事项交办函"),
        (6, "示信受〔2026〕1号", "信访事项受理告知书"),
        (7, "示信告〔2026〕1号", "信访事项去向告知书"),
        (8, "示信收〔2026〕1号", "信访事项接收告知书"),
        (9, "", "来访登记表"),
    ]
    verbs = list(Event.objects.of_matter(served.number).order_by("seq").values_list("verb", flat=True))
    assert verbs[-3:] == ["file", "open_dossier", "bind"]
    assert list(findings()) == []


def test_files_of_the_handling_unit_are_evidence_and_those_of_the_counter_material(archivist):
    case = factories.case("handling")
    for role, name in (("clerk", "来信.txt"), ("handler", "现场记录.txt")):
        upload = SimpleUploadedFile(name, name.encode())
        attaching.attach(case=case, actor=case.people[role], at=AT, upload=upload)
    people = case.people
    for state, walk in factories.WALK[3:]:
        walk(case, people, AT)
        case = Case.objects.get(pk=case.pk)
        assert case.state == state
    titles = [item.title for item in filed(case, archivist).items.all()]
    assert titles.index("信访事项办结报告") < titles.index("现场记录.txt") < titles.index("信访事项交办函")
    assert titles[-1] == "来信.txt"


def test_checklist_of_a_matter_without_return_visit(served):
    assert [(check.code, check.level, check.text) for check in checklist(served, factories.day("2026-04-11"))] == [
        ("conclusion", "ok", "已制发。"),
        ("delivery", "ok", "2026-03-02 送达。"),
        ("return_visit", "late", "还没有回访；不再回访的，归档时写明理由。"),
        ("supervision", "ok", "没有未了的督办。"),
        ("clock", "ok", "没有在走的期限。"),
    ]


def test_the_petitioners_window_keeps_the_matter_open_to_its_last_day(archivist):
    case = factories.case("served")
    checks = {check.code: (check.level, check.text) for check in checklist(case, factories.day("2026-04-01"))}
    assert checks["clock"] == ("late", "信访人可以请求复查、复核至 2026-04-01，届满后归档。")
    assert short(case, "2026-04-02")["clock"] == "ok"


def test_a_refusal_is_filed_only_with_its_delivery_on_record(archivist):
    case = factories.declined(factories.case())
    with pytest.raises(Refusal, match=r"^还不能归档：结论文书还没有送达记录。$"):
        filed(case, archivist)


def test_return_visit_is_owed_or_waived_with_a_reason(served, archivist):
    with pytest.raises(Refusal, match=r"^还不能归档：还没有回访；不再回访的，归档时写明理由。$"):
        filed(served, archivist, waiver="  ")
    served.refresh_from_db()
    assert (served.state, Dossier.objects.count(), Household.objects.count()) == (State.LAPSED, 0, 0)


def test_a_matter_drawn_for_a_return_visit_is_not_filed_past_it(archivist):
    case, supervisor = finished("answered"), factories.user("supervisor")
    run = draw(office=case.office, month=AT.date().replace(day=1), actor=supervisor, at=factories.later(35))
    with pytest.raises(Refusal, match=r"^还不能归档：已抽中回访，还没有结果；不再回访的，归档时写明理由。$"):
        filed(case, archivist, waiver="")
    assert run.rows.waiting().count() == 1
    filed(Case.objects.get(pk=case.pk), archivist, waiver="信访人已迁居国外。")
    row = run.rows.get()
    assert (row.ended, row.end_note, row.closed_at) == ("waived", "信访人已迁居国外。", factories.later(40))
    assert list(findings()) == []


@pytest.mark.parametrize(("reached", "level"), [("yes", "ok"), ("refused", "ok"), ("no", "late")])
def test_a_return_visit_counts_when_the_petitioner_was_reached(served, reached, level):
    clerk = factories.user("clerk")
    ReturnVisit.objects.create(case=served, way="phone", reached=reached, visited_at=AT, visited_by=clerk)
    assert short(served)["return_visit"] == level


def test_an_open_supervision_keeps_the_matter_open(served, archivist):
    Supervision.objects.create(
        case=served, unit=served.handling_unit, ground="late", requirement="限期", due_on=factories.day("2026-03-20"),
        ordered_at=AT, ordered_by=archivist,
    )  # fmt: skip
    with pytest.raises(Refusal, match=r"^还不能归档：有 1 项督办未销号。$"):
        filed(served, archivist)


@pytest.mark.parametrize("kind", ["answered", "guided", "declined"])
def test_other_endings_need_no_return_visit(archivist, kind):
    case = finished(kind)
    assert missing(checklist(case, factories.day("2026-04-11"))) == []
    dossier = filed(case, archivist, waiver="")
    papers = 2 if kind != "declined" else 3  # a refusal carries the record of its delivery
    assert (dossier.retention, dossier.items.count(), dossier.note) == ("D10", papers, "")
    assert list(findings()) == []


def test_a_referred_matter_waits_for_the_receivers_periods_and_then_stops_them(archivist):
    case = finished("referred")
    with pytest.raises(Refusal, match="期限还在计时"):
        filed(case, archivist, at=factories.later(1))
    late = factories.later(40)
    filed(case, archivist, at=late)
    case.refresh_from_db()
    assert (case.state, case.due_on) == (State.FILED, None)
    assert set(case.clocks.filter(kind__in=("object", "notify")).values_list("stop_reason", flat=True)) == {"file"}
    assert list(findings()) == []


@pytest.mark.parametrize("upto", ["classified", "handling", "checking", "closed"])
def test_an_unfinished_matter_is_refused(archivist, upto):
    case = factories.case(upto)
    with pytest.raises(Refusal, match="不能办理“归档”"):
        filed(case, archivist)
    assert Dossier.objects.count() == 0


@pytest.mark.parametrize("role", ["clerk", "supervisor", "handler", "leader", "auditor"])
def test_only_the_archivist_files(served, role):
    with pytest.raises(Refusal, match="您的角色不能办理“归档”"):
        filed(served, factories.user(role))


def test_period_may_be_raised_never_lowered(served, archivist):
    assert propose(served).retention == Retention.THIRTY
    with pytest.raises(Refusal, match=r"^保管期限不能低于30 年（出具信访处理意见书的事项）。$"):
        filed(served, archivist, retention="D10")
    assert filed(served, archivist, retention="Y").code == "J001-ZY-2026-Y-0001"


@pytest.mark.parametrize(
    ("change", "retention", "rule"),
    [
        ({"is_group": True}, "Y", "集体访"),
        ({"also": "C06"}, "Y", "重大、紧急信访事项(第 6 类、第 8 类)"),
        ({"category": "C08"}, "Y", "重大、紧急信访事项(第 6 类、第 8 类)"),
        ({"purpose": "accusation", "outcome": ""}, "D30", "检举控告"),
        ({}, "D30", "出具信访处理意见书的事项"),
        ({"outcome": ""}, "D10", "咨询、当场答复、引导、不予受理、转送无结果的事项"),
    ],
)
def test_the_first_rule_that_applies_is_proposed(served, change, retention, rule):
    for name, value in change.items():
        setattr(served, name, value)
    assert (propose(served).retention, propose(served).name) == (retention, rule)


def test_the_office_changes_a_rule_and_seeding_leaves_it(served):
    RetentionRule.objects.filter(code="opinion").update(retention="Y", name="有处理意见的")
    assert seed() == 0
    assert (propose(served).retention, propose(served).name) == ("Y", "有处理意见的")


def test_rules_apply_before_anything_is_seeded(served):
    RetentionRule.objects.all().delete()
    assert propose(served).retention == "D30"
    assert seed() == 8


def test_one_household_for_one_petitioner_and_consecutive_numbers(archivist):
    first = factories.case("lapsed")
    again = finished_again(first)
    other = factories.case("lapsed")
    codes = [filed(case, archivist) for case in (first, again, other)]
    assert [dossier.code[-4:] for dossier in codes] == ["0001", "0002", "0003"]
    assert [dossier.household.code for dossier in codes] == ["H000001", "H000001", "H000002"]
    assert list(Household.objects.values_list("serial", flat=True)) == [1, 2]


def finished_again(first):
    """A second matter of the same petitioner, walked to its end."""
    return factories.case("lapsed", petitioner=first.petitioner, person={"name": first.petitioner.name})


def test_anonymous_and_protected_petitioners_are_not_named(archivist):
    case = factories.case(
        "lapsed", person={"name": "匿名", "kind": PetitionerKind.ANONYMOUS, "phone": "", "address": ""}
    )
    secret = factories.case("lapsed")
    Case.objects.filter(pk=secret.pk).update(protected=True)
    secret.refresh_from_db()
    assert "关于匿名信访人反映" in filed(case, archivist).title
    assert "关于信访人（身份保密）反映" in filed(secret, archivist).title


def test_a_number_is_given_back_when_filing_fails(served, archivist, monkeypatch):
    monkeypatch.setattr("archive.actions.DossierItem.objects.bulk_create", lambda *args: 1 / 0)
    with pytest.raises(ZeroDivisionError):
        filed(served, archivist)
    monkeypatch.undo()
    served.refresh_from_db()
    assert filed(served, archivist).serial == 1


def test_eight_archivists_file_the_same_matter_and_one_wins(served):
    people = [factories.user("archivist") for _ in range(8)]
    gate, won, lost = threading.Barrier(8), [], []

    def press(person):
        mine = Case.objects.get(pk=served.pk)
        gate.wait()
        try:
            won.append(filed(mine, person).code)
        except Refusal as no:
            lost.append(str(no))
        connection.close()

    threads = [threading.Thread(target=press, args=(person,)) for person in people]
    [thread.start() for thread in threads]
    [thread.join() for thread in threads]
    assert (won, len(lost)) == (["J001-ZY-2026-D30-0001"], 7)
    assert Dossier.objects.count() == 1
    assert list(findings()) == []


def test_another_office_and_the_accused_do_not_find_the_dossier(served, archivist):
    filed(served, archivist)
    elsewhere = Unit.objects.create(code="XFJ2", name="邻市信访局", kind="office")
    stranger = factories.user("archivist", unit=elsewhere)
    assert list(Dossier.objects.visible_to(archivist)) == [Dossier.objects.get()]
    assert list(Dossier.objects.visible_to(stranger)) == []
    assert list(Dossier.objects.visible_to(factories.user("clerk"))) == []
    Case.objects.filter(pk=served.pk).update(accused_user=archivist)
    assert list(Dossier.objects.visible_to(archivist)) == []
