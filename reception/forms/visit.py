"""来访登记表: one dense form. Only name or anonymous, demand, category and the read-back are asked for."""

import datetime as dt
import uuid
from typing import Any

from django import forms
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy as __

from reception.choices import Channel, IdSource, PetitionerKind, Purpose, Sex
from reception.forms import layout
from reception.forms.fields import (
    ContentField,
    CountField,
    DayField,
    LabelChoiceField,
    LineField,
    MomentField,
    ProseField,
)
from reception.forms.person import WhoForm
from reception.models import Petitioner, Visit
from reception.registering import CompanionData, PersonData, VisitData, repeated_key
from vault.masking import mask_name

KINDS = [choice for choice in PetitionerKind.choices if choice[0] != PetitionerKind.ANONYMOUS]
ANONYMOUS = __("匿名来访人")
NEW = "new"  # the choice beside earlier matters: a matter of its own
PLACEHOLDERS = {"id_number": __("刷证或键入，回车查重"), "involved": __("同左")}
LEEWAY = dt.timedelta(minutes=10)  # clocks of two computers differ


class VisitForm(WhoForm):
    """The registration as typed. ``visit_data`` hands it to the verb.

    ``categories`` are the ten with their labels, ``also`` those that add duties; the form
    does not know the policy. ``at`` is the moment of the request.
    """

    key = forms.CharField(required=False, widget=forms.HiddenInput)
    id_source = forms.CharField(required=False, widget=forms.HiddenInput, initial=IdSource.MANUAL)
    join = LineField(label=__("并入"), max_length=20, widget=forms.HiddenInput)
    apart_reason = LineField(label=__("另立的理由"), max_length=300, widget=forms.HiddenInput)
    anonymous = forms.BooleanField(label=__("匿名"), required=False)
    kind = LabelChoiceField(label=__("身份"), choices=KINDS, required=False, initial=PetitionerKind.PERSON)
    sex = LabelChoiceField(label=__("性别"), choices=Sex.choices, required=False)
    birth_date = DayField(label=__("出生日期"))
    ethnicity = LineField(label=__("民族"), max_length=20)
    address = LineField(label=__("住址"), max_length=200)
    work_unit = LineField(label=__("工作单位"))
    id_note = LineField(label=__("证件说明"), help_text=__("号码与证件不一致、未带证件等情况"))

    visitors = CountField(label=__("来访人数"), initial=1)
    involved = CountField(label=__("涉及人数"))
    channel = LabelChoiceField(label=__("信访形式"), choices=Channel.choices, required=False, initial=Channel.VISIT)
    visited_at = MomentField(label=__("来访时间"))
    needs = LineField(label=__("需要的便利"), help_text=__("行动不便、翻译、就医等"))
    agent = LineField(label=__("代理人"), help_text=__("姓名，有无授权委托书"))

    demand = ProseField(
        label=__("请求"), rows=3, required=True, error_messages={"required": __("请填写来访人的请求。")}
    )
    facts = ProseField(label=__("事实"), rows=3)
    reasons = ProseField(label=__("理由"), rows=2)
    purpose = LabelChoiceField(label=__("信访目的"), choices=Purpose.choices, required=False, initial=Purpose.APPEAL)
    region = LineField(label=__("问题属地"), max_length=60, widget=forms.TextInput(attrs={"list": "regions"}))
    content_category = ContentField(
        label=__("内容分类"), max_length=200, widget=forms.TextInput(attrs={"list": "content-categories"})
    )
    accused = LineField(label=__("被反映的人或单位"), max_length=200, help_text=__("填写后按保密事项办理"))
    occurred = LineField(label=__("发生时间"), max_length=60)
    history = ProseField(label=__("此前办理情况"), rows=2, help_text=__("找过哪些单位，有无诉讼、仲裁、复议，结果如何"))
    materials = ProseField(label=__("提交材料"), rows=2, help_text=__("名称、原件或复印件、页数"))

    category = LabelChoiceField(
        label=__("归类"), widget=forms.RadioSelect, error_messages={"required": __("请从十类中选择一类。")}
    )
    also = forms.MultipleChoiceField(
        label=__("兼涉（增加相应职责）"), required=False, widget=forms.CheckboxSelectMultiple,
        error_messages={"invalid_choice": __("兼涉只能选第 6 至 10 类。")},
    )  # fmt: skip
    confirmed = forms.BooleanField(
        label=__("已复述确认"), required=False, help_text=__("已向来访人复述，来访人认为无误")
    )
    confirmed_note = LineField(label=__("未确认的原因"), help_text=__("来访人拒绝确认、中途离开等"))
    clerk_note = ProseField(label=__("接待意见"), rows=2)

    def __init__(self, *args: Any, at: dt.datetime, categories: Any, also: Any, **kwargs: Any) -> None:
        super().__init__(*args, today=timezone.localtime(at).date(), **kwargs)
        self.at = at
        for name, hint in PLACEHOLDERS.items():
            self.fields[name].widget.attrs.setdefault("placeholder", hint)
        for name in ("category", "also"):
            self.fields[name].widget.attrs["class"] = "form-check-input"
        self.fields["category"].choices = categories
        self.fields["also"].choices = also
        self.initial.setdefault("key", uuid.uuid4().hex)
        self.initial.setdefault("visited_at", timezone.localtime(at))
        self.helper = layout.helper()

    def clean_id_source(self) -> str:
        """Who read the number. A claim of the page: whatever is no known source counts as typed."""
        claimed = self.cleaned_data["id_source"]
        return claimed if claimed in IdSource.values else str(IdSource.MANUAL)

    def clean_visited_at(self) -> dt.datetime:
        moment = self.cleaned_data["visited_at"] or self.at
        if moment > self.at + LEEWAY:
            raise forms.ValidationError(_("来访时间不能在现在以后。"))
        return moment

    def clean(self) -> dict[str, Any]:
        data = super().clean()
        self._who(data)
        self._persons(data)
        if not data.get("confirmed") and not data.get("confirmed_note") and "confirmed_note" in data:
            self.add_error("confirmed", _("请向来访人复述主要内容和请求并勾选；不能确认的，写明未确认的原因。"))
        return data

    def _who(self, data: dict[str, Any]) -> None:
        """A name, or nobody: an anonymous visitor leaves neither name nor document."""
        if data.get("anonymous"):
            if data.get("name") or data.get("id_number"):
                self.add_error("anonymous", _("勾选了匿名，就不填写姓名和证件号码；愿意留名的，请取消匿名。"))
            return
        if not data.get("name") and "name" in data:
            self.add_error("name", _("请填写姓名（名称）；来访人不愿留名的，勾选“匿名”。"))
        self._agrees(data)
        self._same_bearer(data)

    def _agrees(self, data: dict[str, Any]) -> None:
        """Sex and birth date come from the number; typed ones that differ are a slip."""
        read = self.document
        for name, value, what in (("sex", read.sex, __("性别")), ("birth_date", read.birth_date, __("出生日期"))):
            typed = data.get(name)
            if value and typed and typed != value and not data.get("id_note"):
                self.add_error(name, _("%(what)s与证件号码不符；确实如此的，写明证件说明。") % {"what": what})
            data[name] = typed or value or typed

    def _same_bearer(self, data: dict[str, Any]) -> None:
        """One document, one name: a different name on file stops the clerk until a reason is given."""
        known = Petitioner.objects.with_identity(data.get("id_number", "")).first()
        if known and data.get("name") and known.name != data["name"] and not data.get("id_note"):
            self.add_error(
                "name",
                _("此证件号码已登记在“%(name)s”名下，与所填姓名不同；是同一人（如改名）的，写明证件说明。")
                % {"name": mask_name(known.name)},
            )

    def _persons(self, data: dict[str, Any]) -> None:
        if "visitors" in data:
            data["visitors"] = data["visitors"] or 1
        if "visitors" not in data or "involved" not in data:
            return
        typed = bool(self.data.get("involved", "").strip())
        data["involved"] = data["involved"] or data["visitors"]
        if data["involved"] < data["visitors"] and typed:
            self.add_error("involved", _("涉及人数不能少于来访人数。"))

    def person(self) -> PersonData:
        """The petitioner as the verb wants it."""
        data = self.cleaned_data
        if data["anonymous"]:
            return PersonData(
                name=str(ANONYMOUS), kind=PetitionerKind.ANONYMOUS, phone=data["phone"], address=data["address"]
            )
        names = ("name", "id_type", "id_number", "phone", "address", "sex", "birth_date", "ethnicity", "work_unit")
        return PersonData(kind=data["kind"] or PetitionerKind.PERSON, **{name: data[name] for name in names})

    def visit_data(self, clerk_pk: int, companions: list[CompanionData]) -> VisitData:
        """Everything the verb needs. Without a key of its own the post is known again by clerk and content."""
        data = self.cleaned_data
        given = data["key"] if 8 <= len(data["key"]) <= 64 and data["key"].isascii() else ""
        fields = {name: data[name] for name in COPIED} | {
            "purpose": data["purpose"] or Purpose.APPEAL,
            "channel": data["channel"] or Channel.VISIT,
            "id_source": data["id_source"] if self.person().id_number else IdSource.MANUAL,
            "also": ",".join(code for code in data["also"] if code != data["category"]),
        }
        return VisitData(
            key=given or repeated_key(clerk_pk, self._typed(), self.at),
            person=self.person(),
            visited_at=data["visited_at"],
            demand=data["demand"],
            category=data["category"],
            companions=companions,
            fields=fields,
        )

    def _typed(self) -> str:
        """What was posted, in a fixed order, without what changes from one post to the next."""
        passing = ("key", "csrfmiddlewaretoken", "after", "id_source", "ticket")
        return repr(sorted((name, tuple(values)) for name, values in self.data.lists() if name not in passing))

    def says_the_same(self, visit: Visit) -> bool:
        """Is this post the registration ``visit`` once more? Otherwise its key was used for something else."""
        person = self.person()
        return (visit.demand, visit.category, visit.petitioner.name, visit.visitors) == (
            self.cleaned_data["demand"], self.cleaned_data["category"], person.name, self.cleaned_data["visitors"]
        )  # fmt: skip


COPIED = (
    "visitors", "involved", "content_category", "region", "facts", "reasons", "occurred", "history", "accused",
    "materials", "needs", "agent", "id_note", "confirmed", "confirmed_note", "clerk_note",
)  # fmt: skip
