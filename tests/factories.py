"""Objects of the product for tests, made through the verbs, so no impossible state exists."""

import datetime as dt
import itertools
from typing import Any
from zoneinfo import ZoneInfo

from accounts import actions as people
from accounts.models import Unit, UnitKind, User
from approvals.asking import pending
from cases.actions import answering, deciding, ending, handling, intake, refusing, sending, serving
from cases.models import CalendarYear, Case
from reception.models import Visit
from reception.registering import CompanionData, PersonData, VisitData

SHANGHAI = ZoneInfo("Asia/Shanghai")
AT = dt.datetime(2026, 3, 2, 9, 30, tzinfo=SHANGHAI)  # a Monday, no holiday near
PASSWORD = "reception-demo-2026"
_serial = itertools.count(1)


def day(text: str) -> dt.date:
    return dt.date.fromisoformat(text)


def later(days: int = 0, hours: int = 0, at: dt.datetime = AT) -> dt.datetime:
    return at + dt.timedelta(days=days, hours=hours)


def office() -> Unit:
    return _unit("XFJ", "示范市信访局", UnitKind.OFFICE)


def housing() -> Unit:
    return _unit("ZJJ", "示范市住房和城乡建设局", UnitKind.AGENCY, "住建局")


def labour() -> Unit:
    return _unit("RSJ", "示范市人力资源和社会保障局", UnitKind.AGENCY, "人社局")


def _unit(code: str, name: str, kind: str, short_name: str = "") -> Unit:
    city = Unit.objects.filter(code="CITY").first() or Unit.objects.create(
        code="CITY", name="示范市人民政府", kind=UnitKind.OTHER
    )
    found = Unit.objects.filter(code=code).first()
    return found or Unit.objects.create(code=code, name=name, kind=kind, short_name=short_name, parent=city)


def user(role: str = "clerk", unit: Unit | None = None, username: str = "", **fields: Any) -> User:
    """A user with one role; handlers sit in the housing bureau unless told otherwise."""
    unit = unit or (housing() if role == "handler" else office())
    username = username or f"{role}{next(_serial)}"
    made = User.objects.create_user(
        username, password=PASSWORD, display_name=fields.pop("display_name", username), unit=unit, **fields
    )
    people.grant(user=made, role=role, actor=None, at=AT)
    return made


def calendar(*years: int) -> None:
    """Confirm these years without any holiday: plain weeks."""
    for year in years:
        CalendarYear.objects.update_or_create(year=year, defaults={"confirmed": True})


def visit_data(**changes: Any) -> VisitData:
    """One registration as the form would hand it over; ``person`` and ``fields`` are merged."""
    n = next(_serial)
    person = {"name": f"王建国{n}", "phone": f"138{n:08d}", "address": "示范市和平街道幸福里 3 号楼"}
    fields = {"visitors": 1, "involved": 1, "purpose": "appeal", "confirmed": True, "facts": "2026 年 1 月起外墙渗水。"}
    return VisitData(
        key=changes.pop("key", f"key-{n}"),
        person=PersonData(**person | changes.pop("person", {})),
        visited_at=changes.pop("visited_at", AT),
        demand=changes.pop("demand", "要求责成有关单位限期维修外墙渗水并赔偿损失。"),
        category=changes.pop("category", "C03"),
        companions=[CompanionData(**one) for one in changes.pop("companions", [])],
        petitioner=changes.pop("petitioner", None),
        fields=fields | changes,
    )


def visit(clerk: User | None = None, at: dt.datetime = AT, **changes: Any) -> Visit:
    changes.setdefault("visited_at", at)
    return intake.register(data=visit_data(**changes), actor=clerk or user("clerk"), at=at)


def case(upto: str = "classified", at: dt.datetime = AT, **changes: Any) -> Case:
    """A matter walked through the verbs up to a state: classified, accepted, assigned, handling,
    checking, closed, served, lapsed (a month later). The people doing it are ``case.people[role]``."""
    people = changes.pop("people", None) or {
        "clerk": user("clerk"), "supervisor": user("supervisor"), "handler": user("handler"),
    }  # fmt: skip
    made = visit(people["clerk"], at, **changes).case_link.case
    made.people = people
    for state, walk in WALK:
        if made.state == upto:
            break
        walk(made, people, at)
        made = _again(made)
        assert made.state == state
    return made


def _again(case: Case) -> Case:
    fresh = Case.objects.get(pk=case.pk)
    fresh.people = case.people
    return fresh


def _close(case: Case, people: dict[str, User], at: dt.datetime) -> None:
    handling.close(case=case, actor=people["supervisor"], at=at, note="同意")


def _serve(case: Case, people: dict[str, User], at: dt.datetime) -> None:
    from documents.models import Paper

    paper = Paper.objects.about(case).filter(kind="opinion").get()
    serving.serve(
        case=case, actor=people["clerk"], at=at, paper=paper, way="direct", delivered_on=at.astimezone(SHANGHAI).date(),
        receiver="本人",
    )  # fmt: skip


