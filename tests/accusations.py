"""Matters about one bureau and one officer, walked through every chain there is: for the tests of article 30."""

import datetime as dt
import io
from typing import Any

import pikepdf
from django.core.files.uploadedfile import SimpleUploadedFile
from django.utils import timezone
from PIL import Image

from accounts.models import Unit
from alerts import actions as warning
from alerts.models import Alarm
from alerts.tasks import look
from approvals.asking import pending
from archive import actions as filing
from briefing.actions import charging, digests, instructing, urgent
from cases.actions import (
    answering,
    attaching,
    convening,
    deciding,
    handling,
    hearing,
    intake,
    merging,
    papers,
    recusing,
    refusing,
    sending,
    serving,
    superior,
)  # fmt: skip
from cases.models import Case
from documents import wording
from documents.models import Paper
from followup import actions as following
from followup import owing
from followup.actions import visiting
from reception import actions as persons
from review import actions as reviewing
from review import chain
from tests import factories

WORDS = "经核实，材料齐全，依照有关规定办理。"
NAME, TITLE, DEMAND = "欧阳守义", "鲲鹏科技园", "要求查处鲲鹏科技园招工中收取好处费的问题。"
PHONE = "13912345678"
ACCUSED = "示范市人力资源和社会保障局"


def files() -> dict[str, bytes]:
    """A text, a picture and a PDF: each is shown in its own way."""
    picture, paper = io.BytesIO(), io.BytesIO()
    Image.new("RGB", (40, 30), "white").save(picture, "PNG")
    document = pikepdf.new()
    document.add_blank_page()
    document.save(paper)
    return {"txt": "证据".encode(), "png": picture.getvalue(), "pdf": paper.getvalue()}


def at() -> dt.datetime:
    return timezone.now()


def today() -> dt.date:
    return timezone.localdate()


def again(row: Any) -> Any:
    return type(row).objects.get(pk=row.pk)


def accusation(people: dict[str, Any], **changes: Any) -> Case:
    """A matter about the bureau and about one officer of the petition office."""
    said = {"purpose": "accusation", "accused": ACCUSED, "demand": DEMAND, "facts": f"{TITLE}收钱。"} | changes
    said.setdefault("person", {"name": NAME, "phone": PHONE})
    visit = factories.visit(people["clerk"], at(), **said)
    link = getattr(visit, "case_link", None)
    case = link.case if link else intake.decide_intake(visit=visit, actor=people["clerk"], at=at(), reason=WORDS)
    Case.objects.filter(pk=case.pk).update(accused_user=people["spy-person"])
    assert case.protected
    assert case.accused_unit == factories.labour()
    return again(case)


def protected_world(people: dict[str, Any]) -> dict[str, list[Any]]:
    """Every chain a matter can go through, with an accusation; returns the rows that addresses point at."""
    rows: dict[str, list[Any]] = {}
    case = accusation(people)
    rows["number"] = [case.number]
    rows["visit"] = [case.visit_links.get().visit.number]
    rows["person"] = [case.petitioner_id]
    handled(case, people, rows)
    judged(case, people, rows)
    filed(people, rows)
    waiting_and_merged(people, rows)
    warned(people, rows)
    rows["paper"] = list(Paper.objects.filter(matter__in=rows["number"]).values_list("pk", flat=True))
    return rows


