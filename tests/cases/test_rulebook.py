"""办理规则 as page and as document, and the promises of each step's page."""

import pytest
from django.core.management import CommandError, call_command
from django.test import Client
from django.urls import reverse

from approvals.choices import KINDS
from briefing.choices import Recipient
from briefing.policy import duties
from cases import policy
from cases.choices import State
from cases.management.commands import render_workflow
from cases.rulebook import (
    REFERENCE,
    STATE_PHASES,
    STEP_PHASES,
    edges,
    pair_rows,
    period_rows,
    reference_rows,
    state_rows,
    step_rows,
)
from cases.workflow import STEPS
from tests import factories


@pytest.mark.django_db
def test_page_shows_every_step_category_period_ground_and_route():
    client = Client()
    client.force_login(factories.user("handler"))
    page = client.get("/cases/rules/").content.decode()
    said = [str(step.label) for step in STEPS.values()] + [str(state.label) for state in State]
    said += [one.label for one in policy.categories().values()] + [one.name for one in policy.deadlines().values()]
    said += [one.text for one in policy.grounds().values()] + [one.matter for one in policy.routes().values()]
    assert [text for text in said if text not in page] == []


@pytest.mark.django_db
def test_page_of_one_state_shows_its_steps_alone():
    client = Client()
    client.force_login(factories.user("handler"))
    shown = client.get("/cases/rules/?state=merged").context
    assert [row.label for row in shown["states"]] == ["已并案"]
    assert [row.name for row in shown["steps"]] == [name for name, one in STEPS.items() if State.MERGED in one.sources]
    assert len(client.get("/cases/rules/?state=gone").context["steps"]) == len(STEPS)


@pytest.mark.django_db
def test_page_needs_a_role_that_sees_matters():
    client = Client()
    client.force_login(factories.user("sysadmin"))
    assert [client.get(page).status_code for page in ("/cases/rules/", reverse("briefing:rules"))] == [403, 403]


@pytest.mark.django_db
def test_panel_shows_every_duty_and_recipient():
    client = Client()
    client.force_login(factories.user("handler"))
    page = client.get(reverse("briefing:rules")).content.decode()
    said = [one.text for one in duties().values()] + [str(one.label) for one in Recipient]
    assert [text for text in said if text not in page] == []


def test_one_row_in_full():
    row = next(row for row in step_rows() if row.name == "hand_back")
    assert vars(row) == {
        "name": "hand_back",
        "label": "提出异议",
        "phase": "转送、交办、退回",
        "sources": ["已转送", "已交办"],
        "target": "异议待核",
        "roles": ["承办人"],
        "office": "",
        "second": "",
        "system": False,
        "required": [],
        "conditions": ["事项在本人所在单位", "收到后 5 个工作日内"],
        "papers": [],
        "basis": "第二十三条第三款",
    }


def test_second_persons_kinds_of_office_and_the_sweep_are_named():
    rows = step_rows()
    assert {row.name: row.second for row in rows if row.second} == {
        "decline": "不予受理、不再受理",
        "no_longer": "不予受理、不再受理",
        "return_proposal": "不予受理、不再受理",
        "extend": "延期",
        "sign": "起草、签发",
    }
    assert [row.name for row in rows if row.office] == ["inform", "handle_here"]
    assert [row.name for row in rows if row.system] == ["stays", "lapse"]


def test_long_lists_of_states_are_said_in_words():
    said = {row.name: row.sources for row in step_rows()}
    assert said["instruct"] == ["归档、并案以前的各环节"]
    assert said["note_superior"] == ["办结以前的各环节"]


def test_phases_begin_with_known_steps_in_the_order_of_the_table():
    assert [name for name in STEPS if name in STEP_PHASES] == list(STEP_PHASES)
    assert [state for state in State if state in STATE_PHASES] == list(STATE_PHASES)
    assert next(iter(STEPS)) in STEP_PHASES


def test_states_know_their_ways_out():
    rows = {row.code: row for row in state_rows()}
    closed = rows["closed"]
    assert (closed.phase, closed.holder, closed.ways) == (
        "审查、送达",
        "登记机构",
        [("送达处理意见书", "已送达")],
    )
    assert closed.besides[:2] == ["登记送达", "向上级报送结果"]
    assert rows["merged"].ways == [("撤销并案", "（回到原环节）"), ("归档", "已归档")]
    assert [code for code, row in rows.items() if not row.ways] == ["filed"]
    assert [code for code, row in rows.items() if not row.holder] == ["filed"]


def test_every_state_stands_once_in_the_reference_list():
    named = [state for _code, _name, ours, _note in REFERENCE for state in ours]
    assert sorted(named) == sorted(State)
    assert [row[0] for row in reference_rows()][:3] == ["S01", "S02", "S03"]
    assert [code for code, _name, ours, _note in reference_rows() if not ours] == ["S01", "S11"]


def test_periods_say_hearing_and_extension():
    rows = {row.code: row for row in period_rows()}
    handle = rows["handle"]
    assert (handle.length, handle.hearing, handle.extension, handle.local) == (
        "60 日",
        "计入",
        "一次，最多 30 日",
        False,
    )
    assert (rows["object"].length, rows["object"].extension) == ("5 个工作日", "")
    assert [row.code for row in rows.values() if row.hearing == "不计入"] == ["recheck"]


def test_local_periods_are_marked(settings, monkeypatch):
    settings.POLICY_OVERLAY = "henan_2012"
    local = policy.deadlines_with("henan_2012")
    monkeypatch.setattr(policy, "deadlines", lambda: local)
    rows = {row.code: row for row in period_rows()}
    assert sorted(code for code, row in rows.items() if row.local) == ["extend", "handle", "transfer"]
    assert (rows["handle"].length, rows["handle"].extension) == ("30 日", "一次，最多 60 日")


def test_pairs_are_the_programs_own_list():
    rows = {row.code: row for row in pair_rows()}
    assert list(rows) == list(KINDS)
    assert (rows["extend"].own_body, rows["void"].own_body) == (True, False)
    assert [code for code, row in rows.items() if not row.roles] == []


def test_diagrams_have_no_arrow_to_itself_and_reach_every_state():
    arrows = list(edges())
    assert all(source != target for source, target, _label, _phase in arrows)
    assert {target for _source, target, _label, _phase in arrows} == set(State) - {State.REGISTERED}


def test_document_is_up_to_date():
    call_command("render_workflow", "--check")


def test_document_that_differs_fails(tmp_path, monkeypatch):
    monkeypatch.setattr(render_workflow, "FILE", tmp_path / "workflow.md")
    with pytest.raises(CommandError, match="render_workflow"):
        call_command("render_workflow", "--check")
    call_command("render_workflow")
    call_command("render_workflow", "--check")
    (tmp_path / "workflow.md").write_text("# 别的\n", encoding="utf-8")
    with pytest.raises(CommandError, match="render_workflow"):
        call_command("render_workflow", "--check")
