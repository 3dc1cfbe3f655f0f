"""办理规则 as page and as document, and the promises of each step's page."""

import pytest
from django.core.management import CommandError, call_command
from django.test import Client

from cases import policy
from cases.choices import State
from cases.management.commands import render_workflow
from cases.rulebook import edges, state_rows, step_rows
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


def test_one_row_in_full():
    row = next(row for row in step_rows() if row.name == "hand_back")
    assert vars(row) == {
        "name": "hand_back",
        "label": "提出异议",
        "sources": ["已转送", "已交办"],
        "target": "异议待核",
        "roles": ["承办人"],
        "required": [],
        "conditions": ["事项在本人所在单位", "收到后 5 个工作日内"],
        "papers": [],
        "basis": "第二十三条第三款",
    }


def test_states_know_their_ways_out():
    ways = {row.code: row.ways for row in state_rows()}
    assert ways["closed"] == [
        ("送达处理意见书", "已送达"),
        ("登记送达", "（环节不变）"),
        ("向上级报送结果", "（环节不变）"),
        ("申请回避", "（环节不变）"),
        ("登记上级交办", "（环节不变）"),
    ]
    assert ways["merged"] == [("撤销并案", "（回到原环节）"), ("归档", "已归档")]
    assert [code for code, out in ways.items() if not out] == ["filed"]


def test_diagram_has_no_arrow_to_itself_and_reaches_every_state():
    arrows = list(edges())
    assert all(source != target for source, target, _label in arrows)
    assert {target for _source, target, _label in arrows} == set(State) - {State.REGISTERED}


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