def handled(case: Case, people: dict[str, Any], rows: dict[str, list[Any]]) -> None:
    """At the housing bureau, with another assisting; everything the sides can do on the way."""
    clerk, boss, leader, handler = (people[one] for one in ("clerk", "supervisor", "leader", "handler"))
    for name, data in files().items():
        upload = SimpleUploadedFile(f"{TITLE}.{name}", data)
        rows[f"attached {name}"] = [attaching.attach(case=case, actor=clerk, at=at(), upload=upload).pk]
    rows["attachment"] = rows["attached txt"]
    superior.note_superior(case=again(case), actor=boss, at=at(), superior="示范省信访局")
    text = wording.standard("accept_notice")
    papers.edit_draft(case=again(case), kind="accept_notice", text=text, version=0, actor=boss, at=at())
    deciding.accept(case=again(case), actor=boss, at=at())
    sending.assign(
        case=again(case), actor=boss, at=at(), unit=factories.housing(), due_on=today() + dt.timedelta(days=30),
        assisting=[Unit.objects.get(code="MZJ")], assist_due=today() + dt.timedelta(days=10),
    )  # fmt: skip
    answering.assist(case=again(case), actor=people["assistant"], at=at(), answer=WORDS)
    answering.take_up(case=again(case), actor=handler, at=at())
    handling.investigate(
        case=again(case), actor=handler, at=at(), held_on=today(), persons="张三、李四", findings=WORDS
    )
    hearing.call_hearing(
        case=again(case), actor=handler, at=at(), planned_at=at(), place="会议室", host="赵某", attending="信访人",
        subject=WORDS,
    )  # fmt: skip
    hearing.end_hearing(case=again(case), actor=handler, at=at(), ended_on=today(), record=WORDS, opinion=WORDS)
    soon = at() + dt.timedelta(days=1)
    meeting = convening.convene(
        case=again(case), actor=boss, at=at(), planned_at=soon, place="会议室", topic=WORDS,
        units=[factories.housing(), Unit.objects.get(code="MZJ")],
    )  # fmt: skip
    rows["meeting"] = [meeting.pk]
    sides(case, people, rows)
    recusing.declare_interest(case=again(case), actor=people["spare"], at=at(), reason="与当事人是亲属。")
    handling.request_extension(case=again(case), actor=boss, at=at(), days=15, reason=WORDS)
    handling.extend(request=pending("extend", case), case=again(case), actor=leader, at=at())


def sides(case: Case, people: dict[str, Any], rows: dict[str, list[Any]]) -> None:
    """Urgent report, instruction, digest, urging, supervision."""
    clerk, boss, leader, handler = (people[one] for one in ("clerk", "supervisor", "leader", "handler"))
    event = urgent.open_event(
        case=again(case), actor=clerk, at=at(), kind="siege", known_at=at() - dt.timedelta(minutes=5),
        place="市政府东门", persons=32, cause="招工收钱。", demand="要求查处。",
    )  # fmt: skip
    urgent.report(
        event=event, sequence=1, actor=clerk, at=at(), persons=32, situation="聚集。", measures="到场。",
        contact="值班室", recipients=["government", "department", "joint", "upper", "national"],
    )  # fmt: skip
    rows["event"] = [event.pk]
    instruction = instructing.instruct(
        case=again(case), actor=leader, at=at(), text=WORDS, leader_name="张副市长", given_on=today(),
        due_on=today() + dt.timedelta(days=5), to_unit=factories.housing(),
    )  # fmt: skip
    rows["instruction"] = [instruction.pk]
    digest = digests.write_digest(
        cases=[again(case)], actor=boss, at=at(), title=TITLE, situation="多人反映。", suggestion="请查。"
    )
    digests.issue_digest(digest=again(digest), version=again(digest).version, actor=boss, at=at())
    rows["digest"] = [digest.pk]
    following.urge(case=again(case), actor=boss, at=at(), way="letter", content=WORDS)
    supervision = following.supervise(
        case=again(case), actor=boss, at=at(), ground="evasion", requirement=WORDS,
        due_on=today() + dt.timedelta(days=9),
    )  # fmt: skip
    following.give_feedback(supervision=supervision, actor=handler, at=at(), feedback=WORDS)
    rows["supervision"] = [supervision.pk]
    chased(case, people, rows)


def chased(case: Case, people: dict[str, Any], rows: dict[str, list[Any]]) -> None:
    """A feedback sent back and given again, one letter for the unit, a suggestion, a leader in charge."""
    boss, leader, handler = (people[one] for one in ("supervisor", "leader", "handler"))
    soon = today() + dt.timedelta(days=9)
    order = again(case).supervisions.get()
    following.return_feedback(supervision=order, actor=boss, at=at(), reason=WORDS, due_on=soon)
    following.give_feedback(supervision=again(order), actor=handler, at=at(), feedback=WORDS)
    late = at() + dt.timedelta(days=31)
    letter = following.urge_unit(
        unit=factories.housing(), cases=[again(case)], actor=boss, at=late, content=WORDS, key="c" * 32
    )
    advice = following.suggest(
        cases=[again(case)], actor=boss, at=at(), kind="blame", ground="evasion", unit=Unit.objects.get(code="CITY"),
        facts=f"{TITLE}问题未查。", text=WORDS, due_on=today() + dt.timedelta(days=1),
    )  # fmt: skip
    charge = charging.take_charge(
        case=again(case), actor=leader, at=at(), leader=leader, leader_name="张副市长", since=today(), due_on=today(),
        task=f"化解{TITLE}问题。",
    )  # fmt: skip
    charging.note_progress(charge=charge, actor=leader, at=at(), text=WORDS)
    rows["letter"], rows["suggestion"], rows["charge"] = [letter.pk], [advice.pk], [charge.pk]
    remind_of(case, at() + dt.timedelta(days=70))


