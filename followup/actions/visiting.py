"""Return visits: draw the month's sample, record an attempt, give the matter back to the unit or open it anew."""

import datetime as dt
import secrets
import uuid
from typing import Any

from django.db import models
from django.utils import timezone
from django.utils.translation import gettext as _

from accounts.models import Unit, User
from audit import trail
from cases import clocks, coding, policy
from cases import papers as case_papers
from cases.choices import WINDOWS, ClockKind, SendKind
from cases.deadlines import Calendar
from cases.models import Assignment, Case, Clock
from cases.opening import open_matter
from cases.telling import tell_unit
from cases.workflow import move
from documents.issuing import issue
from documents.models import Paper
from followup import evaluating, guards, papers, sampling
from followup.actions.holding import hold
from followup.choices import Reached, SampleEnd
from followup.models import ReturnVisit, Sampled, SampleRun
from reception.choices import Channel
from reception.papers import visit_form
from reception.registering import PersonData, VisitData, write_visit
from vault.errors import Refusal, Stale


def _insist(reason: str) -> None:
    if reason:
        raise Refusal(reason)


@trail.verb
def draw(*, office: Unit, month: dt.date, actor: User, at: dt.datetime, seed: str = "") -> SampleRun:
    """抽取 the return visits of a month that is over (``month`` is its first day), once for each office.

    The seed is random and kept; frame, rule and seed are stored, so the sample can be shown to
    be what the rule gives. Raises ``Refusal`` when it was drawn before, or there is nothing to draw from.
    """
    today = clocks.local_day(at)
    _insist(guards.no_draw(actor, office, month, today))
    if SampleRun.objects.filter(office=office, month=month).exists():
        raise Refusal(_("%(month)s 已经抽取过，每月只抽一次。"), month=f"{month:%Y-%m}")
    frame = sampling.frame(office, month, today)
    if not frame:
        raise Refusal(_("%(month)s 没有可以回访的事项。"), month=f"{month:%Y-%m}")
    run, made = SampleRun.objects.get_or_create(
        office=office, month=month,
        defaults={
            "seed": seed or secrets.token_hex(8), "rule": sampling.rule(), "frame": frame, "drawn_at": at,
            "drawn_by": actor,
        },
    )  # fmt: skip
    if not made:
        raise Stale(_("他人已先行抽取，请刷新后再看。"))
    drawn = sampling.draw(run.frame, run.rule, run.seed)
    keys = dict(Case.objects.filter(number__in=[number for number, _why in drawn]).values_list("number", "pk"))
    rows = [
        Sampled.objects.create(run=run, case_id=keys[number], position=place, reasons=",".join(why))
        for place, (number, why) in enumerate(drawn, start=1)
    ]
    trail.record(
        actor=actor, verb="draw_sample", title=_("抽取回访事项"), subject=run, at=at, rows=rows,
        month=f"{month:%Y-%m}", seed=run.seed, frame=len(frame), drawn=len(rows),
    )  # fmt: skip
    return run


@trail.verb
def record_return_visit(
    *, case: Case, actor: User, at: dt.datetime, way: str, reached: str, satisfaction: str = "",
    properly_handled: bool | None = None, remaining: str = "", explanation: str = "",
) -> ReturnVisit:  # fmt: skip
    """回访: one attempt, reached or not, by somebody who had no part in the matter; its record is printed.

    Whoever is reached or refuses settles the sampled row of the matter; so do three failed
    attempts since it was drawn, with their days as the reason.
    """
    hold(case)
    _insist(guards.no_return_visit(case, actor))
    if guards.just_recorded(case, actor, at, way, reached):
        raise Stale(_("一分钟以内已经登记过同样的回访，没有重复登记；确实又联系了一次的，请稍后再登记。"))
    _insist(guards.bad_return_visit(reached, satisfaction, properly_handled, remaining, explanation))
    visit = ReturnVisit(
        case=case, way=way, reached=reached, satisfaction=satisfaction, properly_handled=properly_handled,
        remaining=remaining, explanation=explanation, visited_at=at, visited_by=actor,
        outcome=guards.outcome_of(reached, satisfaction, properly_handled),
    )  # fmt: skip
    visit.paper = issue(
        "return_visit_record", subject=case, matter=case.number, actor=actor, at=at,
        addressee=case.petitioner.name, context=papers.return_visit_record(case, visit, actor, at),
    )  # fmt: skip
    visit.save()
    said = {"satisfaction": visit.get_satisfaction_display() if satisfaction else ""}
    if visit.outcome:
        said["outcome"] = visit.get_outcome_display()
    trail.record(
        actor=actor, verb="return_visit", title=_("回访：%(reached)s") % {"reached": visit.get_reached_display()},
        subject=visit, at=at, matter=case.number, note=remaining, rows=[visit.paper, *_settled(visit)],
        **{name: str(words) for name, words in said.items()},
    )  # fmt: skip
    return visit


def _settled(visit: ReturnVisit) -> list[models.Model]:
    """Close the sampled rows that this attempt settles; returns them for the trail."""
    closed: list[models.Model] = []
    row: Any
    for row in visit.case.sampled.waiting().select_related("run"):
        ended, note = _ending(row, visit)
        if ended:
            closed.append(sampling.settle(row, ended, note, visit.visited_at))
    return closed


