"""Sending and answering: refer, assign, coordinate, take up, hand back, assist."""

import datetime as dt

from django import forms
from django.utils.translation import gettext_lazy as _

from accounts.models import Unit, User
from cases.filters import DayInput
from cases.forms.base import StepForm, Words, note
from cases.forms.gates import Hinted, handlers_for
from cases.guards import accused_unit_of
from cases.routing import suggest

HINTED = 30  # people of a body looked at for hints
RUN_UP = dt.timedelta(days=15)  # a unit's own period ends this long before the office's, where there is room


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
        self._advise()

    def _advise(self) -> None:
        """Name the likely unit; of an accusation, say that the direct superior of the accused wants thought."""
        unit, likely, accused = self.fields["unit"], suggest(self.case), self.case.accused_unit
        if likely and unit.queryset.filter(pk=likely.pk).exists():
            unit.initial = likely
            unit.help_text = _("按内容分类和属地，建议：%(unit)s。") % {"unit": likely.name}
        if self.case.protected and accused and accused.parent:
            unit.help_text += _("“%(unit)s”是被反映单位的直接上级，请核实由其办理是否适当（第三十条）。") % {
                "unit": accused.parent.name
            }


class AssignForm(SendForm):
    beside = ("unit", "due_on")
    due_on = forms.DateField(label=_("交办期限"), required=False, widget=DayInput())
    assisting = forms.ModelMultipleChoiceField(
        label=_("协办单位"), queryset=Unit.objects.none(), required=False, widget=forms.CheckboxSelectMultiple,
        help_text=_("由主办单位统一答复；协办单位向主办单位报送协办意见（第二十四条）。"),
    )  # fmt: skip
    assist_due = forms.DateField(label=_("协办期限"), required=False, widget=DayInput())
    cards = ("assisting",)
    folded = ("assisting", "assist_due")
    fold_label = _("请其他单位协办")
    field_order = ["version", "unit", "due_on", "note", "assisting", "assist_due"]

    def adapt(self) -> None:
        super().adapt()
        self.fields["note"].label = _("交办意见")
        self.fields["assisting"].queryset = self.fields["unit"].queryset
        handle_due = self.case.handle_due
        if handle_due:
            early = handle_due - RUN_UP
            self.fields["due_on"].initial = early if early > self.today else None
            self.fields["due_on"].help_text = _("办结期限为 %(day)s，交办期限不应晚于此日。") % {
                "day": handle_due.isoformat()
            }


class CoordinateForm(SendForm):
    """裁定 after the third hand-back."""

    def adapt(self) -> None:
        super().adapt()
        self.fields["note"].label = _("裁定理由")
        self.fields["note"].required = True


class HandleHereForm(Hinted):
    handler = forms.ModelChoiceField(label=_("承办人"), queryset=User.objects.none(), empty_label=_("请选择"))
    note = note(_("办理要求"))

    def adapt(self) -> None:
        """People of the unit that registered the matter, without those it is about or who withdrew."""
        self.fields["handler"].queryset = handlers_for(self.case)
        self.tell_hints(list(self.fields["handler"].queryset[:HINTED]))


class RecordReceiptForm(StepForm):
    received_by = Words(label=_("对方签收人"), max_length=120)
    note = note(_("备注"), rows=2)


class AssistForm(StepForm):
    answer = Words(label=_("协办意见"), rows=7, help_text=_("写明本单位查明的情况和处理意见，由主办单位统一答复。"))


class TakeUpForm(Hinted):
    note = note(_("备注"), rows=2)

    def adapt(self) -> None:
        self.tell_hints([self.actor])


class HandBackForm(StepForm):
    note = note(_("异议理由"), required=True, rows=6, help_text=_("写明为什么不属于本单位职权、应当由哪个单位办理。"))


class InsistForm(StepForm):
    note = note(_("不同意退回的理由"), required=True, rows=4)
