"""Is this the same matter again? Evidence, computed and explained; the clerk decides.

Same matter means the same request on the same facts (articles 19 and 36). Nothing here
refuses anything by itself: what stands against a second matter is shown with its
reasons, and opening one nevertheless takes a sentence why, which is kept and listed.
Only matters that the clerk may know of are ever looked at (article 30).
"""

import datetime as dt
import re
from collections import Counter
from dataclasses import dataclass

from django.db.models import Q
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy as __

from accounts.models import User
from audit.models import Event
from cases import policy
from cases.choices import ClockKind, State
from cases.models import Case, CaseQuerySet
from reception.choices import PetitionerKind
from reception.models import Companion, Petitioner, Visit

ALIKE = 50  # per cent: requests as like as this are taken for the same
AKIN = 25  # as like as this, they are when facts, content or the accused agree as well
CONTAINED = 10  # pairs of characters from which "one text lies within the other" means something
OTHERS_SINCE = dt.timedelta(days=180)
LOOKED_AT, SHOWN = 400, 5
TYPED, SHOWN_OWN = 4, 20  # pairs typed before anything is compared; matters of the person compared while typing
# Words that stand in every petition and say nothing about which one it is.
FILLERS = re.compile(
    "要求|请求|希望|恳请|责成|有关单位|有关部门|相关部门|政府|依法|尽快|及时|予以|给予|解决|问题|处理|反映"
)
SIGNS = re.compile(r"[\W_]+")


@dataclass(frozen=True)
class Verdict:
    """What the earlier matter's state means for a second one. ``asks``: a second one needs a reason."""

    code: str
    label: Promise
    words: Promise
    asks: bool
    ground: str = ""  # the ground of rules/grounds.toml that would then be proposed
    clock: str = ""  # whose legal due day belongs into the words

    @property
    def stands(self) -> bool:
        """Does it stand against a second matter? A ground that the office has not put in force does not."""
        known = policy.grounds().get(self.ground)
        return self.asks and (known is None or known.active)


UNDER_WAY = Verdict(
    "under_way", __("正在办理"), __("已经登记、正在办理，并入原事项并告知办理情况（第十九条第三款）。"), True, "pending"
)
ANSWERED_OPEN = Verdict(
    "remedy", __("已作出处理意见"),
    __("已作出处理意见；不服的，收到之日起 30 日内请求复查，不另立事项（第三十五条）。"),
    True, clock=ClockKind.REQUEST_REVIEW,
)  # fmt: skip
IN_REVIEW = Verdict("in_review", __("正在复查"), __("正在复查，等候复查意见（第三十五条）。"), True, "pending")
REVIEWED = Verdict(
    "second_remedy", __("已作出复查意见"),
    __("已作出复查意见；不服的，收到之日起 30 日内请求复核，不另立事项（第三十六条）。"),
    True, clock=ClockKind.REQUEST_RECHECK,
)  # fmt: skip
IN_RECHECK = Verdict("in_recheck", __("正在复核"), __("正在复核，等候复核意见（第三十六条）。"), True, "pending")
MISSED = Verdict(
    "missed", __("期满未请求"),
    __("已经答复，期满没有请求复查、复核；有正当理由的可以补充说明后请求，有新的事实和理由的可以另行提出。"),
    True, "review_missed",
)  # fmt: skip
CONCLUDED = Verdict(
    "concluded", __("已终结"),
    __("已经终结，以同一事实和理由再提出的不再受理；有新的事实和理由的可以另行提出（第三十六条第三款）。"),
    True, "concluded",
)  # fmt: skip
ELSEWHERE = Verdict(
    "elsewhere", __("依法定途径"), __("已告知法定途径或者移送有权机关，告知向该机关查询、提出。"), False
)
FREE = Verdict("free", __("可以再提出"), __("此前已经了结，可以再次提出；补充新情况的可以并入或者重新办理。"), False)

