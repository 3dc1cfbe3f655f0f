"""复述确认: versions are never overwritten, each way has its conditions, and acceptance waits for it."""

import base64
import io
import subprocess

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection
from django.urls import reverse
from PIL import Image, ImageDraw

from audit import trail
from audit.verifying import findings
from cases.actions import deciding
from cases.models import Case
from cases.workflow import refusal
from documents.actions import print_paper
from documents.keeping import content_of
from documents.models import Attachment, Paper
from documents.verifying import findings as all_findings
from reception import actions, readback
from reception.models import ReadBack, Visit
from reception.papers import readback_sheet
from tests import factories
from tests.factories import AT, later
from vault.errors import Refusal, Stale

pytestmark = pytest.mark.django_db
STROKES = [{"penColor": "#1b2733", "points": [{"x": n, "y": n % 7, "time": n, "pressure": 0.5} for n in range(9)]}]


def png() -> bytes:
    picture = Image.new("RGB", (600, 200), "white")
    ImageDraw.Draw(picture).line([(30, 150), (150, 40), (260, 160), (420, 50), (560, 140)], fill="#1b2733", width=6)
    out = io.BytesIO()
    picture.save(out, "PNG")
    return out.getvalue()


def picture() -> SimpleUploadedFile:
    return SimpleUploadedFile("签字.png", png(), content_type="image/png")


@pytest.fixture
def clerk():
    factories.calendar(*range(2025, 2030))
    return factories.user("clerk", username="clerk", display_name="李晓敏")


def came(clerk, **changes) -> Visit:
    return factories.visit(clerk, **({"confirmed": False} | changes))


@trail.verb
def edit(*, visit, actor, at, demand):
    """What a page that changes the demand does."""
    rows = readback.renew(visit, demand=demand, facts=visit.facts, reasons=visit.reasons, actor=actor, at=at)
    trail.record(
        actor=actor, verb="edit_demand", title="修改请求", subject=visit, at=at, matter=visit.number, rows=rows
    )
    return rows


def signed(visit, clerk, **changes) -> ReadBack:
    said = {"version": 0, "way": "pad", "signer": "王建国", "picture": picture(), "strokes": STROKES} | changes
    return actions.confirm(visit=visit, actor=clerk, at=AT, **said)


def test_signed_on_the_pad_keeps_picture_strokes_and_hash_encrypted(clerk):
    visit = came(clerk)
    one = ReadBack.objects.get(pk=signed(visit, clerk).pk)
    assert (one.version, one.way, one.signer, one.confirmed_by, one.signed_at) == (1, "pad", "王建国", clerk, AT)
    assert one.text_hash == readback.digest(visit.demand, visit.facts, visit.reasons)
    assert (one.strokes, content_of(one.signature)) == (STROKES, png())
    assert Attachment.objects.about(visit).count() == 0
    with connection.cursor() as cursor:
        cursor.execute("SELECT strokes FROM reception_readback")
        assert b"penColor" not in bytes(cursor.fetchone()[0])
    assert one.paper.number == "示信复述〔2026〕1号"
    assert list(all_findings()) == []


def test_the_sheet_says_what_was_read_back_and_how(clerk):
    visit = came(clerk, person={"name": "王建国"})
    one = signed(visit, clerk)
    said = readback_sheet(one)
    assert {key: said[key] for key in ("demand", "way_label", "signer", "clerk", "signed_at", "version")} == {
        "demand": visit.demand, "way_label": "签字板签字", "signer": "王建国", "clerk": "李晓敏",
        "signed_at": "2026年3月2日 9时30分", "version": 1,
    }  # fmt: skip
    assert said["pictures"] == {"signature": {"file": one.signature.file, "sha256": one.signature.sha256}}


def test_the_pdf_shows_a_long_demand_a_long_name_the_hashes_and_the_signature(clerk, tmp_path):
    name = "阿卜杜热合曼·" + "买买提江" * 10 + "艾力"
    demand = "要求责成有关单位限期维修外墙渗水并赔偿损失。" * 90
    visit = came(clerk, person={"name": name}, demand=demand[:2000])
    one = signed(visit, clerk, signer=name)
    pdf = print_paper(paper=one.paper, actor=clerk, at=AT)
    (tmp_path / "sheet.pdf").write_bytes(pdf)
    said = subprocess.run(["pdftotext", "-", "-"], input=pdf, capture_output=True, check=True).stdout.decode()
    plain = "".join(said.split())
    assert plain.count("限期维修外墙渗水") >= 85
    assert (one.text_hash in plain, one.signature.sha256 in plain, "不作为可靠的电子签名" in plain) == (True,) * 3
    pictures = subprocess.run(
        ["pdfimages", "-list", str(tmp_path / "sheet.pdf")], capture_output=True, check=True
    ).stdout.decode()
    assert " image " in pictures
    subprocess.run(["pdftoppm", "-r", "60", "-png", str(tmp_path / "sheet.pdf"), str(tmp_path / "p")], check=True)
    last = Image.open(sorted(tmp_path.glob("p-*.png"))[-1]).convert("L")
    assert last.getextrema()[0] < 120


