"""Every address × every role: who gets a page, who is refused, for whom it does not exist.

The expected table is tests/role_matrix.csv, reviewed by hand. A new address fails here
until somebody writes its row. ``REWRITE_MATRIX=1`` writes what is there now, for review.
"""

import csv
import os
from pathlib import Path

import pytest
from django.urls import URLPattern, URLResolver, get_resolver, reverse

from accounts.roles import ROLES
from archive.models import Dossier
from cases.models import Case
from documents.models import Attachment, Paper
from tests import factories

pytestmark = pytest.mark.django_db
TABLE = Path(__file__).with_name("role_matrix.csv")
ACTORS = ["anonymous", *ROLES, "accused"]
NOT_OURS = ("admin", "set_language", "jsi18n")
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


def arguments(name: str, wanted: set[str], case: Case) -> dict[str, object]:
    """Arguments that point at things of this matter, so that a refusal is about the role."""
    visit = case.visit_links.get(position=1).visit
    values: dict[str, object] = {
        "number": case.number,
        "step": "accept",
        "code": "none",
        "figure": "items",
        "name": "unlock",
    }
    if name in {"reception:visit", "reception:reveal", "cases:intake", "visit_form"}:
        values["number"] = visit.number
    dossier = Dossier.objects.first()
    if dossier:
        values["code"] = dossier.code
    paper = Paper.objects.filter(subject_type="cases.case", subject_id=case.pk).first()
    attachment = Attachment.objects.first()
    values["pk"] = {
        "cases:paper": paper.pk if paper else 0,
        "cases:attachment": attachment.pk if attachment else 0,
        "reception:person": case.petitioner_id,
        "reception:reveal_person": case.petitioner_id,
        "cases:of_person": case.petitioner_id,
        "accounts:unit": case.office_id,
    }.get(name, case.created_by_id if name.startswith("accounts:") else 0)
    return {key: values.get(key, 1) for key in wanted}


@pytest.fixture
def people(db):
    """One user per role, and one of a unit complained about that the matter was once sent to."""
    made = {role: factories.user(role, username=f"m-{role}") for role in ROLES}
    made["accused"] = factories.user("handler", factories.labour(), username="m-accused")
    return made


def statuses(client, people) -> dict[str, dict[str, str]]:
    factories.calendar(2026)
    case = factories.case(upto="handling", people=people, purpose="accusation", accused=people["accused"].unit.name)
    table = {}
    for name, wanted in sorted(addresses().items()):
        url = reverse(name, kwargs=arguments(name, wanted, case))
        row = {}
        for actor in ACTORS:
            client.logout()
            if actor != "anonymous":
                client.force_login(people[actor])
            row[actor] = str(client.get(url, QUERY.get(name, {})).status_code)
        table[name] = row
    return table


def test_every_address_answers_each_role_as_the_table_says(client, people):
    found = statuses(client, people)
    if os.environ.get("REWRITE_MATRIX"):
        with TABLE.open("w", newline="") as handle:
            writer = csv.DictWriter(handle, ["address", *ACTORS], lineterminator="\n")
            writer.writeheader()
            writer.writerows({"address": name, **row} for name, row in found.items())
    with TABLE.open(newline="") as handle:
        expected = {row.pop("address"): row for row in csv.DictReader(handle)}
    assert found == expected
    assert {name for name, row in found.items() if row["anonymous"] == "200"} == {"accounts:login", "healthz"}
    assert {name: row for name, row in found.items() if any(status >= "500" for status in row.values())} == {}


def test_the_accused_unit_gets_no_page_about_the_matter(client, people):
    factories.calendar(2026)
    case = factories.case(upto="handling", people=people, purpose="accusation", accused=people["accused"].unit.name)
    client.force_login(people["accused"])
    for name, wanted in addresses().items():
        response = client.get(reverse(name, kwargs=arguments(name, wanted, case)))
        body = response.content.decode("utf-8", "ignore") if not response.streaming else ""
        assert case.number not in body, name
        assert case.title not in body, name
