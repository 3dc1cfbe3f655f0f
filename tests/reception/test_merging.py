"""Merging of persons: a pointer with a second person's word, undone without a trace but the chain."""

import pytest
from django.test import Client

from approvals.models import Request
from audit.models import Event
from audit.verifying import findings
from cases.filters import CaseFilter
from cases.models import Case
from notices.models import Notice
from reception import actions, merging
from reception.choices import PetitionerKind
from reception.models import Petitioner, Visit
from reception.registering import PersonData, find_petitioner
from reports.management.backup import columns_of, our_models
from tests import factories
from tests.factories import AT
from vault.errors import Refusal

pytestmark = pytest.mark.django_db
ID, OTHER_ID = "11010519491231002X", "110105194912310038"
SILENT = (Event, Request, Notice)  # what tells of the act; everything else must be as before


def dump():
    kept = [model for model in our_models() if model not in SILENT and model._meta.label != "audit.Head"]
    return {model._meta.label: [columns_of(row) for row in model._base_manager.order_by("pk")] for model in kept}


def signed_in(user):
    client = Client()
    client.force_login(user, backend="django.contrib.auth.backends.ModelBackend")
    return client


@pytest.fixture
def office():
    factories.calendar(2026)
    first = factories.case(person={"name": "王建国", "id_type": "111", "id_number": ID})
    second = factories.case(people=first.people, person={"name": "王健国"}, demand="要求补发低保金。")
    first.people["leader"] = factories.user("leader")
    return first, second


def ask(first, second, actor=None, **fields):
    given = {"reason": "身份证照片核对为同一人。"} | fields
    return actions.ask_merge(
        main=first.petitioner, other=second.petitioner, actor=actor or first.people["clerk"], at=AT, **given
    )


def merged(first, second):
    request = ask(first, second)
    actions.merge(request=request, actor=first.people["leader"], at=AT)
    return Petitioner.objects.get(pk=second.petitioner.pk)


def test_a_merge_sets_the_pointer_and_both_names_find_both_matters(office):
    first, second = office
    other = merged(first, second)
    assert (other.merged_into_id, first.petitioner.family_ids) == (first.petitioner.pk, [first.petitioner.pk, other.pk])
    both = {first.number, second.number}
    for person in (first.petitioner, other):
        assert set(Case.objects.same_petitioner(person).values_list("number", flat=True)) == both
    user = first.people["supervisor"]
    for name in ("王建国", "王健国"):
        found = CaseFilter({"q": name}, Case.objects.visible_to(user), user=user, today=AT.date())
        assert set(found.qs.values_list("number", flat=True)) == both
    assert [
        (event.verb, event.subject_id) for event in Event.objects.filter(verb__contains="merge").order_by("seq")
    ] == [
        ("ask_merge", str(other.pk)), ("ask_merge", str(first.petitioner.pk)),
        ("merge_persons", str(other.pk)), ("merge_persons", str(first.petitioner.pk)),
    ]  # fmt: skip
    assert list(findings()) == []


def test_undoing_brings_every_row_back(office):
    first, second = office
    before = dump()
    other = merged(first, second)
    assert dump() != before
    request = actions.ask_unmerge(person=other, reason="认错人了。", actor=first.people["clerk"], at=AT)
    actions.unmerge(request=request, actor=first.people["leader"], at=AT)
    assert dump() == before
    assert list(findings()) == []


def test_a_document_stays_with_its_row_while_merged_and_after(office):
    first, second = office
    actions.merge(
        request=ask(second, first), actor=first.people["leader"], at=AT
    )  # the bearer is merged into the other
    visit = factories.visit(first.people["clerk"], person={"name": "王建国", "id_type": "111", "id_number": ID})
    assert visit.petitioner_id == first.petitioner_id
    assert find_petitioner(PersonData(name="王建国", id_type="111", id_number=ID)).pk == first.petitioner_id
    bearer = Petitioner.objects.get(pk=first.petitioner_id)
    request = actions.ask_unmerge(person=bearer, reason="认错人了。", actor=first.people["clerk"], at=AT)
    actions.unmerge(request=request, actor=first.people["leader"], at=AT)
    assert Petitioner.objects.filter(id_index=bearer.id_index).count() == 1
    assert set(Visit.objects.filter(petitioner=bearer).values_list("number", flat=True)) >= {visit.number}
    assert list(findings()) == []


