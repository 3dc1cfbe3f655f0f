"""Random lives of matters through the real verbs: whatever people do, the promises hold after every act.

Each history begins at the counter and goes on with steps the table allows to somebody,
on random days. ``HISTORIES`` sets how many are walked (``./run histories``: 5,000).
"""

import datetime as dt
import os
import random
from collections import Counter
from typing import Any

import pytest

from approvals.asking import pending
from approvals.models import Request
from audit.verifying import findings
from cases import ledger, policy
from cases.actions import (
    answering,
    convening,
    deciding,
    ending,
    handling,
    hearing,
    merging,
    recusing,
    refusing,
    sending,
    serving,
    settling,
    superior,
)
from cases.choices import State
from cases.clocks import OURS, local_day
from cases.deadlines import replay
from cases.models import Case
from cases.workflow import STEPS, refusal, targets
from documents.models import Paper
from followup.actions import visiting
from followup.models import ReturnVisit
from review import actions as reviewing
from review import chain
from tests import factories
from vault.errors import Refusal

HISTORIES = int(os.environ.get("HISTORIES", "60"))
CHUNKS = 6 if HISTORIES <= 60 else 50
LENGTH = 16
WORDS = "经核实，情况属实，依照有关规定办理。"
seen_states: Counter[str] = Counter()
seen_steps: Counter[str] = Counter()


class Walker:
    """One office with everybody in it; plays one matter after another."""

    def __init__(self, seed: int) -> None:
        self.rng = random.Random(seed)
        factories.calendar(2026, 2027)
        self.units = [factories.housing(), factories.labour()]
        self.court = factories._unit("FY", "示范市人民法院", "justice")
        self.people = {role: factories.user(role) for role in ("clerk", "supervisor", "leader", "reviewer")}
        self.people |= {
            "handler": factories.user("handler"), "handler2": factories.user("handler", unit=factories.labour()),
            "head": factories.user("unit_head", unit=factories.labour()),
            "leader2": factories.user("leader"), "reviewer2": factories.user("reviewer"),
            "own_clerk": factories.user("clerk", unit=factories.labour()),
            "own_supervisor": factories.user("supervisor", unit=factories.labour()),
            "own_leader": factories.user("leader", unit=factories.labour()),
        }  # fmt: skip

    def life(self) -> Case:
        self.at = factories.AT + dt.timedelta(days=self.rng.randint(0, 200))
        clerk = self.people["own_clerk" if self.rng.random() < 0.2 else "clerk"]
        category = self.rng.choice(("C03", "C03", "C03", "C01", "C04", "C05"))
        case = factories.visit(clerk, self.at, category=category).case_link.case
        self.check(case, None)
        for _n in range(LENGTH):
            self.at += dt.timedelta(days=self.rng.choice((0, 0, 1, 1, 2, 3, 5, 8, 13, 34)), minutes=7)
            case = self.act(Case.objects.get(pk=case.pk))
        return case

    def act(self, case: Case) -> Case:
        """One allowed step by somebody; a refusal of the verb (a day, a missing paper) leaves everything as it was."""
        names = [name for name in ACTS if case.state in STEPS[name].sources]
        # Weighted shuffling: the way forward is walked more often than the ways out and back.
        names.sort(key=lambda name: self.rng.random() ** (1 / weight(name)), reverse=True)
        for name in names:
            able = [one for one in self.people.values() if one.can(STEPS[name].permission)]
            for actor in self.rng.sample(able, len(able)):
                if refusal(case, name, actor, self.at):
                    continue
                if Case.objects.visible_to(actor).filter(pk=case.pk).exists():
                    return self.do(case, name, actor)
        return case

    def do(self, case: Case, name: str, actor: Any) -> Case:
        before = case.state, case.version
        allowed = targets(STEPS[name], State(case.state))
        resume = case.resume_state
        try:
            ACTS[name](self, case, actor)
        except Refusal:
            fresh = Case.objects.get(pk=case.pk)
            assert (fresh.state, fresh.version) == before, name
            return fresh
        fresh = Case.objects.get(pk=case.pk)
        assert fresh.state in allowed, (name, before, fresh.state)
        if len(allowed) > 1:
            assert fresh.state == (resume or "classified")
        seen_steps[name] += 1
        self.check(fresh, name)
        return fresh

    def check(self, case: Case, name: str | None) -> None:
        """Dates follow from their stored steps; the ledger has no gap and adds up; due_on is the nearest."""
        seen_states[case.state] += 1
        today = max(local_day(self.at), case.registered_on)
        running = []
        for clock in case.clocks.all():
            assert replay(clock.steps) == (clock.strict_due, clock.legal_due), (name, clock)
            if clock.stopped_on is None and clock.kind in OURS and not ledger_pauses(clock, today):
                running.append(clock.strict_due)
        assert case.due_on == min(running, default=None), name
        rows = ledger.stretches(case, today)
        assert [one.since for one in rows] == [case.registered_on, *[one.until for one in rows[:-1]]], name
        assert all(one.until is not None for one in rows[:-1])
        end = rows[-1].until or max(today, rows[-1].since)
        assert sum(one.days for one in rows) == (end - case.registered_on).days, name
        assert (rows[-1].until is None) == (case.state != State.FILED)


