"""Which matters may become one, and which to offer: the same person's, or very like ones of other people.

A merger hides nothing: the merged matter keeps its number, its visits, papers and clocks'
history, is counted as before, and can be taken out again. Only matters kept from the same
body and person are merged, so that nobody complained about in one of them meets it by
way of the other (article 30).
"""

from django.utils.translation import gettext as _

from accounts.models import User
from cases import samematter
from cases.choices import State
from cases.models import Case, CaseQuerySet

OFFERED = 12
LOOKED_AT = 300
# A main matter is under way, and its own way back is not waiting for somebody.
MAIN_IN = (
    State.CLASSIFIED, State.INFORMED, State.ACCEPTED, State.REFERRED, State.ASSIGNED, State.HANDLING, State.SIGNING,
    State.CHECKING, State.SETTLED,
)  # fmt: skip


def shielded_alike(case: Case, main: Case) -> bool:
    """Are both kept from the same body and person? Else one would be found through the other."""
    kept = ("protected", "accused_unit_id", "accused_user_id")
    return all(getattr(case, name) == getattr(main, name) for name in kept)


def joint(case: Case, main: Case) -> bool:
    """Do the two come from different people, merged persons counting as one?"""
    return main.petitioner_id not in case.petitioner.family_ids


def hindrance(case: Case, main: Case) -> str:
    """Why these two cannot become one, as a sentence; "" when they can."""
    if main.state not in MAIN_IN:
        return _("%(number)s 的环节为“%(state)s”，不能作为主件。") % {
            "number": main.number, "state": main.get_state_display(),
        }  # fmt: skip
    if not shielded_alike(case, main):
        return _("两件的被反映人、单位或者保密情形不同，应当分别办理（第三十条）。")
    return ""


def mains(user: User) -> CaseQuerySet:
    """Every matter the user may know of that could be a main one."""
    return Case.objects.visible_to(user).filter(state__in=MAIN_IN)


def candidates(user: User, case: Case) -> list[tuple[int, Case]]:
    """Main matters to offer, with how like they are in per cent: the same person's, and like ones of other people."""
    able = mains(user).filter(office=case.office).exclude(pk=case.pk).select_related("petitioner")
    own = case.petitioner.family_ids
    rows = [*able.filter(petitioner__in=own), *able.exclude(petitioner__in=own).order_by("-pk")[:LOOKED_AT]]
    rated = [(samematter.likeness(case.demand, one.demand), one) for one in rows if shielded_alike(case, one)]
    kept = [(n, one) for n, one in rated if n >= samematter.ALIKE or one.petitioner_id in own]
    return sorted(kept, key=lambda pair: (-pair[0], -pair[1].pk))[:OFFERED]