def remind_of(case: Case, when: dt.datetime) -> None:
    """The sweep of that moment, for this matter alone."""
    for rule in owing.RULES:
        for batch in owing.batches(rule, when.date(), Case.objects.filter(pk=case.pk)):
            for source in batch:
                following.remind(rule=rule, pk=source.row.pk, actor=None, at=when)


def judged(case: Case, people: dict[str, Any], rows: dict[str, list[Any]]) -> None:
    """Report, opinion, delivery, return visit, a voided and a doubted paper, review, recheck asked for."""
    clerk, boss, leader, handler = (people[one] for one in ("clerk", "supervisor", "leader", "handler"))
    handling.report(case=again(case), actor=handler, at=at(), signed_name="王某", **factories.REPORT)
    handling.close(case=again(case), actor=boss, at=at())
    hand_over(case, people)
    drawn = visiting.draw(
        office=factories.office(), month=today().replace(day=1), actor=boss, at=at() + dt.timedelta(days=40)
    )
    rows["sample"] = [drawn.pk]
    visiting.record_return_visit(
        case=again(case), actor=clerk, at=at(), way="phone", reached="yes", satisfaction="satisfied",
        properly_handled=True,
    )  # fmt: skip
    first, second = Paper.objects.about(case).filter(kind__in=("accept_notice", "extension_notice"))
    granted = papers.ask_void(paper=first, case=again(case), actor=boss, at=at(), reason=WORDS)
    papers.void(request=granted, paper=first, case=again(case), actor=leader, at=at())
    papers.reissue(paper=again(first), case=again(case), actor=boss, at=at())
    rows["voiding"] = [papers.ask_void(paper=second, case=again(case), actor=boss, at=at(), reason=WORDS).pk]
    ask_review(case, people)
    reviewing.decide(
        review=chain.current(again(case)), case=again(case), actor=people["reviewer"], at=at(), outcome="upheld",
        **factories.OPINION,
    )  # fmt: skip
    hand_over(case, people)
    ask_review(case, people)


def hand_over(case: Case, people: dict[str, Any]) -> None:
    from cases.views.delivering import waiting

    for paper in waiting(Case.objects.filter(pk=case.pk)):
        serving.serve(
            case=again(case), actor=people["clerk"], at=at(), paper=paper, way="direct", delivered_on=today(),
            receiver="本人",
        )  # fmt: skip


def ask_review(case: Case, people: dict[str, Any]) -> None:
    fresh = again(case)
    level = chain.next_stage(fresh).level
    reviewing.request(
        case=fresh, actor=people["clerk"], at=at(), requested_on=today(), request=WORDS, facts_and_reasons=WORDS,
        body=chain.default_body(fresh, level) or Unit.objects.get(code="PROV"), body_reason=WORDS,
    )  # fmt: skip


def filed(people: dict[str, Any], rows: dict[str, list[Any]]) -> None:
    """Sent to the discipline body, received there, filed; the volume is asked to be taken apart."""
    case = accusation(people, demand=f"举报{TITLE}负责人套取补贴资金。", person={"name": "诸葛举报"})
    sending.refer(case=case, actor=people["supervisor"], at=at(), unit=Unit.objects.get(code="JW"))
    sending.record_receipt(case=again(case), actor=people["clerk"], at=at(), received_by="张某")
    hand_over(case, people)
    dossier = filing.file_case(case=again(case), actor=people["archivist"], at=at(), waiver=WORDS)
    archivist = people["archivist"]
    first = filing.ask_take_apart(dossier=again(dossier), reason=WORDS, actor=archivist, at=at())
    filing.take_apart(request=first, actor=people["leader"], at=at())
    filing.bind_again(dossier=again(dossier), note=WORDS, actor=archivist, at=at())
    asked = filing.ask_take_apart(dossier=again(dossier), reason=WORDS, actor=archivist, at=at())
    rows["code"], rows["apart"] = [dossier.code], [asked.pk]
    rows["number"].append(case.number)


