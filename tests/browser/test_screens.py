"""Every main screen with the demo office behind it: three type sizes, wide and narrow, no accessibility fault.

``SCREENSHOTS=folder`` keeps a picture of each.
"""

import datetime as dt
import os
from pathlib import Path

import pytest
from django.core.management import call_command
from django.urls import reverse
from django.utils import timezone

from accounts.models import UnitKind, User
from archive.models import Dossier
from cases.models import Case, Meeting
from cases.workflow import STEPS, refusal
from documents.models import Paper
from reception.models import Visit
from tests import factories

pytestmark = [pytest.mark.ui, pytest.mark.django_db(transaction=True), pytest.mark.timeout(1800)]
SIZES = ("", "large", "xl")
WIDE, NARROW = {"width": 1366, "height": 768}, {"width": 320, "height": 640}
# What holds words and is narrower than they are; lists shortened on purpose show the whole in a title.
CLIPPED = """[...document.querySelectorAll('input, select, button, a.btn, td, th, dd, .lamp, .tag')].filter(
  each => each.offsetParent && !each.closest('.visually-hidden') && !['hidden', 'checkbox', 'radio'].includes(each.type)
    && getComputedStyle(each).display !== 'inline' && each.scrollWidth > each.clientWidth + 1
).map(each => each.tagName + ' ' + (each.name || each.innerText))"""
SIDEWAYS = "document.documentElement.scrollWidth > document.documentElement.clientWidth"


def screens() -> dict[str, list[str]]:
    """The screens of each role, with real rows in their addresses."""
    case = one("handling")
    visit = Visit.objects.filter(is_group=True).first()
    person, dossier = visit.petitioner, Dossier.objects.order_by("pk").first()
    paper = Paper.objects.about(case).filter(kind="accept_notice").first()
    meeting = Meeting.objects.order_by("pk").first()
    return {
        "clerk": ["/reception/", "/reception/visits/new/", visit.get_absolute_url(), person.get_absolute_url()],
        "supervisor": [
            "/cases/", "/cases/todo/", "/followup/", "/cases/rules/", "/notices/", "/approvals/", "/papers/",
            "/cases/meetings/", "/cases/deliveries/", "/cases/apart/", "/briefing/", "/reports/full-ids/",
            case.get_absolute_url(), meeting.case.get_absolute_url(),
            *(one(state).get_absolute_url() for state in ("merged", "proposed", "rechecking", "concluded")),
            *(reverse(f"briefing:{page}", args=[case.number]) for page in ("urgent", "instruct", "digest")),
            *steps("supervisor", "accept_simple", "propose_decline", "guide", "assign", "merge", "withdraw", "close"),
            *steps("supervisor", "request_extension", "send_back", "insist", "reopen"),
            reverse("cases:draft", args=[one("classified").number, "accept_notice"]),
            reverse("cases:deliver", args=[one("reviewed").number]), reverse("cases:meeting", args=[case.number]),
            reverse("cases:meeting_outcome", args=[meeting.case.number, meeting.pk]),
            reverse("cases:void", args=[paper.pk]), reverse("reception:ask_merge", args=[person.pk]),
            reverse("review:request", args=[one("review_served").number]),
        ],
        "handler": [*steps("handler", "call_hearing", "settle", "report", "investigate", "hand_back")],
        "head": [one("signing").get_absolute_url(), *steps("head", "sign", "return_draft")],
        "leader": [
            "/reports/", "/approvals/", reverse("cases:proposal", args=[one("proposed").number]),
            one("lapsed").get_absolute_url(), *steps("leader", "conclude"),
        ],
        "reviewer": ["/review/", reverse("review:decide", args=[one("reviewing").number])],
        "archivist": ["/archive/", dossier.get_absolute_url()],
        "sysadmin": ["/accounts/people/", "/cases/calendar/", "/cases/calendar/2026/"],
        "secadmin": ["/accounts/roles/"],
        "auditor": ["/audit/"],
    }  # fmt: skip


def one(state: str) -> Case:
    """A matter of the petition office in this state."""
    return Case.objects.filter(state=state, office__kind=UnitKind.OFFICE).order_by("pk").first()


def steps(username: str, *names: str) -> list[str]:
    """The pages of these steps, each of the newest matter that this user can do it with now."""
    user, now = User.objects.get(username=username), timezone.now()
    return [reverse("cases:step", args=[_ready(user, name, now).number, name]) for name in names]


def _ready(user: User, name: str, now: dt.datetime) -> Case:
    found = Case.objects.visible_to(user).filter(state__in=STEPS[name].sources).order_by("-pk")
    return next(case for case in found if not refusal(case, name, user, now))


def sign_in(page, username: str) -> None:
    page.context.clear_cookies()
    page.goto("/accounts/login/")
    page.fill("[name=username]", username)
    page.fill("[name=password]", factories.PASSWORD)
    page.keyboard.press("Enter")
    page.wait_for_url(lambda url: "/login" not in url)


def test_every_screen_in_three_sizes(page, axe):
    page.set_default_timeout(60_000)
    call_command("seed", verbosity=0)
    call_command("seed_demo", verbosity=0)
    folder, faults, looked = os.environ.get("SCREENSHOTS"), [], 0
    for username, paths in screens().items():
        sign_in(page, username)
        for size in SIZES:
            User.objects.filter(username=username).update(text_size=size)
            for path in paths:
                page.set_viewport_size(WIDE)
                answer = page.goto(path)
                faults += [f"{path}: HTTP {answer.status}"] if answer.status != 200 else []
                page.wait_for_load_state("networkidle")
                faults += [f"{path} {size or 'normal'}: {each}" for each in axe(page)]
                if folder:
                    name = path.strip("/").replace("/", "-") or "home"
                    page.screenshot(path=str(Path(folder) / f"{name}-{size or 'normal'}.png"), full_page=True)
                if page.evaluate(SIDEWAYS):
                    faults.append(f"{path} {size or 'normal'}: scrolls sideways at 1366 px")
                faults += [f"{path} {size or 'normal'}: clips {each}" for each in page.evaluate(CLIPPED)]
                page.set_viewport_size(NARROW)
                if page.evaluate(SIDEWAYS):
                    faults.append(f"{path} {size or 'normal'}: scrolls sideways at 320 px")
                looked += 1
    print(f"\n{looked} screens looked at, {len(faults)} faults", *sorted(set(faults)), sep="\n  ")
    assert faults == []
