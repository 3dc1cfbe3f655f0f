"""What needs a second person, who that may be, and which page decides it."""

from dataclasses import dataclass

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _


@dataclass(frozen=True)
class Kind:
    """``permission`` is what the second person needs; ``page`` the address where they decide, by the request's key."""

    label: Promise
    permission: str
    page: str
    own_body: bool = False  # decided inside the body that asks (article 34: its own head)
    of_matter: bool = False  # the page goes by the number of the matter


KINDS: dict[str, Kind] = {
    "decline": Kind(_("不予受理、不再受理"), "cases.approve", "cases:proposal", of_matter=True),
    "extend": Kind(_("延期"), "cases.extend", "cases:extension", own_body=True, of_matter=True),
    "void": Kind(_("文书作废"), "documents.void_decide", "cases:voiding"),
    "merge_persons": Kind(_("信访人并户"), "reception.merge_decide", "reception:merging"),
    "full_ids": Kind(_("导出完整证件号码"), "reports.full_ids_decide", "reports:full_ids"),
    "take_apart": Kind(_("拆卷"), "archive.take_apart_decide", "archive:taking_apart"),
    "calendar": Kind(_("节假日安排"), "cases.calendar_decide", "cases:calendar_request"),
}

CHOICES = [(code, kind.label) for code, kind in KINDS.items()]
