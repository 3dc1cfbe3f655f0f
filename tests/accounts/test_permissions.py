"""Who may do what and know of what: roles, scopes, and the matters each sees by unit, state and accusation."""

import pytest
from django.core.exceptions import PermissionDenied

from accounts import actions as people
from accounts import roles
from accounts.models import RoleGrant, Unit, UnitKind, User
from cases.choices import ARCHIVABLE, UNDER_WAY
from cases.choices import State as S
from cases.models import Assignment, Case
from cases.telling import may_be_told, not_about, people_at
from tests import factories
from tests.cases.asked import again, unit
from tests.factories import AT, housing, labour, office

pytestmark = pytest.mark.django_db


def with_roles(*codes: str, unit: Unit | None = None) -> User:
    """A user with these roles, even ones that the program would refuse to put together."""
    user = factories.user(codes[0], unit=unit)
    RoleGrant.objects.bulk_create([RoleGrant(user=user, role=code, granted_at=AT) for code in codes[1:]])
    return User.objects.get(pk=user.pk)


def test_what_roles_may_do():
    clerk, archivist = roles.ROLES["clerk"].permissions, roles.ROLES["archivist"].permissions
    assert roles.permissions_of(frozenset()) == frozenset()
    assert roles.permissions_of(frozenset({"clerk"})) == clerk
    assert roles.permissions_of(frozenset({"clerk", "archivist", "unknown"})) == clerk | archivist
    assert roles.holders("cases.approve") == {"leader"}
    assert roles.holders("cases.extend") == {"leader", "unit_head"}
    assert roles.holders("nothing") == frozenset()
    assert roles.in_words("cases.approve") == "批准不予受理"
    assert roles.in_words("nothing.known") == "nothing.known"


@pytest.mark.parametrize(
    ("codes", "clashes"),
    [
        ((), False), (("clerk",), False), (("clerk", "supervisor"), False), (("sysadmin",), False),
        (("sysadmin", "auditor"), True), (("sysadmin", "clerk"), True), (("secadmin", "auditor", "sysadmin"), True),
        (("clerk", "leader", "archivist"), False),
    ],
)  # fmt: skip
def test_administrators_are_three_separate_people(codes, clashes):
    assert roles.clash(frozenset(codes)) is clashes


def test_nobody_both_asks_and_decides_by_one_role():
    """The second person of each kind of request holds another role than who asks for it."""
    pairs = {
        "cases.propose_decline": "cases.approve", "documents.void": "documents.void_decide",
        "reception.merge": "reception.merge_decide", "reports.full_ids": "reports.full_ids_decide",
        "archive.take_apart": "archive.take_apart_decide", "cases.request_extension": "cases.extend",
        "cases.report": "cases.sign_off", "cases.manage_reference": "cases.calendar_decide",
    }  # fmt: skip
    assert {ask: roles.holders(ask) & roles.holders(decide) for ask, decide in pairs.items()} == dict.fromkeys(
        pairs, frozenset()
    )
    assert all(roles.holders(one) for pair in pairs.items() for one in pair)


def test_can_and_must():
    leader = factories.user("leader")
    assert (leader.can("cases.approve"), leader.can("cases.accept")) == (True, False)
    leader.must("cases.approve")
    with pytest.raises(PermissionDenied, match=r"cases\.accept"):
        leader.must("cases.accept")
    stopped = User.objects.get(pk=leader.pk)
    stopped.is_active = False
    assert not stopped.can("cases.approve")
    root = User.objects.create(username="root", is_superuser=True, is_staff=True)
    assert (root.permissions, root.scope, root.scopes) == (frozenset(), "none", frozenset())


@pytest.mark.parametrize(
    ("codes", "scope", "scopes"),
    [
        (("clerk",), "office", {"office"}),
        (("handler",), "unit", {"unit"}),
        (("archivist",), "filed", {"filed"}),
        (("sysadmin",), "none", set()),
        (("handler", "clerk"), "office", {"unit", "office"}),
        (("handler", "archivist"), "filed", {"unit", "filed"}),
        (("auditor", "handler"), "unit", {"unit"}),
        (("leader", "supervisor"), "office", {"office"}),
    ],
)
def test_scopes(codes, scope, scopes):
    user = with_roles(*codes)
    assert (user.scope, user.scopes, user.role_codes) == (scope, scopes, frozenset(codes))
    labels = [str(role.label) for code, role in roles.ROLES.items() if code in codes]
    assert user.role_labels == labels


def test_people_with_a_permission():
    leader, twice = factories.user("leader"), with_roles("leader", "unit_head")
    gone = factories.user("leader")
    User.objects.filter(pk=gone.pk).update(is_active=False)
    factories.user("clerk")
    assert sorted(one.pk for one in User.objects.with_permission("cases.extend")) == [leader.pk, twice.pk]
    assert not User.objects.with_permission("nothing").exists()


