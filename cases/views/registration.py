"""At the counter: the registration form, what is known of the person, and what a visit is about."""

import datetime as dt
import json
from typing import Any, cast

from csp.decorators import csp_update
from django.conf import settings
from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse, QueryDict
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_POST

from accounts.models import User
from cases import policy
from cases.actions import intake as verbs
from cases.choices import ClockKind
from cases.deadlines import Calendar, Due, due
from cases.lamps import case_lamp
from cases.models import Case
from cases.recalling import joinable, known, matter_to_join, weighed
from cases.samematter import others, while_typing
from documents.choices import PAPER_KINDS
from drafts.filling import done, hold
from reception.actions import issue_form
from reception.choices import Adapter
from reception.desk import posted_ticket
from reception.forms.person import WhoForm
from reception.forms.roster import Roster, roster
from reception.forms.typed import TypedForm
from reception.forms.visit import NEW, VisitForm
from reception.hygiene import plain_lines
from reception.models import Petitioner, Region, Visit
from reception.readers import CHOSEN, sample_cards, workstation_of
from reception.registering import VisitData, find_petitioner
from vault.errors import Refusal

PAGE = 25
SCRIPTS = (
    "js/reader/card.js", "js/reader/wedge.js", "js/reader/service.js",
    "js/register/fill.js", "js/register/hints.js", "js/register/roster.js",
)  # fmt: skip
SIMULATED = ("js/reader/simulated.js",)


@sensitive_post_parameters()
def register(request: HttpRequest) -> HttpResponse:
    """来访登记. A saved visit leads to its page, an undecided one to the question what it is about."""
    request.user.must("reception.register")
    now = timezone.now()
    posted = request.POST if request.method == "POST" else None
    form, people = _form(posted, now), roster(posted, timezone.localdate(now))
    hold(request, form, title=_("来访登记"), subject=str(form["key"].value()), rows=people)
    visit = _saved(request.user, form, people, now) if posted is not None else None
    if visit is None:
        return _form_page(request, form, people, now, 200 if posted is None else 422)
    done(request, now)
    undecided = not Case.objects.filter(visit_links__visit=visit).exists()
    name = "cases:intake" if undecided else "reception:visit"
    return redirect(reverse(name, args=[visit.number]) + _print_wanted(request))


@require_POST
@sensitive_post_parameters()
def history(request: HttpRequest) -> HttpResponse:
    """The panel beside the form. By POST only: an identity number never stands in an address."""
    request.user.must("reception.register")
    today = timezone.localdate()
    who = WhoForm(request.POST, today=today)
    who.is_valid()
    context = {
        "known": known(request.user, who.sought(), today), "who": who, "chosen": request.POST.get("join", ""),
        "apart_reason": request.POST.get("apart_reason", ""),
    }  # fmt: skip
    return render(request, "cases/_history.html", context)


@require_POST
@sensitive_post_parameters()
def alike(request: HttpRequest) -> HttpResponse:
    """The panel of matters like the demand being typed. By POST only: it is the visitor's story."""
    request.user.must("reception.register")
    form = TypedForm(request.POST, today=timezone.localdate())
    form.is_valid()
    person = find_petitioner(form.sought())
    own, others_too = while_typing(request.user, form.visit(), person, form.today)
    return render(request, "cases/_alike.html", {"own": own, "others": others_too})


def of_person(request: HttpRequest, pk: int) -> HttpResponse:
    """Panel: every matter of one person that the user may know of, the newest first."""
    request.user.must("cases.view")
    today = timezone.localdate()
    person = get_object_or_404(Petitioner.objects.visible_to(request.user), pk=pk)
    visible = Case.objects.visible_to(request.user).same_petitioner(person)
    cases = visible.for_list().order_by("-registered_on", "-pk")
    page = Paginator(cases, PAGE).get_page(request.GET.get("page"))
    matters = [(case, case_lamp(case, today)) for case in page]
    return render(request, "cases/_of_person.html", {"matters": matters, "page_obj": page})


def intake(request: HttpRequest, number: str) -> HttpResponse:
    """What a visit is about: one of the person's earlier matters, or a new one."""
    request.user.must("reception.register")
    visit = get_object_or_404(Visit.objects.visible_to(request.user).select_related("petitioner"), number=number)
    after, now, refused = visit.get_absolute_url() + _print_wanted(request), timezone.now(), ""
    if Case.objects.filter(visit_links__visit=visit).exists():
        return redirect(after)
    if request.method == "POST":
        refused = _decided(request.user, visit, request.POST, now)
        if not refused:
            return redirect(after)
    context = _question(request.user, visit, now) | {"refused": refused, "typed": request.POST}
    return render(request, "cases/intake.html", context, status=422 if refused else 200)


@require_POST
def visit_form(request: HttpRequest, number: str) -> HttpResponse:
    """Issue the 来访登记表 (once) and show it as PDF."""
    request.user.must("reception.register")
    joined = ("petitioner", "content_category", "clerk", "case_link__case")
    visit = get_object_or_404(Visit.objects.visible_to(request.user).select_related(*joined), number=number)
    link = getattr(visit, "case_link", None)
    codes = [visit.category, *filter(None, visit.also.split(","))]
    paper = issue_form(
        visit=visit, categories=[policy.category_label(code) for code in codes],
        case_number=link.case.number if link else "", actor=request.user, at=timezone.now(),
    )  # fmt: skip
    return redirect("cases:paper", pk=paper.pk)


def _print_wanted(request: HttpRequest) -> str:
    """The part of the next address that makes it print, when F9 or the address asked for it."""
    return "?print=1" if request.POST.get("after") == "print" or request.GET.get("print") else ""


