"""Taking a dossier apart: a second person's word, the old version kept, the matter still filed."""

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client

from approvals.models import Request
from archive import actions
from archive.actions import file_case, print_dossier
from archive.models import Dossier
from archive.seeding import seed
from archive.tasks import bind_pending
from audit.verifying import findings
from cases.actions import deciding
from cases.models import Case
from tests import factories
from tests.factories import AT
from vault.errors import Refusal

LATER = factories.later(5)


def signed_in(user):
    client = Client()
    client.force_login(user, backend="django.contrib.auth.backends.ModelBackend")
    return client


@pytest.fixture
def archivist(transactional_db):
    factories.calendar(2026)
    seed()
    return factories.user("archivist")


@pytest.fixture
def dossier(archivist):
    case = factories.case()
    deciding.answer(case=case, actor=case.people["clerk"], at=AT, answer="已当面解释有关政策。")
    return file_case(case=Case.objects.get(pk=case.pk), actor=archivist, at=factories.later(1))


def apart(dossier, archivist):
    request = actions.ask_take_apart(dossier=dossier, reason="漏装答复材料。", actor=archivist, at=LATER)
    volume = actions.take_apart(request=request, actor=factories.user("leader"), at=LATER)
    return volume, Dossier.objects.get(pk=dossier.pk)


def test_the_old_version_is_kept_and_the_next_one_bound_under_the_same_code(dossier, archivist):
    first = print_dossier(dossier=dossier, actor=archivist, at=LATER)
    dossier.refresh_from_db()
    old = (dossier.pages, dossier.sha256, [item.title for item in dossier.lines])
    volume, loose = apart(dossier, archivist)
    assert (volume.version, volume.pages, volume.sha256) == (1, old[0], old[1])
    assert (loose.version, loose.is_apart, loose.file, loose.lines) == (2, True, "", [])
    with pytest.raises(Refusal, match="已经拆卷"):
        print_dossier(dossier=loose, actor=archivist, at=LATER)
    assert bind_pending() == 0
    page = SimpleUploadedFile("补.txt", "补充说明".encode(), content_type="text/plain")
    actions.add_paper(dossier=loose, upload=page, actor=archivist, at=LATER)
    actions.bind_again(dossier=loose, note="补装说明一份。", actor=archivist, at=LATER)
    bound = Dossier.objects.get(pk=dossier.pk)
    assert (bound.code, bound.version, bound.is_apart, bool(bound.file)) == (dossier.code, 2, False, True)
    assert [item.title for item in bound.lines if item.title not in old[2]] == ["补.txt"]
    assert "重新装订为第 2 版：补装说明一份。" in bound.note
    assert actions.hand_out_volume(volume=volume, actor=archivist, at=LATER) == first
    assert [item.title for item in volume.lines] == old[2]
    assert Case.objects.get(pk=dossier.case_id).state == "filed"
    assert list(findings()) == []


def test_a_paper_can_be_left_out_of_the_next_version(dossier, archivist):
    _volume, loose = apart(dossier, archivist)
    out = f"paper:{dossier.lines[0].source_id}"
    actions.bind_again(dossier=loose, note="剔出误装的一份。", actor=archivist, at=LATER, leave_out=frozenset({out}))
    assert len(Dossier.objects.get(pk=dossier.pk).lines) == len(dossier.lines) - 1
    assert list(findings()) == []


def test_refusals(dossier, archivist):
    leader = factories.user("leader")
    with pytest.raises(Refusal, match="请写明理由"):
        actions.ask_take_apart(dossier=dossier, reason="", actor=archivist, at=LATER)
    with pytest.raises(Refusal, match="您的角色不能提出拆卷"):
        actions.ask_take_apart(dossier=dossier, reason="要", actor=leader, at=LATER)
    with pytest.raises(Refusal, match="案卷没有拆卷"):
        actions.bind_again(dossier=dossier, note="改", actor=archivist, at=LATER)
    with pytest.raises(Refusal, match="案卷没有拆卷，不能补充"):
        actions.add_paper(dossier=dossier, upload=SimpleUploadedFile("a.txt", b"a"), actor=archivist, at=LATER)
    request = actions.ask_take_apart(dossier=dossier, reason="漏装", actor=archivist, at=LATER)
    with pytest.raises(Refusal, match="您的角色不能审批"):
        actions.take_apart(request=request, actor=archivist, at=LATER)
    actions.deny_take_apart(request=request, actor=leader, at=LATER, verdict="另附说明即可。")
    assert Dossier.objects.get(pk=dossier.pk).is_apart is False
    with pytest.raises(Refusal, match="此项已由"):
        actions.take_apart(request=request, actor=factories.user("leader"), at=LATER)
    assert list(findings()) == []


def test_the_pages(dossier, archivist):
    archive, leader = signed_in(archivist), signed_in(factories.user("leader"))
    home = f"/archive/{dossier.code}/"
    assert "提出拆卷" in archive.get(home).content.decode()
    assert archive.post(f"{home}take-apart/", {"reason": ""}).status_code == 422
    told = archive.post(f"{home}take-apart/", {"reason": "漏装一份。"})
    request = Request.objects.get()
    assert told.url == f"/archive/taking-apart/{request.pk}/"
    assert archive.post(told.url, {"grant": "1"}).status_code == 409
    assert "漏装一份。" in leader.get(told.url).content.decode()
    assert leader.post(told.url, {"grant": "1"}).status_code == 302
    page = archive.get(home).content.decode()
    assert ("已拆卷" in page, "重新装订" in page, "打印全卷" in page) == (True, True, False)
    paper = SimpleUploadedFile("补.txt", "补充说明".encode(), content_type="text/plain")
    assert archive.post(f"{home}paper/", {"upload": paper}).status_code == 302
    assert archive.post(f"{home}again/", {"note": ""}).status_code == 422
    assert archive.post(f"{home}again/", {"note": "补装一份。"}).status_code == 302
    assert archive.get(f"{home}versions/1.pdf").headers["Content-Type"] == "application/pdf"
    assert leader.get(f"{home}versions/1.pdf").status_code == 403


def test_a_leader_the_matter_is_about_does_not_see_the_request(dossier, archivist):
    accused = factories.user("leader")
    request = actions.ask_take_apart(dossier=dossier, reason="漏装", actor=archivist, at=LATER)
    Case.objects.filter(pk=dossier.case_id).update(accused_user=accused)
    client = signed_in(accused)
    assert client.get(f"/archive/taking-apart/{request.pk}/").status_code == 404
    assert client.post(f"/archive/taking-apart/{request.pk}/", {"grant": "1"}).status_code == 404
