"""What a unit reads of a protected matter, and whose papers anybody may open."""

import pytest

from accounts.models import UnitKind
from cases import shielding
from cases.models import Assignment, Case
from documents.models import Paper
from tests import factories
from tests.cases.asked import again, unit
from tests.factories import AT, housing

pytestmark = pytest.mark.django_db


@pytest.fixture
def case():
    """A matter sent to the housing bureau, with papers to the petitioner, to the unit and of the visit."""
    factories.calendar(2026)
    return again(factories.case(upto="assigned"))


def kinds(papers) -> set[str]:
    return {paper.kind for paper in papers}


def people_of(case: Case) -> dict:
    return {
        "clerk": factories.user("clerk"),
        "handler": case.people["handler"],
        "archivist": factories.user("archivist"),
        "sysadmin": factories.user("sysadmin"),
    }


def test_only_units_are_kept_from_the_name_of_a_protected_matter(case):
    users = people_of(case)
    assert {who: shielding.shielded(case, user) for who, user in users.items()} == dict.fromkeys(users, False)
    case.protected = True
    assert {who for who, user in users.items() if shielding.shielded(case, user)} == {"handler"}
    assert shielding.shown_name(case, users["handler"]) == "身份保密"
    assert shielding.shown_name(case, users["clerk"]) == case.petitioner.name


def test_the_person_on_the_page(case):
    users, known = people_of(case), case.petitioner
    plain = shielding.Person(
        known.name, known.get_id_type_display(), known.masked_identity, known.masked_phone, known.masked_address, ""
    )
    with_link = shielding.Person(**{**plain.__dict__, "url": known.get_absolute_url()})
    shown = {who: shielding.person(case, user) for who, user in users.items()}
    assert shown == {"clerk": with_link, "handler": plain, "archivist": plain, "sysadmin": plain}
    reviewing_unit = factories.user("handler")
    factories.people.grant(user=reviewing_unit, role="reviewer", actor=None, at=AT)
    assert shielding.person(case, reviewing_unit.__class__.objects.get(pk=reviewing_unit.pk)) == with_link
    case.protected = True
    assert shielding.person(case, users["handler"]) == shielding.Person("身份保密（《信访工作条例》第三十条）")
    assert shielding.person(case, users["clerk"]) == with_link


def test_papers_of_a_matter(case):
    users = people_of(case)
    found = {who: kinds(shielding.papers_of(case, user)) for who, user in users.items()}
    inside = {"accept_notice", "assign_letter", "whereabouts_notice"}
    assert found["handler"] == inside
    assert found["clerk"] == inside | {"visit_form"} == found["archivist"]
    case.protected = True
    assert kinds(shielding.papers_of(case, users["handler"])) == {"assign_letter"}
    assert kinds(shielding.papers_of(case, users["clerk"])) == inside | {"visit_form"}


def test_all_papers_a_user_may_open_are_those_of_each_matter(case):
    """The list, the single page and the page of a matter say the same."""
    secret = factories.case(upto="assigned", people=case.people)
    Case.objects.filter(pk=secret.pk).update(protected=True)
    factories.case(upto="accepted", people=case.people)  # sent nowhere
    accused = factories.case(upto="assigned", people=case.people)
    Case.objects.filter(pk=accused.pk).update(accused_unit=housing())
    inner = unit("ZJJ-1", UnitKind.INNER, housing())
    Assignment.objects.create(case=secret, kind="refer", unit=inner, sent_at=AT, sent_by=case.people["supervisor"])
    users = people_of(case) | {"inner": factories.user("handler", unit=inner)}
    for user in users.values():
        known = Case.objects.visible_to(user)
        each = {paper.pk for one in known for paper in shielding.papers_of(one, user)}
        assert {paper.pk for paper in shielding.visible_papers(user)} == each
        assert {paper.pk for paper in Paper.objects.all() if shielding.may_read(paper, user)} == each
    assert kinds(shielding.visible_papers(users["inner"])) == {"assign_letter"}


def test_a_paper_of_a_visit_without_a_matter_follows_the_visit(case):
    visit = case.visit_links.get().visit
    form = Paper.objects.about(visit).get()
    case.visit_links.all().delete()
    assert shielding.may_read(form, factories.user("clerk"))
    assert not shielding.may_read(form, case.people["handler"])
    form.subject_type = "accounts.unit"
    assert not shielding.may_read(form, factories.user("clerk"))


def test_papers_of_just_this_matter_and_its_own_visit(case):
    other = factories.case(upto="assigned", people=case.people)
    visit = case.visit_links.get().visit
    Paper.objects.about(other.visit_links.get().visit).update(subject_type="accounts.unit", subject_id=visit.pk)
    factories.case(people=case.people)
    wanted = {paper.pk for about in (case, visit) for paper in Paper.objects.about(about)}
    clerk = factories.user("clerk")
    assert {paper.pk for paper in shielding.papers_of(case, clerk)} == wanted
    strange = Paper.objects.filter(subject_type="accounts.unit").get()
    assert strange.pk not in {paper.pk for paper in shielding.visible_papers(clerk)}


def test_the_accused_does_not_open_the_form_of_the_visit(case):
    spy = factories.user("clerk")
    factories.case(people=case.people)  # one that they may see
    form = Paper.objects.about(case.visit_links.get().visit).get()
    assert shielding.may_read(form, spy)
    Case.objects.filter(pk=case.pk).update(accused_user=spy)
    assert not shielding.may_read(form, spy)


def test_a_visit_of_another_office_is_not_opened(case):
    visit = case.visit_links.get().visit
    form = Paper.objects.about(visit).get()
    case.visit_links.all().delete()
    stranger = factories.user("clerk", unit=unit("XFJ2", UnitKind.OFFICE))
    factories.visit(stranger)
    assert not shielding.may_read(form, stranger)