def _ending(row: Sampled, visit: ReturnVisit) -> tuple[SampleEnd | None, str]:
    if visit.reached == Reached.YES:
        return SampleEnd.REACHED, str(visit.get_outcome_display())
    if visit.reached == Reached.REFUSED:
        return SampleEnd.REFUSED, ""
    failed = visit.case.return_visits.filter(reached=Reached.NO, visited_at__gte=row.run.drawn_at)
    tried = [f"{timezone.localtime(one.visited_at):%m-%d} {one.get_way_display()}" for one in failed.order_by("pk")]
    if len(tried) < evaluating.numbers()["attempts"]:
        return None, ""
    words = _("联系 %(n)s 次未果：%(tried)s。") % {"n": len(tried), "tried": "、".join(tried)}
    return SampleEnd.UNREACHED, words


@trail.verb
def rework(*, visit: ReturnVisit, case: Case, actor: User, at: dt.datetime, note: str) -> Paper | None:
    """退回重办: what a visit found not handled properly goes back to its unit in one step.

    Inside the window for reopening only; report, outcome and delivery start afresh, with a
    period of its own (rules/returns.toml, calendar days). Letter and notice are issued, and the
    letter returned; None where the unit is the office itself.
    """
    _insist(guards.no_rework(case, visit, actor, at))
    _insist("" if note.strip() else _("请写明重办的要求。"))
    day, before = clocks.local_day(at), case.handling_unit
    assert before is not None  # noqa: S101 - a condition of the step
    words = _("回访认定未妥善处理：%(remaining)s") % {"remaining": visit.remaining.strip()}
    move(
        case, "rework", actor=actor, at=at, note=f"{words}\n{note.strip()}", review_outcome="", outcome="", answer="",
        procedure="", closed_at=None, answered_on=None, answer_days=None, delivered_on=None,
    )  # fmt: skip
    stopped = clocks.stop(case, WINDOWS, day, "rework")
    clock = clocks.start(case, ClockKind.HANDLE, day, Calendar.load(), length=evaluating.numbers()["rework"])
    case.handle_due = clock.strict_due
    case.save(update_fields=["handle_due"])
    trail.also_wrote(*stopped, clock, visit)
    return _send_anew(case, clock, actor, at, f"{words}\n{note.strip()}")


def _send_anew(case: Case, clock: Clock, actor: User, at: dt.datetime, words: str) -> Paper | None:
    unit = case.handling_unit
    assert unit is not None  # noqa: S101 - a condition of the step
    sent = Assignment.objects.create(
        case=case, kind=SendKind.ASSIGN, unit=unit, sent_at=at, sent_by=actor, due_on=clock.legal_due, note=words,
        taken_at=at, taken_by=case.handler,
    )  # fmt: skip
    trail.also_wrote(sent)
    tell_unit(case, unit, sent, at, occasion="rework")
    if unit.pk == case.office_id:
        return None
    # it has been the unit's all along and cannot be objected to: the letter leaves that paragraph out
    context = case_papers.sending_letter(case, sent, actor, at) | {"own_rules": True}
    letter = issue(
        "assign_letter", subject=case, matter=case.number, actor=actor, at=at, context=context, addressee=unit.name
    )
    notice = issue(
        "whereabouts_notice", subject=case, matter=case.number, actor=actor, at=at,
        context=case_papers.whereabouts_notice(case, sent, actor, at), addressee=case.petitioner.name,
    )  # fmt: skip
    trail.also_wrote(letter, notice)
    return letter


@trail.verb
def open_linked(*, visit: ReturnVisit, case: Case, actor: User, at: dt.datetime, demand: str) -> Case:
    """另立新事项 linked to a matter that is too long over to be taken up again; its demand is what was said.

    It is registered like any other, with its own number and period; the words of the
    petitioner still have to be read back.
    """
    hold(case)
    _insist(guards.no_anew(case, visit, actor, at))
    _insist("" if demand.strip() else _("请按信访人原话填写请求。"))
    known = case.petitioner
    told = VisitData(
        key=str(uuid.uuid4()), person=PersonData(name=known.name, kind=known.kind), petitioner=known, visited_at=at,
        demand=demand.strip(), category=case.category,
        fields={
            "channel": Channel.PHONE if visit.way == "phone" else Channel.VISIT, "purpose": case.purpose,
            "content_category": case.content_category, "region": case.region, "accused": case.accused,
            "confirmed_note": _("回访时反映，待复述"), "source": guards.REVISIT,
        },
    )  # fmt: skip
    made, rows = write_visit(told, actor=actor, at=at)
    trail.record(actor=actor, verb="register", title=_("来访登记"), subject=made, at=at, matter=made.number, rows=rows)
    new = open_matter(made, actor=actor, at=at)
    new.apart_from, new.apart_reason = case, _("回访认定未妥善处理，原事项已过重新办理期限。")
    # kept from the same body and person as before, whatever the words of the visit name by now (article 30)
    new.protected, new.accused_user = new.protected or case.protected, case.accused_user
    new.accused_unit = case.accused_unit or new.accused_unit
    new.save(update_fields=["apart_from", "apart_reason", "protected", "accused_unit", "accused_user"])
    trail.also_wrote(coding.make(new, at))
    move(new, "classify", actor=actor, at=at, category=case.category)
    form = visit_form(made, [policy.category_label(case.category)], new.number)
    trail.also_wrote(issue("visit_form", subject=made, matter=made.number, context=form, actor=actor, at=at))
    return new
