"""One form per step: what must be filled in, and the help beside it. What is allowed stands in the table."""

import datetime as dt
from typing import Any

from crispy_forms.helper import FormHelper
from crispy_forms.layout import Div, Field, Layout
from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _

from accounts.models import Unit, User
from cases import policy
from cases.choices import DeliveryWay, Outcome
from cases.filters import DayInput
from cases.guards import accused_unit_of
from cases.models import Case
from cases.routing import suggest
from documents.models import Paper
from reception.choices import Purpose
from reception.hygiene import plain_lines, strange_sign

LONG = 20_000
RUN_UP = dt.timedelta(days=15)  # a unit's own period ends this long before the office's, where there is room


class Words(forms.CharField):
    """Text without invisible or broken signs; ``rows`` > 1 makes it a text area where line breaks stay."""

    def __init__(self, *, rows: int = 1, **kwargs: Any) -> None:
        kwargs.setdefault("max_length", LONG if rows > 1 else 200)
        if rows > 1:
            kwargs["widget"] = forms.Textarea(attrs={"rows": rows})
        super().__init__(**kwargs)
        self.lines = rows > 1

    def clean(self, value: Any) -> str:
        text = plain_lines(value) if isinstance(value, str) else value
        wrong = strange_sign(text, lines=self.lines) if isinstance(text, str) else ""
        if wrong:
            raise ValidationError(wrong)
        return super().clean(text)


class StepForm(forms.Form):
    """What every step asks besides its own fields: the version of the page, and a note.

    ``for_verb`` gives the arguments of the verb. Subclasses declare fields; ``cards`` are
    choices drawn as cards, ``beside`` fields that share one row. The page writes the
    version itself: after a refusal for staleness the next try carries the new one.
    """

    version = forms.IntegerField(widget=forms.HiddenInput, required=False, min_value=0, max_value=2**31)
    cards: tuple[str, ...] = ()
    digits: tuple[str, ...] = ()
    beside: tuple[str, ...] = ()

    def __init__(self, *args: Any, case: Case, actor: User, today: dt.date, **kwargs: Any) -> None:
        self.case, self.actor, self.today = case, actor, today
        super().__init__(*args, **kwargs)
        self.adapt()
        self.helper = FormHelper(self)
        self.helper.form_tag = False
        self.helper.disable_csrf = True
        self.helper.layout = Layout(*self._parts())

    def adapt(self) -> None:
        """Fit choices and presets to the matter."""

    def _parts(self) -> list[Any]:
        parts: list[Any] = []
        for name in self.fields:
            if name == "version" or name in self.beside[1:]:
                continue
            row = Div(*(Field(one) for one in self.beside), css_class="fields")
            parts.append(row if name in self.beside else self._part(name))
        return parts

    def _part(self, name: str) -> Field:
        if name in self.cards:
            return Field(name, wrapper_class="choice-grid digits" if name in self.digits else "choice-grid")
        return Field(name)

    def for_verb(self) -> dict[str, Any]:
        """The fields as the verb takes them."""
        return {name: value for name, value in self.cleaned_data.items() if name != "version"}


def note(label: Any, *, required: bool = False, help_text: Any = "", rows: int = 3) -> Words:
    return Words(label=label, required=required, help_text=help_text, rows=rows)


class ClassifyForm(StepForm):
    cards = ("category", "also")
    digits = ("category",)
    category = forms.ChoiceField(label=_("归类"), widget=forms.RadioSelect)
    also = forms.MultipleChoiceField(
        label=_("兼涉（只增加要做的事，不改变办理途径）"), required=False, widget=forms.CheckboxSelectMultiple
    )
    purpose = forms.ChoiceField(label=_("信访目的"), choices=Purpose)
    note = note(_("改归的理由"))

    def adapt(self) -> None:
        categories = policy.categories()
        self.fields["category"].choices = [(code, one.label) for code, one in categories.items()]
        self.fields["also"].choices = [(code, one.label) for code, one in categories.items() if one.adds_duties]
        self.initial = {"category": self.case.category, "also": self.case.also_codes, "purpose": self.case.purpose}

    def for_verb(self) -> dict[str, Any]:
        return super().for_verb() | {"also": ",".join(self.cleaned_data["also"])}


class AnswerForm(StepForm):
    answer = Words(label=_("答复内容"), rows=7, help_text=_("当面说清政策依据和理由；记录印出后由来访人签字。"))
    note = note(_("来访人的意见"), rows=2)


class AcceptForm(StepForm):
    note = note(_("拟办意见"), help_text=_("只在内部留存，不印在告知书上。"))


class DeclineForm(StepForm):
    ground = forms.ChoiceField(label=_("情形（只能从规定的清单中选）"), widget=forms.RadioSelect)
    note = note(_("补充说明"), help_text=_("印在告知书上，写明原受理机关、文号和日期；不能代替所选情形。"), rows=4)

    def adapt(self) -> None:
        active = [ground for ground in policy.grounds().values() if ground.active]
        self.fields["ground"].choices = [(ground.code, f"{ground.text}（{ground.basis}）") for ground in active]


