"""Who may know of which matter, and that nothing else leaks: not by list, page, paper, file, step or panel."""

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client

from accounts.models import Unit, UnitKind
from audit.models import Event
from cases.actions import attaching, sending
from cases.models import Case
from documents.models import Attachment, Paper
from tests import factories
from tests.factories import AT

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _plain_weeks():
    factories.calendar(2026)


def client_of(user) -> Client:
    client = Client()
    client.force_login(user)
    return client


def other_office() -> Unit:
    return Unit.objects.create(code="XFJ2", name="示范县信访局", kind=UnitKind.OFFICE)


def inner_office() -> Unit:
    return Unit.objects.create(code="ZJJ-WY", name="物业科", kind=UnitKind.INNER, parent=factories.housing())


def test_visible_to_by_role_unit_and_state():
    plain = factories.case(upto="classified")
    sent = factories.case(upto="assigned", people=plain.people)
    ended = factories.case(upto="served", people=plain.people)
    accused = factories.case(people=plain.people, purpose="accusation", accused="示范市住房和城乡建设局")
    sending.refer(case=accused, actor=plain.people["supervisor"], at=AT, unit=factories.labour())
    names = {plain.pk: "plain", sent.pk: "sent", ended.pk: "ended", accused.pk: "accused"}
    people = {
        "clerk": factories.user("clerk"),
        "supervisor": factories.user("supervisor"),
        "leader": factories.user("leader"),
        "archivist": factories.user("archivist"),
        "handler": factories.user("handler"),
        "inner handler": factories.user("handler", unit=inner_office()),
        "labour handler": factories.user("handler", unit=factories.labour()),
        "city handler": factories.user("handler", unit=Unit.objects.get(code="CITY")),
        "other clerk": factories.user("clerk", unit=other_office()),
        "sysadmin": factories.user("sysadmin"),
        "secadmin": factories.user("secadmin"),
        "auditor": factories.user("auditor"),
    }
    seen = {who: {names[pk] for pk in Case.objects.visible_to(user).values_list("pk", flat=True)}
            for who, user in people.items()}  # fmt: skip
    assert seen == {
        "clerk": {"plain", "sent", "ended", "accused"},
        "supervisor": {"plain", "sent", "ended", "accused"},
        "leader": {"plain", "sent", "ended", "accused"},
        "archivist": {"ended", "accused"},
        "handler": {"sent", "ended"},
        "inner handler": set(),  # sent to the bureau, not to this office of it
        "labour handler": {"accused"},
        "city handler": {"sent", "ended", "accused"},
        "other clerk": set(),
        "sysadmin": set(),
        "secadmin": set(),
        "auditor": set(),
    }


@pytest.mark.parametrize("who", ["unit", "inner office", "person"])
def test_the_accused_never_finds_the_matter(who):
    case = factories.case(upto="classified", purpose="accusation", accused="示范市住房和城乡建设局")
    sending.refer(case=case, actor=case.people["supervisor"], at=AT, unit=factories.labour())
    upload = SimpleUploadedFile("材料.txt", "证据".encode())
    attaching.attach(case=Case.objects.get(pk=case.pk), actor=case.people["clerk"], at=AT, upload=upload)
    if who == "person":
        spy = factories.user("supervisor")
        Case.objects.filter(pk=case.pk).update(accused_unit=None, accused_user=spy)
    else:
        spy = factories.user("handler", unit=factories.housing() if who == "unit" else inner_office())
    paper, file = Paper.objects.about(case).first(), Attachment.objects.get()
    client, number = client_of(spy), case.number
    for url in (
        f"/cases/{number}/", f"/cases/{number}/take_up/", f"/cases/{number}/close/", f"/papers/{paper.pk}.pdf",
        f"/attachments/{file.pk}/",
    ):  # fmt: skip
        assert (url, client.get(url).status_code) == (url, 404)
    assert client.post(f"/cases/{number}/attach/").status_code == 404
    for url in ("/cases/", f"/cases/?q={number}", "/cases/todo/"):
        answer = client.get(url)
        assert answer.status_code == 200
        assert f"/cases/{number}/" not in answer.content.decode()
    assert b'class="count">1<' not in client.get("/cases/").content
    assert client.get("/cases/").context["chips"][0]["count"] == 0


