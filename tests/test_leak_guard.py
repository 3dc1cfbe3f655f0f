"""Article 30: whoever a matter is about lives in a world where it does not exist.

The world with protected matters is built, looked at by everybody of the accused bureau and
by the accused person through every address, and taken back; then the same people look at
the same addresses again. The two walks must not differ in a byte: no number, name, count,
badge, statistic, export, notice or request tells the two worlds apart.
"""

import datetime as dt
import io
import re
import subprocess
from collections.abc import Iterable
from typing import Any

import pytest
from django.core import mail
from django.db import transaction
from django.test import Client
from django.urls import reverse
from django.utils import timezone
from python_calamine import CalamineWorkbook

from accounts.models import Unit
from alerts.tasks import look
from approvals.models import Request
from archive.seeding import seed as seed_archive
from audit.verifying import findings
from cases.actions import (
    deciding,
    sending,
)  # fmt: skip
from notices.models import Delivery, Notice
from notices.tasks import deliver
from reports import actions as exports
from review import chain
from tests import factories
from tests.accusations import (
    ACCUSED,
    DEMAND,
    NAME,
    PHONE,
    PKS,
    TITLE,
    WORDS,
    accusation,
    again,
    at,
    protected_world,
    today,
)
from tests.test_role_matrix import addresses

pytestmark = [pytest.mark.django_db, pytest.mark.timeout(900)]
LEAVES = {
    "metrics",  # counts of the whole office, to the machine itself or with a token: tests/upkeep/test_health.py
    "accounts:again", "accounts:logout", "accounts:login", "accounts:password", "accounts:preferences",
}  # fmt: skip


@pytest.fixture
def people(db):
    """Everybody of both worlds, so that only the matters differ."""
    year = today().year
    factories.calendar(year - 1, year, year + 1)
    seed_archive()
    civil = factories._unit("MZJ", "示范市民政局", "agency", "民政局")
    factories._unit("JW", "示范市监察委员会", "discipline")
    city = Unit.objects.get(code="CITY")
    Unit.objects.create(code="PROV", name="示范省人民政府", kind="other")
    inner = Unit.objects.create(code="RSJ-JC", name="监察科", kind="inner", parent=factories.labour())
    office = ("clerk", "supervisor", "leader", "reviewer", "archivist")
    made = {role: factories.user(role, username=f"o-{role}") for role in office}
    made["handler"] = factories.user("handler", username="o-handler")
    made["assistant"] = factories.user("handler", civil, username="o-assistant")
    made["rechecker"] = factories.user("reviewer", city, username="o-rechecker")
    made["spare"] = factories.user("supervisor", username="o-spare")
    return made | spies_of(inner)


def spies_of(inner: Unit) -> dict[str, Any]:
    roles = ("handler", "unit_head", "clerk", "supervisor", "leader", "reviewer", "archivist")
    made = {
        f"spy-{role}": factories.user(role, factories.labour(), username=f"spy-{role}", email=f"{role}@rsj.example")
        for role in roles
    }
    made["spy-inner"] = factories.user("handler", inner, username="spy-inner", email="inner@rsj.example")
    made["spy-inner-leader"] = factories.user("leader", inner, username="spy-inner-leader", email="il@rsj.example")
    made["spy-person"] = factories.user("supervisor", username="spy-person", email="person@xfj.example")
    return made


def spies(people: dict[str, Any]) -> dict[str, Any]:
    return {name: user for name, user in people.items() if name.startswith("spy-")}


def plain_world(people: dict[str, Any]) -> None:
    """What the bureau may know: a matter sent to it, one it took itself, and a frozen list of the office's."""
    sent = factories.case(upto="accepted", at=at(), people=people)
    sending.assign(case=again(sent), actor=people["supervisor"], at=at(), unit=factories.labour())
    own = {"clerk": people["spy-clerk"], "supervisor": people["spy-supervisor"], "handler": people["spy-handler"]}
    factories.case(upto="accepted", at=at(), people=own, person={"name": "常来访", "phone": "13700000001"})
    exports.ask_full_ids(query="", reason=WORDS, actor=people["supervisor"], at=at())
    look(at())