class GuideForm(StepForm):
    route = forms.ChoiceField(label=_("法定途径"))
    body = Words(label=_("向哪个机关提出"), required=False, help_text=_("不填的，按所选途径的一般受理机关印出。"))
    note = note(_("补充说明"), help_text=_("印在告知书上，例如机关的地址、要带的材料。"), rows=4)

    def adapt(self) -> None:
        known = [(one.code, f"{one.matter} — {one.name}") for one in policy.routes().values()]
        self.fields["route"].choices = [("", _("请选择")), *known]


class SendForm(StepForm):
    """转送: the units that may receive, the likely one first. A protected matter never offers the accused."""

    unit = forms.ModelChoiceField(label=_("单位"), queryset=Unit.objects.none(), empty_label=_("请选择"))
    note = note(_("转送意见"), help_text=_("印在函件上。不要写信访人的证件号码、电话。"))

    def adapt(self) -> None:
        units = Unit.objects.receivers()
        accused = self.case.accused_unit
        if self.case.protected and accused:
            below = units.filter(path__startswith=accused.path)
            units = units.exclude(pk__in=[unit.pk for unit in below if accused_unit_of(self.case, unit)])
        self.fields["unit"].queryset = units
        likely = suggest(self.case)
        if likely:
            self.fields["unit"].initial = likely
            self.fields["unit"].help_text = _("按内容分类和属地，建议：%(unit)s。") % {"unit": likely.name}


class AssignForm(SendForm):
    beside = ("unit", "due_on")
    due_on = forms.DateField(label=_("交办期限"), required=False, widget=DayInput())
    field_order = ["version", "unit", "due_on", "note"]

    def adapt(self) -> None:
        super().adapt()
        self.fields["note"].label = _("交办意见")
        handle_due = self.case.handle_due
        if handle_due:
            early = handle_due - RUN_UP
            self.fields["due_on"].initial = early if early > self.today else None
            self.fields["due_on"].help_text = _("办结期限为 %(day)s，交办期限不应晚于此日。") % {
                "day": handle_due.isoformat()
            }


class TakeUpForm(StepForm):
    note = note(_("备注"), rows=2)


class HandBackForm(StepForm):
    note = note(_("异议理由"), required=True, rows=6, help_text=_("写明为什么不属于本单位职权、应当由哪个单位办理。"))


class InsistForm(StepForm):
    note = note(_("不同意退回的理由"), required=True, rows=4)


class ExtendForm(StepForm):
    days = forms.IntegerField(label=_("延长天数（自然日）"), min_value=1)
    reason = Words(label=_("延期原因"), rows=4, help_text=_("印在告知书上。"))

    def adapt(self) -> None:
        most = policy.deadlines()["extend"].length
        self.fields["days"].max_value = most
        self.fields["days"].initial = most
        self.fields["days"].widget.attrs |= {"max": most}


class ReportForm(StepForm):
    cards = ("outcome",)
    findings = Words(label=_("调查认定的事实"), rows=6, help_text=_("逐项写明查了什么、问了谁、认定了什么。"))
    outcome = forms.ChoiceField(label=_("结论"), choices=Outcome, widget=forms.RadioSelect)
    opinion = Words(label=_("处理意见"), rows=6, help_text=_("逐项答复请求；同意结案后印在处理意见书上。"))
    legal_basis = Words(label=_("法律法规依据"), rows=2)
    petitioner_view = Words(label=_("信访人的态度"), required=False, max_length=120)

    def adapt(self) -> None:
        """A report that was sent back is the draft of the next one."""
        last = self.case.reports.order_by("-pk").first()
        if last and last.approved is False:
            self.initial = {name: getattr(last, name) for name in self.fields if hasattr(last, name)}


class SendBackForm(StepForm):
    note = note(_("退回理由和需要补充的内容"), required=True, rows=5)


class CloseForm(StepForm):
    note = note(_("审查意见"))


class ServeForm(StepForm):
    beside = ("way", "delivered_on", "receiver")
    paper = forms.ModelChoiceField(label=_("送达文书"), queryset=Paper.objects.none(), empty_label=None)
    way = forms.ChoiceField(label=_("送达方式"), choices=DeliveryWay)
    delivered_on = forms.DateField(label=_("送达日期"), widget=DayInput())
    receiver = Words(label=_("签收人"), max_length=120)
    note = Words(label=_("备注"), required=False, help_text=_("代收人及理由；拒收的，写明见证人。"))

    def adapt(self) -> None:
        opinions = Paper.objects.about(self.case).filter(kind="opinion", voided_at__isnull=True).order_by("-pk")
        self.fields["paper"].queryset = opinions
        self.fields["paper"].initial = opinions.first()
        self.fields["delivered_on"].initial = self.today
        self.fields["receiver"].initial = self.case.petitioner.name


class ReopenForm(StepForm):
    note = note(_("重新办理的理由"), required=True, rows=4)


class AttachForm(forms.Form):
    """One file for a matter; its content is checked by documents.accepting."""

    upload = forms.FileField(
        label=_("文件"), allow_empty_file=True, error_messages={"required": _("请选择要上传的文件。")}
    )
