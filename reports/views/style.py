"""The style page: every component of the interface as it stands, for whoever builds or judges a screen."""

import datetime as dt
from typing import Any

from django import forms
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.utils.translation import gettext as _

from cases.agenda import FULL
from cases.lamps import Lamp, lamp

# Names of the colours in static/css/tokens.css; test_style reads the values there and measures their contrast.
COLOURS = (
    "ink",
    "ink-2",
    "edge",
    "brand",
    "brand-strong",
    "brand-soft",
    "ok",
    "warn",
    "late",
    "idle",
    "ground",
    "focus",
)


class SampleForm(forms.Form):
    """A field of each kind, one of them refused."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, label_suffix="", **kwargs)
        self.fields["name"] = forms.CharField(label=_("姓名（名称）"))
        self.fields["demand"] = forms.CharField(label=_("请求"), widget=forms.Textarea(attrs={"rows": 3}))
        self.fields["state"] = forms.ChoiceField(label=_("环节"), choices=[(str(n), s[0]) for n, s in enumerate(FULL)])


def index(request: HttpRequest) -> HttpResponse:
    """Every component with sample words; no row of the office is read."""
    now = timezone.now().replace(second=0, microsecond=0)
    context = {
        "colours": COLOURS, "lamps": lamps(now.date()),
        "stages": stages(), "days": days(now), "figures": figures(), "tabs": tabs(),
        "fine": SampleForm({"name": _("示例"), "demand": _("要求维修外墙渗水。"), "state": "3"}),
        "wrong": SampleForm({}, prefix="wrong"),
        "heads": [_("编号"), _("预警"), _("标题"), _("最近到期")],
    }  # fmt: skip
    return render(request, "style/index.html", context)


def lamps(today: dt.date) -> list[Lamp]:
    """One lamp of each level, in the words the lists use."""
    days = [lamp(today + dt.timedelta(days=n), today) for n in (-2, 0, 3, 21)]
    return [*days, lamp(today, today, finished=True), lamp(today, today, supervised=True)]


def stages() -> list[dict[str, str]]:
    """The strip of stages with the matter in the middle of its way."""
    state = ["done"] * 4 + ["current"] + ["todo"] * 3
    return [{"label": str(label), "state": state[n]} for n, (label, _states) in enumerate(FULL)]


def days(now: dt.datetime) -> list[dict[str, Any]]:
    """A day of the story of a matter, with each tone."""
    told = ((_("督办"), "late"), (_("催办"), "warn"), (_("受理"), "ok"), (_("归类"), ""))
    return [{"day": now.date(), "events": [{"at": now, "title": title, "tone": tone} for title, tone in told]}]


def figures() -> list[dict[str, Any]]:
    return [
        {"label": _("件次"), "value": "40", "unit": _("件"), "changes": [(_("环比"), "+21.2%")]},
        {"label": _("及时受理率"), "value": "97.3%", "share": "36/37", "tone": "ok"},
        {"label": _("现在超期"), "value": "10", "unit": _("件"), "tone": "late"},
    ]


def tabs() -> list[dict[str, Any]]:
    labels = (_("诉求"), _("过程"), _("文书"), _("附件"))
    return [{"url": "#tabs", "label": label, "count": n or None, "current": n == 1} for n, label in enumerate(labels)]