EACH = {"archive:file", "cases:detail", "cases:paper", "cases:proposal", "cases:extension"}
OF_VISITS = {
    "reception:visit", "reception:reveal", "reception:printing", "cases:intake", "visit_form",
    "reception:confirm", "reception:readback_sheet", "reception:readback_scan",
}  # fmt: skip
MORE_STEPS = ("assign", "take_up", "declare_interest")


def urls_of(rows: dict[str, list[Any]]) -> dict[str, list[str]]:
    """Every address that names a row, pointing at each row of the protected matters."""
    found: dict[str, list[str]] = {}
    for name, wanted in addresses().items():
        if not wanted or name.startswith(("accounts:", "audit:", "notices:")) or wanted & {"year", "token", "uid"}:
            continue  # a token opens a screen without names, a draft is its author's alone
        if wanted == {"step"}:
            continue  # a batch names its rows in the post: tests/cases/test_batch.py
        if "pk" in wanted and name not in PKS:
            continue
        numbers = rows["visit"] if name in OF_VISITS else rows["number"]
        several = [{"number": one} for one in (numbers if name in EACH else numbers[:1])]
        if "pk" in wanted:
            several = [
                {"number": numbers[0], "pk": pk} for pk in (rows[PKS[name]] if name in EACH else rows[PKS[name]][:1])
            ]
        if "step" in wanted:
            several = [{"number": numbers[0], "step": step} for step in MORE_STEPS]
        fixed = {
            "code": "ZJJ" if name == "followup:unit_letter" else rows["code"][0],
            "version": 1,
            "kind": "opinion",
            "field": "title",
            "page": 1,
        }
        found[name] = [reverse(name, kwargs={key: (one | fixed)[key] for key in wanted}) for one in several]
    return found


def listings(rows: dict[str, list[Any]]) -> list[tuple[str, dict[str, str]]]:
    """Every address without arguments, with the words, tabs and filters that could find the matters."""
    plain = [(reverse(name), {}) for name, wanted in addresses().items() if not wanted and name not in LEAVES]
    found = [(reverse("cases:list"), {"q": word}) for word in (rows["number"][0], TITLE, NAME, "oysy", "鲲鹏")]
    filters = {"purpose": "accusation", "state": "rechecking", "category": "C03", "unit": "ZJJ", "mine": "1",
               "due": "week", "channel": "visit", "group": "0"}  # fmt: skip
    found += [(reverse("cases:list"), {key: value}) for key, value in filters.items()]
    found += [(reverse("cases:apart"), {"tab": "interests"}), (reverse("cases:papers"), {"q": TITLE})]
    found += [(reverse("cases:papers"), {"q": rows["number"][0]}), (reverse("cases:deliveries"), {"q": NAME})]
    found += [(reverse(one), {"figure": "matters", "whole": "1"}) for one in FIGURES]
    found += [(reverse("reports:rows"), {"figure": "visits", "whole": "1"})]
    tabs = [("alerts:index", ("waiting", "expired", "handled")),
            ("diary:leaders", ("past",)),
            ("briefing:index", ("events", "duties", "instructions", "charges", "digests")),
            ("followup:index", ("late", "urgings", "supervisions", "visits")), ("review:index", ("open", "done")),
            ("archive:index", ("ready", "filed")), ("reports:approvals", ("mine", "asked")),
            ("cases:deliveries", ("waiting", "done")), ("cases:meetings", ("held", "planned"))]  # fmt: skip
    return plain + found + [(reverse(name), {"tab": tab}) for name, several in tabs for tab in several]


FIGURES = ("reports:rows", "reports:rows_excel", "reports:rows_csv")
SPOKEN = {
    "name": NAME, "phone": PHONE, "id_type": "", "visitors": "1", "involved": "1", "purpose": "accusation",
    "demand": DEMAND, "category": "C03", "accused": ACCUSED, "facts": f"{TITLE}收钱。",
}  # fmt: skip
NOISE = (
    (re.compile(r'(name="csrfmiddlewaretoken" value=|X-CSRFToken": ?|nonce[-=])"?[\w-]+'), "token"),
    (re.compile(r'name="draft" value="[\w:.-]+'), "page"),
    (re.compile(r"[0-9a-f]{8}-?[0-9a-f]{4}-?[0-9a-f]{4}-?[0-9a-f]{4}-?[0-9a-f]{12}"), "uid"),
    (re.compile(r"(?<!\d)\d\d:\d\d(:\d\d)?\b"), "time"),
    (re.compile(r"(number=|XF20\d\d)\d+"), "number"),
)


