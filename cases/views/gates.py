"""What stands beside a matter: merged ones, the one it was set apart from, who withdrew; and all of these as a list."""

from typing import Any

from django.core.exceptions import PermissionDenied
from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext as _

from accounts.models import User
from cases.models import Case, Interest
from cases.shielding import papers_of, shown_name
from cases.views.finding import matter

PER_PAGE = 25
LISTS = ("apart", "interests")


def panel(request: HttpRequest, number: str) -> HttpResponse:
    """Panel of the matter's page: nothing but what this user may know of the other matters."""
    case, user = matter(request, number), request.user
    seen = Case.objects.visible_to(user).select_related("petitioner")
    merged = [_merged(one, user) for one in seen.filter(main=case).order_by("pk")]
    context = {
        "case": case, "merged": merged, "main": seen.filter(pk=case.main_id).first(),
        "apart_from": seen.filter(pk=case.apart_from_id).first(), "beside": seen.filter(apart_from=case).order_by("pk"),
        "interests": _interests(case, user),
    }  # fmt: skip
    return render(request, "cases/_gates.html", context)


def _merged(one: Case, user: User) -> dict[str, Any]:
    """A merged matter with its visits and papers, as far as this user may read them."""
    may_see_visits = user.scope == "office" and user.can("reception.view")
    return {
        "case": one, "name": shown_name(one, user), "papers": papers_of(one, user),
        "visits": one.visit_links.select_related("visit").order_by("position") if may_see_visits else [],
    }  # fmt: skip


def _interests(case: Case, user: User) -> list[Interest]:
    """Who withdrew or explained a hint; units see their own people's."""
    found = case.interests.select_related("user__unit", "recorded_by")
    if "office" in user.scopes:
        return list(found)
    return list(found.filter(user__unit__path__startswith=user.unit.path)) if user.unit else []


def apart(request: HttpRequest) -> HttpResponse:
    """For those who direct the work: second matters opened beside evidence, and hints of an interest explained away."""
    user = request.user
    if not user.can("cases.merge") and not user.can("cases.approve"):
        raise PermissionDenied(_("您的岗位不能打开这一页。"))
    tab = request.GET.get("tab", "")
    tab = tab if tab in LISTS else LISTS[0]
    found = {"apart": _set_apart(user), "interests": _answered(user)}
    page = Paginator(found[tab], PER_PAGE).get_page(request.GET.get("page"))
    labels = {"apart": _("疑似同一事项而另立"), "interests": _("回避和线索说明")}
    tabs = [
        {"url": f"?tab={one}", "label": labels[one], "count": found[one].count(), "current": one == tab}
        for one in LISTS
    ]  # fmt: skip
    return render(
        request, "cases/apart.html", {"tab": tab, "tabs": tabs, "page_obj": page, "known": _known(user, page)}
    )


def _set_apart(user: User) -> Any:
    mine = Case.objects.visible_to(user).filter(apart_from__isnull=False)
    return mine.select_related("petitioner", "created_by", "apart_from").order_by("-pk")


def _answered(user: User) -> Any:
    mine = Interest.objects.filter(case__in=Case.objects.visible_to(user))
    return mine.select_related("case", "user__unit", "recorded_by").order_by("-pk")


def _known(user: User, page: Any) -> set[int]:
    """Of the matters these were set apart from, those that the user may know of."""
    others = [one.apart_from_id for one in page if isinstance(one, Case)]
    return set(Case.objects.visible_to(user).filter(pk__in=others).values_list("pk", flat=True)) if others else set()
