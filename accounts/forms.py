"""Forms of sign-in, people, units and roles. They check what was typed; verbs write."""

from typing import Any

from crispy_forms.helper import FormHelper
from crispy_forms.layout import Div, Layout
from django import forms
from django.contrib.auth import password_validation
from django.contrib.auth.forms import AuthenticationForm, PasswordChangeForm
from django.utils.translation import gettext_lazy as _

from accounts.models import Unit, UnitKind, User
from accounts.roles import CHOICES


class LoginForm(AuthenticationForm):
    """One sentence for every cause, so nobody learns which names exist."""

    error_messages = {
        "invalid_login": _("用户名或密码不正确。连续 5 次不正确，将锁定 15 分钟。"),
        "inactive": _("用户名或密码不正确。连续 5 次不正确，将锁定 15 分钟。"),
    }


def _rows(*rows: tuple[str, ...]) -> FormHelper:
    """Fields in wrapping rows; the page brings the form element and its buttons."""
    helper = FormHelper()
    helper.form_tag = False
    helper.layout = Layout(*(Div(*row, css_class="fields") for row in rows))
    return helper


def checked_password(form: forms.Form, name: str = "password") -> str:
    """The typed password after the office's rules. Raises ``ValidationError`` with the reasons."""
    password = form.cleaned_data[name]
    password_validation.validate_password(password)
    return str(password)


class OwnPasswordForm(PasswordChangeForm):
    """Old and new password of the signed-in person."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["new_password1"].help_text = _("不少于 12 个字符，不能全是数字，不能与姓名、用户名相近。")
        self.fields["new_password2"].help_text = ""
        self.helper = _rows(("old_password", "new_password1", "new_password2"))


class PersonForm(forms.ModelForm):
    """Name, unit and contacts of a person."""

    class Meta:
        model = User
        fields = ("display_name", "unit", "window", "phone", "email")

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["unit"].queryset = Unit.objects.active()
        self.fields["unit"].required = True
        self.fields["email"].label = _("电子邮箱")
        self.fields["email"].help_text = _("填写后，提醒同时发到邮箱；邮件中没有姓名和号码。")
        self.helper = _rows(("display_name", "unit"), ("window", "phone", "email"))


class NewPersonForm(PersonForm):
    """A new account with its first password."""

    username = forms.RegexField(
        r"^[A-Za-z0-9_.-]{2,40}$",
        label=_("用户名"),
        error_messages={"invalid": _("用户名用 2 至 40 个英文字母、数字、点、下划线或连字符。")},
    )
    password = forms.CharField(
        label=_("初始密码"), strip=False, help_text=_("不少于 12 个字符；告诉本人，由本人登录后修改。"),
        widget=forms.PasswordInput(attrs={"autocomplete": "new-password"}),
    )  # fmt: skip

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.helper = _rows(("display_name", "username"), ("unit", "window"), ("phone", "email"), ("password",))

    def clean_password(self) -> str:
        return checked_password(self)


class FirstPasswordForm(forms.Form):
    """A new first password for somebody who forgot theirs."""

    password = forms.CharField(
        label=_("新的初始密码"), strip=False, help_text=_("不少于 12 个字符；本人打开的其他会话随即结束。"),
        widget=forms.PasswordInput(attrs={"autocomplete": "new-password"}),
    )  # fmt: skip

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.helper = _rows(("password",))

    def clean_password(self) -> str:
        return checked_password(self)


class UnitForm(forms.ModelForm):
    """A unit in the tree."""

    class Meta:
        model = Unit
        fields = ("name", "short_name", "mark", "kind", "parent", "region_code", "phone", "address", "is_active")

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.helper = _rows(
            ("name", "short_name", "mark"), ("kind", "parent", "region_code"), ("phone", "address"), ("is_active",)
        )


class NewUnitForm(UnitForm):
    class Meta(UnitForm.Meta):
        fields = ("code", "name", "short_name", "mark", "kind", "parent", "region_code", "phone", "address")

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["kind"].initial = UnitKind.AGENCY
        self.helper = _rows(
            ("code", "name"), ("short_name", "mark"), ("kind", "parent", "region_code"), ("phone", "address")
        )  # fmt: skip

    def _get_validation_exclusions(self) -> set[str]:
        # The verb says in a sentence that a code is taken; it must also say so to a slower second press.
        return super()._get_validation_exclusions() | {"code"}


class GrantForm(forms.Form):
    """One role for one person."""

    user = forms.ModelChoiceField(
        User.objects.filter(is_active=True).order_by("display_name"), label=_("人员"), empty_label="———"
    )
    role = forms.ChoiceField(choices=[("", "———"), *CHOICES], label=_("角色"))


class MomentInput(forms.DateTimeInput):
    """The browser's own field for day and time, to the minute."""

    input_type = "datetime-local"

    def __init__(self) -> None:
        super().__init__(format="%Y-%m-%dT%H:%M")


class DeputyForm(forms.Form):
    """Who is away from when to when, why, and who stands in."""

    absent = forms.ModelChoiceField(User.objects.none(), label=_("离岗人"), empty_label=None)
    deputy = forms.ModelChoiceField(User.objects.none(), label=_("代理人"), empty_label="———")
    starts_at = forms.DateTimeField(label=_("开始"), widget=MomentInput(), input_formats=["%Y-%m-%dT%H:%M"])
    ends_at = forms.DateTimeField(label=_("结束"), widget=MomentInput(), input_formats=["%Y-%m-%dT%H:%M"])
    reason = forms.CharField(label=_("事由"), max_length=200, help_text=_("例如：出差、培训、休假。"))

    def __init__(self, *args: Any, actor: User, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        known = User.objects.filter(is_active=True, unit__isnull=False).order_by("display_name")
        leads = actor.can("accounts.appoint_deputies") and actor.unit
        near = known.filter(unit__path__startswith=actor.unit.path) if leads else known.filter(unit=actor.unit)
        self.fields["absent"].queryset = near if leads else near.filter(pk=actor.pk)
        self.fields["absent"].initial = actor.pk
        self.fields["deputy"].queryset = near if leads else near.exclude(pk=actor.pk)
        self.helper = _rows(("absent", "deputy"), ("starts_at",), ("ends_at",), ("reason",))