def _form(posted: Any, now: dt.datetime) -> VisitForm:
    categories = policy.categories().values()
    return VisitForm(
        posted,
        at=now,
        categories=[(one.code, one.label) for one in categories],
        also=[(one.code, one.label) for one in categories if one.adds_duties],
    )


def _saved(user: User, form: VisitForm, people: Roster, now: dt.datetime) -> Visit | None:
    """Check form and roster and register, once; None with the reasons in the form when that cannot be."""
    if not _fine(form, people):
        return None
    data, choice = form.visit_data(user.pk, people.people()), form.cleaned_data["join"]
    data.ticket = posted_ticket(user, form.data.get("ticket", ""), now)
    try:
        _not_used_otherwise(form, data)
        join = matter_to_join(user, choice, data) if choice not in ("", NEW) else None
        if join:
            data.petitioner = find_petitioner(data.person) or join.petitioner  # whose document it is keeps it
        reason = form.cleaned_data["apart_reason"]
        return verbs.register(data=data, actor=user, at=now, join=join, apart=choice == NEW, reason=reason)
    except Refusal as refusal:
        form.add_error(None, str(refusal))
        return None


def _fine(form: VisitForm, people: Roster) -> bool:
    """Are form and roster in order, each by itself and with each other?"""
    fine = form.is_valid()
    if people.is_bound and not people.is_valid():
        form.add_error(None, _("同来人员名册有 %(n)s 处需要修改。") % {"n": people.total_error_count()})
        return False
    listed = len(people.people())
    if fine and listed and listed >= form.cleaned_data["visitors"]:
        came = {"visitors": form.cleaned_data["visitors"], "listed": listed + 1}
        form.add_error("visitors", _("来访人数为 %(visitors)s 人，名册连同信访人有 %(listed)s 人，请核对。") % came)
    return bool(form.is_valid())


def _not_used_otherwise(form: VisitForm, data: VisitData) -> None:
    """A form saved before and then changed is another visit: say so, and let the next save be a new one.

    Raises ``Refusal`` naming the registration that the key stands for.
    """
    done = Visit.objects.filter(key=data.key).select_related("petitioner").first()
    if done is None or form.says_the_same(done):
        return
    form.data = form.data.copy()
    form.data["key"] = form.initial["key"]
    raise Refusal(
        _("本表已登记为 %(number)s，之后内容有改动。要登记另一次来访的，再保存一次。") % {"number": done.number}
    )


def _question(user: User, visit: Visit, now: dt.datetime) -> dict[str, Any]:
    """What the clerk decides by: the person's earlier matters with the evidence, and like ones of other people."""
    today = timezone.localdate(now)
    found = weighed(user, visit, today)
    return {
        "visit": visit, "matters": found, "against": [one for one in found if one.evidence.asks],
        "others": others(user, visit, today),
    }  # fmt: skip


def _decided(user: User, visit: Visit, posted: QueryDict, now: dt.datetime) -> str:
    """Decide by the clerk's choice; "" or the sentence why that cannot be."""
    join, choice = None, posted.get("join", "")
    if choice != NEW:
        join = joinable(user).filter(petitioner__in=visit.petitioner.family_ids, number=choice[:20]).first()
        if join is None:
            return _("请选择并入哪一件，或者另立新事项。")
    try:
        reason = plain_lines(posted.get("apart_reason", ""))
        verbs.decide_intake(visit=visit, actor=user, at=now, join=join, reason=reason)
    except Refusal as refusal:
        return str(refusal)
    return ""


def _page(user: User, form: VisitForm, people: Roster, now: dt.datetime) -> dict[str, Any]:
    """What the registration page shows around the form."""
    until, who = _transfer_due(now), _who(form, now)
    return {
        "form": form,
        "roster": people,
        "today": timezone.localdate(now),
        "due": until,
        "days_left": (until.strict_due - timezone.localdate(now)).days,
        "regions": Region.objects.filter(is_active=True).values_list("name", flat=True),
        "hints": [(one, [PAPER_KINDS[code].label for code in one.papers]) for one in policy.categories().values()],
        "known": known(user, who.sought(), timezone.localdate(now)) if form.is_bound or form.draft.row else [],
        "who": who,
        "chosen": form["join"].value() or "",
        "apart_reason": form["apart_reason"].value() or "",
    }


def _who(form: VisitForm, now: dt.datetime) -> WhoForm:
    """Whose history stands beside the form: of the person as posted, or as kept in the draft."""
    if form.is_bound or not form.draft.row:
        return form
    who = WhoForm(form.draft.typed, today=timezone.localdate(now))
    who.is_valid()
    return who if any(who.cleaned_data.values()) else form


def _form_page(request: HttpRequest, form: VisitForm, people: Roster, now: dt.datetime, status: int) -> HttpResponse:
    """The registration page; the reader's service of this window, and no other address, may be asked by it."""
    station = workstation_of(request.user, request.session.get(CHOSEN))
    simulated = settings.DEMO_ALLOWED and (station is None or station.adapter == Adapter.SIMULATED)
    context = _page(request.user, form, people, now) | {
        "station": station, "scripts": SCRIPTS + (SIMULATED if simulated else ()),
        "samples": [(words, json.dumps(card)) for words, card in sample_cards()] if simulated else [],
    }  # fmt: skip
    answer = render(request, "cases/register.html", context, status=status)
    if station is None or not station.origin:
        return answer
    return cast(HttpResponse, csp_update({"connect-src": [station.origin]})(lambda _request: answer)(request))


def _transfer_due(now: dt.datetime) -> Due:
    """Until when a petition received today must be sent on or answered (article 22)."""
    return due(ClockKind.TRANSFER, timezone.localdate(now), Calendar.load())
