"""The month and the week."""

import datetime as dt
from typing import Any
from urllib.parse import urlencode

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.utils.dateparse import parse_date
from django.utils.translation import gettext as _

from cases.deadlines import Calendar
from cases.views.finding import needs
from diary import gathering, months
from diary.policy import rules


def month(request: HttpRequest) -> HttpResponse:
    """A month in weeks: what is due and what is held on each day, of what the user may see."""
    needs(request, "cases.view")
    today = timezone.localdate()
    day = _day(f"{request.GET.get('month', '')}-01", today).replace(day=1)
    first, last = months.month_span(day)
    days = _cells(request, first, last, today, month=day.month, most=months.SHOWN)
    context = {
        "day": day, "weeks": months.in_weeks(days), "rules": rules(),
        "before": _address(request, month=f"{months.months_from(day, -1):%Y-%m}"),
        "after": _address(request, month=f"{months.months_from(day, 1):%Y-%m}"),
        "now": _address(request), "is_now": (day.year, day.month) == (today.year, today.month),
        "other": _address(request, "week/", day=(today if day == today.replace(day=1) else day).isoformat()),
    }  # fmt: skip
    return render(request, "diary/month.html", context | _filters(request))


def week(request: HttpRequest) -> HttpResponse:
    """Seven days with everything that falls on each."""
    needs(request, "cases.view")
    today = timezone.localdate()
    first = months.monday(_day(request.GET.get("day", ""), today))
    last = first + dt.timedelta(days=6)
    context = {
        "first": first, "last": last, "days": _cells(request, first, last, today), "rules": rules(),
        "before": _address(request, day=(first - dt.timedelta(days=7)).isoformat()),
        "after": _address(request, day=(first + dt.timedelta(days=7)).isoformat()),
        "now": _address(request), "is_now": first <= today <= last,
        "other": _address(request, "../", month=f"{first:%Y-%m}"),
    }  # fmt: skip
    return render(request, "diary/week.html", context | _filters(request))


def _cells(request: HttpRequest, first: dt.date, last: dt.date, today: dt.date, **how: Any) -> list[months.Cell]:
    found = gathering.entries(request.user, first, last, kinds=_kinds(request), mine=bool(request.GET.get("mine")))
    return months.cells(first, last, found, Calendar.load(), today, **how)


def _day(text: str, today: dt.date) -> dt.date:
    """The day named in the address; today for anything else, and for a year nobody plans in."""
    try:
        day = parse_date(text)
    except ValueError:
        day = None
    return day if day and months.FIRST <= day <= months.LAST else today


def _kinds(request: HttpRequest) -> frozenset[str]:
    """The kinds chosen; all of them where none is."""
    return frozenset(request.GET.getlist("kind")) & frozenset(gathering.KINDS) or frozenset(gathering.KINDS)


def _kept(request: HttpRequest) -> list[tuple[str, str]]:
    kinds = [("kind", one) for one in gathering.KINDS if one in request.GET.getlist("kind")]
    return kinds + ([("mine", "1")] if request.GET.get("mine") else [])


def _address(request: HttpRequest, page: str = "", **more: str) -> str:
    """Another day of this page, or another page, with the choice kept."""
    return f"{page}?{urlencode([*more.items(), *_kept(request)])}"


def _filters(request: HttpRequest) -> dict[str, Any]:
    """Chips that switch one kind on or off, and whose matters."""
    here = [(key, request.GET[key]) for key in ("month", "day") if request.GET.get(key)]
    chosen, mine = set(request.GET.getlist("kind")) & set(gathering.KINDS), bool(request.GET.get("mine"))
    whose = [("mine", "1")] if mine else []
    chips = [{"url": f"?{urlencode([*here, *whose])}", "label": _("全部"), "current": not chosen}]
    for code, label in gathering.KINDS.items():
        kinds = [("kind", one) for one in gathering.KINDS if one in chosen ^ {code}]
        chips.append({"url": f"?{urlencode([*here, *kinds, *whose])}", "label": label, "current": code in chosen})
    kinds = [("kind", one) for one in gathering.KINDS if one in chosen]
    other = [] if mine else [("mine", "1")]
    chips.append({"url": f"?{urlencode([*here, *kinds, *other])}", "label": _("我经办的"), "current": mine})
    return {"chips": chips}