def test_who_may_not_be_merged(office):
    first, second = office
    with pytest.raises(Refusal, match="请选择另一位"):
        ask(first, first)
    with pytest.raises(Refusal, match="请写明理由"):
        ask(first, second, reason=" ")
    with pytest.raises(Refusal, match="您的角色不能提出"):
        ask(first, second, actor=first.people["handler"])
    third = factories.case(people=first.people, person={"name": "王建国", "id_type": "111", "id_number": OTHER_ID})
    with pytest.raises(Refusal, match="证件号码不同"):
        ask(first, third)
    unknown = factories.case(people=first.people, person={"name": "匿名", "kind": PetitionerKind.ANONYMOUS})
    with pytest.raises(Refusal, match="匿名的信访人不能并户"):
        ask(first, unknown)
    assert Request.objects.count() == 0
    assert ask(first, third, documents="换证后号码更正。").payload["documents"] == "换证后号码更正。"
    with pytest.raises(Refusal, match="已经提出，正在等待审批"):
        ask(second, third, documents="换证后号码更正。")


def test_two_merges_never_make_a_ring(office):
    first, second = office
    one, back = ask(first, second), ask(second, first)
    actions.merge(request=one, actor=first.people["leader"], at=AT)
    with pytest.raises(Refusal, match="已经并入另一位信访人"):
        actions.merge(request=back, actor=first.people["leader"], at=AT)
    back.refresh_from_db()
    assert (back.is_open, Petitioner.objects.get(pk=first.petitioner_id).merged_into_id) == (True, None)


def test_the_asker_cannot_grant_and_a_denial_changes_nothing(office):
    first, second = office
    before, request = dump(), ask(first, second)
    with pytest.raises(Refusal, match="您的角色不能审批"):
        actions.merge(request=request, actor=first.people["clerk"], at=AT)
    actions.deny_merge(request=request, actor=first.people["leader"], at=AT, verdict="照片不像。")
    assert dump() == before
    with pytest.raises(Refusal, match="此项已由"):
        actions.merge(request=request, actor=factories.user("leader"), at=AT)
    assert list(findings()) == []


def test_from_the_page_of_a_person_to_the_decision(office):
    first, second = office
    clerk, leader = signed_in(first.people["clerk"]), signed_in(first.people["leader"])
    url = f"/petitioners/{first.petitioner_id}/merge/"
    assert second.petitioner.name not in clerk.get(url).content.decode()
    assert second.petitioner.name in clerk.get(f"{url}?q=王健").content.decode()
    assert clerk.post(url, {"other": second.petitioner_id, "stays": "this", "reason": ""}).status_code == 422
    told = clerk.post(f"{url}?q=王健", {"other": second.petitioner_id, "stays": "this", "reason": "同一人"})
    request = Request.objects.get()
    assert (told.status_code, told.url) == (302, f"/petitioners/merging/{request.pk}/")
    page = leader.get(told.url).content.decode()
    assert (ID in page, "110105********002X" in page, "同意" in page) == (False, True, True)
    assert clerk.post(told.url, {"grant": "1"}).status_code == 409
    assert leader.post(told.url, {"grant": "1"}).status_code == 302
    person = clerk.get(f"/petitioners/{second.petitioner_id}/").content.decode()
    assert ("已并户" in person, "撤销并户" in person) == (True, True)
    undo = clerk.post(f"/petitioners/{second.petitioner_id}/unmerge/", {"reason": "认错"})
    assert leader.post(undo.url, {"grant": "1"}).status_code == 302
    assert Petitioner.objects.get(pk=second.petitioner_id).merged_into_id is None
    assert list(findings()) == []


@pytest.mark.parametrize("role", ["handler", "archivist", "auditor"])
def test_other_roles_have_no_part_in_it(office, role):
    first, second = office
    request = ask(first, second)
    client = signed_in(factories.user(role))
    pk = first.petitioner_id
    assert client.get(f"/petitioners/{pk}/merge/").status_code == 403
    assert client.post(f"/petitioners/{pk}/unmerge/").status_code == 403
    assert client.get(f"/petitioners/merging/{request.pk}/").status_code == 403


def test_a_matter_kept_from_the_asker_is_not_told_by_the_merge(office):
    """A merge is asked for and granted in the same way whatever matters of the two the asker may not know of."""
    first, second = office
    Case.objects.filter(pk=second.pk).update(accused_user=first.people["clerk"])
    request = ask(first, second)
    page = signed_in(first.people["clerk"]).get(f"/petitioners/merging/{request.pk}/").content.decode()
    assert second.number not in page
    assert list(Case.objects.visible_to(first.people["clerk"]).same_petitioner(first.petitioner)) == [first]
    assert merging.documents_differ(first.petitioner, second.petitioner) is False