RARE = (
    "reopen", "withdraw", "merge", "guide", "answer", "propose_decline", "record_receipt", "return_draft", "refer",
    "rework",
)  # fmt: skip


def weight(name: str) -> float:
    if STEPS[name].target is None:
        return 0.25
    return 0.2 if name in RARE else 1.0


def ledger_pauses(clock: Any, today: dt.date) -> bool:
    """Nothing falls due from the first day of a pause on, known beforehand."""
    return clock.paused_on is not None and clock.strict_due >= clock.paused_on


def say(verb: Any, **fields: Any) -> Any:
    return lambda w, case, actor: verb(case=case, actor=actor, at=w.at, **fields)


def send(verb: Any, **fields: Any) -> Any:
    def run(w: Walker, case: Case, actor: Any) -> None:
        unit = w.rng.choice([*w.units, w.court] if verb is sending.refer else w.units)
        verb(case=case, actor=actor, at=w.at, unit=unit, **fields)

    return run


def assign(w: Walker, case: Case, actor: Any) -> None:
    lead, other = w.rng.sample(w.units, 2)
    day = local_day(w.at)
    joint = {"assisting": [other], "assist_due": day + dt.timedelta(days=9)} if w.rng.random() < 0.3 else {}
    due = day + dt.timedelta(days=15) if w.rng.random() < 0.5 else None
    if joint and due is None:
        due = day + dt.timedelta(days=12)
    sending.assign(case=case, actor=actor, at=w.at, unit=lead, due_on=due, **joint)


def decided(kind: str, verb: Any) -> Any:
    return lambda w, case, actor: verb(request=pending(kind, case), case=case, actor=actor, at=w.at, verdict=WORDS)


def deliver(w: Walker, case: Case, actor: Any) -> None:
    """A notice; an opinion is delivered by the step that belongs to it."""
    serve(w, case, actor, opinion=False)


def serve(w: Walker, case: Case, actor: Any, *, opinion: bool = True) -> None:
    from cases.views.delivering import waiting

    waits = [one for one in waiting(Case.objects.filter(pk=case.pk)) if (one.kind in serving.EFFECTS) == opinion]
    if not waits:
        raise Refusal("没有待送达的文书。")
    paper: Paper = w.rng.choice(waits)
    serving.serve(
        case=case, actor=actor, at=w.at, paper=paper, way="direct", delivered_on=local_day(w.at), receiver="本人"
    )  # fmt: skip


def settle(w: Walker, case: Case, actor: Any) -> None:
    day = local_day(w.at)
    settling.settle(
        case=case, actor=actor, at=w.at, kind="mediation", parties="甲、乙", facts=WORDS, terms=WORDS, agreed_on=day,
        perform_by=day + dt.timedelta(days=20),
    )  # fmt: skip


def call(w: Walker, case: Case, actor: Any) -> None:
    hearing.call_hearing(
        case=case, actor=actor, at=w.at, planned_at=w.at + dt.timedelta(days=w.rng.randint(0, 4), hours=1),
        place="会议室", host="赵某", attending="信访人", subject=WORDS,
    )  # fmt: skip


def convene(w: Walker, case: Case, actor: Any) -> None:
    convening.convene(
        case=case, actor=actor, at=w.at, planned_at=w.at + dt.timedelta(days=2), place="会议室", topic=WORDS,
        units=w.units,
    )  # fmt: skip


def ask_review(w: Walker, case: Case, actor: Any) -> None:
    stage = chain.next_stage(case)
    body = chain.default_body(case, stage.level) or factories.other_body()
    reviewing.request(
        case=case, actor=actor, at=w.at, requested_on=local_day(w.at), request=WORDS, facts_and_reasons=WORDS,
        body=body, body_reason=WORDS, late_reason=w.rng.choice(("", "住院治疗")),
    )  # fmt: skip


def decide_review(w: Walker, case: Case, actor: Any) -> None:
    outcome = w.rng.choice(("upheld", "changed", "redo"))
    reviewing.decide(
        review=chain.current(case), case=case, actor=actor, at=w.at, outcome=outcome, findings=WORDS, opinion=WORDS,
        legal_basis="第三十五条", redo_days=20 if outcome == "redo" else None,
    )  # fmt: skip


def rework(w: Walker, case: Case, actor: Any) -> None:
    """The return visit that a matter goes back by, made by the same person for once."""
    visit = ReturnVisit.objects.create(
        case=case, way="phone", reached="yes", satisfaction="not", properly_handled=False, outcome="not_proper",
        remaining=WORDS, visited_at=w.at, visited_by=actor,
    )  # fmt: skip
    visiting.rework(visit=visit, case=case, actor=actor, at=w.at, note=WORDS)