@pytest.mark.parametrize(
    ("changes", "sentence"),
    [
        ({"way": "pad", "picture": None}, "签字板上还没有签字。"),
        ({"way": "pad", "signer": ""}, "请填写签字人。"),
        ({"way": "paper", "signer": ""}, "请填写签字人。"),
        ({"way": "declined", "note": "不愿签"}, "拒绝签字的，写明见证人和原因。"),
        ({"way": "declined", "witness": "张某"}, "拒绝签字的，写明见证人和原因。"),
        ({"way": "absent"}, "请写明未能确认的原因。"),
        ({"way": "telepathy"}, "请选择确认方式。"),
        ({"way": "pad", "picture": SimpleUploadedFile("a.png", b"<svg onload=x>")}, "不接受此类文件"),
    ],
)
def test_each_way_has_what_it_cannot_do_without(clerk, changes, sentence):
    visit = came(clerk)
    with pytest.raises(Refusal, match=sentence):
        signed(visit, clerk, **changes)
    assert ReadBack.objects.count() == 0


def test_only_who_registers_confirms(clerk):
    visit = came(clerk)
    with pytest.raises(Refusal, match="您的角色不能办理复述确认"):
        signed(visit, factories.user("archivist"))


def test_printed_then_signed_on_paper_is_the_same_sheet_with_its_scan(clerk):
    visit = came(clerk)
    paper = actions.sheet_of(visit=visit, actor=clerk, at=AT)
    assert actions.sheet_of(visit=Visit.objects.get(), actor=clerk, at=AT) == paper
    one = signed(visit, clerk, version=1, way="paper", scan=SimpleUploadedFile("扫描.png", png()))
    assert (one.paper, one.signature, content_of(one.scan)) == (paper, None, png())
    assert list(findings()) == []


def test_nothing_is_confirmed_twice_and_no_words_that_were_changed_meanwhile(clerk):
    visit = came(clerk)
    signed(visit, clerk)
    with pytest.raises(Stale):
        signed(Visit.objects.get(), clerk, version=1)
    edit(visit=Visit.objects.get(), actor=clerk, at=AT, demand="改为要求赔偿。")
    with pytest.raises(Stale):
        signed(Visit.objects.get(), clerk, version=1)
    assert signed(Visit.objects.get(), clerk, version=2, way="absent", note="来访人已离开").demand == "改为要求赔偿。"


def test_other_words_make_another_version_and_the_earlier_stays(clerk):
    visit = came(clerk)
    assert not readback.new_version_needed(visit, demand=visit.demand, facts=visit.facts, reasons=visit.reasons)
    assert edit(visit=visit, actor=clerk, at=AT, demand=visit.demand) == []
    rows = edit(visit=Visit.objects.get(), actor=clerk, at=later(1), demand="改为要求赔偿。")
    assert [(row.version, row.demand) for row in rows] == [(1, visit.demand), (2, "改为要求赔偿。")]
    fresh = Visit.objects.get()
    assert not readback.new_version_needed(fresh, demand="改为要求赔偿。", facts=visit.facts, reasons=visit.reasons)
    signed(fresh, clerk, version=2)
    edit(visit=Visit.objects.get(), actor=clerk, at=later(2), demand="再改。")
    said = list(ReadBack.objects.order_by("version").values_list("version", "demand", "way"))
    assert said == [(1, visit.demand, ""), (2, "改为要求赔偿。", "pad"), (3, "再改。", "")]
    assert list(findings()) == []


