"""The page of every step in every situation a matter can be in: it opens, or says why not, and never breaks.

The rights are asked of the table; the pages must agree with it: 200 with the form where
the step can be done, 403 for the wrong role, 409 for the wrong moment. An empty form sent
off comes back with a summary of what is missing, and what was typed is still there.
"""

from typing import Any

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from cases.models import Case
from cases.views.steps import SCREENS
from cases.workflow import STEPS, refusal
from tests import factories
from tests.cases import test_races, test_steps

pytestmark = [pytest.mark.django_db, pytest.mark.timeout(600), pytest.mark.ui]
ROLES = ("clerk", "supervisor", "handler", "unit_head", "leader", "reviewer", "archivist")
PLAIN = (
    "classified", "accepted", "assigned", "handling", "checking", "closed", "served",
)  # fmt: skip
SITUATIONS = (*PLAIN, *test_steps.SITUATIONS, *test_races.SITUATIONS)
TYPED = "这里写了很久的一段话，不能丢。"
# Pages of their own that need something made first: the digest, the event, the request.
PAGES = {name for name, step in STEPS.items() if step.page and name not in SCREENS}


@pytest.fixture(autouse=True)
def _plain_weeks():
    year = timezone.localdate().year
    factories.calendar(year - 1, year, year + 1)


def people_of(case: Case) -> dict[str, Any]:
    """Somebody in each role who may know of the matter, at the place where its own people sit."""
    case.people.setdefault("unit_head", case.people.get("head"))
    made = {}
    for role in ROLES:
        known = case.people.get(role)
        made[role] = known or factories.user(role, case.handling_unit if role == "unit_head" else None)
    return made


def page_of(case: Case, name: str) -> str:
    step = STEPS[name]
    return reverse(step.page, args=[case.number]) if name in PAGES else f"/cases/{case.number}/{name}/"


@pytest.mark.parametrize("situation", SITUATIONS)
def test_every_step_opens_or_says_why_not_and_gives_an_empty_form_back(situation):
    case = test_races.begin(situation)
    wrong = []
    for role, user in people_of(case).items():
        client = Client()
        client.force_login(user, backend="django.contrib.auth.backends.ModelBackend")
        knows = Case.objects.visible_to(user).filter(pk=case.pk).exists()
        for name in SCREENS:
            if user.can(STEPS[name].permission) or case.state in STEPS[name].sources:
                wrong += [(role, name, what) for what in on_its_page(client, case, name, user, knows)]
        for name in PAGES:
            if (code := client.get(page_of(case, name)).status_code) not in (200, 302, 403, 404, 409):
                wrong.append((role, name, code))
    assert wrong == []
    assert Case.objects.get(pk=case.pk).version == case.version


def on_its_page(client: Client, case: Case, name: str, user: Any, knows: bool) -> list[Any]:
    """What is wrong with the page of one step for one person."""
    answer = client.get(page_of(case, name))
    form = answer.context["form"] if answer.status_code == 200 else None
    found = (answer.status_code, form is not None)
    if found != (right := expected(case, name, user, knows)):
        return [(right, found)]
    if form is None or not any(field.required for field in form.fields.values()):
        return []
    return sent_empty(client, case, name, form.fields)


def expected(case: Case, name: str, user: Any, knows: bool) -> tuple[int, bool]:
    """The status, and whether there is a form of the step."""
    if not knows:
        return 404, False
    if not refusal(case, name, user, timezone.now()):
        return 200, True
    return (409 if user.can(STEPS[name].permission) else 403), False


def sent_empty(client: Client, case: Case, name: str, fields: dict[str, Any]) -> list[str]:
    """What is wrong with the answer to nothing, and to one long text alone."""
    url, found = page_of(case, name), []
    answer = client.post(url, {})
    page = answer.content.decode()
    if (answer.status_code, answer.context["form"].is_bound) != (422, True):
        found.append(f"empty: {answer.status_code}")
    if 'class="error-summary"' not in page:
        found.append("no summary of errors")
    texts = [one for one, field in fields.items() if getattr(field, "lines", False)]
    needed = [one for one, field in fields.items() if field.required]
    if texts and needed != texts[:1]:
        kept = client.post(url, {texts[0]: TYPED})
        if kept.status_code == 422 and TYPED not in kept.content.decode():
            found.append("the typed words are lost")
    return found
