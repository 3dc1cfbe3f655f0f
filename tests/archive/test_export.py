"""The hand-over of a year: every dossier, its catalogue, its metadata and checksums that hold."""

import csv
import hashlib
import json
import subprocess

import pytest
from django.core.management import CommandError, call_command

from archive.actions import _file
from archive.models import Dossier
from audit.models import Event
from audit.verifying import findings
from tests import factories


@pytest.fixture
def dossiers(transactional_db):
    factories.calendar(2026)
    archivist = factories.user("archivist")
    made = [factories.case("lapsed", person={"name": name}) for name in ("王建国", "=cmd|x")]
    given = {
        "actor": archivist,
        "at": factories.later(40),
        "waiver": "停机",
        "retention": "",
        "note": "",
        "checked_by": "",
    }
    return [_file(case=case, **given) for case in made]


def test_a_year_is_handed_over_whole(dossiers, tmp_path, capsys):
    out = tmp_path / "2026"
    call_command("archive_export", "--year", "2026", "--out", str(out))
    assert sorted(path.name for path in out.iterdir()) == [
        "J001-ZY-2026-D30-0001.pdf", "J001-ZY-2026-D30-0002.pdf", "SHA256SUMS", "catalogue.csv", "metadata.json",
    ]  # fmt: skip
    assert subprocess.run(["sha256sum", "-c", "--quiet", "SHA256SUMS"], cwd=out, check=False).returncode == 0
    rows = list(csv.DictReader((out / "catalogue.csv").open(encoding="utf-8-sig")))
    kept = list(Dossier.objects.order_by("serial"))
    assert [(row["档号"], row["页数"], row["件数"], row["SHA-256"]) for row in rows] == [
        (one.printed_code, str(one.pages), "9", one.sha256) for one in kept
    ]
    described = json.loads((out / "metadata.json").read_text())
    assert [one["sha256"] for one in described["dossiers"]] == [
        hashlib.sha256((out / one["file"]).read_bytes()).hexdigest() for one in described["dossiers"]
    ]
    assert described["dossiers"][0]["items"][0]["first_page"] == 3
    assert Event.objects.filter(verb="export").count() == 2
    assert capsys.readouterr().out == f"2026 年 2 卷，{sum(one.pages for one in kept)} 页。\n"
    assert list(findings()) == []


def test_formulas_are_plain_text_in_the_catalogue(dossiers):
    from archive.sheet import catalogue_line

    Dossier.objects.update(title="=1+1")
    assert catalogue_line(Dossier.objects.first())[1] == "'=1+1"


def test_a_folder_in_use_is_refused(dossiers, tmp_path):
    (tmp_path / "old.txt").write_text("x")
    with pytest.raises(CommandError, match="目标文件夹不是空的"):
        call_command("archive_export", "--year", "2026", "--out", str(tmp_path))


def test_an_empty_year_gives_an_empty_hand_over(dossiers, tmp_path, capsys):
    call_command("archive_export", "--year", "2020", "--out", str(tmp_path / "a"))
    assert capsys.readouterr().out == "2020 年 0 卷，0 页。\n"
