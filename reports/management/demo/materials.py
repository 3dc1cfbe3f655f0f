"""Files of the demo matters: drawn photographs and scans, made when the demo is made."""

import datetime as dt
import io
import random

import pikepdf
from django.core.files.uploadedfile import SimpleUploadedFile
from PIL import Image, ImageDraw

from cases.actions import attaching
from cases.models import Case
from documents.keeping import Details
from reports.management.demo.world import World

MATTERS = 8
CLERKS = (
    ("现场照片 1.jpg", "petition", ""), ("现场照片 2.jpg", "petition", ""), ("购房合同.pdf", "petition", "copy"),
    ("收据.png", "petition", "original"),
)  # fmt: skip
UNITS = (("现场核查照片.jpg", "evidence", "original"), ("检测报告.pdf", "evidence", "copy"))


def add_files(world: World, at: dt.datetime) -> None:
    """A few files for the latest matters of the housing bureau: handed in at the counter, found by the unit."""
    rng = random.Random(20260302)  # noqa: S311 - the same pictures every time, no secret
    unit = world.unit("ZJJ")
    cases = Case.objects.filter(handling_unit=unit, protected=False).exclude(state="filed").order_by("-pk")
    for case in cases[:MATTERS]:
        for name, kind, made in CLERKS:
            _add(case, world, "clerk", name, kind, made, at, rng)
        for name, kind, made in UNITS:
            _add(case, world, "handler", name, kind, made, at, rng)


def _add(
    case: Case, world: World, who: str, name: str, kind: str, made: str, at: dt.datetime, rng: random.Random
) -> None:
    data = _scan(rng) if name.endswith(".pdf") else _picture(rng, name)
    upload, said = SimpleUploadedFile(name, data), Details(kind=kind, made=made)
    attaching.attach(case=case, actor=world.user(who), at=at, upload=upload, said=said)


def _picture(rng: random.Random, name: str) -> bytes:
    """A wall with windows and a damp patch, or a paper with lines and a seal."""
    out = io.BytesIO()
    if name.endswith(".png"):
        sheet = Image.new("RGB", (420, 300), "#fdfcf7")
        pen = ImageDraw.Draw(sheet)
        for y in range(60, 260, 28):
            pen.line((30, y, rng.randint(260, 390), y), fill="#59626c", width=3)
        pen.ellipse((290, 170, 390, 270), outline="#b3261e", width=5)
        sheet.save(out, "PNG")
        return out.getvalue()
    wall = Image.new("RGB", (640, 480), rng.choice(("#c9b79c", "#b9bfc4", "#d6c9b2")))
    pen = ImageDraw.Draw(wall)
    for x in range(40, 600, 150):
        for y in (50, 260):
            pen.rectangle((x, y, x + 90, y + 130), fill="#7d97a8", outline="#f3f1ea", width=6)
    x, y = rng.randint(80, 420), rng.randint(120, 300)
    for size in range(90, 10, -20):
        pen.ellipse((x - size, y - size // 2, x + size, y + size), fill=(120 - size // 3, 104, 84))
    exif = Image.Exif()
    exif[0x0110] = "demo"
    wall.save(out, "JPEG", quality=70, exif=exif)
    return out.getvalue()


def _scan(rng: random.Random) -> bytes:
    """Two or three pages with grey lines and a frame."""
    out = io.BytesIO()
    with pikepdf.new() as document:
        for _page in range(rng.randint(2, 3)):
            page = document.add_blank_page(page_size=(595, 842))
            lines = [f"70 {y} {rng.randint(200, 455)} 7 re f" for y in range(120, 700, 26)]
            page.contents_add(("0.55 g\n" + "\n".join(lines) + "\n0 G 50 50 495 742 re S").encode())
        document.save(out)
    return out.getvalue()
