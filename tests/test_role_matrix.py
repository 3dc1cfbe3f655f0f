"""Every address × every role: who gets a page, who is refused, for whom it does not exist.

The expected table is tests/role_matrix.csv, reviewed by hand. A new address fails here
until somebody writes its row. ``REWRITE_MATRIX=1`` writes what is there now, for review.
"""

import csv
import datetime as dt
import os
from pathlib import Path
from typing import Any

import pytest
from django.urls import URLPattern, URLResolver, get_resolver, reverse
from django.utils import timezone

from accounts.roles import ROLES
from archive.models import Dossier
from archive.seeding import seed as seed_archive
from cases.actions.calendar import ask_calendar
from cases.dayplan import Plan
from diary.actions import plan_day
from reception.models import Workstation
from reports import actions as exports
from tests import factories
from tests.accusations import NAME, PKS, TITLE, protected_world

pytestmark = [pytest.mark.django_db, pytest.mark.timeout(900)]
TABLE = Path(__file__).with_name("role_matrix.csv")
ACTORS = ["anonymous", *ROLES, "accused"]
NOT_OURS = ("admin", "set_language", "jsi18n")
OF_LEADER_DAYS = ("diary:leader_day", "diary:publish_leader_day", "diary:cancel_leader_day")
OF_FILED = ("archive:file", "archive:panel")
QUERY = {name: {"figure": "matters"} for name in ("reports:rows", "reports:rows_excel", "reports:rows_csv")}


def addresses(patterns: list[URLPattern | URLResolver] | None = None, namespace: str = "") -> dict[str, set[str]]:
    """Every URL name of ours with the names of its arguments."""
    found: dict[str, set[str]] = {}
    for pattern in get_resolver().url_patterns if patterns is None else patterns:
        if isinstance(pattern, URLResolver):
            inner = f"{namespace}{pattern.namespace}:" if pattern.namespace else namespace
            if pattern.namespace != "admin":
                found |= addresses(pattern.url_patterns, inner)
        elif pattern.name and pattern.name not in NOT_OURS:
            found[f"{namespace}{pattern.name}"] = set(pattern.pattern.regex.groupindex)
    return found


def arguments(name: str, wanted: set[str], rows: dict[str, list[Any]]) -> dict[str, object]:
    """Arguments that point at things of a matter, so that a refusal is about the role."""
    of_visits = name in {
        "reception:visit", "reception:reveal", "reception:printing", "cases:intake", "visit_form",
        "reception:confirm", "reception:readback_sheet", "reception:readback_scan",
    }  # fmt: skip
    values: dict[str, object] = {
        "number": rows["visit" if of_visits else "filed" if name in OF_FILED else "number"][0],
        "step": "accept", "field": "title", "kind": "opinion", "figure": "items", "name": "unlock",
        "code": "ZJJ" if name == "followup:unit_letter" else rows["code"][0], "year": timezone.localdate().year,
        "uid": "00000000-0000-4000-8000-000000000000",
    }  # fmt: skip
    values["pk"] = rows[PKS[name]][0] if name in PKS else rows.get(name, rows["somebody"])[0]
    return {key: values.get(key, 1) for key in wanted}


@pytest.fixture
def people(db):
    """One user per role, one of a unit complained about, and those who else do something with the matters."""
    accused = factories.user("handler", factories.labour(), username="m-accused")
    civil = factories._unit("MZJ", "示范市民政局", "agency", "民政局")
    factories._unit("JW", "示范市监察委员会", "discipline")
    factories.other_body()
    made = {role: factories.user(role, username=f"m-{role}") for role in ROLES if role != "unit_head"}
    made["unit_head"] = factories.user("unit_head", civil, username="m-unit_head")
    return made | {
        "accused": accused, "assistant": factories.user("handler", civil), "spare": factories.user("supervisor"),
        "spy-person": factories.user("supervisor"),
    }  # fmt: skip


@pytest.fixture
def rows(people):
    """The rows that addresses point at: of matters about the accused unit, of requests, of people and units."""
    year = timezone.localdate().year
    factories.calendar(year - 1, year, year + 1)
    seed_archive()
    made = protected_world(people)
    factories.case(people=people, at=timezone.now())  # an export has nothing else to hand out
    leader_day = a_leader_day(people)
    full = exports.ask_full_ids(query="", reason="核对人员。", actor=people["supervisor"], at=timezone.now())
    return made | {
        "filed": [Dossier.objects.get().case.number], "somebody": [people["clerk"].pk],
        "accounts:unit": [people["clerk"].unit_id], "reports:full_ids": [full.pk], "reports:take_full_ids": [full.pk],
        **{name: [leader_day] for name in OF_LEADER_DAYS},
        "cases:calendar_request": [holidays_asked(people)], "reception:workstation": [a_window(people)],
    }  # fmt: skip


def a_leader_day(people) -> int:
    """A reception day of a leader that is not published yet."""
    said = {"leader": None, "leader_name": "张明华", "post": "", "place": "一楼", "notice": "接待来访群众。"}
    times = {"day": timezone.localdate(), "starts": dt.time(9), "ends": dt.time(11)}
    return plan_day(actor=people["supervisor"], at=timezone.now(), **said, **times).pk


def a_window(people) -> int:
    """A window of the office with a reader."""
    return Workstation.objects.create(office=people["clerk"].unit, window="1 号窗口").pk


def holidays_asked(people) -> int:
    """The key of a request to add a day off to next year's table."""
    year = timezone.localdate().year + 1
    plan = Plan(year, {dt.date(year, 11, 30): ("off", "测试节")}, False, "")
    return ask_calendar(plan=plan, reason="年度安排。", actor=people["sysadmin"], at=timezone.now()).pk


def statuses(client, people, rows) -> dict[str, dict[str, str]]:
    """The table as it is now. No page that the accused unit gets says anything of the matters about it."""
    table = {}
    for name, wanted in sorted(addresses().items()):
        url = reverse(name, kwargs=arguments(name, wanted, rows))
        row = {}
        for actor in ACTORS:
            client.logout()
            if actor != "anonymous":
                client.force_login(people[actor])
            answer = client.get(url, QUERY.get(name, {}))
            row[actor] = str(answer.status_code)
            body = answer.content.decode("utf-8", "ignore") if actor == "accused" and not answer.streaming else ""
            assert not [word for word in (*rows["number"], TITLE, NAME) if word in body], name
        table[name] = row
    return table


def test_every_address_answers_each_role_as_the_table_says(client, people, rows):
    found = statuses(client, people, rows)
    if os.environ.get("REWRITE_MATRIX"):
        with TABLE.open("w", newline="") as handle:
            writer = csv.DictWriter(handle, ["address", *ACTORS], lineterminator="\n")
            writer.writeheader()
            writer.writerows({"address": name, **row} for name, row in found.items())
    with TABLE.open(newline="") as handle:
        expected = {row.pop("address"): row for row in csv.DictReader(handle)}
    assert found == expected
    assert {name for name, row in found.items() if row["anonymous"] == "200"} == {
        "accounts:again",
        "accounts:login",
        "healthz",
        "metrics",
        "inquiry:ask",
    }
    assert {name: row for name, row in found.items() if any(status >= "500" for status in row.values())} == {}
