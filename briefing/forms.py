"""Forms of briefing; cases.forms gives their shape. Each is for one verb."""

import re
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from accounts.models import Unit, User
from briefing import duties, guards
from briefing.choices import EventKind, Recipient
from briefing.models import Digest
from cases.filters import DayInput
from cases.forms import StepForm, Words
from cases.models import Case

MOST_CASES = 30


class MomentInput(forms.DateTimeInput):
    """The browser's own field for day and time, to the minute."""

    input_type = "datetime-local"

    def __init__(self) -> None:
        super().__init__(format="%Y-%m-%dT%H:%M")


def moment(label: Any, **kwargs: Any) -> forms.DateTimeField:
    return forms.DateTimeField(label=label, widget=MomentInput(), input_formats=["%Y-%m-%dT%H:%M"], **kwargs)


class EventForm(StepForm):
    """What happened, prefilled from the matter and its last visit."""

    kind = forms.ChoiceField(label=_("性质"), choices=EventKind.choices, widget=forms.RadioSelect)
    known_at = moment(_("获知时间"), help_text=_("报告时限从这时起算。"))
    persons = forms.IntegerField(label=_("人数"), min_value=1, max_value=100_000)
    place = Words(label=_("地点"))
    cause = Words(label=_("起因"), rows=3)
    demand = Words(label=_("诉求"), rows=3)
    phoned_to = Words(label=_("电话报告给"), required=False, help_text=_("先打电话；还没有打的，可以随后登记。"))
    phoned_at = moment(_("电话报告时间"), required=False)
    cards = ("kind",)
    beside = ("known_at", "persons", "place")

    def adapt(self) -> None:
        link = self.case.visit_links.select_related("visit").order_by("-position").first()
        first = {"persons": self.case.visitors, "demand": self.case.demand, "cause": self.case.facts}
        first["known_at"] = link.visit.visited_at if link else self.case.registered_at
        for name, value in first.items():
            self.fields[name].initial = value


class CallForm(StepForm):
    """The call that comes before the written report."""

    phoned_to = Words(label=_("电话报告给"))
    phoned_at = moment(_("电话报告时间"))
    beside = ("phoned_to", "phoned_at")


class ReportForm(StepForm):
    """The next written report; ``version`` is which one the writer saw to come next."""

    persons = forms.IntegerField(label=_("现场人数"), min_value=1, max_value=100_000)
    contact = Words(label=_("联系人和电话"), max_length=120)
    situation = Words(label=_("现场情况"), rows=4)
    behaviour = Words(label=_("现场行为"), rows=3, required=False)
    measures = Words(label=_("已采取的措施"), rows=3)
    next_steps = Words(label=_("拟采取的措施"), rows=3, required=False)
    recipients = forms.MultipleChoiceField(
        label=_("报告给"), choices=Recipient.choices, widget=forms.CheckboxSelectMultiple,
        help_text=_("第二十五条规定的报告对象已经选好。"),
    )  # fmt: skip
    cards = ("recipients",)
    beside = ("persons", "contact")

    def adapt(self) -> None:
        event = self.case.urgent_events.open().first()
        last = event.reports.last() if event else None
        self.fields["persons"].initial = last.persons if last else event.persons if event else None
        self.fields["contact"].initial = last.contact if last else f"{self.actor} {self.actor.phone}".strip()
        self.fields["recipients"].initial = last.recipients if last else list(guards.must_receive(self.case))

    def for_verb(self) -> dict[str, Any]:
        return super().for_verb() | {"sequence": self.cleaned_data["version"] or 0}


class EndForm(StepForm):
    """The event is over; the final report follows."""

    ended_at = moment(_("处置结束时间"))
    end_note = Words(label=_("处置结果"), rows=3)


class DutyForm(StepForm):
    """One duty of categories 6 to 10 was done."""

    duty = forms.ChoiceField(label=_("要做的事"), widget=forms.RadioSelect)
    done_on = forms.DateField(label=_("落实日期"), widget=DayInput())
    note = Words(label=_("怎样落实"), rows=3, help_text=_("谁、什么时间、结果。"))
    cards = ("duty",)

    def adapt(self) -> None:
        self.fields["duty"].choices = [(one.duty.key, one.duty.text) for one in duties.still_open(self.case)]
        self.fields["done_on"].initial = self.today