def test_what_a_body_registered_and_handles_itself_is_open_to_its_own_people():
    bureau = factories.housing()
    roles = {role: factories.user(role, bureau) for role in ("clerk", "supervisor", "handler", "unit_head")}
    case = factories.case("accepted", people=roles)
    assert not Case.objects.visible_to(roles["handler"]).exists()
    sending.handle_here(case=case, actor=roles["supervisor"], at=AT, handler=roles["handler"])
    strangers = [factories.user("handler", factories.labour()), factories.user("handler", inner_office())]
    seen = {user.pk for user in (*roles.values(), *strangers) if Case.objects.visible_to(user).exists()}
    assert seen == {user.pk for user in roles.values()}


def test_the_unit_that_looks_into_an_accusation_does_not_learn_who_made_it():
    case = factories.case(
        upto="classified", purpose="accusation", accused="某科长", person={"name": "欧阳守义", "phone": "13812345678"}
    )
    sending.refer(case=case, actor=case.people["supervisor"], at=AT, unit=factories.labour())
    client = client_of(factories.user("handler", unit=factories.labour()))
    for url in (f"/cases/{case.number}/", f"/cases/{case.number}/take_up/", "/cases/", "/cases/todo/"):
        page = client.get(url).content.decode()
        assert case.number in page
        assert "欧阳守义" not in page
        assert "5678" not in page
    assert client.get("/cases/?q=欧阳守义").context["rows"] == []
    assert client.get("/cases/?q=oysy").context["rows"] == []
    by_kind = {paper.kind: paper.pk for paper in Paper.objects.about(case)}
    assert set(by_kind) == {"refer_letter", "whereabouts_notice"}
    assert client.get(f"/papers/{by_kind['whereabouts_notice']}.pdf").status_code == 404
    assert client.get(f"/papers/{by_kind['refer_letter']}.pdf").status_code == 200
    assert "欧阳守义" not in str(Paper.objects.get(pk=by_kind["refer_letter"]).context)


def test_each_look_at_a_protected_matter_is_recorded():
    case = factories.case(purpose="accusation", accused="某科长")
    client = client_of(case.people["clerk"])
    client.get(f"/cases/{case.number}/")
    client.get(f"/cases/{case.number}/")
    looks = Event.objects.filter(verb="look")
    assert [(look.actor, look.matter) for look in looks] == [(case.people["clerk"], case.number)] * 2
    assert (
        b"\xe6\x9f\xa5\xe7\x9c\x8b\xe4\xbf\x9d\xe5\xaf\x86\xe4\xba\x8b\xe9\xa1\xb9"
        not in client.get(f"/cases/{case.number}/").content
    )  # looking is not part of the course of the matter


def test_papers_of_visits_follow_the_matter():
    case = factories.case(upto="accepted")
    notice = Paper.objects.about(case).get(kind="accept_notice")
    assert client_of(case.people["clerk"]).get(f"/papers/{notice.pk}.pdf").status_code == 200
    assert client_of(factories.user("clerk", unit=other_office())).get(f"/papers/{notice.pk}.pdf").status_code == 404
    assert client_of(factories.user("auditor")).get(f"/papers/{notice.pk}.pdf").status_code == 404
    assert client_of(case.people["clerk"]).get("/papers/999999.pdf").status_code == 404


def test_administrators_get_403():
    for role in ("sysadmin", "secadmin", "auditor"):
        client = client_of(factories.user(role))
        urls = ("/cases/", "/cases/todo/", "/cases/rules/", "/cases/X/")
        assert [client.get(url).status_code for url in urls] == [403] * 4


def test_signed_out_goes_to_the_log_in():
    case = factories.case()
    for url in ("/cases/", f"/cases/{case.number}/", f"/cases/{case.number}/accept/", "/papers/1.pdf"):
        assert Client().get(url).status_code == 302


def test_a_declined_matter_keeps_its_papers_readable_for_the_archivist():
    case = factories.case()
    factories.declined(case)
    paper = Paper.objects.about(case).get()
    assert client_of(factories.user("archivist")).get(f"/papers/{paper.pk}.pdf").status_code == 200