@pytest.mark.parametrize(
    ("visit", "later_words", "way", "accepted"),
    [
        ({"confirmed": True}, False, "", True),
        ({"confirmed_note": "中途离开"}, False, "", True),
        ({}, False, "", False),
        ({}, False, "pad", True),
        ({}, False, "absent", True),
        ({}, False, "declined", True),
        ({"channel": "letter"}, False, "", True),
        ({"channel": "web"}, False, "", True),
        ({"source": "register"}, False, "", True),
        ({"confirmed": True}, True, "", False),
        ({"confirmed": True}, True, "pad", True),
        ({"channel": "letter"}, True, "", True),
    ],
)
def test_acceptance_waits_for_the_read_back_or_a_reason(clerk, visit, later_words, way, accepted):
    made = came(clerk, **visit)
    boss = factories.user("supervisor")
    if later_words:
        edit(visit=made, actor=clerk, at=AT, demand="改为要求赔偿。")
    if way:
        said = {"witness": "张某", "note": "不愿签"} if way != "pad" else {}
        fresh = Visit.objects.get(pk=made.pk)
        signed(fresh, clerk, version=2 if later_words else 0, way=way, **said)
    case = Case.objects.get()
    for step in ("accept", "accept_simple"):
        reason = refusal(case, step, boss, AT)
        assert ("复述确认" in reason and made.number in reason) is not accepted, reason
    if accepted:
        deciding.accept(case=case, actor=boss, at=AT)
    else:
        with pytest.raises(Refusal, match="复述确认"):
            deciding.accept(case=case, actor=boss, at=AT)


def test_a_read_back_changed_behind_the_back_is_named(clerk):
    one = signed(came(clerk), clerk)
    ReadBack.objects.filter(pk=one.pk).update(demand="什么都不要求。")
    assert [found.subject for found in findings()] == [f"reception.readback:{one.pk}"]


# --- the page


def posted(**changes) -> dict[str, str]:
    data = "data:image/png;base64," + base64.b64encode(png()).decode()
    strokes = '[{"points":[{"x":1},{"x":2},{"x":3},{"x":4},{"x":5}]}]'
    return {"way": "pad", "version": "0", "signer": "王建国", "picture": data, "strokes": strokes} | changes


def test_the_page_records_it_and_shows_the_versions(client, clerk):
    visit = came(clerk)
    client.force_login(clerk)
    url = reverse("reception:confirm", args=[visit.number])
    assert "受理前须确认" in client.get(visit.get_absolute_url()).content.decode()
    assert client.post(url, posted()).url == f"{visit.get_absolute_url()}#readback"
    edit(visit=visit, actor=clerk, at=AT, demand="改为要求赔偿。")
    page = client.get(visit.get_absolute_url()).content.decode()
    assert ("第 2 版待确认" in page, "改为要求赔偿。" in page, "示信复述〔2026〕1号" in page) == (True, True, True)
    sheet = client.post(reverse("reception:readback_sheet", args=[visit.number]))
    assert sheet.url == reverse("cases:paper", args=[Paper.objects.filter(kind="readback").last().pk])


@pytest.mark.parametrize(
    ("changes", "sentence"),
    [
        ({"picture": ""}, "签字板上还没有签字。"),
        ({"picture": "data:image/png;base64,@@"}, "签字没有完整送达，请重新签字。"),
        ({"picture": "javascript:alert(1)"}, "签字没有完整送达，请重新签字。"),
        ({"strokes": "[1]"}, "签字没有完整送达，请重新签字。"),
        ({"strokes": '[{"points":[{"x":1}]}]'}, "签字板上还没有签字。"),
        ({"way": "declined", "note": "不愿签"}, "请填写见证人的姓名。"),
        ({"way": "paper", "signer": ""}, "请填写签字人。"),
        ({"way": ""}, "复述确认"),
    ],
)
def test_a_refused_confirmation_says_why_and_writes_nothing(client, clerk, changes, sentence):
    visit = came(clerk)
    client.force_login(clerk)
    answer = client.post(reverse("reception:confirm", args=[visit.number]), posted(**changes))
    assert (answer.status_code, sentence in answer.content.decode()) == (422, True)
    assert ReadBack.objects.count() == 0


def test_a_scan_is_handed_out_by_post_to_who_may_see_full_numbers(client, clerk):
    visit = came(clerk)
    signed(visit, clerk, way="paper", scan=SimpleUploadedFile("扫描.png", png()))
    url = reverse("reception:readback_scan", args=[visit.number])
    client.force_login(clerk)
    assert client.post(url, {"version": "1"}).content == png()
    assert [client.post(url, {"version": each}).status_code for each in ("2", "x", "")] == [404, 404, 404]
    client.force_login(factories.user("handler"))
    assert client.post(url, {"version": "1"}).status_code == 403
