"""Every way of tampering is found, and the first bad entry is named."""

import importlib
import json

import pytest
from django.core.files.storage import default_storage
from django.core.management import call_command
from django.db import DatabaseError, connection, transaction
from django.utils import timezone

from audit import earlier, sealing
from audit.models import Event, Head
from audit.verifying import everything
from documents.actions import print_paper
from documents.models import Counter, Paper
from reception.models import Visit
from tests import factories

pytestmark = pytest.mark.django_db
SQLITE = importlib.import_module("audit.migrations.0002_append_only").SQLITE


def sql(statement, *values):
    with connection.cursor() as cursor:
        cursor.execute(statement, values)


@pytest.fixture
def unguarded(db):
    """The chain as somebody sees it who has taken the triggers off first. Undone with the test's transaction."""
    if connection.vendor == "postgresql":
        sql("DROP TRIGGER audit_event_guard ON audit_event")
    else:
        sql("DROP TRIGGER audit_event_no_update")


@pytest.fixture
def case(db):
    factories.calendar(2026)
    return factories.case(upto="handling")


def found():
    return [(one.kind, one.subject) for one in everything()]


def test_untouched_is_whole(case):
    assert found() == []


def test_a_changed_byte_of_an_event_is_found(case, unguarded):
    sql("UPDATE audit_event SET note = 'x' WHERE seq = 5")
    assert found() == [("hash", "event:5")]


@pytest.mark.parametrize(
    ("column", "value"),
    [
        ("actor_name", "somebody"), ("title", "x"), ("matter", "XF2026999999"), ("data", '{"x": 1}'), ("seals", "{}"),
        ("at", "2020-01-01 00:00:00+00:00"), ("verb", "x"), ("subject_id", "999"), ("actor_roles", "leader"),
    ],
)  # fmt: skip
def test_every_column_is_covered(case, unguarded, column, value):
    sql(f"UPDATE audit_event SET {column} = %s WHERE seq = 5", value)
    assert found()[0] == ("hash", "event:5")


def test_a_deleted_event_in_the_middle_is_found(case, unguarded):
    sql("DELETE FROM audit_event WHERE seq = 5")
    assert found()[:2] == [("gap", "event:5"), ("link", "event:6")]


def test_a_deleted_tail_is_found(case, unguarded):
    last = Event.objects.order_by("-seq").first().seq
    sql("DELETE FROM audit_event WHERE seq = %s", last)
    assert found()[0] == ("head", "head")


def test_a_deleted_tail_with_the_head_put_back_shows_in_the_rows(case, unguarded):
    last = Event.objects.order_by("-seq").first()
    sql("DELETE FROM audit_event WHERE seq = %s", last.seq)
    sql("UPDATE audit_head SET seq = %s, hash = %s", last.seq - 1, last.prev)
    kinds = {kind for kind, _subject in found()}
    assert last.verb == "take_up"
    assert kinds == {"row", "unrecorded"}


def test_swapped_events_are_found(case, unguarded):
    sql("UPDATE audit_event SET seq = 1000 WHERE seq = 5")
    sql("UPDATE audit_event SET seq = 5 WHERE seq = 6")
    sql("UPDATE audit_event SET seq = 6 WHERE seq = 1000")
    assert found()[:2] == [("link", "event:5"), ("hash", "event:5")]


def test_an_inserted_event_is_found(case):
    forged = Event.objects.order_by("-seq").first()
    forged.seq, forged.prev = forged.seq + 1, forged.hash
    Event.objects.bulk_create([forged])
    assert found()[:2] == [("hash", f"event:{forged.seq}"), ("head", "head")]


def test_a_lost_head_is_found(case):
    Head.objects.all().delete()
    assert found() == [("head", "head")]


@pytest.mark.parametrize(
    ("table", "model", "column", "value"),
    [
        ("cases_case", "cases.case", "title", "改过的标题"),
        ("cases_case", "cases.case", "state", "filed"),
        ("cases_clock", "cases.clock", "strict_due", "2030-01-01"),
        ("reception_visit", "reception.visit", "demand", "改过的请求"),
        ("reception_petitioner", "reception.petitioner", "name", "别人"),
        ("documents_paper", "documents.paper", "title", "改过的文书"),
        ("accounts_rolegrant", "accounts.rolegrant", "role", "leader"),
    ],
)
def test_a_row_changed_behind_the_trail_is_named(case, table, model, column, value):
    with connection.cursor() as cursor:
        cursor.execute(f"SELECT MIN(id) FROM {table}")
        pk = cursor.fetchone()[0]
    sql(f"UPDATE {table} SET {column} = %s WHERE id = %s", value, pk)
    assert found() == [("row", f"{model}:{pk}")]


