"""Pictures to look at, made anew from the handed-in ones: upright, small, without the camera's place and time.

What was handed in stays as it is, sealed by its digest. What is shown is a new JPEG, kept
encrypted beside the file; nothing of the original's other content gets into it. A missing
or unreadable copy is made again.
"""

import io

from django.utils.translation import gettext as _
from PIL import Image

from documents import files
from documents.keeping import content_of
from documents.models import Attachment
from vault import keyring
from vault.errors import Refusal

PICTURES = ("image/jpeg", "image/png", "image/tiff")
EDGES = {"thumb": 240, "view": 1800}  # pixels of the longer side
MOST_BYTES = 210_000_000  # of one decoded picture in memory; scans in black and white of A3 at 600 dpi fit


def is_picture(file: Attachment) -> bool:
    """Can a picture be made of it?"""
    return file.content_type in PICTURES


def preview(file: Attachment, size: str, page: int = 1) -> bytes:
    """A JPEG of one page of a picture, its longer side as ``EDGES`` says; ``page`` counts from 1.

    Raises ``Refusal`` when it is no picture, has no such page, is too large to decode or damaged.
    """
    if not is_picture(file):
        raise Refusal(_("此类文件没有预览，请下载后查看。"))
    if not 1 <= page <= max(file.pages, 1):
        raise Refusal(_("没有这一页。"))
    name = f"{file.file}.{size}{page}"
    try:
        return files.fetch(name)
    except (OSError, keyring.Unreadable):
        made = _made(content_of(file), EDGES[size], page)
    files.drop(name)
    files.keep_beside(name, made)
    return made


def _made(data: bytes, edge: int, page: int) -> bytes:
    try:
        with Image.open(io.BytesIO(data), formats=["JPEG", "PNG", "TIFF"]) as picture:
            picture.seek(page - 1)
            picture.draft("RGB", (edge, edge))  # JPEG decodes to an eighth at once; others ignore it
            if picture.width * picture.height * len(picture.getbands()) > MOST_BYTES:
                raise Refusal(_("图片过大，没有预览，请下载后查看。"))
            turned = picture.getexif().get(0x0112, 1)
            upright = _turned(_flat(picture, edge), turned)
            out = io.BytesIO()
            upright.save(out, "JPEG", quality=82)
            return out.getvalue()
    except (OSError, EOFError, ValueError, SyntaxError, Image.DecompressionBombError) as error:
        raise Refusal(_("图片打不开，可能已损坏。")) from error


def _flat(picture: Image.Image, edge: int) -> Image.Image:
    """Small and in plain colours; what is transparent becomes white paper."""
    if picture.mode in ("1", "P", "I;16", "I", "F", "CMYK", "LA", "PA"):
        picture = picture.convert("RGBA" if "transparency" in picture.info or picture.mode.endswith("A") else "RGB")
    picture.thumbnail((edge, edge))
    if picture.mode == "RGBA":
        paper = Image.new("RGB", picture.size, "white")
        paper.paste(picture, mask=picture.getchannel("A"))
        return paper
    return picture.convert("RGB")


TURNS = {
    2: Image.Transpose.FLIP_LEFT_RIGHT, 3: Image.Transpose.ROTATE_180, 4: Image.Transpose.FLIP_TOP_BOTTOM,
    5: Image.Transpose.TRANSPOSE, 6: Image.Transpose.ROTATE_270, 7: Image.Transpose.TRANSVERSE,
    8: Image.Transpose.ROTATE_90,
}  # fmt: skip


def _turned(picture: Image.Image, orientation: int) -> Image.Image:
    """Turned as the camera noted, on a new sheet that carries neither that note nor any other."""
    plain = Image.new("RGB", picture.size)
    plain.paste(picture)
    return plain.transpose(TURNS[orientation]) if orientation in TURNS else plain
