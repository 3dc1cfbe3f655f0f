"""Four people act at the same moment on the same matter: one wins, three are told who was faster.

One pair of steps for each state, two people on either; between them the pairs name every
step that moves a matter (the decisions of a second person: tests/approvals). On a
real transactional database, SQLite as well as PostgreSQL; nobody ever sees a database error.
"""

import datetime as dt
from collections.abc import Callable
from typing import Any

import pytest

from accounts.models import User
from approvals.asking import pending
from archive import actions as filing
from archive.seeding import seed as seed_archive
from audit.models import Event
from audit.verifying import findings
from cases.actions import (
    answering,
    deciding,
    ending,
    handling,
    merging,
    refusing,
    sending,
    serving,
    settling,
)
from cases.models import Case
from cases.workflow import STEPS
from documents.models import Paper
from followup.actions import visiting
from review import actions as reviewing
from review import chain
from tests import factories
from tests.cases import test_steps
from tests.cases.test_steps import ready
from tests.racing import again, now, race, today

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.timeout(300)]
WORDS = "经核实，情况属实，依照有关规定办理。"
EARLY = dt.timedelta(days=60)


# ---- where the races begin: the situations of the pages' tests, and some more


def proposed(ground: str = "pending") -> Case:
    case = factories.case(at=now())
    refusing.propose_decline(case=case, actor=case.people["clerk"], at=now(), ground=ground, note=WORDS)
    return case


def objected_long_ago() -> Case:
    case = factories.case(upto="assigned", at=now() - EARLY)
    answering.hand_back(case=case, actor=case.people["handler"], at=now() - EARLY, note=WORDS)
    return case


def settled() -> Case:
    case = factories.case(upto="handling", at=now())
    settling.settle(case=again(case), actor=case.people["handler"], at=now(), **AGREED())
    return case


def asked(outcome: str = "", served: bool = False) -> Case:
    """Review asked for; answered with ``outcome``; that opinion delivered."""
    case = factories.case(upto="served", at=now())
    factories.asked(case, now())
    return judged(case, outcome, served)


def asked_twice(outcome: str = "") -> Case:
    case = asked("upheld", served=True)
    factories.asked(case, now())
    return judged(case, outcome, served=False)


def judged(case: Case, outcome: str, served: bool) -> Case:
    if outcome:
        factories.decided(case, now(), outcome, **({"redo_days": 20} if outcome == "redo" else {}))
    if served:
        factories.handed_over(case, now())
    return case


def merged() -> Case:
    case = factories.case(upto="accepted", at=now())
    main = factories.case(upto="accepted", at=now(), people=case.people)
    merging.merge(case=again(case), actor=case.people["supervisor"], at=now(), main=main, note=WORDS)
    return case


def answered() -> Case:
    seed_archive()
    case = factories.case(at=now())
    deciding.answer(case=case, actor=case.people["clerk"], at=now(), answer=WORDS)
    return case


SITUATIONS: dict[str, Callable[[], Case]] = {
    "proposed": proposed, "proposed to end": lambda: proposed("concluded"), "objected long ago": objected_long_ago,
    "settled": settled, "served long ago": lambda: factories.case(upto="served", at=now() - EARLY),
    "reviewing": asked, "reviewed": lambda: asked("upheld"), "review served": lambda: asked("upheld", served=True),
    "ordered anew": lambda: asked("redo", served=True), "rechecking": asked_twice,
    "rechecked": lambda: asked_twice("upheld"), "merged": merged, "answered": answered,
    "found wanting": lambda: found_wanting(),
}  # fmt: skip


def begin(situation: str) -> Case:
    case = SITUATIONS[situation]() if situation in SITUATIONS else ready(situation)
    fresh = again(case)
    fresh.people = case.people
    return fresh


# ---- what people do there: the role, the verb, and its fields, looked up before the race begins


def AGREED() -> dict[str, Any]:
    return {
        "kind": "mediation", "parties": "甲、乙", "facts": WORDS, "terms": WORDS, "agreed_on": today(),
        "perform_by": today() + dt.timedelta(days=20),
    }  # fmt: skip


def to_housing(case: Case) -> dict[str, Any]:
    return {"unit": factories.housing()}