def told(response: Any) -> str:
    """All that an answer says: status, headers that speak, and its text whatever its kind."""
    body = b"".join(response.streaming_content) if response.streaming else response.content
    kind = response.get("Content-Type", "")
    if "spreadsheet" in kind:
        book = CalamineWorkbook.from_filelike(io.BytesIO(body))
        text = str([(name, book.get_sheet_by_name(name).to_python()) for name in book.sheet_names])
    elif "pdf" in kind:
        text = subprocess.run(["pdftotext", "-", "-"], input=body, capture_output=True, check=True).stdout.decode()
    else:
        text = body.decode("utf-8", "replace")
    heads = [response.get(name, "") for name in ("Location", "HX-Trigger", "HX-Redirect", "Content-Disposition")]
    return f"{response.status_code} {heads}\n{text}"


def quiet(text: str, *, numbers: bool = False) -> str:
    """Without what differs between any two visits to the same page."""
    for pattern, word in NOISE if numbers else NOISE[:-1]:
        text = pattern.sub(word, text)
    return text


TWINS = ("spy-handler", "spy-supervisor", "spy-leader", "spy-person")


def tour(clients: dict[str, Client], rows: dict[str, list[Any]], pointing: Iterable[str]) -> dict[tuple[str, ...], str]:
    """Everybody opens every list, and who is ``pointing`` each address of a row, and presses every button there.

    Nothing they do stays.
    """
    seen: dict[tuple[str, ...], str] = {}
    pointed = [(name, url) for name, several in urls_of(rows).items() for url in several]
    for who, client in clients.items():
        before = transaction.savepoint()
        for url, query in listings(rows):
            if url == reverse("reports:pdf") and who not in ("spy-leader", "spy-person"):
                continue  # half a second each; the same figures as the page
            seen[who, "GET", url, str(query)] = told(client.get(url, query))
        for _name, url in pointed if who in pointing else ():
            seen[who, "GET", url] = told(client.get(url))
            seen[who, "POST", url] = told(client.post(url, {"note": WORDS, "reason": WORDS, "verdict": WORDS}))
        client.get(reverse("notices:index"))  # takes away the sentences that those buttons left for the next page
        for url in (reverse("register"), reverse("cases:history"), reverse("cases:alike")):
            for saying in (SPOKEN, SPOKEN | {"demand": ""}):
                seen[who, "POST", url, str(saying)] = told(client.post(url, saying))
        seen |= searched(who, client, rows)
        transaction.savepoint_rollback(before)
    return seen


def searched(who: str, client: Client, rows: dict[str, list[Any]]) -> dict[tuple[str, ...], str]:
    """What the search box says to every word that could find the matters."""
    words = (*rows["number"], *rows["visit"], TITLE, NAME, "oysy", "鲲鹏", "好处", PHONE)
    urls = (reverse("cases:search"), reverse("cases:suggestions"))
    return {(who, "POST", url, word): told(client.post(url, {"text": word})) for url in urls for word in words}


def signed_in(people: dict[str, Any]) -> dict[str, Client]:
    """Each at their own desk: what the machine itself may know is not for them."""
    clients = {}
    for who, user in people.items():
        clients[who] = Client(REMOTE_ADDR="10.0.0.7")
        clients[who].force_login(user, backend="django.contrib.auth.backends.ModelBackend")
    return clients