def test_finding_people():
    ann = factories.user("clerk", username="ann", display_name="安静")
    bob = factories.user("handler", username="bob", display_name="鲍勃")
    found = {text: set(User.objects.search(text)) for text in ("", "AN", "鲍", "住房", "nobody")}
    assert found == {"": {ann, bob}, "AN": {ann}, "鲍": {bob}, "住房": {bob}, "nobody": set()}
    assert [str(ann), str(User(username="x"))] == ["安静", "x"]


def test_units_in_their_tree():
    inner = unit("ZJJ-1", UnitKind.INNER, housing())
    deeper = unit("ZJJ-1-1", UnitKind.INNER, inner)
    company = unit("ZJJ-2", UnitKind.OTHER, housing())
    closed, top = unit("OLD", is_active=False), office()
    assert deeper.path == f"{housing().path}{inner.pk}/{deeper.pk}/"
    assert {one.code: one.body_ids for one in (housing(), inner, deeper, company)} == {
        "ZJJ": {housing().pk}, "ZJJ-1": {inner.pk, housing().pk}, "ZJJ-1-1": {deeper.pk, inner.pk, housing().pk},
        "ZJJ-2": {company.pk},
    }  # fmt: skip
    orphan = unit("I", UnitKind.INNER)
    assert orphan.body_ids == {orphan.pk}
    assert [one.body.code for one in (housing(), inner, deeper, company, orphan)] == ["ZJJ", "ZJJ", "ZJJ", "ZJJ-2", "I"]
    assert set(Unit.objects.all().within(housing())) == {housing(), inner, deeper, company}
    assert closed not in Unit.objects.active()
    assert top in Unit.objects.active()
    assert {one.code for one in Unit.objects.receivers()} == {"CITY", "ZJJ", "ZJJ-1", "ZJJ-1-1", "ZJJ-2", "I"}
    assert [housing().label, inner.label, str(inner)] == ["住建局", "单位ZJJ-1", "单位ZJJ-1"]


def test_a_moved_unit_takes_everything_below_along():
    inner = unit("ZJJ-1", UnitKind.INNER, housing())
    deeper = unit("ZJJ-1-1", UnitKind.INNER, inner)
    inner.parent = labour()
    inner.save()
    assert Unit.objects.get(pk=deeper.pk).path == f"{labour().path}{inner.pk}/{deeper.pk}/"
    inner.parent = None
    inner.save()
    assert Unit.objects.get(pk=deeper.pk).path == f"/{inner.pk}/{deeper.pk}/"


# --- which matters -------------------------------------------------------------------------------------------------


def plain(**columns) -> Case:
    """A matter of the office with these columns, whatever the verbs would say to them."""
    factories.calendar(2026)
    if "people" not in columns:
        columns["people"] = {"clerk": factories.user("clerk"), "supervisor": None, "handler": None}
    case = factories.case(people=columns.pop("people"))
    return again(case, **columns)


def seen(user: User) -> set[int]:
    return set(Case.objects.visible_to(User.objects.get(pk=user.pk)).values_list("pk", flat=True))


def sent(case: Case, to: Unit) -> None:
    Assignment.objects.create(case=case, kind="refer", unit=to, sent_at=AT, sent_by=case.created_by)


def test_each_role_by_state():
    """The office sees all of its own; the archivist what is ready for the shelf; a unit what was sent to it."""
    case = plain()
    sent(case, housing())
    inner = unit("ZJJ-1", UnitKind.INNER, housing())
    other_office = unit("XFJ2", UnitKind.OFFICE)
    users = {
        "clerk": factories.user("clerk"),
        "leader": factories.user("leader"),
        "reviewer": factories.user("reviewer"),
        "archivist": factories.user("archivist"),
        "handler": factories.user("handler"),
        "head": factories.user("unit_head", unit=housing()),
        "inner": factories.user("handler", unit=inner),
        "labour": factories.user("handler", unit=labour()),
        "labour archivist": factories.user("archivist", unit=labour()),
        "housing clerk": factories.user("clerk", unit=housing()),
        "other office": factories.user("clerk", unit=other_office),
        "office handler": factories.user("handler", unit=office()),
        "both": with_roles("clerk", "handler", unit=housing()),
        "handler and archivist": with_roles("handler", "archivist", unit=office()),
        "sysadmin": factories.user("sysadmin"),
        "auditor": factories.user("auditor"),
    }
    always = {"clerk", "leader", "reviewer", "handler", "head", "both"}
    found = {}
    for state in S:
        Case.objects.filter(pk=case.pk).update(state=state)
        found[state] = {who for who, user in users.items() if case.pk in seen(user)} - always
        assert {who for who in always if case.pk in seen(users[who])} == always
    shelf = {"archivist", "handler and archivist"}
    assert found == {state: shelf if state in (*ARCHIVABLE, S.FILED) else set() for state in S}


def test_nobody_without_a_unit_or_the_permission_sees_anything():
    case = plain()
    clerk = factories.user("clerk")
    assert case.pk in seen(clerk)
    User.objects.filter(pk=clerk.pk).update(unit=None)
    assert seen(clerk) == set()
    stopped = factories.user("clerk")
    User.objects.filter(pk=stopped.pk).update(is_active=False)
    assert seen(stopped) == set()


