"""One PDF from a whole dossier: cover, catalogue, papers, attachments, note; every page numbered through.

Own papers are joined as they are. Attached PDFs are fitted onto A4 pages, pictures are
placed on pages, anything else is named on a slip sheet. The page numbers of the
catalogue are those stamped on the pages and those a PDF reader shows.
"""

import datetime as dt
import io
from contextlib import ExitStack
from dataclasses import dataclass, field
from typing import Any

import pikepdf
from django.conf import settings
from django.utils import timezone
from django.utils.translation import gettext as _
from PIL import Image, ImageOps, ImageSequence

from archive.models import Dossier, DossierItem
from documents.keeping import content_of
from documents.models import Attachment, Paper
from documents.rendering import Unprintable, page_count, pdf_of, render

A4 = (595.276, 841.89)
MARGIN = 42.5  # points left free around a fitted page: 15 mm, room for the number
PIXELS = (2480, 3508)  # A4 at 300 dpi
PICTURES = ("image/jpeg", "image/png", "image/tiff")


@dataclass
class Part:
    """A run of pages. ``item`` is None for cover, catalogue and note."""

    label: str
    pdf: bytes
    item: DossierItem | None = None
    foreign: bool = False
    first: int = 0
    pages: int = 0

    def __post_init__(self) -> None:
        self.pages = page_count(self.pdf)


@dataclass
class Volume:
    """The bound dossier: its bytes, the number of its pages, and (first page, pages) of each item by key."""

    pdf: bytes
    pages: int
    places: dict[int, tuple[int, int]] = field(default_factory=dict)


def bind(dossier: Dossier) -> Volume:
    """Make the PDF. The same dossier gives the same bytes. Raises ``Refusal`` when a part is damaged or unprintable."""
    try:
        inner = [_part(item, dossier.filed_at) for item in dossier.lines]
        parts = _numbered(dossier, inner)
        total = sum(part.pages for part in parts)
        places = {part.item.pk: (part.first, part.pages) for part in parts if part.item}
        return Volume(_joined(dossier, parts, total), total, places)
    except (pikepdf.PdfError, OSError, ValueError) as error:  # a handed-in file that opened then and does not now
        raise Unprintable(_("卷内文件中有打不开的，案卷未能装订，请核对附件。")) from error


def _part(item: DossierItem, at: dt.datetime) -> Part:
    label = f"{item.position} {item.title} {item.number}".strip()
    if item.source_type == Paper._meta.label_lower:
        return Part(label, pdf_of(Paper.objects.get(pk=item.source_id)), item)
    attachment = Attachment.objects.get(pk=item.source_id)
    data = content_of(attachment)
    if attachment.content_type == "application/pdf":
        return Part(label, _fitted(data), item, foreign=True)
    if attachment.content_type in PICTURES:
        return Part(label, _pictures(data, item, at), item)
    return Part(label, _slip(attachment, item, at), item)


def _fitted(data: bytes) -> bytes:
    """A foreign PDF with each page shrunk onto A4, forms and stamps drawn in, nothing active left."""
    with pikepdf.open(io.BytesIO(data)) as source, pikepdf.new() as out:
        source.generate_appearance_streams()
        source.flatten_annotations("print")
        for count, page in enumerate(source.pages):
            left, bottom, right, top = (float(edge) for edge in page.cropbox)
            turned = int(page.rotation) % 180 == 90
            wide = (right - left > top - bottom) != turned
            size = (A4[1], A4[0]) if wide else A4
            sheet = out.add_blank_page(page_size=size)
            inside = pikepdf.Rectangle(MARGIN, MARGIN, size[0] - MARGIN, size[1] - MARGIN)
            _lay(sheet, page, inside, f"/Sheet{count}")
        return _saved(out)


def _pictures(data: bytes, item: DossierItem, at: dt.datetime) -> bytes:
    """Each frame of a picture on a page, turned upright, without the camera's data about place and time."""
    assets: dict[str, bytes] = {}
    with Image.open(io.BytesIO(data)) as picture:
        for number, frame in enumerate(ImageSequence.Iterator(picture)):
            upright = ImageOps.exif_transpose(frame.convert("RGB") if frame.mode not in ("RGB", "L") else frame)
            upright.thumbnail(PIXELS)
            out = io.BytesIO()
            upright.convert("RGB").save(out, "JPEG", quality=85)
            assets[str(number)] = out.getvalue()
    context = {"title": item.title, "office": settings.OFFICE_NAME, "frames": list(assets)}
    return render("print/dossier_picture.html", context, at=at, assets=assets)


def _slip(attachment: Attachment, item: DossierItem, at: dt.datetime) -> bytes:
    context = {
        "title": "电子文件替代页",
        "office": settings.OFFICE_NAME,
        "name": item.title,
        "kind": attachment.content_type,
        "size": attachment.size,
        "sha256": attachment.sha256,
        "responsible": item.responsible,
        "day": item.day,
    }
    return render("print/dossier_slip.html", context, at=at)


