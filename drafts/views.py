"""Keeping a form while it is typed, the list of forms left open, giving one up, putting one aside."""

import uuid
from typing import Any

from django.core.paginator import Paginator
from django.db import DatabaseError
from django.http import Http404, HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_POST

from drafts import keeping, naming
from drafts.filling import may_keep, put_aside, save_posted
from vault.errors import Refusal, Stale

PAGE = 25
ON_DESK = 5


def index(request: HttpRequest) -> HttpResponse:
    """Everything one began and did not send."""
    page = Paginator(keeping.listed(request.user), PAGE).get_page(request.GET.get("page"))
    return render(request, "drafts/index.html", {"page_obj": page, "rows": _rows(page), "days": keeping.DAYS})


def panel(request: HttpRequest) -> HttpResponse:
    """The newest few, for the reception desk; empty when there are none."""
    found = list(keeping.listed(request.user)[: ON_DESK + 1])
    return render(request, "drafts/panel.html", {"rows": _rows(found[:ON_DESK]), "more": len(found) > ON_DESK})


def _rows(drafts: Any) -> list[dict[str, Any]]:
    """Each draft with its words; the title was written down in Chinese, which is how it is translated."""
    return [
        {"draft": one, "title": _(one.title) if one.title else "", "excerpt": keeping.excerpt(one)} for one in drafts
    ]


@require_POST
@sensitive_post_parameters()
def save(request: HttpRequest) -> HttpResponse:
    """Keep what stands in a form; the answer is JSON for the page's script, whatever happens."""
    try:
        kept = _save(request)
    except keeping.Gone as no:
        return JsonResponse({"say": str(no)}, status=410)
    except Refusal as no:
        return JsonResponse({"say": str(no)}, status=409 if isinstance(no, Stale) else 413)
    except (DatabaseError, OSError):
        return JsonResponse({"say": _("本次未保存，内容仍在本页，稍后自动再存。")}, status=503)
    moment = timezone.localtime(kept.at).strftime("%H:%M:%S")
    return JsonResponse({"saved": moment, "version": kept.version, "elsewhere": kept.elsewhere})


def _save(request: HttpRequest) -> keeping.Saved:
    """Raises ``Http404`` for a page that is not this user's, or about a matter they may not know of (any more)."""
    slip = naming.read(request.POST.get("draft", ""), request.user)
    if slip is None or not may_keep(request.user, slip):
        raise Http404
    return save_posted(request, slip, timezone.now())


@require_POST
@sensitive_post_parameters()
def park(request: HttpRequest) -> HttpResponse:
    """Put the form aside as it stands and open an empty one."""
    slip = put_aside(request, timezone.now())
    if slip is None:
        raise Http404
    return redirect(slip.url)


@require_POST
def give_up(request: HttpRequest, uid: uuid.UUID) -> HttpResponse:
    """Throw a draft away; back to the list, or to the empty form."""
    draft = keeping.give_up(user=request.user, uid=uid, at=timezone.now())
    if draft is None:
        raise Http404
    return redirect("drafts:index" if request.POST.get("next") == "list" else draft.url)
