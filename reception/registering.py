"""Writing a visit inside a verb: find or make the petitioner, number the visit, keep the roster.

Not a verb itself: opening a matter registers the visit in the same transaction, and so
does the import of an old register.
"""

import datetime as dt
from dataclasses import dataclass, field
from typing import Any

from django.conf import settings
from django.db import models
from django.utils import timezone
from django.utils.translation import gettext as _

from accounts.models import Unit, User
from documents.numbering import next_serial, register_number
from hall.models import Ticket
from hall.workflow import try_turn
from reception.choices import PetitionerKind
from reception.models import MAX_REPRESENTATIVES, Companion, Petitioner, Visit
from reception.naming import initials_of, keep_keys, pinyin_of
from vault.errors import Refusal
from vault.keyring import blind_index

SAME_WITHIN = 600  # seconds


@dataclass
class PersonData:
    """What is known of the petitioner; numbers already normalised."""

    name: str
    kind: str = PetitionerKind.PERSON
    id_type: str = ""
    id_number: str = ""
    phone: str = ""
    address: str = ""
    sex: str = ""
    birth_date: dt.date | None = None
    ethnicity: str = ""
    work_unit: str = ""


@dataclass
class CompanionData:
    name: str
    id_number: str = ""
    phone: str = ""
    is_representative: bool = False


@dataclass
class VisitData:
    """One registration as typed. ``key`` is the idempotency key: the same key is the same visit."""

    key: str
    person: PersonData
    visited_at: dt.datetime
    demand: str
    category: str
    fields: dict[str, Any] = field(default_factory=dict)
    companions: list[CompanionData] = field(default_factory=list)
    petitioner: Petitioner | None = None
    ticket: Ticket | None = None


def repeated_key(clerk_pk: int, typed: str, at: dt.datetime) -> str:
    """The key of a post that brought none: the same text by the same clerk within ten minutes is one visit.

    The ten minutes run from the first of them: a visit that stands under the key of this
    or of the last period is that one; later, the same words are another visit.
    """
    period = int(at.timestamp()) // SAME_WITHIN
    keys = [blind_index("visit-key", f"{clerk_pk}|{one}|{typed}") for one in (period, period - 1)]
    since = at - dt.timedelta(seconds=SAME_WITHIN)
    earlier = Visit.objects.filter(key=keys[1], registered_at__gt=since).exists()
    return keys[1] if earlier else keys[0]


def find_petitioner(person: PersonData) -> Petitioner | None:
    """The one petitioner this must be: same document number, or same name and phone with no other document.

    Of merged rows it is the one that bears the document: a visit stays with it if they are told apart again.
    """
    if person.kind == PetitionerKind.ANONYMOUS:
        return None
    if person.id_number:
        found = Petitioner.objects.with_identity(person.id_number)
        # a resident number stands on the card, the temporary card and the household book alike
        exact = found.filter(id_type=person.id_type).first()
        if exact or len(person.id_number) == 18:
            bearer = exact or found.first()
            if bearer:
                return bearer
    same = Petitioner.objects.with_name_and_phone(person.name, person.phone)
    if person.id_number:
        same = same.filter(id_index="")
    return same.first()


def write_visit(
    data: VisitData, *, actor: User, at: dt.datetime, office: Unit | None = None
) -> tuple[Visit, list[models.Model]]:
    """Write petitioner, visit and roster; returns the visit and every row written, for the trail.

    ``office`` names another registering office than the actor's own, for an old register.
    Raises ``Refusal`` for more than five representatives (article 20).
    """
    if sum(one.is_representative for one in data.companions) > MAX_REPRESENTATIVES:
        raise Refusal(_("多人走访应当推选代表,代表人数不得超过 5 人(《信访工作条例》第二十条)。"))
    petitioner = data.petitioner or find_petitioner(data.person)
    petitioner = _update(petitioner, data.person) if petitioner else _create(data.person, at)
    year = timezone.localtime(at).year
    serial = next_serial("visit", year)
    visitors = data.fields.get("visitors", 1)
    visit = Visit(
        year=year,
        serial=serial,
        number=register_number("LF", year, serial),
        key=data.key,
        office=office or actor.unit,
        clerk=actor,
        window=actor.window,
        visited_at=data.visited_at,
        registered_at=at,
        petitioner=petitioner,
        demand=data.demand,
        category=data.category,
        ticket=_finished(data.ticket, at),
        is_group=visitors >= settings.GROUP_VISIT_FROM,
        **data.fields,
    )
    visit.save(force_insert=True)
    roster = [_companion(visit, position, one) for position, one in enumerate(data.companions, start=1)]
    return visit, [visit, petitioner, *roster]


def _finished(ticket: Ticket | None, at: dt.datetime) -> Ticket | None:
    """The ticket of this visit, now done. A visit is written whatever has become of its number meanwhile."""
    if ticket is None or not try_turn(ticket, "finish", at=at, served_at=ticket.served_at or at):
        return None
    return ticket


def _create(person: PersonData, at: dt.datetime) -> Petitioner:
    petitioner = Petitioner(created_at=at)
    for name, value in vars(person).items():
        setattr(petitioner, name, value)
    return _save(petitioner)


def _update(petitioner: Petitioner, person: PersonData) -> Petitioner:
    """Newer contact data replaces older; an empty answer never wipes what is known."""
    for name, value in vars(person).items():
        if value and name != "kind":
            setattr(petitioner, name, value)
    return _save(petitioner)


def correct_person(pk: int, name: str, value: str, seen: str) -> tuple[Petitioner, str] | None:
    """Set one contact field inside a verb; returns the row and the earlier value.

    None when somebody changed it since ``seen`` was shown. Touching the row first makes a
    second writer wait until the first one's value can be read.
    """
    Petitioner.objects.filter(pk=pk).update(kind=models.F("kind"))
    petitioner = Petitioner.objects.get(pk=pk)
    before = getattr(petitioner, name)
    if before != seen:
        return None
    setattr(petitioner, name, value)
    return _save(petitioner), before


def _save(petitioner: Petitioner) -> Petitioner:
    petitioner.id_index = blind_index("identity", petitioner.id_number)
    # nobody is found again by the telephone they left while staying anonymous
    anonymous = petitioner.kind == PetitionerKind.ANONYMOUS
    petitioner.phone_index = "" if anonymous else blind_index("phone", petitioner.phone)
    petitioner.pinyin = pinyin_of(petitioner.name)
    petitioner.initials = initials_of(petitioner.name)
    petitioner.save()
    keep_keys([petitioner])
    return petitioner


def _companion(visit: Visit, position: int, one: CompanionData) -> Companion:
    return Companion.objects.create(
        visit=visit,
        position=position,
        name=one.name,
        is_representative=one.is_representative,
        id_number=one.id_number,
        id_index=blind_index("identity", one.id_number),
        phone=one.phone,
    )