def _numbered(dossier: Dossier, inner: list[Part]) -> list[Part]:
    """All parts with their first pages. The catalogue is laid out until its own length is the one it assumed."""
    length = 1
    while True:
        _number(inner, 2 + length)
        pages = 2 + length + sum(part.pages for part in inner)
        catalogue = Part("卷内文件目录", _page("dossier_catalogue", dossier, pages, items=_lines(inner)))
        if catalogue.pages <= length:
            break
        length = catalogue.pages
    note = Part("卷内备考表", _page("dossier_note", dossier, pages))
    cover = Part("案卷封面", _page("dossier_cover", dossier, pages - 1 + note.pages, count=len(inner)))
    parts = [cover, catalogue, *inner, note]
    _number(parts, 1)
    return parts


def _number(parts: list[Part], first: int) -> None:
    for part in parts:
        part.first = first
        first += part.pages


def _lines(inner: list[Part]) -> list[dict[str, Any]]:
    """The lines of the catalogue, each with its page or span of pages."""
    return [
        {
            "position": part.item.position,
            "number": part.item.number,
            "responsible": part.item.responsible,
            "title": part.item.title,
            "day": part.item.day,
            "pages": f"{part.first}" if part.pages == 1 else f"{part.first}–{part.first + part.pages - 1}",
            "note": part.item.note,
        }
        for part in inner
        if part.item
    ]


def _page(name: str, dossier: Dossier, pages: int, **more: Any) -> bytes:
    context = {
        "title": dossier.title,
        "office": settings.OFFICE_NAME,
        "code": dossier.printed_code,
        "household": dossier.household.code,
        "year": dossier.year,
        "retention": dossier.get_retention_display(),
        "first_day": dossier.first_day,
        "last_day": dossier.last_day,
        "pages": pages,
        "note": dossier.note,
        "filed_by": str(dossier.filed_by),
        "filed_on": timezone.localtime(dossier.filed_at).date(),
        "checked_by": dossier.checked_by,
        "fonds": settings.ARCHIVE_FONDS,
        "protected": dossier.case.protected,
    }
    return render(f"print/{name}.html", context | more, at=dossier.filed_at)


def _joined(dossier: Dossier, parts: list[Part], total: int) -> bytes:
    """Join the parts, stamp the numbers, write bookmarks and the archive's mark where every part earns it."""
    stamps = render("print/dossier_numbers.html", {"numbers": range(1, total + 1)}, at=dossier.filed_at)
    archival = not any(part.foreign for part in parts)
    out = pikepdf.new()
    # Pages are copied when the whole is saved, so the parts stay open until then.
    with ExitStack() as stack:
        numbers = stack.enter_context(pikepdf.open(io.BytesIO(stamps)))
        for part in parts:
            out.pages.extend(stack.enter_context(pikepdf.open(io.BytesIO(part.pdf))).pages)
        for count, (page, number) in enumerate(zip(out.pages, numbers.pages, strict=True)):
            _stamp(page, number, count)
        with out.open_outline() as outline:
            outline.root.extend(pikepdf.OutlineItem(part.label, part.first - 1) for part in parts)
        if archival:
            out.Root.OutputIntents = out.copy_foreign(numbers.make_indirect(numbers.Root.OutputIntents))
        _describe(out, dossier, archival=archival)
        return _saved(out)


def _stamp(page: pikepdf.Page, number: pikepdf.Page, count: int) -> None:
    """Lay the number into the upper right corner, whatever the size of the page."""
    _left, _bottom, right, top = (float(edge) for edge in page.mediabox)
    width, height = (float(edge) for edge in number.mediabox[2:])
    _lay(page, number, pikepdf.Rectangle(right - width, top - height, right, top), f"/Number{count}")


def _lay(page: pikepdf.Page, over: pikepdf.Page, place: pikepdf.Rectangle, name: str) -> None:
    """Draw one page over another inside ``place``, smaller if need be, never larger.

    The library's own overlay gives random names, which would make every copy differ;
    ``name`` is unique in the document, because pages of one paper share their resources.
    """
    form = over.as_form_xobject()
    named = page.add_resource(form, pikepdf.Name.XObject, pikepdf.Name(name))
    placed = page.calc_form_xobject_placement(
        form, named, place, invert_transformations=True, allow_shrink=True, allow_expand=False
    )
    page.contents_add(b"q\n", prepend=True)
    page.contents_add(b"Q\n" + placed)
    page.contents_coalesce()


def _describe(out: pikepdf.Pdf, dossier: Dossier, *, archival: bool) -> None:
    """Title and dates; PDF/A-2b only where no foreign file came in whose fonts nobody can vouch for."""
    moment = timezone.localtime(dossier.filed_at)
    out.docinfo["/CreationDate"] = pikepdf.models.metadata.encode_pdf_date(moment)
    with out.open_metadata(set_pikepdf_as_editor=False) as metadata:
        metadata["dc:title"] = f"{dossier.printed_code} {dossier.title}"
        metadata["dc:creator"] = [settings.OFFICE_NAME]
        metadata["xmp:CreateDate"] = moment.isoformat("T", "seconds")
        if archival:
            metadata["pdfaid:part"], metadata["pdfaid:conformance"] = "2", "B"
    out.Root.PageMode = pikepdf.Name.UseOutlines
    out.Root.Lang = "zh-Hans"


def _saved(document: pikepdf.Pdf) -> bytes:
    out = io.BytesIO()
    document.save(out, min_version="1.7", deterministic_id=True, compress_streams=True)
    return out.getvalue()
