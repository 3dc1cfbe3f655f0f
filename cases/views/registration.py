"""At the counter: the registration form, what is known of the person, and what a visit is about."""

import datetime as dt
from dataclasses import dataclass
from typing import Any

from django.core.paginator import Paginator
from django.db.models import Count
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_POST

from accounts.models import User
from cases import policy
from cases.actions import intake as verbs
from cases.choices import ClockKind, State
from cases.deadlines import Calendar, Due, due
from cases.lamps import Lamp, case_lamp
from cases.models import Case
from documents.choices import PAPER_KINDS
from reception.actions import issue_form
from reception.choices import PetitionerKind
from reception.forms.person import WhoForm
from reception.forms.roster import BaseRoster, roster
from reception.forms.visit import NEW, VisitForm
from reception.models import Petitioner, Region, Visit
from reception.registering import PersonData, VisitData, find_petitioner
from vault.errors import Refusal

SHOWN = 10  # matters of one person; the person's page has them all
NAMESAKES = 5
PAGE = 25


@dataclass
class Known:
    """A person on file who is, or may be, the visitor; with their matters, the open ones first."""

    petitioner: Petitioner
    certain: bool
    visits: int
    matters: list[tuple[Case, Lamp]]


@sensitive_post_parameters()
def register(request: HttpRequest) -> HttpResponse:
    """来访登记. A saved visit leads to its page, an undecided one to the question what it is about."""
    request.user.must("reception.register")
    now = timezone.now()
    posted = request.POST if request.method == "POST" else None
    form, people = _form(posted, now), roster(posted, timezone.localdate(now))
    visit = _saved(request.user, form, people, now) if posted is not None else None
    if visit is None:
        status = 200 if posted is None else 422
        return render(request, "cases/register.html", _page(request.user, form, people, now), status=status)
    undecided = not Case.objects.filter(visit_links__visit=visit).exists()
    name = "cases:intake" if undecided else "reception:visit"
    wanted = request.POST.get("after") == "print" or request.GET.get("print")
    return redirect(reverse(name, args=[visit.number]) + ("?print=1" if wanted else ""))


@require_POST
@sensitive_post_parameters()
def history(request: HttpRequest) -> HttpResponse:
    """The panel beside the form. By POST only: an identity number never stands in an address."""
    request.user.must("reception.register")
    now = timezone.now()
    who = WhoForm(request.POST, today=timezone.localdate(now))
    who.is_valid()
    context = {"known": known(request.user, who, now), "who": who, "chosen": request.POST.get("join", "")}
    return render(request, "cases/_history.html", context)


def of_person(request: HttpRequest, pk: int) -> HttpResponse:
    """Panel: every matter of one person that the user may know of, the newest first."""
    request.user.must("cases.view")
    today = timezone.localdate()
    cases = Case.objects.visible_to(request.user).filter(petitioner_id=pk).for_list().order_by("-registered_on", "-pk")
    page = Paginator(cases, PAGE).get_page(request.GET.get("page"))
    matters = [(case, case_lamp(case, today)) for case in page]
    return render(request, "cases/_of_person.html", {"matters": matters, "page_obj": page})


def intake(request: HttpRequest, number: str) -> HttpResponse:
    """What a visit is about: one of the person's earlier matters, or a new one."""
    request.user.must("reception.register")
    visit = get_object_or_404(Visit.objects.visible_to(request.user).select_related("petitioner"), number=number)
    wanted, now, refused = request.GET.get("print"), timezone.now(), ""
    after = visit.get_absolute_url() + ("?print=1" if wanted else "")
    if Case.objects.filter(visit_links__visit=visit).exists():
        return redirect(after)
    if request.method == "POST":
        refused = _decided(request.user, visit, request.POST.get("join", ""), now)
        if not refused:
            return redirect(after)
    context = {"visit": visit, "matters": matters_of(request.user, [visit.petitioner], now), "refused": refused}
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


def known(user: User, who: WhoForm, now: dt.datetime) -> list[Known]:
    """The person found by document, or by name and telephone; else namesakes, as a hint only."""
    data = who.cleaned_data if hasattr(who, "cleaned_data") else {}
    name, number = data.get("name", ""), data.get("id_number", "")
    sought = PersonData(name=name, id_type=data.get("id_type", ""), id_number=number, phone=data.get("phone", ""))
    found = find_petitioner(sought)
    seen = Petitioner.objects.visible_to(user).living().annotate(came=Count("visits"))
    if found:
        people = list(seen.filter(pk=found.pk))
    else:
        namesakes = seen.filter(name=name).exclude(kind=PetitionerKind.ANONYMOUS) if name else seen.none()
        if number:
            namesakes = namesakes.filter(id_index="")
        people = list(namesakes.order_by("-pk")[:NAMESAKES])
    matters = matters_of(user, people, now)
    return [
        Known(
            one,
            one == found,
            one.came,
            [(case, lamp) for case, lamp in matters if case.petitioner_id == one.pk][:SHOWN],
        )
        for one in people
    ]


