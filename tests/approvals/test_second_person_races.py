"""Four leaders decide one request at the same moment: one wins, three are told who decided.

Each act that needs a second person is raced, granted by two and denied by two, at full
speed and with a winner who takes time; on SQLite as well as on PostgreSQL.
"""

import datetime as dt
import time
from collections.abc import Callable
from typing import Any

import pytest

from accounts.models import User
from approvals import asking
from approvals.models import Request
from archive import actions as filing
from audit.verifying import findings
from cases.actions import calendar, handling, papers
from cases.dayplan import Plan
from documents.models import Paper
from reception import actions as persons
from reception.models import Petitioner
from reports import actions as exports
from tests import factories
from tests.cases.test_races import WORDS, answered
from tests.racing import again, now, race, today
from vault.errors import Refusal

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.timeout(300)]


@pytest.fixture(autouse=True)
def _plain_weeks():
    year = today().year
    factories.calendar(year - 1, year, year + 1)


def extension() -> tuple[dict[str, Any], Callable[..., Any], Callable[..., Any]]:
    case = factories.case(upto="handling", at=now())
    request = handling.request_extension(case=case, actor=case.people["supervisor"], at=now(), days=15, reason=WORDS)
    return {"request": request, "case": again(case)}, handling.extend, handling.deny_extension


def voiding() -> tuple[dict[str, Any], Callable[..., Any], Callable[..., Any]]:
    case = factories.case(upto="accepted", at=now())
    paper = Paper.objects.about(case).get(kind="accept_notice")
    request = papers.ask_void(paper=paper, case=case, actor=case.people["supervisor"], at=now(), reason=WORDS)
    return {"request": request, "paper": paper, "case": case}, papers.void, papers.deny_void


def merging_persons() -> tuple[dict[str, Any], Callable[..., Any], Callable[..., Any]]:
    one = factories.case(at=now())
    two = factories.case(at=now(), people=one.people)
    request = persons.ask_merge(
        main=one.petitioner, other=two.petitioner, reason=WORDS, actor=one.people["clerk"], at=now()
    )
    return {"request": request}, persons.merge, persons.deny_merge


def full_numbers() -> tuple[dict[str, Any], Callable[..., Any], Callable[..., Any]]:
    case = factories.case(at=now())
    request = exports.ask_full_ids(query="", reason=WORDS, actor=case.people["supervisor"], at=now())
    return {"request": request}, exports.grant_full_ids, exports.deny_full_ids


def taking_apart() -> tuple[dict[str, Any], Callable[..., Any], Callable[..., Any]]:
    archivist = factories.user("archivist")
    dossier = filing.file_case(case=again(answered()), actor=archivist, at=now(), waiver=WORDS)
    request = filing.ask_take_apart(dossier=dossier, reason=WORDS, actor=archivist, at=now())
    return {"request": request}, filing.take_apart, filing.deny_take_apart


def holidays() -> tuple[dict[str, Any], Callable[..., Any], Callable[..., Any]]:
    year = today().year + 1
    plan = Plan(year, {dt.date(year, 11, 30): ("off", "测试节")}, False, "")
    request = calendar.ask_calendar(plan=plan, reason=WORDS, actor=factories.user("sysadmin"), at=now())
    return {"request": request}, calendar.approve_calendar, calendar.deny_calendar


def unmerging_persons() -> tuple[dict[str, Any], Callable[..., Any], Callable[..., Any]]:
    fields, grant, _deny = merging_persons()
    grant(**fields, actor=factories.user("leader"), at=now())
    merged = Petitioner.objects.get(pk=fields["request"].subject_id)
    request = persons.ask_unmerge(person=merged, reason=WORDS, actor=factories.user("clerk"), at=now())
    return {"request": request}, persons.unmerge, persons.deny_merge


ASKED_FOR = [extension, voiding, merging_persons, unmerging_persons, full_numbers, taking_apart, holidays]


@pytest.fixture
def _slow_to_decide(monkeypatch):
    """Who has found the request open takes its time: the others must wait, not find it open as well."""
    found_open = asking.hold

    def slowly(asked: Request) -> None:
        found_open(asked)
        time.sleep(0.3)

    monkeypatch.setattr(asking, "hold", slowly)


def insist_one_decides(fields: dict[str, Any], *acts: Callable[..., Any]) -> None:
    """Race the acts, each pressed by a leader of the body that asks: its own head's office decides an extension."""
    leaders = [factories.user("leader") for _each in acts]

    def pressing(act: Callable[..., Any], actor: User) -> Callable[[], Any]:
        own = {name: again(row) for name, row in fields.items()}
        return lambda: act(**own, actor=actor, at=now(), verdict=WORDS)

    told = race(*(pressing(act, who) for act, who in zip(acts, leaders, strict=True)))
    who = again(fields["request"]).decided_by
    assert who in leaders, told
    assert told == ["", *[f"此项已由 {who} 审批。"] * (len(acts) - 1)]
    assert Request.objects.filter(decided_at=None).count() == 0
    assert list(findings()) == []


@pytest.mark.parametrize("asked_for", ASKED_FOR)
def test_one_second_person_decides(asked_for):
    fields, grant, deny = asked_for()
    insist_one_decides(fields, grant, deny, grant, deny)


@pytest.mark.parametrize("asked_for", ASKED_FOR)
@pytest.mark.usefixtures("_slow_to_decide")
def test_of_four_who_agree_one_decides(asked_for):
    fields, grant, _deny = asked_for()
    insist_one_decides(fields, *[grant] * 4)


@pytest.mark.parametrize("asked_for", [extension, merging_persons, unmerging_persons])
@pytest.mark.usefixtures("_slow_to_decide")
def test_who_agrees_slowly_and_who_refuses_meanwhile(asked_for):
    fields, grant, deny = asked_for()
    insist_one_decides(fields, grant, deny)


@pytest.mark.parametrize("asked_for", ASKED_FOR)
def test_who_agrees_after_another_refused_is_told_so(asked_for):
    """Nothing of the matter moved, so only the request itself can say it."""
    fields, grant, deny = asked_for()
    first, second = factories.user("leader"), factories.user("leader")
    old = {name: again(row) for name, row in fields.items()}
    deny(**fields, actor=first, at=now(), verdict=WORDS)
    with pytest.raises(Refusal, match=f"此项已由 {first} 审批。"):
        grant(**old, actor=second, at=now(), verdict=WORDS)