class InstructForm(StepForm):
    """A leader's words, to whom, until when. The accused is never offered."""

    leader_name = Words(label=_("批示领导"), max_length=60)
    given_on = forms.DateField(label=_("批示日期"), widget=DayInput())
    due_on = forms.DateField(label=_("落实期限"), widget=DayInput())
    text = Words(label=_("批示内容"), rows=4)
    to_unit = forms.ModelChoiceField(label=_("交由单位"), queryset=Unit.objects.none(), required=False)
    to_user = forms.ModelChoiceField(
        label=_("或者交由人员"), queryset=User.objects.none(), required=False, help_text=_("单位、人员二者选一。")
    )
    digest = forms.ModelChoiceField(label=_("批示在哪份摘报上"), queryset=Digest.objects.none(), required=False)
    beside = ("leader_name", "given_on", "due_on")

    def adapt(self) -> None:
        units, people = guards.targets(self.case), guards.officers(self.case)
        self.fields["to_unit"].queryset = Unit.objects.filter(pk__in=[unit.pk for unit in units])
        self.fields["to_user"].queryset = User.objects.filter(pk__in=[user.pk for user in people])
        issued = Digest.objects.visible_to(self.actor).filter(links__case=self.case, issued_at__isnull=False)
        self.fields["digest"].queryset = issued
        if not issued.exists():
            del self.fields["digest"]
        self.fields["given_on"].initial = self.today
        if "leader" in self.actor.role_codes:
            self.fields["leader_name"].initial = str(self._leader)

    @property
    def _leader(self) -> User:
        """Whose words a leader's account writes down: one's own, or those of the leader one acts for."""
        return self.actor.acting_for or self.actor

    def for_verb(self) -> dict[str, Any]:
        """A leader who writes down their own words, or whose deputy does, is named as the leader's account."""
        fields = super().for_verb()
        own = "leader" in self.actor.role_codes and fields["leader_name"] == str(self._leader)
        return fields | {"leader": self._leader if own else None}


class AnswerForm(StepForm):
    """What became of an instruction."""

    answer = Words(label=_("落实情况"), rows=6)


class WithdrawForm(StepForm):
    """Why an instruction is withdrawn."""

    reason = Words(label=_("撤销理由"), max_length=300, rows=3)


class DigestForm(StepForm):
    """A digest's words. A page may add further matters by number, as far as the writer may know of them."""

    title = Words(label=_("标题"))
    situation = Words(label=_("主要情况"), rows=6)
    analysis = Words(label=_("研判"), rows=4, required=False, help_text=_("趋势和风险。"))
    suggestion = Words(label=_("建议"), rows=4)

    def adapt(self) -> None:
        if self.case.protected:
            self.fields["situation"].help_text = _("涉及检举控告，不写信访人姓名（第三十条）。")


class EditDigestForm(DigestForm):
    def for_verb(self) -> dict[str, Any]:
        return super().for_verb() | {"version": self.cleaned_data["version"] or 0}


class NewDigestForm(DigestForm):
    others = Words(label=_("一并摘报的其他事项编号"), required=False, help_text=_("用空格隔开；没有的不填。"))

    def clean_others(self) -> list[Case]:
        """The matters of these numbers; one that the writer may not know of does not exist."""
        numbers = [one for one in re.split(r"[\s,，、;；]+", self.cleaned_data["others"]) if one][:MOST_CASES]
        found = {case.number: case for case in Case.objects.visible_to(self.actor).filter(number__in=numbers)}
        if missing := [number for number in numbers if number not in found]:
            raise ValidationError(
                gettext("没有这些编号的事项：%(numbers)s。") % {"numbers": gettext("、").join(missing)}
            )
        return [found[number] for number in numbers]

    def for_verb(self) -> dict[str, Any]:
        fields = super().for_verb()
        return fields | {"cases": [self.case, *fields.pop("others")]}


class ChargeForm(StepForm):
    """Which leader, since when, until when."""

    leader = forms.ModelChoiceField(
        label=_("包案领导"), queryset=User.objects.none(), required=False, help_text=_("没有账号的，在右边填写姓名。")
    )
    leader_name = Words(label=_("领导姓名"), max_length=60, required=False)
    since = forms.DateField(label=_("包案日期"), widget=DayInput())
    due_on = forms.DateField(label=_("办结期限"), widget=DayInput())
    task = Words(label=_("包案要求"), rows=3, required=False)
    beside = ("leader", "leader_name", "since", "due_on")

    def adapt(self) -> None:
        people = guards.leaders_for(self.case)
        self.fields["leader"].queryset = User.objects.filter(pk__in=[user.pk for user in people])
        self.fields["since"].initial = self.today
        if self.actor in people and "leader" in self.actor.role_codes:
            self.fields["leader"].initial = self.actor.pk

    def for_verb(self) -> dict[str, Any]:
        fields = super().for_verb()
        return fields | {"leader_name": str(fields["leader"] or fields["leader_name"])}


class ProgressForm(StepForm):
    """What was done."""

    text = Words(label=_("进展"), rows=4, help_text=_("做了什么、还有什么问题、下一步怎么办。"))


class EndChargeForm(StepForm):
    """How the charge ended."""

    ended_on = forms.DateField(label=_("结束日期"), widget=DayInput())
    result = Words(label=_("包案结果"), rows=4)

    def adapt(self) -> None:
        self.fields["ended_on"].initial = self.today
