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
from alerts.models import Alarm, Note
from archive.models import Dossier
from cases.models import Case, Meeting
from cases.workflow import STEPS, refusal
from diary.models import LeaderDay
from documents.models import Paper
from followup.models import SampleRun, Suggestion
from reception.models import Visit
from tests import factories
from tests.browser.looking import SIZES, look, sign_in

pytestmark = [pytest.mark.ui, pytest.mark.django_db(transaction=True), pytest.mark.timeout(1800)]


SEND = "main [data-key=F9]:visible, main form[method=post] .btn-primary:visible"  # what sends the form of a page


def screens() -> dict[str, list[str]]:
    """The screens of each role, with real rows in their addresses."""
    case = one("handling")
    visit = Visit.objects.filter(is_group=True).first()
    person, dossier = visit.petitioner, Dossier.objects.order_by("pk").first()
    paper = Paper.objects.about(case).filter(kind="accept_notice").first()
    meeting = Meeting.objects.order_by("pk").first()
    return {
        "clerk": ["/reception/", "/reception/visits/new/", visit.get_absolute_url(), person.get_absolute_url(),
                  "/drafts/", "/search/", "/hall/screen/", "/hall/kiosk/", "/reception/reader/"],
        "supervisor": [
            "/cases/", "/cases/todo/", "/followup/", "/cases/rules/", "/notices/", "/approvals/", "/papers/",
            "/cases/meetings/", "/cases/deliveries/", "/cases/apart/", "/briefing/", "/reports/full-ids/",
            "/followup/rehearsal/", "/followup/suggestions/", "/followup/units/ZJJ/letter/", "/followup/visits/",
            *(reverse("followup:suggestion", args=[one.pk]) for one in Suggestion.objects.all()),
            *(reverse("followup:sample", args=[row.pk]) for row in SampleRun.objects.all()[:1]),
            reverse("followup:suggest", args=[case.number]), "/inquiry/",
            "/accounts/deputies/", "/diary/", "/diary/week/", "/diary/subscribe/", "/diary/leaders/",
            "/diary/leaders/new/", "/diary/leaders/notice/",
            *(day.get_absolute_url() for day in LeaderDay.objects.all()),
            "/alerts/", "/alerts/rules/", *(alarm.get_absolute_url() for alarm in Alarm.objects.all()),
            *(reverse("alerts:edit", args=[note.pk]) for note in Note.objects.all()),
            "/reports/register/", "/reports/register/print/", "/notices/ways/",
            *(f"{case.get_absolute_url()}?tab={tab}" for tab in ("course", "papers", "attachments", "related")),
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
            "/reports/", "/styleguide/", "/approvals/", reverse("cases:proposal", args=[one("proposed").number]),
            one("lapsed").get_absolute_url(), *steps("leader", "conclude"),
        ],
        "reviewer": ["/review/", reverse("review:decide", args=[one("reviewing").number])],
        "archivist": ["/archive/", dossier.get_absolute_url()],
        "sysadmin": [
            "/accounts/people/", "/reception/workstations/", "/hall/devices/", "/cases/calendar/",
            "/upkeep/", "/cases/calendar/2026/", "/notices/office/", "/notices/office/sms/", "/notices/office/dead/",
        ],
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


def picture(page, name: str) -> None:
    """Keep a picture of the whole page where SCREENSHOTS names a folder."""
    if folder := os.environ.get("SCREENSHOTS"):
        page.screenshot(path=str(Path(folder) / f"{name}.png"), full_page=True)


def named(path: str, size: str, state: str = "") -> str:
    return "-".join(filter(None, (path.strip("/").replace("/", "-") or "home", state, size or "normal")))


def report(looked: int, faults: list[str], what: str) -> None:
    print(f"\n{looked} {what} looked at, {len(faults)} faults", *sorted(set(faults)), sep="\n  ")
    assert faults == []


def test_every_screen_in_three_sizes(page, axe):
    page.set_default_timeout(60_000)
    call_command("seed", verbosity=0)
    call_command("seed_demo", verbosity=0)
    faults, looked = [], 0
    for username, paths in screens().items():
        sign_in(page, username)
        for size in SIZES:
            User.objects.filter(username=username).update(text_size=size)
            for path in paths:
                answer = page.goto(path)
                faults += [f"{path}: HTTP {answer.status}"] if answer.status != 200 else []
                faults += look(page, axe, path, size)
                picture(page, named(path, size))
                looked += 1
    report(looked, faults, "screens")


EMPTY = {
    "clerk": ["/reception/", "/reception/visits/new/", "/cases/", "/cases/todo/", "/notices/", "/papers/"],
    "supervisor": ["/followup/", "/briefing/", "/approvals/", "/cases/meetings/", "/cases/deliveries/",
        "/cases/apart/"],
    "leader": ["/reports/", "/styleguide/"], "reviewer": ["/review/"], "archivist": ["/archive/"],
    "auditor": ["/audit/"], "sysadmin": ["/cases/calendar/", "/accounts/people/"], "secadmin": ["/accounts/roles/"],
}  # fmt: skip


def test_every_list_when_there_is_nothing_yet(page, axe):
    """A new office on its first morning: each list says in a sentence what would stand there."""
    page.set_default_timeout(60_000)
    call_command("seed", verbosity=0)
    for role in EMPTY:
        factories.user(role, username=role)
    faults, looked = [], 0
    for username, paths in EMPTY.items():
        sign_in(page, username)
        for size in SIZES:
            User.objects.filter(username=username).update(text_size=size)
            for path in paths:
                answer = page.goto(path)
                faults += [f"{path}: HTTP {answer.status}"] if answer.status != 200 else []
                faults += look(page, axe, path, size)
                picture(page, named(path, size, "empty"))
                looked += 1
    report(looked, faults, "empty screens")


def refused_pages(case: Case) -> dict[str, list[str]]:
    """Pages that answer with something wrong: a form sent empty, a foreign number, a page of somebody else's role."""
    return {
        "clerk": ["/reception/visits/new/", "/cases/?from=abc"],
        "supervisor": [
            reverse("cases:step", args=[case.number, "guide"]),
            reverse("cases:step", args=[case.number, "propose_decline"]),
            "/cases/XF2099000001/", "/audit/", reverse("cases:step", args=[case.number, "sign"]),
        ],
    }  # fmt: skip


def test_every_kind_of_error_in_three_sizes(page, axe):
    """Forms sent without anything in them, filters that mean nothing, 403, 404, and a step that is not possible."""
    page.set_default_timeout(60_000)
    year = timezone.localdate().year
    factories.calendar(year - 1, year, year + 1)
    case = factories.case(at=timezone.now())
    for role in ("clerk", "supervisor"):
        factories.user(role, username=role)
    faults, looked = [], 0
    for username, paths in refused_pages(case).items():
        sign_in(page, username)
        for size in SIZES:
            User.objects.filter(username=username).update(text_size=size)
            for path in paths:
                page.goto(path)
                send = page.locator(SEND)
                if send.count():
                    send.first.click()
                    page.wait_for_selector(".error-summary")
                faults += look(page, axe, path, size)
                picture(page, named(path.split("?")[0], size, "error"))
                looked += 1
    page.context.clear_cookies()
    page.goto("/accounts/login/")
    page.keyboard.press("Enter")
    faults += look(page, axe, "/accounts/login/", "")
    picture(page, "login-error")
    report(looked + 1, faults, "refusals")