def delivery(*kinds: str) -> Callable[[Case], dict[str, Any]]:
    def fields(case: Case) -> dict[str, Any]:
        paper = Paper.objects.about(case).filter(kind__in=kinds).last()
        return {"paper": paper, "way": "direct", "delivered_on": today(), "receiver": "本人"}

    return fields


def review_request(case: Case) -> dict[str, Any]:
    level = chain.next_stage(case).level
    return {
        "requested_on": today(), "request": WORDS, "facts_and_reasons": WORDS, "body_reason": WORDS,
        "late_reason": "住院治疗", "body": chain.default_body(case, level) or factories.other_body(),
    }  # fmt: skip


def review_opinion(case: Case) -> dict[str, Any]:
    return {"review": chain.current(case), "outcome": "upheld", **factories.OPINION}


def decision(kind: str, **more: Any) -> Callable[[Case], dict[str, Any]]:
    return lambda case: {"request": pending(kind, case), "verdict": WORDS} | more


def found_wanting() -> Case:
    case = factories.case(upto="served", at=now())
    visiting.record_return_visit(
        case=again(case), actor=case.people["clerk"], at=now(), way="phone", reached="yes", satisfaction="not",
        properly_handled=False, remaining=WORDS,
    )  # fmt: skip
    return case


def plain(**fields: Any) -> Callable[[Case], dict[str, Any]]:
    return lambda case: fields


Act = tuple[str, Callable[..., Any], Callable[[Case], dict[str, Any]]]
ACTS: dict[str, Act] = {
    "classify": ("clerk", deciding.classify, plain(category="C10")),
    "inform": ("supervisor", deciding.inform, plain()),
    "answer": ("clerk", deciding.answer, plain(answer=WORDS)),
    "accept": ("supervisor", deciding.accept, plain()),
    "accept_simple": ("supervisor", deciding.accept_simple, plain()),
    "propose_decline": ("clerk", refusing.propose_decline, plain(ground="pending", note=WORDS)),
    "decline": ("leader", refusing.approve_decline, decision("decline")),
    "no_longer": ("leader", refusing.approve_decline, decision("decline")),
    "return_proposal": ("leader", refusing.return_proposal, decision("decline")),
    "guide": ("clerk", deciding.guide, plain(route="litigation")),
    "refer": ("supervisor", sending.refer, to_housing),
    "assign": ("supervisor", sending.assign, to_housing),
    "handle_here": ("supervisor", sending.handle_here, lambda case: {"handler": case.people["own"]}),
    "record_receipt": ("clerk", sending.record_receipt, plain(received_by="张某")),
    "take_up": ("handler", answering.take_up, plain()),
    "hand_back": ("handler", answering.hand_back, plain(note=WORDS)),
    "insist": ("supervisor", answering.insist, plain(note=WORDS)),
    "stays": ("", answering.stays, plain()),
    "coordinate": ("leader", sending.coordinate, lambda case: {"unit": factories.labour(), "note": WORDS}),
    "settle": ("handler", settling.settle, lambda case: AGREED()),
    "performed": ("handler", settling.performed, plain()),
    "not_performed": ("handler", settling.not_performed, plain(note=WORDS)),
    "submit": ("handler", handling.submit, plain(**factories.REPORT)),
    "sign": ("unit_head", handling.sign, plain()),
    "return_draft": ("unit_head", handling.return_draft, plain(note=WORDS)),
    "report": ("handler", handling.report, plain(signed_name="王某", **factories.REPORT)),
    "close": ("supervisor", handling.close, plain()),
    "send_back": ("supervisor", handling.send_back, plain(note=WORDS)),
    "serve": ("clerk", serving.serve, delivery("opinion")),
    "serve_review": ("clerk", serving.serve, delivery("review_opinion")),
    "serve_recheck": ("clerk", serving.serve, delivery("recheck_opinion")),
    "lapse": ("", ending.lapse, plain()),
    "request_review": ("clerk", reviewing.request, review_request),
    "request_recheck": ("clerk", reviewing.request, review_request),
    "decide_review": ("reviewer", reviewing.decide, review_opinion),
    "decide_recheck": ("reviewer", reviewing.decide, review_opinion),
    "redo": ("supervisor", reviewing.redo, lambda case: {"review": chain.ordered(case)}),
    "conclude": ("leader", ending.conclude, plain(note=WORDS)),
    "withdraw": ("clerk", ending.withdraw, plain(words=WORDS)),
    "merge": ("supervisor", merging.merge, lambda case: {"main": other(case), "note": WORDS}),
    "unmerge": ("supervisor", merging.unmerge, plain(note=WORDS)),
    "reopen": ("supervisor", deciding.reopen, plain(note=WORDS)),
    "rework": ("supervisor", visiting.rework, lambda case: {"visit": case.return_visits.get(), "note": WORDS}),
    "file": ("archivist", filing.file_case, plain(waiver=WORDS, at_once=False)),
}
RACES = [
    ("classified", "classify", "accept"), ("classified", "answer", "guide"), ("classified", "accept_simple", "refer"),
    ("classified", "propose_decline", "withdraw"), ("own", "inform", "answer"),
    ("proposed", "decline", "return_proposal"), ("proposed to end", "no_longer", "return_proposal"),
    ("accepted", "assign", "merge"), ("own_accepted", "handle_here", "refer"),
    ("to_court", "record_receipt", "withdraw"),
    ("assigned", "take_up", "hand_back"), ("objected", "insist", "assign"),
    ("objected long ago", "stays", "insist"), ("disputed", "coordinate", "guide"), ("handling", "report", "settle"),
    ("headed", "submit", "settle"), ("signing", "sign", "return_draft"), ("checking", "close", "send_back"),
    ("settled", "performed", "not_performed"), ("closed", "serve", "serve"), ("served", "request_review", "reopen"),
    ("served long ago", "lapse", "request_review"), ("reviewing", "decide_review", "withdraw"),
    ("reviewed", "serve_review", "serve_review"), ("review served", "request_recheck", "request_recheck"),
    ("ordered anew", "redo", "redo"), ("rechecking", "decide_recheck", "withdraw"),
    ("rechecked", "serve_recheck", "serve_recheck"), ("lapsed", "conclude", "reopen"), ("merged", "unmerge", "unmerge"),
    ("answered", "file", "reopen"), ("found wanting", "rework", "reopen"),
]  # fmt: skip