VERDICTS: dict[State, Verdict] = {
    State.REGISTERED: UNDER_WAY, State.CLASSIFIED: UNDER_WAY, State.PROPOSED: UNDER_WAY, State.INFORMED: UNDER_WAY,
    State.ACCEPTED: UNDER_WAY, State.REFERRED: UNDER_WAY, State.ASSIGNED: UNDER_WAY, State.OBJECTED: UNDER_WAY,
    State.HANDLING: UNDER_WAY, State.SETTLED: UNDER_WAY, State.SIGNING: UNDER_WAY, State.CHECKING: UNDER_WAY,
    State.CLOSED: ANSWERED_OPEN, State.SERVED: ANSWERED_OPEN, State.LAPSED: MISSED,
    State.REVIEWING: IN_REVIEW, State.REVIEWED: IN_REVIEW, State.REVIEW_SERVED: REVIEWED,
    State.RECHECKING: IN_RECHECK, State.RECHECKED: IN_RECHECK,
    State.CONCLUDED: CONCLUDED, State.NO_LONGER: CONCLUDED,
    State.GUIDED: ELSEWHERE, State.HANDED_OVER: ELSEWHERE,
    State.ANSWERED: FREE, State.ENDED: FREE, State.DECLINED: FREE, State.WITHDRAWN: FREE,
    State.MERGED: UNDER_WAY, State.FILED: FREE,
}  # fmt: skip


@dataclass(frozen=True)
class Evidence:
    """One earlier matter beside a new visit: how like it is, why, and what its state means."""

    case: Case
    verdict: Verdict
    until: dt.date | None
    likeness: int
    reasons: tuple[str, ...]
    same: bool
    own: bool

    @property
    def asks(self) -> bool:
        """Does opening a second matter beside this one need a reason?"""
        return self.same and self.verdict.stands

    @property
    def sentence(self) -> str:
        """What the visitor is to be told of it."""
        said = str(self.verdict.words)
        return said + (_("期限至 %(day)s。") % {"day": self.until.isoformat()} if self.until else "")


def bigrams(text: str) -> Counter[str]:
    """Pairs of neighbouring characters, without punctuation and without words every petition has."""
    bare = FILLERS.sub("", SIGNS.sub("", text.lower()))
    return Counter(bare[n : n + 2] for n in range(len(bare) - 1))


