"""Files of a matter as they are looked at: new pictures without the camera's data, for whom may, on record."""

import io
from pathlib import Path

import pytest
from django.conf import settings
from PIL import Image

from audit.models import Event
from cases.shielding import files_of
from documents.keeping import content_of
from documents.previewing import preview
from documents.verifying import file_findings
from tests import factories
from tests.cases.attached import add, client_of, own_store, pdf, photo  # noqa: F401 - a fixture

pytestmark = pytest.mark.django_db


def test_previews_are_new_pictures_and_the_original_stays():
    case = factories.case()
    data = photo(orientation=6)
    kept = add(case, "现场.jpg", data)
    for size, edges in (("thumb", (180, 240)), ("view", (300, 400))):
        with Image.open(io.BytesIO(preview(kept, size))) as made:
            assert (made.format, made.size, len(made.getexif())) == ("JPEG", edges, 0)
            assert b"Exif" not in preview(kept, size)
            red = made.convert("RGB").getpixel((made.width - 5, 5))  # the upper left corner, turned to the right
            assert red[0] > 200
            assert red[1] < 60
    assert content_of(kept) == data
    assert list(file_findings()) == []


@pytest.mark.parametrize(
    ("mode", "form"), [("RGBA", "PNG"), ("P", "PNG"), ("1", "TIFF"), ("CMYK", "JPEG"), ("LA", "PNG")]
)
def test_every_kind_of_picture_has_a_preview(mode, form):
    case, out = factories.case(), io.BytesIO()
    Image.new(mode, (500, 20)).save(out, form)
    name = {"PNG": "图.png", "TIFF": "图.tif", "JPEG": "图.jpg"}[form]
    with Image.open(io.BytesIO(preview(add(case, name, out.getvalue()), "thumb"))) as made:
        assert (made.mode, made.size[0]) == ("RGB", 240)


def test_a_preview_that_was_damaged_is_made_again():
    case = factories.case()
    kept = add(case, "现场.jpg", photo())
    first = preview(kept, "thumb")
    path = Path(settings.MEDIA_ROOT, kept.file + ".thumb1")
    assert b"JFIF" not in path.read_bytes()
    path.write_bytes(b"broken")
    assert preview(kept, "thumb") == first


def test_pages_of_a_scan_are_shown_one_by_one():
    case, out = factories.case(), io.BytesIO()
    sheets = [Image.new("L", (20 * n, 30)) for n in (1, 2, 3)]
    sheets[0].save(out, "TIFF", save_all=True, append_images=sheets[1:])
    kept = add(case, "扫描.tif", out.getvalue())
    client = client_of(case.people["clerk"])
    widths = [Image.open(io.BytesIO(client.get(f"/attachments/{kept.pk}/picture/{n}/").content)).width for n in (1, 3)]
    assert (kept.pages, widths) == (3, [20, 60])
    assert client.get(f"/attachments/{kept.pk}/picture/4/").status_code == 503
    assert "第 2 / 3 页" in client.get(f"/attachments/{kept.pk}/view/?sheet=2").content.decode()


def test_only_new_pictures_and_pdf_are_shown_and_every_look_is_on_record():
    case = factories.case()
    client = client_of(case.people["clerk"])
    kept = {name: add(case, name, data) for name, data in (("a.jpg", photo()), ("b.pdf", pdf()), ("c.txt", b"c"))}
    seen = {}
    for name, file in kept.items():
        for way in ("", "picture/1/", "thumb/", "pdf/"):
            answer = client.get(f"/attachments/{file.pk}/{way}")
            seen[name, way] = (answer.status_code, answer.get("Content-Disposition", "").split(";")[0])
            if answer.status_code == 200:
                assert answer["X-Content-Type-Options"] == "nosniff"
                assert "no-store" in answer["Cache-Control"]
                policy = answer["Content-Security-Policy"]
                assert policy.startswith("default-src 'none'")
                assert ("sandbox" in policy) == (way != "pdf/")
    assert {key: value for key, value in seen.items() if value[0] == 200} == {
        ("a.jpg", ""): (200, "attachment"), ("a.jpg", "picture/1/"): (200, "inline"),
        ("a.jpg", "thumb/"): (200, "inline"),
        ("b.pdf", ""): (200, "attachment"), ("b.pdf", "pdf/"): (200, "inline"), ("c.txt", ""): (200, "attachment"),
    }  # fmt: skip
    assert {value[0] for value in seen.values()} == {200, 404}
    looked = Event.objects.filter(verb__in=("hand_out", "view_file")).order_by("seq")
    assert list(looked.values_list("verb", "note")) == [
        ("hand_out", "a.jpg"), ("view_file", "a.jpg"), ("hand_out", "b.pdf"), ("view_file", "b.pdf"),
        ("hand_out", "c.txt"),
    ]  # fmt: skip


def test_a_protected_matter_has_no_pictures_in_its_list_and_keeps_new_files_with_the_office():
    case = factories.case(purpose="accusation", accused="某科长")
    kept = add(case, "现场.jpg", photo())
    client = client_of(case.people["clerk"])
    page = client.get(f"/cases/{case.number}/attachments/").content.decode()
    assert "/thumb/" not in page
    assert '<option value="office" selected>' in page
    assert client.get(f"/attachments/{kept.pk}/thumb/").status_code == 404


def test_a_file_for_the_office_alone_does_not_exist_for_the_unit():
    case = factories.case(upto="handling")
    hidden, open_, own = add(case, "内部.pdf", pdf(), audience="office"), add(case, "公开.txt"), None
    own = add(case, "现场.txt", who="handler", audience="office")
    handler = case.people["handler"]
    assert set(files_of(case, handler)) == {open_, own}
    client = client_of(handler)
    for way in ("", "view/", "edit/", "pdf/"):
        assert client.get(f"/attachments/{hidden.pk}/{way}").status_code == 404
    assert "内部" not in client.get(f"/cases/{case.number}/attachments/").content.decode()
    assert client.get(f"/attachments/{own.pk}/").status_code == 200
