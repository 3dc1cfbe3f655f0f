"""What the office already knows of a visitor, and which of their matters a visit may be added to."""

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass

from django.db.models import Count, OuterRef, Q, Subquery
from django.utils.translation import gettext as _

from accounts.models import User
from cases.choices import State
from cases.lamps import Lamp, case_lamp
from cases.models import Case, CaseQuerySet, CaseVisit
from cases.samematter import Evidence, evidence
from reception.choices import PetitionerKind
from reception.models import Petitioner, PetitionerQuerySet, Visit
from reception.registering import PersonData, VisitData, find_petitioner
from vault.errors import Refusal

SHOWN = 10  # matters of one person; the person's page has them all
NAMESAKES = 5


@dataclass
class Known:
    """A person on file who is, or may be, the visitor; with their matters, the open ones first."""

    petitioner: Petitioner
    certain: bool
    visits: int
    matters: list[tuple[Case, Lamp]]
    last: Visit | None = None


def known(user: User, sought: PersonData, today: dt.date) -> list[Known]:
    """The person found by document, or by name and telephone; else namesakes, as a hint only."""
    found = find_petitioner(sought)
    may_know = Q(visits__in=Visit.objects.visible_to(user))
    seen = Petitioner.objects.visible_to(user).annotate(came=Count("visits", filter=may_know))
    family = list(seen.family_of(found)) if found else []
    if found in family:
        return [_whole(user, found, family, today)]
    people = list(_namesakes(seen.living(), sought))
    matters = matters_of(user, people, today)
    return [
        Known(
            one,
            False,
            one.came,  # type: ignore[attr-defined]
            [each for each in matters if each[0].petitioner_id == one.pk][:SHOWN],
        )
        for one in people
    ]


def _whole(user: User, found: Petitioner, family: Sequence[Petitioner], today: dt.date) -> Known:
    """The person found, with the visits and matters of all rows merged with theirs."""
    came = sum(one.came for one in family)  # type: ignore[attr-defined]
    theirs = Visit.objects.visible_to(user).filter(petitioner__in=family).select_related("clerk")
    return Known(
        found, True, came, matters_of(user, family, today)[:SHOWN], theirs.order_by("-visited_at", "-pk").first()
    )


def _namesakes(seen: PetitionerQuerySet, sought: PersonData) -> PetitionerQuerySet:
    """People of that name; once a document number is typed, those with another one are no longer meant."""
    same = seen.filter(name=sought.name).exclude(kind=PetitionerKind.ANONYMOUS) if sought.name else seen.none()
    return (same.filter(id_index="") if sought.id_number else same).order_by("-pk")[:NAMESAKES]


def matters_of(user: User, people: Sequence[Petitioner], today: dt.date) -> list[tuple[Case, Lamp]]:
    """Matters of these people that a visit may be added to, open ones first."""
    # what later steps know of a matter is asked for by name: this app knows nothing of return visits
    last = CaseVisit.objects.filter(case=OuterRef("pk")).order_by("-position").values("visit__visitors")[:1]
    known_of = joinable(user).filter(petitioner__in=people).for_list().prefetch_related("return_visits")
    cases = known_of.annotate(last_visitors=Subquery(last))[:50]
    return [(case, case_lamp(case, today)) for case in sorted(cases, key=lambda case: (case.is_finished, -case.pk))]


@dataclass
class Weighed:
    """One earlier matter on the intake page; filed ones and other people's cannot be joined."""

    case: Case
    lamp: Lamp
    evidence: Evidence
    may_join: bool


def weighed(user: User, visit: Visit, today: dt.date) -> list[Weighed]:
    """Every earlier matter with the evidence that this visit is about it, the strongest first."""
    return [
        Weighed(one.case, case_lamp(one.case, today), one, one.own and one.case.state != State.FILED)
        for one in evidence(user, visit, today)
    ]


def joinable(user: User) -> CaseQuerySet:
    """Matters a further visit may be added to: all that the user may know of, except filed ones."""
    return Case.objects.visible_to(user).exclude(state=State.FILED)


def matter_to_join(user: User, number: str, data: VisitData) -> Case:
    """The earlier matter the clerk chose for this visit. Raises ``Refusal`` when it is not this person's."""
    case = joinable(user).filter(number=number).first()
    if case is None:
        raise Refusal(_("没有可以并入的事项 %(number)s，请重新选择。") % {"number": number})
    owner, found = case.petitioner, find_petitioner(data.person)
    other_document = owner.id_number and data.person.id_number and owner.id_number != data.person.id_number
    same = owner.pk in found.family_ids if found else owner.name == data.person.name and not other_document
    if not same or data.person.kind == PetitionerKind.ANONYMOUS:
        raise Refusal(_("%(number)s 不是这位信访人的事项，不能并入。") % {"number": number})
    return case