REPORT = {
    "findings": "经现场查看,外墙确有渗水。",
    "opinion": "责成物业公司于 30 日内维修。",
    "legal_basis": "《物业管理条例》第三十五条",
    "outcome": "supported",
}
WALK = (
    ("accepted", lambda c, p, at: deciding.accept(case=c, actor=p["supervisor"], at=at)),
    ("assigned", lambda c, p, at: sending.assign(case=c, actor=p["supervisor"], at=at, unit=p["handler"].unit)),
    ("handling", lambda c, p, at: answering.take_up(case=c, actor=p["handler"], at=at)),
    ("checking", lambda c, p, at: handling.report(case=c, actor=p["handler"], at=at, **REPORT)),
    ("closed", _close),
    ("served", _serve),
    ("lapsed", lambda c, p, at: ending.lapse(case=c, actor=None, at=later(31, at=at))),
)


def declined(case: Case, at: dt.datetime = AT, ground: str = "pending", note: str = "已由市住建局受理。") -> Case:
    """Proposed by the supervisor, approved by a leader: declined, or no longer accepted, by the ground."""
    refusing.propose_decline(case=case, actor=case.people["supervisor"], at=at, ground=ground, note=note)
    fresh = _again(case)
    request = pending("decline", fresh)
    refusing.approve_decline(request=request, case=fresh, actor=leader(case), at=at)
    return _again(case)


def delivered(case: Case, at: dt.datetime = AT, **how: Any) -> Case:
    """Every paper owed to the petitioner handed over in person, the oldest first."""
    from cases.views.delivering import waiting

    for paper in waiting(Case.objects.filter(pk=case.pk)):
        given = {"way": "direct", "delivered_on": at.astimezone(SHANGHAI).date(), "receiver": "本人"} | how
        serving.serve(case=_again(case), actor=case.people["clerk"], at=at, paper=paper, **given)
    return _again(case)


def extended(case: Case, at: dt.datetime = AT, days: int = 30, reason: str = "需要鉴定") -> Case:
    """Asked for by the supervisor, approved by a leader."""
    handling.request_extension(case=case, actor=case.people["supervisor"], at=at, days=days, reason=reason)
    fresh = _again(case)
    handling.extend(request=pending("extend", fresh), case=fresh, actor=leader(case), at=at)
    return _again(case)


def leader(case: Case) -> User:
    """The leader among the people of a matter, made on first use."""
    if "leader" not in case.people:
        case.people["leader"] = user("leader")
    return case.people["leader"]


def reviewer(case: Case, again: bool = False) -> User:
    """The reviewer among the people of a matter, made on first use; ``again`` is the one of the recheck."""
    name = "rechecker" if again else "reviewer"
    if name not in case.people:
        case.people[name] = user("reviewer")
    return case.people[name]


OPINION = {"findings": "经查，原认定属实。", "opinion": "原处理意见适当。", "legal_basis": "《物业管理条例》第三十五条"}


def asked(case: Case, at: dt.datetime = AT, **changes: Any) -> Any:
    """Review, or recheck once reviewed, asked for on the day of ``at``; returns the request."""
    from review import actions, chain

    fresh = _again(case)
    level = chain.next_stage(fresh).level
    usual = chain.default_body(fresh, level)
    changes.setdefault("body", usual or other_body())
    changes.setdefault("body_reason", "" if usual else "单位表中没有上一级机关")
    said = {"request": "撤销原意见", "facts_and_reasons": "与事实不符", "requested_on": at.astimezone(SHANGHAI).date()}
    return actions.request(case=fresh, actor=case.people["clerk"], at=at, **said | changes)


def other_body() -> Unit:
    """A body outside the city's tree, for where the tree has no superior."""
    found = Unit.objects.filter(code="PROV").first()
    return found or Unit.objects.create(code="PROV", name="示范省人民政府", kind=UnitKind.OTHER)


def decided(case: Case, at: dt.datetime = AT, outcome: str = "upheld", **changes: Any) -> Case:
    """The open request answered, its opinion not yet delivered."""
    from review import actions, chain

    fresh = _again(case)
    review = chain.current(fresh)
    actor = reviewer(case, again=review.level == 2)
    actions.decide(review=review, case=fresh, actor=actor, at=at, outcome=outcome, **OPINION | changes)
    return _again(case)


def handed_over(case: Case, at: dt.datetime = AT) -> Case:
    """The last opinion of review or recheck handed over on the day of ``at``."""
    from documents.models import Paper

    paper = Paper.objects.about(case).filter(kind__in=("review_opinion", "recheck_opinion")).last()
    serving.serve(
        case=_again(case), actor=case.people["clerk"], at=at, paper=paper, way="direct",
        delivered_on=at.astimezone(SHANGHAI).date(), receiver="本人",
    )  # fmt: skip
    return _again(case)


def reviewed(case: Case, at: dt.datetime = AT, outcome: str = "upheld", **changes: Any) -> Case:
    """A served matter asked about, decided and the opinion delivered, all at ``at``; twice gives CONCLUDED."""
    asked(case, at)
    return handed_over(decided(case, at, outcome, **changes), at)