def waiting_and_merged(people: dict[str, Any], rows: dict[str, list[Any]]) -> None:
    """A refusal and an extension that wait, a merged one, one of a known visitor, two rows of one person."""
    clerk, boss = people["clerk"], people["supervisor"]
    refused = accusation(people, demand=f"控告{TITLE}克扣工资。", person={"name": "司徒控告"})
    refusing.propose_decline(case=refused, actor=boss, at=at(), ground="pending", note=WORDS)
    extending = accusation(people, demand=f"检举{TITLE}虚报名册。", person={"name": "慕容检举"})
    merged = accusation(people, demand=f"检举{TITLE}虚报名册和工时。", person={"name": "慕容检举"})
    deciding.accept(case=extending, actor=boss, at=at())
    merging.merge(case=merged, actor=boss, at=at(), main=again(extending), note=WORDS)
    sending.assign(case=again(extending), actor=boss, at=at(), unit=factories.housing())
    handling.request_extension(case=again(extending), actor=people["handler"], at=at(), days=15, reason=WORDS)
    facts = f"{TITLE}收钱，再不查就跳楼。"
    known = accusation(people, demand=f"举报{TITLE}。", facts=facts, person={"name": "常来访", "phone": "13700000001"})
    deciding.accept(case=known, actor=boss, at=at())
    main, other = refused.petitioner, extending.petitioner
    rows["merging"] = [persons.ask_merge(main=main, other=other, reason=WORDS, actor=clerk, at=at()).pk]
    rows["number"] += [one.number for one in (refused, extending, merged, known)]


def warned(people: dict[str, Any], rows: dict[str, list[Any]]) -> None:
    """An alarm for the words that were said, with one note issued and one being written."""
    look(at())
    alarm = Alarm.objects.get(case__number__in=rows["number"], rule="words")
    said = {"title": TITLE, "situation": "言语需要关注。", "suggestion": "请安抚。"}
    issued = warning.write_note(alarm=alarm, actor=people["supervisor"], at=at(), **said)
    warning.issue_note(note=issued, version=1, actor=people["supervisor"], at=at())
    draft = warning.write_note(alarm=alarm, actor=people["supervisor"], at=at(), **said)
    rows |= {"alarm": [alarm.pk], "alarm note": [issued.pk], "alarm draft": [draft.pk]}


PKS = {
    "alerts:alarm": "alarm", "alerts:note": "alarm", "alerts:edit": "alarm draft", "alerts:issue": "alarm draft",
    "alerts:paper": "alarm note",
    "cases:paper": "paper", "cases:void": "paper", "cases:reissue": "paper", "cases:voiding": "voiding",
    "cases:attachment": "attachment", "cases:attachment_view": "attachment", "cases:attachment_edit": "attachment",
    "cases:attachment_void": "attachment", "cases:attachment_thumb": "attached png",
    "cases:attachment_pdf": "attached pdf", "cases:attachment_picture": "attached png", "cases:of_person": "person",
    "reception:person": "person",
    "reception:reveal_person": "person", "reception:ask_merge": "person", "reception:ask_unmerge": "person",
    "reception:merging": "merging", "cases:meeting_outcome": "meeting", "briefing:call": "event",
    "briefing:end": "event", "briefing:answer": "instruction", "briefing:withdraw": "instruction",
    "briefing:edit_digest": "digest", "briefing:issue_digest": "digest", "briefing:digest_paper": "digest",
    "followup:feedback": "supervision", "followup:close_supervision": "supervision",
    "followup:return_feedback": "supervision",
    "followup:letter_paper": "letter", "followup:suggestion": "suggestion", "followup:answer_suggestion": "suggestion",
    "followup:close_suggestion": "suggestion", "followup:suggestion_paper": "suggestion", "briefing:progress": "charge",
    "briefing:end_charge": "charge", "archive:taking_apart": "apart",
    "followup:sample": "sample",
}  # fmt: skip