def test_the_accused_body_and_person_see_nothing():
    """Every way in at once: same office, sent to them, filed; only whom it is about does not see it."""
    case = plain(accused_unit=housing(), state=S.SERVED)
    inner = unit("ZJJ-1", UnitKind.INNER, housing())
    company = unit("ZJJ-2", UnitKind.OTHER, housing())
    for one in (housing(), inner, company, labour()):
        sent(case, one)
    users = {
        "clerk": factories.user("clerk"),
        "body": factories.user("handler"),
        "head": factories.user("unit_head", unit=housing()),
        "inner": factories.user("handler", unit=inner),
        "company below": factories.user("handler", unit=company),
        "labour": factories.user("handler", unit=labour()),
        "leader of the body": factories.user("leader", unit=housing()),
        "city": factories.user("handler", unit=Unit.objects.get(code="CITY")),
    }
    rest = {"clerk", "company below", "labour", "city"}
    assert {who for who, user in users.items() if case.pk in seen(user)} == rest
    told = may_be_told(again(case), list(users.values()))
    assert {who for who, user in users.items() if user in told} == rest
    homeless = User(pk=0, username="homeless")  # it is not about them, and they could not open it
    assert (not_about(again(case), [homeless]), may_be_told(again(case), [homeless])) == ([homeless], [])
    Case.objects.filter(pk=case.pk).update(accused_user=users["clerk"])
    assert {who for who, user in users.items() if case.pk in seen(user)} == rest - {"clerk"}
    assert users["clerk"] not in may_be_told(again(case), list(users.values()))
    Case.objects.filter(pk=case.pk).update(accused_unit=None)
    assert {who for who, user in users.items() if case.pk in seen(user)} == {
        "body", "head", "inner", "company below", "labour", "city",
    }  # fmt: skip


def test_a_matter_about_the_office_itself_stays_with_its_clerk_and_leader():
    case = plain()
    clerk = case.created_by
    Case.objects.filter(pk=case.pk).update(accused_unit=case.office)
    users = {
        "its clerk": clerk,
        "another clerk": factories.user("clerk"),
        "supervisor": factories.user("supervisor"),
        "leader": factories.user("leader"),
    }
    assert {who for who, user in users.items() if case.pk in seen(user)} == {"its clerk", "leader"}
    # about another body: having registered it, or leading, opens nothing to that body's own people
    moved = plain(accused_unit=housing(), people={"clerk": clerk, "supervisor": None, "handler": None})
    User.objects.filter(pk__in=[clerk.pk, users["leader"].pk]).update(unit=housing())
    sent(moved, housing())
    people.grant(user=clerk, role="handler", actor=None, at=AT)
    assert moved.pk not in seen(clerk)
    assert moved.pk not in seen(users["leader"])
    Case.objects.filter(pk=case.pk).update(accused_user=users["leader"])
    assert case.pk not in seen(users["leader"])


def test_people_of_a_unit_with_a_permission():
    inner = factories.user("handler", unit=unit("ZJJ-1", UnitKind.INNER, housing()))
    handler = factories.user("handler")
    factories.user("handler", unit=labour())
    factories.user("clerk")
    assert {one.pk for one in people_at(housing(), "cases.take_up")} == {inner.pk, handler.pk}
    assert people_at(housing(), "cases.accept") == []


def test_lists_by_due_day_and_person():
    days = {"a": "2026-03-05", "b": "2026-03-06", "c": "2026-03-08", "d": None, "e": "2026-03-09"}
    cases = {name: plain(due_on=day) for name, day in days.items()}
    names = {case.pk: name for name, case in cases.items()}

    def of(rows) -> list[str]:
        return [names[row.pk] for row in rows]

    today = factories.day("2026-03-06")
    assert of(Case.objects.overdue(today)) == ["a"]
    assert sorted(of(Case.objects.due_within(today, 2))) == ["b", "c"]
    assert of(Case.objects.for_list()) == ["a", "b", "c", "e", "d"]
    Case.objects.filter(pk=cases["b"].pk).update(due_on="2026-03-05")
    assert of(Case.objects.for_list())[:2] == ["b", "a"]  # the newer first on one day
    assert of(Case.objects.same_petitioner(cases["a"].petitioner)) == ["a"]


def test_under_way():
    case = plain()
    found = set()
    for state in S:
        Case.objects.filter(pk=case.pk).update(state=state)
        found |= {state for _ in Case.objects.under_way()}
    assert found == set(UNDER_WAY)


def test_a_unit_sees_what_was_sent_to_it_and_not_its_neighbours():
    first = plain()
    second = plain(people={"clerk": first.created_by, "supervisor": None, "handler": None})
    sent(first, housing())
    sent(second, labour())
    assert seen(factories.user("handler")) == {first.pk}
    assert seen(factories.user("handler", unit=labour())) == {second.pk}