def matters_of(user: User, people: list[Petitioner], now: dt.datetime) -> list[tuple[Case, Lamp]]:
    """Matters of these people that the user may know of, open ones first; filed ones are closed to further visits."""
    cases = Case.objects.visible_to(user).filter(petitioner__in=people).exclude(state=State.FILED)
    ordered = sorted(cases.for_list()[:50], key=lambda case: (case.is_finished, -case.pk))
    return [(case, case_lamp(case, timezone.localdate(now))) for case in ordered]


def _form(posted: Any, now: dt.datetime) -> VisitForm:
    categories = policy.categories().values()
    return VisitForm(
        posted,
        at=now,
        categories=[(one.code, one.label) for one in categories],
        also=[(one.code, one.label) for one in categories if one.adds_duties],
    )


def _saved(user: User, form: VisitForm, people: BaseRoster, now: dt.datetime) -> Visit | None:
    """Check form and roster and register, once; None with the reasons in the form when that cannot be."""
    fine = form.is_valid()
    if people.is_bound and not people.is_valid():
        form.add_error(None, _("同来人员名册有 %(n)s 处需要修改。") % {"n": people.total_error_count()})
    companions = people.people() if people.is_bound and people.is_valid() else []
    if fine and len(companions) >= form.cleaned_data["visitors"] and companions:
        came = {"visitors": form.cleaned_data["visitors"], "listed": len(companions) + 1}
        form.add_error("visitors", _("来访人数为 %(visitors)s 人，名册连同信访人有 %(listed)s 人，请核对。") % came)
    if not form.is_valid():
        return None
    data = form.visit_data(user.pk, companions)
    try:
        join, apart = _joined(user, form, data), form.cleaned_data["join"] == NEW
        _not_used_otherwise(form, data)
        return verbs.register(data=data, actor=user, at=now, join=join, apart=apart)
    except Refusal as refusal:
        form.add_error(None, str(refusal))
        return None


def _joined(user: User, form: VisitForm, data: VisitData) -> Case | None:
    """The earlier matter the clerk chose; its petitioner is then the visitor.

    Raises ``Refusal`` when it is not (or no longer) this person's matter.
    """
    number = form.cleaned_data["join"]
    if number in ("", NEW):
        return None
    case = Case.objects.visible_to(user).exclude(state=State.FILED).filter(number=number).first()
    if case is None:
        raise Refusal(_("没有可以并入的事项 %(number)s，请重新选择。") % {"number": number})
    owner, found = case.petitioner, find_petitioner(data.person)
    other_document = owner.id_number and data.person.id_number and owner.id_number != data.person.id_number
    same = found.pk == owner.pk if found else owner.name == data.person.name and not other_document
    if not same:
        raise Refusal(_("%(number)s 不是这位信访人的事项，不能并入。") % {"number": number})
    data.petitioner = owner
    return case


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


def _decided(user: User, visit: Visit, choice: str, now: dt.datetime) -> str:
    """Decide by the clerk's choice; "" or the sentence why that cannot be."""
    join = None
    if choice != NEW:
        mine = Case.objects.visible_to(user).filter(petitioner=visit.petitioner).exclude(state=State.FILED)
        join = mine.filter(number=choice[:20]).first()
        if join is None:
            return _("请选择并入哪一件，或者另立新事项。")
    try:
        verbs.decide_intake(visit=visit, actor=user, at=now, join=join)
    except Refusal as refusal:
        return str(refusal)
    return ""


def _page(user: User, form: VisitForm, people: BaseRoster, now: dt.datetime) -> dict[str, Any]:
    """What the registration page shows around the form."""
    return {
        "form": form,
        "roster": people,
        "due": _transfer_due(now),
        "regions": Region.objects.filter(is_active=True).values_list("name", flat=True),
        "hints": [(one, [PAPER_KINDS[code].label for code in one.papers]) for one in policy.categories().values()],
        "known": known(user, form, now) if form.is_bound else [],
        "who": form,
        "chosen": form.data.get("join", "") if form.is_bound else "",
    }


def _transfer_due(now: dt.datetime) -> Due:
    """Until when a petition received today must be sent on or answered (article 22)."""
    return due(ClockKind.TRANSFER, timezone.localdate(now), Calendar.load())