def likeness(one: str, other: str) -> int:
    """How like two texts are, 0 to 100: the pairs they share, or how much of the shorter one lies in the longer."""
    left, right = bigrams(one), bigrams(other)
    least, both = min(left.total(), right.total()), left.total() + right.total()
    if not least:
        return 0
    shared = (left & right).total()
    dice = 200 * shared // both
    return max(dice, 100 * shared // least) if least >= CONTAINED else dice


def judged(visit: Visit, case: Case, *, own: bool = True, today: dt.date | None = None) -> Evidence:
    """The evidence that ``case`` and what ``visit`` asks for are one matter."""
    alike = likeness(visit.demand, case.demand)
    agreeing = _agreeing(visit, case)
    reasons = _told(alike, agreeing, visit, case)
    if not own:
        reasons.insert(0, _("信访人是该事项的同来人员、代表，或者该事项的信访人此次同来"))
    state = standing(case)
    verdict, until = in_time(case, VERDICTS[state], today)
    same = alike >= ALIKE or (alike >= AKIN and bool(agreeing))
    return Evidence(case, verdict, until, alike, tuple(reasons), same, own)


def in_time(case: Case, verdict: Verdict, today: dt.date | None) -> tuple[Verdict, dt.date | None]:
    """With a window for review: until when it is open; a window that has passed counts as missed."""
    clock = case.clocks.filter(kind=verdict.clock).order_by("-pk").first() if verdict.clock else None
    if clock and today and today > clock.legal_due:
        return MISSED, None
    return verdict, clock.legal_due if clock else None


def standing(case: Case) -> State:
    """The state that counts: of a merged matter the main one's, of a filed one the state it was filed from."""
    state = case.main.state if case.state == State.MERGED and case.main else case.state
    if state != State.FILED:
        return State(state)
    filed = Event.objects.of_matter(case.number).filter(verb="file").last()
    return State(filed.data.get("before", State.FILED)) if filed else State.FILED


def _agreeing(visit: Visit, case: Case) -> list[str]:
    """What agrees besides the request, in words."""
    found = []
    facts = likeness(visit.facts, case.facts)
    if facts >= ALIKE:
        found.append(_("事实相似 %(n)s%%") % {"n": facts})
    if visit.content_category_id and visit.content_category_id == case.content_category_id:
        found.append(_("内容分类相同：%(what)s") % {"what": visit.content_category})
    if visit.accused and SIGNS.sub("", visit.accused) == SIGNS.sub("", case.accused):
        found.append(_("被反映的人或单位相同"))
    return found


def _told(alike: int, agreeing: list[str], visit: Visit, case: Case) -> list[str]:
    """All reasons in words; the same place is told but proves nothing by itself."""
    reasons = [_("请求相似 %(n)s%%") % {"n": alike}] if alike >= AKIN else []
    here = visit.region and visit.region == case.region
    return reasons + agreeing + ([_("问题属地相同：%(where)s") % {"where": visit.region}] if here else [])


def evidence(user: User, visit: Visit, today: dt.date | None = None) -> list[Evidence]:
    """Every earlier matter of this person that the user may know of, what stands against a second one first.

    Also matters where the same document number stands on the roster of those who came along.
    Somebody who stays anonymous is not recognised.
    """
    if visit.petitioner.kind == PetitionerKind.ANONYMOUS:
        return []
    own = visit.petitioner.family_ids
    seen = Case.objects.visible_to(user).exclude(visit_links__visit=visit)
    wanted = seen.filter(Q(petitioner__in=own) | Q(pk__in=_through_roster(visit, own)))
    joined = wanted.select_related("main", "petitioner", "handling_unit", "created_by", "content_category")
    rows = list(joined.order_by("-pk")[:LOOKED_AT])
    found = [judged(visit, case, own=case.petitioner_id in own, today=today) for case in rows]
    kept = [one for one in found if one.own or one.same]
    return sorted(kept, key=lambda one: (not one.asks, one.verdict.code != "under_way", -one.likeness, -one.case.pk))


def _through_roster(visit: Visit, own: list[int]) -> list[int]:
    """Matters this person came along to, and matters of the people who now came along, by document number."""
    mine = set(Petitioner.objects.filter(pk__in=own).exclude(id_index="").values_list("id_index", flat=True))
    theirs = set(visit.companions.exclude(id_index="").values_list("id_index", flat=True))
    came_along = Companion.objects.filter(id_index__in=mine).values("visit")
    found = Case.objects.filter(
        Q(visit_links__visit__in=came_along) | Q(petitioner__id_index__in=theirs, petitioner__merged_into__isnull=True)
    )
    return list(found.values_list("pk", flat=True)) if mine or theirs else []


def against(user: User, visit: Visit, today: dt.date | None = None) -> list[Evidence]:
    """The evidence beside which a second matter needs a reason."""
    return [one for one in evidence(user, visit, today) if one.asks]


def others(user: User, visit: Visit, today: dt.date) -> list[Evidence]:
    """Matters of other people under way that may belong to the same group affair: a hint, never a bar."""
    rows = Case.objects.visible_to(user).exclude(visit_links__visit=visit)
    return _of_others(rows, visit, visit.petitioner.family_ids, today)


def while_typing(
    user: User, typed: Visit, person: Petitioner | None, today: dt.date
) -> tuple[list[Evidence], list[Evidence]]:
    """Matters like a visit that is still being typed (``typed`` is no row yet): of ``person``, and of others.

    A hint at the counter; what counts is judged again when the visit is saved.
    """
    if bigrams(typed.demand).total() < TYPED:
        return [], []
    own = person.family_ids if person else []
    seen = Case.objects.visible_to(user)
    joined = seen.filter(petitioner__in=own).select_related("main", "petitioner", "content_category")
    rows = list(joined.order_by("-pk")[:SHOWN_OWN]) if own else []
    found = [one for one in (judged(typed, case, today=today) for case in rows) if one.same]
    mine = sorted(found, key=lambda one: (not one.asks, -one.likeness, -one.case.pk))[:SHOWN]
    return mine, _of_others(seen, typed, own, today)


def _of_others(seen: CaseQuerySet, visit: Visit, own: list[int], today: dt.date) -> list[Evidence]:
    """The latest matters of other people under way, compared one by one; the most alike are kept."""
    rows = seen.under_way().exclude(petitioner__in=own)
    recent = rows.filter(registered_on__gte=today - OTHERS_SINCE).select_related("petitioner").order_by("-pk")
    found = [_beside(visit, case) for case in recent[:LOOKED_AT]]
    return sorted((one for one in found if one.same), key=lambda one: (-one.likeness, -one.case.pk))[:SHOWN]


def _beside(visit: Visit, case: Case) -> Evidence:
    """Somebody else's matter: very like requests, or the same accused in the same place."""
    alike, agreeing = likeness(visit.demand, case.demand), _agreeing(visit, case)
    accused = bool(visit.accused) and SIGNS.sub("", visit.accused) == SIGNS.sub("", case.accused)
    same = alike > ALIKE or (accused and bool(visit.region) and visit.region == case.region)
    return Evidence(case, FREE, None, alike, tuple(_told(alike, agreeing, visit, case)), same, own=False)
