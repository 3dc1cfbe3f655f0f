"""A group that comes again and again, each time with more people, and a demand signed on the pad."""

import datetime as dt
import io

from django.core.files.uploadedfile import SimpleUploadedFile
from PIL import Image, ImageDraw

from cases.models import Case
from reception import actions
from reception.models import Visit
from reception.registering import CompanionData
from reports.management.demo.world import Life, World

CAME = (12, 31, 58)
NEW_EACH = (11, 21, 30)  # of those listed, who had not come before


def growing(world: World, start: dt.datetime) -> Life:
    """Twelve, thirty-one, fifty-eight: the roster of each visit repeats the earlier faces and adds new ones."""
    text = {
        "demand": "要求临江名苑三期限期办理 58 户不动产权证。",
        "facts": "购房合同约定交房后 180 日内办证，已逾期两年，开发企业称土地款未缴清。",
        "reasons": "购房款已全部付清，有合同和发票。",
        "content": "城乡建设/城市建设和市政管理/自来水供应",
    }
    person = world.crowd.person()
    faces: list[CompanionData] = []
    case: Case | None = None
    at = yield start
    for came, fresh in zip(CAME, NEW_EACH, strict=True):
        faces = [*faces, *world.crowd.companions(fresh, 0)]
        for place, one in enumerate(faces):
            one.is_representative = place < 5
        visit = world.register(
            text, at, join=case, person=person, visitors=came, involved=58, also="C10", channel="visit",
            companions=list(faces[: came - 1]),
        )  # fmt: skip
        case = visit.case_link.case
        sign(world, visit, at + dt.timedelta(minutes=10))
        at = yield at + dt.timedelta(days=4)


def sign(world: World, visit: Visit, at: dt.datetime) -> None:
    """The visitor signs on the pad right after registering."""
    actions.confirm(
        visit=visit, version=0, way="pad", signer=visit.petitioner.name, picture=_scrawl(), strokes=_strokes(),
        actor=visit.clerk, at=at,
    )  # fmt: skip


POINTS = [(40, 120), (90, 40), (120, 150), (180, 60), (230, 140), (300, 50), (360, 130), (440, 80)]


def _strokes() -> list[dict[str, list[dict[str, float]]]]:
    return [{"points": [{"x": x, "y": y, "time": n * 20, "pressure": 0.5} for n, (x, y) in enumerate(POINTS)]}]


def _scrawl() -> SimpleUploadedFile:
    picture = Image.new("RGB", (480, 190), "white")
    ImageDraw.Draw(picture).line(POINTS, fill="#1b2733", width=5, joint="curve")
    out = io.BytesIO()
    picture.save(out, "PNG")
    return SimpleUploadedFile("签字.png", out.getvalue(), content_type="image/png")
