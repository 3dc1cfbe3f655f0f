"""Every main screen with the demo office behind it: three type sizes, wide and narrow, no accessibility fault.

``SCREENSHOTS=folder`` keeps a picture of each.
"""

import os
from pathlib import Path

import pytest
from django.core.management import call_command

from accounts.models import User
from archive.models import Dossier
from cases.models import Case
from reception.models import Visit
from tests import factories

pytestmark = [pytest.mark.ui, pytest.mark.django_db(transaction=True), pytest.mark.timeout(1800)]
SIZES = ("", "large", "xl")
WIDE, NARROW = {"width": 1366, "height": 768}, {"width": 320, "height": 640}
SIDEWAYS = "document.documentElement.scrollWidth > document.documentElement.clientWidth"


def screens() -> dict[str, list[str]]:
    """The screens of each role, with real rows in their addresses."""
    case = Case.objects.filter(state="handling").order_by("pk").first()
    visit = Visit.objects.filter(is_group=True).first()
    person, dossier = visit.petitioner, Dossier.objects.order_by("pk").first()
    return {
        "clerk": ["/reception/", "/reception/visits/new/", visit.get_absolute_url(), person.get_absolute_url()],
        "supervisor": ["/cases/", "/cases/todo/", case.get_absolute_url(), "/followup/", "/cases/rules/", "/notices/"],
        "leader": ["/reports/"],
        "archivist": ["/archive/", dossier.get_absolute_url()],
        "sysadmin": ["/accounts/people/"],
        "secadmin": ["/accounts/roles/"],
        "auditor": ["/audit/"],
    }  # fmt: skip


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
                page.goto(path)
                page.wait_for_load_state("networkidle")
                faults += [f"{path} {size or 'normal'}: {each}" for each in axe(page)]
                if folder:
                    name = path.strip("/").replace("/", "-") or "home"
                    page.screenshot(path=str(Path(folder) / f"{name}-{size or 'normal'}.png"), full_page=True)
                page.set_viewport_size(NARROW)
                if page.evaluate(SIDEWAYS):
                    faults.append(f"{path} {size or 'normal'}: scrolls sideways at 320 px")
                looked += 1
    print(f"\n{looked} screens looked at, {len(faults)} faults", *sorted(set(faults)), sep="\n  ")
    assert faults == []
