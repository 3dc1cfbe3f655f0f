"""Forms of channels and of how a person is reached. What is secret is typed again to change it, never shown."""

from typing import Any

from crispy_forms.helper import FormHelper
from crispy_forms.layout import Div, Layout
from django import forms
from django.utils.translation import gettext_lazy as _

from notices.actions import MARKED, ChannelData
from notices.choices import Way
from notices.models import Channel, Contact
from vault.masking import mask_phone

BODY_FIELDS = {"mobile_field": "{mobile}", "text_field": "{text}", "id_field": "{id}"}
HELP = {
    Way.WECOM: _("群机器人的 Webhook 地址，以 https:// 开头；地址里有密钥，保存后不再显示。"),
    Way.DINGTALK: _("自定义机器人的 Webhook 地址；安全设置选“加签”的，另填密钥。"),
    Way.WEBHOOK: _("本单位消息平台的接口，收到 id、number、stage、text、link 五项。"),
    Way.SMS: _("短信网关的接口，以 JSON 接收；由网关服务商提供。"),
}


def _rows(*rows: tuple[str, ...]) -> FormHelper:
    helper = FormHelper()
    helper.form_tag, helper.disable_csrf = False, True
    helper.layout = Layout(*(Div(*row, css_class="fields") for row in rows))
    return helper


class ChannelForm(forms.Form):
    """One channel. An empty address or secret leaves what is kept."""

    is_on = forms.BooleanField(label=_("启用"), required=False)
    address = forms.CharField(label=_("接口地址"), required=False, max_length=500)
    secret = forms.CharField(
        label=_("密钥"), required=False, max_length=300, strip=True,
        widget=forms.PasswordInput(attrs={"autocomplete": "off"}),
    )  # fmt: skip
    drop_secret = forms.BooleanField(label=_("清除已保存的密钥"), required=False)
    mobile_field = forms.CharField(label=_("手机号码的字段名"), max_length=40)
    text_field = forms.CharField(label=_("内容的字段名"), max_length=40)
    id_field = forms.CharField(
        label=_("消息编号的字段名"), max_length=40, required=False, help_text=_("网关据此去重；没有的不填。")
    )
    more = forms.CharField(
        label=_("其他固定字段"), required=False, max_length=500, widget=forms.Textarea(attrs={"rows": 3}),
        help_text=_("一行一个，写成“字段=值”，如 sign=示范市信访局；值写 {secret} 的填入密钥。"),
    )  # fmt: skip
    success = forms.CharField(
        label=_("成功标志"), required=False, max_length=60,
        help_text=_("对方收下以后应答里的“字段=值”，如 code=0；没有它的应答不算送达。"),
    )  # fmt: skip

    def __init__(self, *args: Any, channel: Channel, **kwargs: Any) -> None:
        super().__init__(*args, label_suffix="", initial=_initial(channel), **kwargs)
        self.channel = channel
        rows = [("is_on",)]
        if channel.code != Way.MAIL:
            self.fields["address"].help_text = HELP[Way(channel.code)]
            self.fields["address"].widget.attrs |= {"lang": "en", "spellcheck": "false", "autocomplete": "off"}
            rows.append(("address",))
        if channel.code in (Way.SMS, Way.DINGTALK, Way.WEBHOOK):
            rows.append(("secret", "drop_secret") if channel.secret else ("secret",))
        if channel.code == Way.SMS:
            rows += [("mobile_field", "text_field", "id_field"), ("more",)]
        if channel.code in MARKED:
            rows.append(("success",))
        shown = {name for row in rows for name in row}
        self.fields = {name: field for name, field in self.fields.items() if name in shown}
        self.helper = _rows(*rows)

    def clean_more(self) -> dict[str, str]:
        """The fixed fields as a dictionary, each line with its name and value."""
        lines = [line.strip() for line in self.cleaned_data["more"].splitlines() if line.strip()]
        pairs = [line.partition("=") for line in lines]
        if any(not name.strip() or not equals for name, equals, _value in pairs):
            raise forms.ValidationError(_("每行写成“字段=值”。"))
        return {name.strip(): value.strip() for name, _equals, value in pairs}

    def said(self) -> ChannelData:
        """What was typed, as the verb takes it."""
        typed = self.cleaned_data
        body = dict(typed.get("more") or {})
        body |= {typed[name]: value for name, value in BODY_FIELDS.items() if typed.get(name)}
        return ChannelData(
            is_on=typed["is_on"], address=typed.get("address", ""), secret=typed.get("secret", ""), body=body,
            success=typed.get("success", ""), drop_secret=typed.get("drop_secret", False),
        )  # fmt: skip


def _initial(channel: Channel) -> dict[str, Any]:
    """What is kept and may be shown. The names of fields are found by what they hold."""
    names = {value: name for name, value in channel.body.items()}
    fixed = {name: value for name, value in channel.body.items() if value not in BODY_FIELDS.values()}
    fresh = {"mobile_field": "mobile", "text_field": "content", "id_field": "id"} if not channel.body else {}
    return {
        "is_on": channel.is_on, "success": channel.success or ("code=0" if not channel.pk else ""),
        "more": "\n".join(f"{name}={value}" for name, value in fixed.items()),
        **{field: names.get(value, fresh.get(field, "")) for field, value in BODY_FIELDS.items()},
    }  # fmt: skip


class ContactForm(forms.Form):
    """How the signed-in person is told; the number is kept masked and typed anew to change it."""

    mail_on = forms.BooleanField(label=_("接收邮件"), required=False)
    sms_on = forms.BooleanField(label=_("接收短信"), required=False)
    mobile = forms.CharField(
        label=_("手机号码"), required=False, max_length=20,
        widget=forms.TextInput(attrs={"inputmode": "numeric", "autocomplete": "off"}),
    )  # fmt: skip
    drop = forms.BooleanField(label=_("清除这个号码"), required=False)

    def __init__(self, *args: Any, contact: Contact | None, **kwargs: Any) -> None:
        kept = contact or Contact()
        super().__init__(
            *args, label_suffix="", initial={"mail_on": kept.mail_on, "sms_on": kept.sms_on}, **kwargs
        )  # fmt: skip
        rows = [("mail_on", "sms_on"), ("mobile", "drop")]
        if contact and contact.has_mobile:
            self.fields["mobile"].help_text = _("已登记 %(number)s；不改的不填。") % {
                "number": mask_phone(contact.mobile)
            }
        else:
            self.fields["mobile"].help_text = _("只用来发提醒短信，加密保存，其他人看不到。")
            del self.fields["drop"]
            rows[1] = ("mobile",)
        self.helper = _rows(*rows)

    def clean_mobile(self) -> str:
        return str(self.cleaned_data["mobile"]).replace(" ", "").replace("-", "")

    def said(self) -> dict[str, Any]:
        """What was typed, as the verb takes it; None leaves the number as it is."""
        typed = self.cleaned_data
        mobile = typed["mobile"] or ("" if typed.get("drop") else None)
        return {"mobile": mobile, "mail_on": typed["mail_on"], "sms_on": typed["sms_on"]}
