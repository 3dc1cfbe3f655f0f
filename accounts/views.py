"""Signing in, the start page, preferences, people, units and roles."""

import math
from typing import Any

from axes.helpers import get_client_ip_address, get_cool_off
from axes.models import AccessAttempt
from django.contrib import messages
from django.contrib.auth import update_session_auth_hash
from django.contrib.auth.decorators import login_not_required
from django.contrib.auth.views import LoginView
from django.core.paginator import Paginator
from django.db.models import Model
from django.forms import BaseForm
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.middleware.csrf import get_token
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.http import url_has_allowed_host_and_scheme
from django.utils.translation import gettext as _
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_POST

from accounts import actions
from accounts import deputies as standing
from accounts.forms import (
    DeputyForm,
    FirstPasswordForm,
    GrantForm,
    LoginForm,
    NewPersonForm,
    NewUnitForm,
    OwnPasswordForm,
    PersonForm,
    UnitForm,
)
from accounts.models import RoleGrant, Unit, User
from accounts.policy import rules
from accounts.roles import ROLES, in_words
from vault.errors import Refusal

PAGE = 50


class Login(LoginView):
    """Sign-in; whoever was signed out for idling is told so."""

    template_name = "accounts/login.html"
    authentication_form = LoginForm
    redirect_authenticated_user = True

    def get(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        if request.session.pop("idled", False):
            messages.info(request, _("您有一段时间没有操作，系统已自动退出，请重新登录。"))
        return super().get(request, *args, **kwargs)

    def form_valid(self, form: LoginForm) -> HttpResponse:
        answer = super().form_valid(form)
        actions.sign_in(actor=self.request.user, at=timezone.now())
        return answer


class SignInAgain(Login):
    """The same sign-in for a page that stands open, as JSON: who is signed in, and the token its forms need now."""

    redirect_authenticated_user = False

    def get(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        return self._state()

    def form_valid(self, form: LoginForm) -> HttpResponse:
        super().form_valid(form)
        self.request.session.pop("idled", None)
        return self._state()

    def form_invalid(self, form: LoginForm) -> HttpResponse:
        said = form.non_field_errors() or [_("请填写用户名和密码。")]
        return JsonResponse({"say": " ".join(said)}, status=422)

    def _state(self) -> HttpResponse:
        return JsonResponse({"user": self.request.user.get_username(), "token": get_token(self.request)})


@login_not_required
def locked_out(
    request: HttpRequest, response: HttpResponse | None = None, credentials: dict[str, Any] | None = None
) -> HttpResponse:
    """Too many failures for this name from this address: how long it takes until the next try counts."""
    name = (credentials or {}).get("username") or request.POST.get("username", "")
    attempts = AccessAttempt.objects.filter(username=name, ip_address=get_client_ip_address(request))
    last = attempts.order_by("-attempt_time").first()
    rest = last.attempt_time + get_cool_off(request) - timezone.now() if last else get_cool_off(request)
    minutes = max(1, math.ceil(rest.total_seconds() / 60))
    answer = render(request, "accounts/locked.html", {"minutes": minutes}, status=429)
    answer["Retry-After"] = str(minutes * 60)
    return answer


def home(request: HttpRequest) -> HttpResponse:
    """The signed-in person's own start page: that of their first role."""
    start = next((role.start for code, role in ROLES.items() if code in request.user.role_codes), "notices:index")
    return redirect(start)


@sensitive_post_parameters()
def password(request: HttpRequest) -> HttpResponse:
    """Change one's own password and stay signed in here only."""
    form = OwnPasswordForm(request.user, request.POST or None)
    if request.method == "POST" and form.is_valid():
        actions.change_password(password=form.cleaned_data["new_password1"], actor=request.user, at=timezone.now())
        update_session_auth_hash(request, request.user)
        messages.success(request, _("密码已修改，您在别处打开的会话已经结束。"))
        return redirect("home")
    return _form_page(request, form, _("修改密码"), _("修改密码"))


@require_POST
def preferences(request: HttpRequest) -> HttpResponse:
    """Size of type, then back to the page it was asked from."""
    back = request.POST.get("next", "")
    try:
        actions.set_text_size(text_size=request.POST.get("text_size", ""), actor=request.user, at=timezone.now())
    except Refusal as refusal:
        messages.error(request, str(refusal))
    safe = url_has_allowed_host_and_scheme(back, {request.get_host()}, request.is_secure())
    return redirect(back if safe else "home")


def _form_page(request: HttpRequest, form: BaseForm, heading: str, submit: str, **more: Any) -> HttpResponse:
    context = {"form": form, "heading": heading, "submit": submit} | more
    return render(request, "accounts/form.html", context, status=422 if form.errors else 200)


# ---- people and units: the system administrator ----


def people(request: HttpRequest) -> HttpResponse:
    """Everybody with an account, and the tree of units."""
    request.user.must("accounts.manage")
    wanted = request.GET.get("q", "").replace("\x00", "")[:60]
    found = User.objects.search(wanted).select_related("unit").prefetch_related("grants").order_by("unit__path", "pk")
    page = Paginator(found, PAGE).get_page(request.GET.get("page"))
    context = {"page_obj": page, "q": wanted, "units": Unit.objects.all(), "reference_url": reverse("admin:index")}
    return render(request, "accounts/people.html", context)


@sensitive_post_parameters()
def new_person(request: HttpRequest) -> HttpResponse:
    """Open an account."""
    request.user.must("accounts.manage")
    form = NewPersonForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        try:
            actions.create_user(actor=request.user, at=timezone.now(), **form.cleaned_data)
            messages.success(request, _("已新建用户。由安全管理员授予角色后即可办理业务。"))
            return redirect("accounts:people")
        except Refusal as refusal:
            form.add_error(None, str(refusal))
    return _form_page(request, form, _("新建用户"), _("新建用户"), back="accounts:people")


def person(request: HttpRequest, pk: int) -> HttpResponse:
    """Change a person's name, unit and contacts."""
    request.user.must("accounts.manage")
    found = get_object_or_404(User, pk=pk)
    form = PersonForm(request.POST or None, instance=found)
    if request.method == "POST" and form.is_valid():
        actions.change_user(user=User.objects.get(pk=pk), actor=request.user, at=timezone.now(), **form.cleaned_data)
        messages.success(request, _("已保存。"))
        return redirect("accounts:people")
    return _form_page(request, form, str(found), _("保存"), back="accounts:people", person=found)


@sensitive_post_parameters()
def reset_password(request: HttpRequest, pk: int) -> HttpResponse:
    """Give somebody a new first password."""
    request.user.must("accounts.manage")
    found = get_object_or_404(User, pk=pk)
    form = FirstPasswordForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        try:
            actions.reset_password(user=found, actor=request.user, at=timezone.now(), **form.cleaned_data)
            messages.success(request, _("已重置密码，请告诉本人登录后修改。"))
            return redirect("accounts:people")
        except Refusal as refusal:
            form.add_error(None, str(refusal))
    return _form_page(request, form, _("重置密码：%(name)s") % {"name": found}, _("重置密码"), back="accounts:people")


ACTS = {
    "deactivate": ("accounts.manage", actions.deactivate, "accounts:people"),
    "activate": ("accounts.manage", actions.activate, "accounts:people"),
    "unlock": ("accounts.unlock", actions.unlock, "accounts:roles"),
}


@require_POST
def act(request: HttpRequest, pk: int, name: str) -> HttpResponse:
    """Stop, start or unlock an account."""
    permission, verb, back = ACTS[name]
    request.user.must(permission)
    found = get_object_or_404(User, pk=pk)
    return _do(request, back, verb, user=found)


def new_unit(request: HttpRequest) -> HttpResponse:
    """Add a unit to the tree."""
    request.user.must("accounts.manage")
    form = NewUnitForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        try:
            actions.create_unit(actor=request.user, at=timezone.now(), **form.cleaned_data)
            messages.success(request, _("已新建单位。"))
            return redirect("accounts:people")
        except Refusal as refusal:
            form.add_error(None, str(refusal))
    return _form_page(request, form, _("新建单位"), _("新建单位"), back="accounts:people")


def unit(request: HttpRequest, pk: int) -> HttpResponse:
    """Change a unit."""
    request.user.must("accounts.manage")
    found = get_object_or_404(Unit, pk=pk)
    form = UnitForm(request.POST or None, instance=found)
    if request.method == "POST" and form.is_valid():
        try:
            fresh = Unit.objects.get(pk=pk)
            actions.change_unit(unit=fresh, actor=request.user, at=timezone.now(), **form.cleaned_data)
            return redirect("accounts:people")
        except Refusal as refusal:
            form.add_error(None, str(refusal))
    return _form_page(request, form, Unit.objects.get(pk=pk).name, _("保存"), back="accounts:people")


# ---- roles: the security administrator ----


def roles(request: HttpRequest) -> HttpResponse:
    """The table of roles: what each may do and who holds it."""
    request.user.must("accounts.grant")
    held: dict[str, list[RoleGrant]] = {code: [] for code in ROLES}
    for one in RoleGrant.objects.select_related("user__unit").order_by("user__display_name"):
        held[one.role].append(one)
    table = [
        {"code": code, "role": role, "words": sorted(map(in_words, role.permissions)), "grants": held[code]}
        for code, role in ROLES.items()
    ]
    return render(request, "accounts/roles.html", {"table": table, "form": GrantForm(initial=request.GET)})


@require_POST
def grant(request: HttpRequest) -> HttpResponse:
    """Give a role; a clash is answered with the reason, above the table."""
    request.user.must("accounts.grant")
    form = GrantForm(request.POST)
    if not form.is_valid():
        messages.error(request, _("请选择人员和角色。"))
        return redirect("accounts:roles")
    return _do(request, "accounts:roles", actions.grant, **form.cleaned_data)


@require_POST
def revoke(request: HttpRequest, pk: int) -> HttpResponse:
    """Take a role back."""
    request.user.must("accounts.grant")
    held = get_object_or_404(RoleGrant.objects.select_related("user"), pk=pk)
    return _do(request, "accounts:roles", actions.revoke, user=held.user, role=held.role)


def _do(request: HttpRequest, back: str, verb: Any, **fields: Any) -> HttpResponse:
    """One verb behind a button of a list: done or not, the status line of the list says so."""
    try:
        verb(actor=request.user, at=timezone.now(), **fields)
        messages.success(request, _("已办理，并已记入审计。"))
    except Refusal as refusal:
        messages.error(request, str(refusal))
    return redirect(back)


# ---- reference data: the site in accounts/admin.py ----


def keep_reference(request: HttpRequest, row: Model, changed: list[str]) -> None:
    """Save a row of reference data for the signed-in person."""
    actions.keep_reference(row=row, changed=changed, actor=request.user, at=timezone.now())


def drop_reference(request: HttpRequest, row: Model) -> None:
    """Delete a row of reference data for the signed-in person."""
    actions.drop_reference(row=row, actor=request.user, at=timezone.now())


# ---- deputies ----


def deputies(request: HttpRequest) -> HttpResponse:
    """Whom one may act for, who stands in for oneself, and of a leader's unit all of them; a form to appoint."""
    now, user = timezone.now(), request.user
    form = DeputyForm(request.POST or None, actor=user)
    if form.is_bound and form.is_valid() and _appointed(request, form):
        return redirect("accounts:deputies")
    page = Paginator(standing.shown(user), PAGE).get_page(request.GET.get("page"))
    rows = [{"row": row, "end": not standing.no_revoking(row, user, now)} for row in page]
    context = {
        "form": form, "page_obj": page, "rows": rows, "now": now, "rules": rules(),
        "mine": standing.mine(user, now), "may_appoint": standing.may_appoint_for(user, user),
    }  # fmt: skip
    return render(request, "accounts/deputies.html", context, status=422 if form.errors else 200)


def _appointed(request: HttpRequest, form: DeputyForm) -> bool:
    try:
        actions.appoint_deputy(actor=request.user, at=timezone.now(), **form.cleaned_data)
    except Refusal as refusal:
        form.add_error(None, str(refusal))
        return False
    messages.success(request, _("已指定代理，到时自动生效、自动结束。"))
    return True


@require_POST
def end_deputy(request: HttpRequest, pk: int) -> HttpResponse:
    """Revoke a deputyship before its time."""
    row = get_object_or_404(standing.shown(request.user), pk=pk)
    return _do(request, "accounts:deputies", actions.revoke_deputy, row=row)


@require_POST
def act_for(request: HttpRequest, pk: int) -> HttpResponse:
    """Switch a deputyship on for this session."""
    row = get_object_or_404(standing.shown(request.user), pk=pk, deputy=request.user.pk)
    try:
        actions.begin_acting(row=row, actor=request.user, at=timezone.now())
    except Refusal as refusal:
        messages.error(request, str(refusal))
        return redirect("accounts:deputies")
    request.session[standing.ACTING] = row.pk
    return redirect("home")


@require_POST
def stop_acting(request: HttpRequest) -> HttpResponse:
    """Be oneself again."""
    row = request.deputyship
    if row is not None:
        actions.stop_acting(row=row, actor=request.user, at=timezone.now())
        del request.session[standing.ACTING]
        messages.success(request, _("已结束代理，您现在以本人身份办理。"))
    return redirect("accounts:deputies")