def other(case: Case) -> Case:
    return factories.case(upto="accepted", at=now(), people=case.people)


def actor_for(case: Case, role: str) -> User | None:
    """Somebody new in this role at the place where the matter's own people of the role sit; None is the sweep."""
    if not role:
        return None
    known = case.people.get("head" if role == "unit_head" else role)
    return factories.user(role, unit=known.unit if known else None)


@pytest.fixture(autouse=True)
def _plain_weeks():
    year = today().year
    factories.calendar(year - 1, year, year + 1)


def ready_to_press(case: Case, name: str) -> Callable[[], Any]:
    role, verb, fields = ACTS[name]
    actor, copy = actor_for(case, role), again(case)
    known = fields(case)
    return lambda: verb(case=copy, actor=actor, at=now(), **known)


@pytest.mark.parametrize(("situation", "one", "other_step"), RACES)
def test_one_wins_and_three_are_told_who_was_faster(situation, one, other_step):
    case = begin(situation)
    before = Event.objects.count()
    acts = [ready_to_press(case, name) for name in (one, other_step, one, other_step)]
    seen = Event.objects.count()
    told = race(*acts)
    steps = list(Event.objects.of_matter(case.number).filter(verb__in=STEPS, seq__gt=max(before, seen)))
    assert [step.verb in (one, other_step) for step in steps] == [True], told
    winner = steps[0]
    faster = {f"{winner.actor_name} 已先行办理“{winner.title}”，请刷新后再看。", f"此项已由 {winner.actor_name} 审批。"}
    assert (told[0], set(told[1:]) <= faster) == ("", True), told
    assert (again(case).version, again(case).state) == (case.version + 1, winner.data["after"])
    assert list(findings()) == []


def test_every_step_that_moves_a_matter_is_raced():
    moving = {name for name, step in STEPS.items() if step.target is not None}
    assert moving - {name for _situation, *pair in RACES for name in pair} == {"import_history"}


def test_the_situations_are_those_of_the_pages():
    assert set(test_steps.SITUATIONS) & set(SITUATIONS) == set()