def test_the_accused_cannot_tell_the_world_with_the_matter_from_the_one_without(people):
    plain_world(people)
    clients = signed_in(spies(people))
    empty = transaction.savepoint()
    rows = protected_world(people)
    assert list(findings()) == []
    watched = spies(people).values()
    heard = Notice.objects.filter(matter__in=rows["number"])
    assert heard.exists()
    assert list(heard.filter(recipient__in=watched)) == []
    assert list(Notice.objects.filter(recipient__in=watched, text__contains=rows["number"][0])) == []
    after = tour(clients, rows, clients)
    Delivery.objects.update(next_try_at=timezone.now())  # digests too
    deliver()
    letters = [(number, one.to) for number in rows["number"] for one in mail.outbox if number in one.subject + one.body]
    assert letters == []
    transaction.savepoint_rollback(empty)
    before = tour(clients, rows, TWINS)
    secrets = (TITLE, NAME, DEMAND, *rows["number"])
    differing = {key: (quiet(text), quiet(after[key])) for key, text in before.items()}
    differing = {key: pair for key, pair in differing.items() if pair[0] != pair[1]}
    assert sorted({(key, first_difference(*pair)) for key, pair in differing.items()}) == []
    alone = {key: text[:3] for key, text in after.items() if key not in before}
    assert {key: code for key, code in alone.items() if code not in ("403", "404", "405")} == {}
    shown = [key for key, text in after.items() if key[1] == "GET" and len(key) == 3
             and any(secret in text for secret in secrets)]  # fmt: skip
    assert shown == []


def first_difference(one: str, other: str) -> str:
    """The lines around the first place where two texts part."""
    for left, right in zip(one.splitlines(), other.splitlines(), strict=False):
        if left != right:
            return f"{left.strip()[:120]} | {right.strip()[:120]}"
    return f"{len(one.splitlines())} | {len(other.splitlines())} lines"


def test_the_walk_points_at_pages_that_do_exist_for_who_may_see_them(people):
    """Without this the walk above might pass because its addresses lead nowhere."""
    plain_world(people)
    rows = protected_world(people)
    knowing = [people[one] for one in ("clerk", "supervisor", "leader", "reviewer", "archivist", "handler")]
    clients = signed_in({user.username: user for user in knowing})
    nowhere = []
    for name, several in urls_of(rows).items():
        codes = {client.get(url).status_code for url in several for client in clients.values()}
        if codes <= {403, 404}:
            nowhere.append(name)
    # of a protected matter there is no picture in small: each look at its files is on record
    assert nowhere == ["cases:attachment_thumb"]


@pytest.mark.parametrize("who", ["unit", "inner", "person"])
def test_no_form_offers_the_accused_and_none_takes_them(people, who):
    """The keys of the accused body, its offices and the accused person stand in no choice of any form."""
    case = accusation(people)
    boss = people["supervisor"]
    deciding.accept(case=case, actor=boss, at=at())
    client = signed_in({"boss": boss})["boss"]
    never = {"unit": factories.labour(), "inner": Unit.objects.get(code="RSJ-JC"), "person": people["spy-person"]}[who]
    number = case.number
    urls = [f"/cases/{number}/{step}/" for step in ("refer", "assign", "handle_here")]
    urls += [f"/cases/{number}/meeting/", f"/briefing/instruct/{number}/"]
    urls += [f"/followup/{number}/suggest/", f"/briefing/charge/{number}/"]
    urls += [f"/cases/{number}/declare_interest/"] if who == "person" else []  # asks for a person, not a unit
    names = (
        ("unit", "units", "assisting", "body", "to_unit")
        if who != "person"
        else ("handler", "to_user", "officer", "leader")
    )
    for url in urls:
        page = client.get(url)
        form = page.context["form"] if page.status_code == 200 else None
        for name in names:
            choices = getattr(form.fields.get(name), "queryset", None) if form else None
            assert choices is None or never not in list(choices), (url, name)
        said = dict.fromkeys(names, never.pk) | {
            "note": WORDS, "reason": WORDS, "topic": WORDS, "place": "会议室", "text": WORDS, "leader_name": "张某",
            "given_on": today().isoformat(), "due_on": today().isoformat(), "version": again(case).version,
            "planned_at": (at() + dt.timedelta(days=2)).strftime("%Y-%m-%dT%H:%M"), "others": ACCUSED,
        }  # fmt: skip
        assert (url, client.post(url, said).status_code) in [(url, 422), (url, 409), (url, 403)]
    assert (again(case).state, again(case).assignments.count()) == ("accepted", 0)
    assert not Request.objects.filter(matter=number).exists()


def test_the_accused_body_is_never_the_one_that_reviews(people):
    case = accusation(people)
    bodies = chain.bodies(case, 1) | chain.bodies(case, 2)
    assert not bodies.filter(code__in=("RSJ", "RSJ-JC")).exists()
