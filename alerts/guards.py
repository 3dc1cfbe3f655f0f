"""What may be done with an alarm and its note: a sentence why not, or ""; buttons and verbs ask the same."""

from collections.abc import Iterable

from django.utils.translation import gettext as _

from accounts.models import User
from alerts.models import Alarm, Note
from cases.models import Case
from documents.models import Paper
from documents.rendering import Unprintable, page_count, pdf_of


def matters(alarm: Alarm) -> list[Case]:
    """The matters an alarm rests on, by number."""
    return list(Case.objects.filter(alarm_links__alarm=alarm).select_related("petitioner").distinct().order_by("pk"))


def no_word(alarm: Alarm, actor: User) -> str:
    """Who may handle alarms says a word about one that nobody has answered, unless they must stay out of a matter."""
    if reason := _barred(alarm, actor, "alerts.handle", _("您的角色不能处置预警。")):
        return reason
    return "" if alarm.is_open else _("这条预警已由%(who)s处置。") % {"who": alarm.handled_by}


def no_note(alarm: Alarm, actor: User) -> str:
    """One note of an alarm at a time."""
    if reason := _barred(alarm, actor, "alerts.note", _("您的角色不能编写预警摘报。")):
        return reason
    return _("这条预警已有未制发的摘报。") if alarm.notes.filter(issued_at__isnull=True).exists() else ""


def no_change(note: Note, actor: User) -> str:
    """Changed until it is issued, frozen after."""
    if reason := _barred(note.alarm, actor, "alerts.note", _("您的角色不能编写预警摘报。")):
        return reason
    return _("此摘报已经制发，不能再改。") if note.issued_at else ""


def _barred(alarm: Alarm, actor: User, permission: str, sentence: str) -> str:
    if not actor.can(permission):
        return sentence
    if any(actor.pk in case.recused_ids for case in matters(alarm)):
        return _("您在其中的事项已申请回避，不能办理（第二十八条）。")
    return ""


def bad_note(cases: Iterable[Case], title: str, situation: str, analysis: str, suggestion: str) -> str:
    """Title, situation and suggestion are filled in, and nobody's name stands in them: a note speaks of events."""
    if not (title.strip() and situation.strip() and suggestion.strip()):
        return _("请填写标题、主要情况和建议。")
    names = {case.petitioner.name for case in cases if len(case.petitioner.name) > 1}
    if any(name in text for name in names for text in (title, situation, analysis, suggestion)):
        return _("预警摘报说事不说人，不写信访人姓名，请改用事项编号。")
    return ""


def too_long(paper: Paper) -> str:
    """A note is one page. What cannot be laid out now is no reason: it is printed later."""
    try:
        pages = page_count(pdf_of(paper))
    except Unprintable:
        return ""
    return "" if pages == 1 else _("摘报共 %(n)s 页，请精简到一页再制发。") % {"n": pages}
