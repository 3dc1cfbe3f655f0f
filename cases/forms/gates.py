"""Merging matters, taking them apart again, recusal."""

from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from accounts.models import User
from cases import recusal
from cases.forms.base import StepForm, Words, note
from cases.guards import accused_unit_of
from cases.merging import candidates, mains
from cases.shielding import shown_name

OTHER = "other"


class MergeForm(StepForm):
    """The main matter among those offered, or any other by its number."""

    cards = ("choice",)
    choice = forms.ChoiceField(label=_("并入哪一件（主件）"), widget=forms.RadioSelect)
    number = Words(
        label=_("其他事项的编号"), required=False, max_length=20, help_text=_("以上没有的，选“其他事项”并填写编号。")
    )
    note = note(
        _("并案的理由"), rows=3,
        help_text=_("不同信访人的事项并案，必须写明属于同一事项的理由。并案后两件都保留编号，可以撤销。")
    )  # fmt: skip

    def adapt(self) -> None:
        offered = candidates(self.actor, self.case)
        named = [
            (
                one.number,
                f"{one.number} {shown_name(one, self.actor)} {one.title}（{gettext('请求相似 %(n)s%%') % {'n': n}}）",
            )
            for n, one in offered
        ]
        self.fields["choice"].choices = [*named, (OTHER, _("其他事项"))]
        if not named:
            self.fields["choice"].initial = OTHER

    def clean(self) -> dict[str, Any]:
        data = super().clean() or self.cleaned_data
        choice = data.get("choice")
        number = data.get("number", "").strip().upper() if choice == OTHER else choice
        main = mains(self.actor).filter(number=number).first() if number else None
        if choice and main is None:
            raise ValidationError(gettext("没有可以作为主件的事项 %(number)s，请核对编号。") % {"number": number or ""})
        return data | {"main": main}

    def for_verb(self) -> dict[str, Any]:
        return {"main": self.cleaned_data["main"], "note": self.cleaned_data["note"]}


class UnmergeForm(StepForm):
    note = note(_("撤销并案的理由"), required=True, rows=4)


class DeclareInterestForm(StepForm):
    """For oneself; whoever directs the work may also order it for somebody who handles the matter."""

    officer = forms.ModelChoiceField(
        label=_("回避人员"), queryset=User.objects.none(), required=False, empty_label=_("本人")
    )
    reason = Words(
        label=_("回避的理由"), rows=4, max_length=300,
        help_text=_("写明与信访事项或者信访人有何直接利害关系（第二十八条）。")
    )  # fmt: skip

    def adapt(self) -> None:
        people = recusal.may_order_for(self.actor, self.case)
        if people is None:
            del self.fields["officer"]
        else:
            self.fields["officer"].queryset = people.order_by("unit__path", "display_name")


class Hinted(StepForm):
    """A step that makes somebody the handler: hints of an interest are shown and must be answered."""

    no_interest = Words(label=_("无利害关系的说明"), required=False, rows=2, max_length=300)

    def tell_hints(self, people: list[User]) -> None:
        """Show the hints about these people; without any the question is not asked."""
        found = [(one, hint) for one in people for hint in recusal.open_hints(self.case, one)]
        if not found:
            del self.fields["no_interest"]
            return
        said = [f"{one}：{hint.words}" if one != self.actor else hint.words for one, hint in found]
        told = gettext("系统提示的线索：%(hints)s请说明为何没有直接利害关系；有利害关系的，请申请回避（第二十八条）。")
        self.fields["no_interest"].help_text = told % {"hints": "".join(said)}
        self.fields["no_interest"].required = people == [self.actor]


def handlers_for(case: Any) -> Any:
    """People of the registering body who may handle its matter: not those it is about, nor those who withdrew.

    Of an accusation none of the body accused either, nor of its inner offices (article 30).
    """
    mine = User.objects.with_permission("cases.report").filter(unit__path__startswith=case.office.path)
    out = {*case.recused_ids, case.accused_user_id} - {None}
    able = mine.exclude(pk__in=out).select_related("unit__parent").order_by("display_name")
    if not (case.protected and case.accused_unit_id):
        return able
    return able.exclude(pk__in=[one.pk for one in able if one.unit and accused_unit_of(case, one.unit)])