def test_an_encrypted_value_moved_to_another_row_is_found(case):
    factories.visit()
    first, second = Visit.objects.order_by("pk").values_list("petitioner_id", flat=True)
    sql(
        "UPDATE reception_petitioner SET id_number = (SELECT id_number FROM reception_petitioner WHERE id = %s) "
        "WHERE id = %s",
        first,
        second,
    )
    assert found() == [("row", f"reception.petitioner:{second}")]


def test_a_row_that_vanished_or_came_from_nowhere_is_named(case):
    clock = case.clocks.first()
    pk = clock.pk
    sql("DELETE FROM cases_clock WHERE id = %s", pk)
    clock.pk = None
    clock.kind = "request_review"
    clock.save(force_insert=True)
    assert sorted(found()) == sorted([("missing", f"cases.clock:{pk}"), ("unrecorded", f"cases.clock:{clock.pk}")])


def test_a_replaced_or_lost_file_is_named(case):
    papers = list(Paper.objects.order_by("pk")[:2])
    for paper in papers:
        print_paper(paper=paper, actor=None, at=timezone.now())
        paper.refresh_from_db()
    assert found() == []
    with default_storage.open(papers[0].file, "rb") as handle:
        sealed = handle.read()
    default_storage.delete(papers[0].file)
    from django.core.files.base import ContentFile

    default_storage.save(papers[0].file, ContentFile(sealed[:-1] + bytes([sealed[-1] ^ 1])))
    default_storage.delete(papers[1].file)
    assert found() == [("file", f"documents.paper:{paper.pk}") for paper in papers]


@pytest.mark.parametrize(
    ("kind", "year", "subject"),
    [("visit", 2026, "counter:visit:2026"), ("paper:assign_letter", 2026, "counter:paper:assign_letter:2026")],
)
def test_a_number_taken_that_no_row_carries_is_named(case, kind, year, subject):
    Counter.objects.filter(kind=kind, year=year).update(value=7)
    assert found() == [("gap", subject)]


def test_a_number_missing_between_is_named(case):
    factories.case()
    factories.case()
    middle = Visit.objects.get(serial=2)
    sql("UPDATE reception_visit SET serial = 9 WHERE id = %s", middle.pk)
    gaps = [subject for kind, subject in found() if kind == "gap"]
    assert gaps == [f"number:visit:2026:{n}" for n in (2, 4, 5, 6, 7, 8)] + ["counter:visit:2026"]


def test_a_counter_without_any_row_is_named(db):
    Counter.objects.create(kind="dossier", year=2026, value=3)
    assert found() == [("gap", "counter:dossier:2026")]


# ---- the command ----


def run(capsys, *args):
    try:
        call_command("verify_audit", *args)
        code = 0
    except SystemExit as stop:
        code = stop.code
    return code, capsys.readouterr().out


def test_the_command_says_whole_with_0(case, capsys):
    events = Event.objects.count()
    assert run(capsys) == (0, f"完整：{events} 条审计记录，封存、文件、编号均无问题。\n")
    code, out = run(capsys, "--json")
    assert (code, json.loads(out)) == (0, {"ok": True, "events": events, "first": None, "findings": []})


def test_the_command_names_the_first_bad_entry_with_1(case, capsys):
    sql("UPDATE cases_case SET title = 'x' WHERE id = %s", case.pk)
    code, out = run(capsys)
    assert code == 1
    assert out.splitlines()[0].startswith("首个问题：cases.case:")
    code, out = run(capsys, "--json")
    report = json.loads(out)
    assert (code, report["ok"], report["first"]["subject"], report["first"]["kind"]) == (
        1, False, f"cases.case:{case.pk}", "row",
    )  # fmt: skip


# ---- the guards of the database ----


@pytest.mark.parametrize("statement", ["UPDATE audit_event SET note = 'x'", "DELETE FROM audit_event"])
def test_the_database_refuses_to_change_the_chain(statement):
    if connection.vendor == "sqlite":  # tests/conftest.py takes this one off, so that tests can empty the tables
        sql(SQLITE[1])
    factories.user("clerk")
    with pytest.raises(DatabaseError, match="append-only"), transaction.atomic():
        sql(statement)
    assert Event.objects.count() == 1


def test_seals_of_the_first_release_hold_until_the_row_is_written_again(monkeypatch):
    """A database of the first release verifies after the columns of this one were added, and tells what is changed."""
    now = sealing.seal
    monkeypatch.setattr(sealing, "seal", lambda row: earlier.first_seal(row) or now(row))
    factories.calendar(2026)
    case = factories.case(upto="accepted")
    monkeypatch.undo()
    stored = Event.objects.filter(subject_type="cases.case").last().seals[f"cases.case:{case.pk}"]
    assert stored == earlier.first_seal(case) != now(case)
    assert found() == []
    sql("UPDATE cases_case SET title = 'x' WHERE id = %s", case.pk)
    assert found() == [("row", f"cases.case:{case.pk}")]
    sql("UPDATE cases_case SET title = %s, superior = 'x' WHERE id = %s", case.title, case.pk)
    assert found() == [("row", f"cases.case:{case.pk}")]
