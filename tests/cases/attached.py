"""Files as the tests attach them, into a store of their own."""

import io
from pathlib import Path

import pikepdf
import pytest
from django.conf import settings
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from PIL import Image

from cases.actions import attaching
from documents.keeping import Details
from tests.factories import AT

SAID = {"kind": "petition", "made": "copy", "audience": ""}
WHOLE = {"whole": "1"}


def client_of(user) -> Client:
    client = Client()
    client.force_login(user)
    return client


def photo(size=(400, 300), *, orientation=0, color="white"):
    out = io.BytesIO()
    exif = Image.Exif()
    if orientation:
        exif[0x0112] = orientation
    exif[0x010F] = "示范手机"
    exif.get_ifd(0x8825)[1] = "N"
    picture = Image.new("RGB", size, color)
    picture.paste("red", (0, 0, size[0] // 2, size[1] // 2))
    picture.save(out, "JPEG", exif=exif)
    return out.getvalue()


def pdf(pages=1):
    document, out = pikepdf.new(), io.BytesIO()
    for _ in range(pages):
        document.add_blank_page(page_size=(595, 842))
    document.save(out)
    return out.getvalue()


def text(name, words=None):
    return SimpleUploadedFile(name, (words or name).encode())


def add(case, name="来信.txt", data=None, who="clerk", **said):
    upload = SimpleUploadedFile(name, data or name.encode())
    return attaching.attach(case=case, actor=case.people[who], at=AT, upload=upload, said=Details(**said))


def post(client, case, *uploads, **more):
    return client.post(f"/cases/{case.number}/attach/", SAID | {"upload": list(uploads)} | WHOLE | more)


def stored() -> list[Path]:
    """What lies in the store, small copies aside."""
    return [path for path in Path(settings.MEDIA_ROOT, "attachments").rglob("*") if path.is_file() and not path.suffix]


@pytest.fixture(autouse=True)
def own_store(settings, tmp_path):
    settings.MEDIA_ROOT = tmp_path
