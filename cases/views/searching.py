"""The search box in the top bar: its page of results and its suggestions. Only by POST: no address tells what."""

import datetime as dt
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.views.decorators.http import require_POST

from accounts.models import User
from cases import searching
from cases.actions.searching import look_up
from cases.forms.searching import LONGEST, SearchForm
from cases.models import Case
from cases.searching import Found, Typed
from cases.views.finding import needs
from cases.views.lists import row
from reception.models import Petitioner


def search(request: HttpRequest) -> HttpResponse:
    """People and matters side by side; a register number, or a personal number of one person, goes straight there."""
    needs(request, "cases.view")
    form = SearchForm(request.POST or None)
    if not form.is_valid():
        return render(request, "cases/search.html", {"form": form}, status=422 if form.errors else 200)
    typed = searching.recognise(form.cleaned_data["text"])
    found = _found(typed, request.user, timezone.now())
    if straight := _straight(typed, found, request.user):
        return redirect(straight)
    return render(request, "cases/search.html", {"form": form} | results(typed, found, request.user))


@require_POST
def suggestions(request: HttpRequest) -> HttpResponse:
    """At most eight lines under the box. Numbers that may be personal are not looked up while they are typed."""
    needs(request, "cases.view")
    form, lines = SearchForm(request.POST), []
    if form.is_valid() and len(form.cleaned_data["text"]) > 1:
        lines = _lines(form.cleaned_data["text"], request.user)
    return render(request, "cases/_suggestions.html", {"lines": lines, "longest": LONGEST})


def _found(typed: Typed, user: User, at: dt.datetime) -> Found:
    if typed.personal:
        return look_up(typed=typed, actor=user, at=at)
    return Found() if typed.kind == "number" else searching.by_words(typed.text, user)


def _straight(typed: Typed, found: Found, user: User) -> str:
    """Where there is no choice to make, the address to go to."""
    if typed.kind == "number":
        return searching.by_number(typed.text, user)
    if typed.personal and len(found.persons) == 1:
        return Petitioner.objects.get(pk=found.persons[0]).get_absolute_url()
    if typed.personal and not found.persons and len(found.matters) == 1:
        return Case.objects.get(pk=found.matters[0]).get_absolute_url()
    return ""


def results(typed: Typed, found: Found, user: User) -> dict[str, Any]:
    """What the page shows of what was found."""
    today = timezone.localdate()
    matters = searching.in_order(found.matters[: searching.MATTERS], Case.objects.for_list())
    return {
        "typed": typed,
        "searched": "" if typed.personal else typed.text,
        "persons": searching.in_order(found.persons[: searching.PERSONS], Petitioner.objects.all()),
        "persons_counted": searching.counted(found.persons),
        "persons_more": len(found.persons) > searching.PERSONS,
        "rows": [row(case, user, today) | {"excerpt": searching.excerpt(case, typed.words)} for case in matters],
        "matters_counted": searching.counted(found.matters),
        "matters_more": len(found.matters) > searching.MATTERS,
        "may_see_persons": user.can("reception.view"),
        "sentence": searching.sentence(typed),
    }


def _lines(text: str, user: User) -> list[dict[str, Any]]:
    typed = searching.recognise(text)
    if typed.personal or searching.growing(text):
        return []
    found = searching.by_words(typed.text, user, people=searching.PEOPLE, matters=searching.SUGGESTED)
    today = timezone.localdate()
    people = searching.in_order(found.persons, Petitioner.objects.all())
    matters = searching.in_order(found.matters, Case.objects.for_list())
    lines = [{"person": one, "url": one.get_absolute_url()} for one in people]
    lines += [row(case, user, today) | {"url": case.get_absolute_url()} for case in matters]
    return [line | {"words": typed.words} for line in lines[: searching.SUGGESTED]]