def merge(w: Walker, case: Case, actor: Any) -> None:
    main = factories.visit(actor, w.at, petitioner=case.petitioner, person={"name": case.petitioner.name})
    link = getattr(main, "case_link", None)
    if link is None:
        from cases.actions import intake

        other = intake.decide_intake(visit=main, actor=actor, at=w.at, reason=WORDS)
    else:
        other = link.case
    merging.merge(case=case, actor=actor, at=w.at, main=other, note=WORDS)


def investigate(w: Walker, case: Case, actor: Any) -> None:
    handling.investigate(
        case=case, actor=actor, at=w.at, held_on=local_day(w.at), persons="张三、李四", findings=WORDS
    )  # fmt: skip


GROUNDS = [ground.code for ground in policy.grounds().values() if ground.active]
ACTS: dict[str, Any] = {
    "inform": say(deciding.inform),
    "answer": say(deciding.answer, answer=WORDS),
    "accept": say(deciding.accept),
    "accept_simple": say(deciding.accept_simple),
    "to_ordinary": say(deciding.to_ordinary, note=WORDS),
    "propose_decline": lambda w, c, a: refusing.propose_decline(
        case=c,
        actor=a,
        at=w.at,
        ground=w.rng.choice([g.code for g in policy.grounds().values() if g.active]),
        note=WORDS,
    ),
    "decline": decided("decline", refusing.approve_decline),
    "no_longer": decided("decline", refusing.approve_decline),
    "return_proposal": decided("decline", refusing.return_proposal),
    "guide": say(deciding.guide, route="litigation"),
    "refer": send(sending.refer),
    "assign": assign,
    "coordinate": send(sending.coordinate, note=WORDS),
    "handle_here": lambda w, c, a: sending.handle_here(case=c, actor=a, at=w.at, handler=w.people["handler2"]),
    "record_receipt": say(sending.record_receipt, received_by="张某"),
    "take_up": say(answering.take_up),
    "hand_back": say(answering.hand_back, note=WORDS),
    "insist": say(answering.insist, note=WORDS),
    "stays": lambda w, c, a: answering.stays(case=c, actor=None, at=w.at),
    "assist": say(answering.assist, answer=WORDS),
    "request_extension": say(handling.request_extension, days=15, reason=WORDS),
    "extend": decided("extend", handling.extend),
    "investigate": investigate,
    "call_hearing": call,
    "cancel_hearing": say(hearing.cancel_hearing, note=WORDS),
    "end_hearing": lambda w, c, a: hearing.end_hearing(
        case=c, actor=a, at=w.at, ended_on=local_day(w.at), record=WORDS, opinion=WORDS
    ),
    "settle": settle,
    "performed": say(settling.performed),
    "not_performed": say(settling.not_performed, note=WORDS),
    "submit": say(handling.submit, **factories.REPORT),
    "sign": say(handling.sign),
    "return_draft": say(handling.return_draft, note=WORDS),
    "report": say(handling.report, signed_name="王某", **factories.REPORT),
    "close": say(handling.close),
    "send_back": say(handling.send_back, note=WORDS),
    "serve": serve,
    "deliver": deliver,
    "serve_review": serve,
    "serve_recheck": serve,
    "note_superior": say(superior.note_superior, superior="示范省信访局"),
    "report_up": say(handling.report_up) if hasattr(handling, "report_up") else say(superior.report_up),
    "lapse": lambda w, c, a: ending.lapse(case=c, actor=None, at=w.at),
    "request_review": ask_review,
    "request_recheck": ask_review,
    "decide_review": decide_review,
    "decide_recheck": decide_review,
    "redo": lambda w, c, a: reviewing.redo(review=chain.ordered(c), case=c, actor=a, at=w.at),
    "conclude": say(ending.conclude, note=WORDS),
    "withdraw": say(ending.withdraw, words=WORDS),
    "merge": merge,
    "unmerge": say(merging.unmerge, note=WORDS),
    "declare_interest": say(recusing.declare_interest, reason=WORDS),
    "convene": convene,
    "reopen": say(deciding.reopen, note=WORDS),
    "rework": rework,
}


@pytest.mark.django_db
@pytest.mark.timeout(3600)
@pytest.mark.parametrize("chunk", range(CHUNKS))
def test_promises_hold_after_every_act(chunk):
    walker = Walker(seed=20260301 + chunk)
    for _n in range(HISTORIES // CHUNKS):
        walker.life()
    assert list(findings()) == []
    assert Request.objects.filter(decided_by=None, decided_at__isnull=False).count() == 0
    print(f"\n{chunk}: states {dict(seen_states)}; steps {dict(seen_steps)}")


def test_the_walker_knows_every_step_that_moves_a_matter():
    moving = {name for name, step in STEPS.items() if step.target is not None}
    assert moving - set(ACTS) == {"classify", "import_history", "file"}
