"""Files of a matter: added several at once, described, voided, arranged, filed; at once, and over lines that break."""

import resource
import socket
import tempfile
import threading
from pathlib import Path

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connections

from archive.contents import contents_of
from audit.models import Event
from audit.verifying import findings
from cases.actions import attaching
from cases.models import Case
from documents.keeping import Details, SameAgain, content_of
from documents.models import Arrangement, Attachment
from tests import factories
from tests.cases.attached import SAID, WHOLE, add, client_of, own_store, photo, post, stored, text  # noqa: F401 - a fixture
from tests.factories import AT
from vault.errors import Refusal, Stale

pytestmark = pytest.mark.django_db


# --- adding


def test_each_of_several_files_is_kept_or_refused_by_itself():
    case = factories.case()
    answer = post(client_of(case.people["clerk"]), case, text("甲.txt"), text("乙.html"), text("丙.txt"))
    assert answer.status_code == 422
    outcomes = [(one.name, one.state) for one in answer.context["outcomes"]]
    assert outcomes == [("甲.txt", "kept"), ("乙.html", "refused"), ("丙.txt", "kept")]
    assert "不接受此类文件" in answer.content.decode()
    assert list(Attachment.objects.values_list("title", "kind", "made")) == [
        ("甲.txt", "petition", "copy"), ("丙.txt", "petition", "copy"),
    ]  # fmt: skip
    assert len(stored()) == 2
    assert list(findings()) == []


def test_a_script_gets_the_outcome_of_its_one_file():
    case = factories.case()
    client, head = client_of(case.people["clerk"]), {"HTTP_ACCEPT": "application/json"}
    url, data = f"/cases/{case.number}/attach/", SAID | {"key": "a" * 32}
    first = client.post(url, data | {"upload": text("甲.txt")} | WHOLE, **head)
    again = client.post(url, data | {"upload": text("甲.txt")} | WHOLE, **head)
    other = client.post(url, SAID | {"key": "b" * 32, "upload": text("乙.txt", "甲.txt")} | WHOLE, **head)
    assert [(one.status_code, one.json()) for one in (first, again, other)] == [
        (200, {"state": "kept", "text": "已上传：甲.txt"}),
        (200, {"state": "kept", "text": "已上传：甲.txt"}),
        (422, {"state": "same", "text": "同一文件已经上传过：甲.txt。"}),
    ]
    assert (Attachment.objects.count(), len(stored())) == (1, 1)
    assert Event.objects.filter(verb="attach").count() == 1


def test_a_key_never_answers_for_another_matter_or_person():
    one, other = factories.case(), factories.case()
    add(one, key="c" * 32)
    for case in (other, one):
        with pytest.raises(Refusal, match="已经用过"):
            add(case, "别的.txt", key="c" * 32, who="clerk" if case is other else "supervisor")


def test_more_than_twenty_files_at_once_are_refused_with_a_sentence():
    case = factories.case()
    answer = post(client_of(case.people["clerk"]), case, *(text(f"{n}.txt") for n in range(21)))
    assert (answer.status_code, Attachment.objects.count()) == (422, 0)
    assert "一次最多上传 20 个文件" in answer.content.decode()


def test_a_request_cut_off_before_its_end_keeps_nothing():
    case = factories.case()
    answer = client_of(case.people["clerk"]).post(f"/cases/{case.number}/attach/", SAID | {"upload": text("甲.txt")})
    assert (answer.status_code, Attachment.objects.count(), stored()) == (422, 0, [])
    assert "没有传完" in answer.content.decode()


def test_all_files_of_a_matter_together_have_a_limit(settings):
    case = factories.case()
    settings.ATTACHMENT_MATTER_BYTES = 1024 * 1024
    add(case, "一.txt", b"a" * 700_000)
    with pytest.raises(Refusal, match="合计将超过 1 MB"):
        add(case, "二.txt", b"b" * 400_000)
    assert (Attachment.objects.count(), len(stored())) == (1, 1)


def test_a_full_disk_leaves_nothing_and_says_so():
    case = factories.case()
    client, big = client_of(case.people["clerk"]), b"a" * 30_000_000
    before = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (20_000_000, before[1]))
    try:
        upload = SimpleUploadedFile("大.txt", big)
        with pytest.raises(Refusal, match="磁盘空间不足"):
            attaching.attach(case=case, actor=case.people["clerk"], at=AT, upload=upload)
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, before)
    assert (Attachment.objects.count(), stored()) == (0, [])
    assert post(client, case, text("甲.txt")).status_code == 302


def test_a_filed_matter_takes_and_changes_nothing():
    case = factories.case()
    kept = add(case)
    Case.objects.filter(pk=case.pk).update(state="filed")
    case.refresh_from_db()
    clerk = case.people["clerk"]
    for act in (
        lambda: add(case, "乙.txt"),
        lambda: attaching.void_file(attachment=kept, case=case, reason="误传", actor=clerk, at=AT),
        lambda: attaching.arrange(case=case, order=[kept.pk], version=0, actor=clerk, at=AT),
        lambda: attaching.describe(
            attachment=kept, case=case, title="甲", said=Details("other"), pages=1, actor=clerk, at=AT
        ),
    ):
        with pytest.raises(Refusal, match="已归档"):
            act()


# --- saying what a file is


def test_what_is_said_of_a_file_is_corrected_on_record():
    case = factories.case()
    kept = add(case, "IMG_0001.jpg", photo())
    client = client_of(case.people["clerk"])
    said = {"title": "外墙渗水", "kind": "evidence", "made": "original", "audience": "", "pages": "2"}
    answer = client.post(f"/attachments/{kept.pk}/edit/", said)
    assert (answer.status_code, answer["Location"]) == (302, f"/cases/{case.number}/?tab=attachments")
    kept.refresh_from_db()
    assert (kept.title, kept.kind, kept.made, kept.pages) == ("外墙渗水.jpg", "evidence", "original", 2)
    event = Event.objects.get(verb="describe")
    assert (event.note, event.data) == (
        "IMG_0001.jpg → 外墙渗水.jpg", {"kind": "evidence", "made": "original", "pages": 2},
    )  # fmt: skip
    again = client.post(f"/attachments/{kept.pk}/edit/", said)
    assert (again.status_code, "没有改动" in again.content.decode()) == (422, True)
    assert list(findings()) == []


def test_a_unit_corrects_its_own_files_only():
    case = factories.case(upto="handling")
    theirs, own = add(case, "来信.txt"), add(case, "现场.txt", who="handler")
    client = client_of(case.people["handler"])
    codes = [client.post(f"/attachments/{one.pk}/void/", {"reason": "误传"}).status_code for one in (theirs, own)]
    assert codes == [422, 302]


def test_a_voided_file_stays_listed_with_its_reason_and_nothing_else():
    case = factories.case()
    kept = add(case, "别人的.txt")
    client = client_of(case.people["clerk"])
    assert client.post(f"/attachments/{kept.pk}/void/", {"reason": " "}).status_code == 422
    assert client.post(f"/attachments/{kept.pk}/void/", {"reason": "误传他人材料"}).status_code == 302
    page = client.get(f"/cases/{case.number}/attachments/").content.decode()
    assert "<s>别人的.txt</s>" in page
    assert "误传他人材料" in page
    assert client.get(f"/attachments/{kept.pk}/").status_code == 404
    assert content_of(kept) == "别人的.txt".encode()
    assert add(case, "别人的.txt").pk != kept.pk  # after voiding the same bytes may come again
    assert [entry.source.pk for entry in contents_of(case) if entry.title == "别人的.txt"] != [kept.pk]
    assert list(findings()) == []


# --- the order


def order(case):
    return [entry.title for entry in contents_of(case) if isinstance(entry.source, Attachment)]


def test_files_move_inside_their_kind_and_the_dossier_follows():
    case = factories.case()
    a, b, c = (add(case, f"{name}.txt", kind="petition") for name in "甲乙丙")
    add(case, "丁.txt", kind="evidence")
    client, url = client_of(case.people["clerk"]), f"/cases/{case.number}/attachments/order/"
    assert order(case) == ["丁.txt", "甲.txt", "乙.txt", "丙.txt"]
    first = client.post(url, {"up": c.pk, "version": 0}, headers={"HX-Request": "true"})
    assert (first.status_code, "已移到本类第 2 位。" in first.content.decode()) == (200, True)
    assert order(case) == ["丁.txt", "甲.txt", "丙.txt", "乙.txt"]
    client.post(url, {"file": b.pk, "before": a.pk, "version": 1})
    assert order(case) == ["丁.txt", "乙.txt", "甲.txt", "丙.txt"]
    client.post(url, {"down": c.pk, "version": 2})  # at its end already
    assert Arrangement.objects.get().version == 2
    add(case, "戊.txt", kind="petition")
    assert order(case)[-1] == "戊.txt"
    assert list(findings()) == []


def test_who_arranges_an_old_order_is_told_by_whom_it_was_changed():
    case = factories.case()
    a, b = add(case, "甲.txt"), add(case, "乙.txt")
    attaching.arrange(case=case, order=[b.pk, a.pk], version=0, actor=case.people["supervisor"], at=AT)
    client = client_of(case.people["clerk"])
    for version in (0, 7):
        answer = client.post(f"/cases/{case.number}/attachments/order/", {"up": a.pk, "version": version})
        assert answer.status_code == 409
        assert f"由他人调整，已为您刷新，请再看一遍。（{case.people['supervisor']}）" in answer.content.decode()
    for wrong in ({}, {"up": "9" * 30}, {"up": "²"}, {"file": "0"}):
        assert client.post(f"/cases/{case.number}/attachments/order/", wrong).status_code == 422


def test_a_unit_arranging_what_it_sees_leaves_hidden_files_in_place():
    case = factories.case(upto="handling")
    a, hidden, b = add(case, "甲.txt"), add(case, "密.txt", audience="office"), add(case, "乙.txt")
    attaching.arrange(case=case, order=[b.pk, a.pk], version=0, actor=case.people["handler"], at=AT)
    assert Arrangement.objects.get().order == [b.pk, hidden.pk, a.pk]


def test_the_panel_asks_the_same_questions_for_one_file_and_for_three(django_assert_num_queries):
    case = factories.case()
    client = client_of(case.people["clerk"])
    add(case, "甲.txt")
    for names in ((), ("乙.txt", "丙.txt")):
        for name in names:
            add(case, name)
        client.get(f"/cases/{case.number}/attachments/", headers={"HX-Request": "true"})
        with django_assert_num_queries(7):
            client.get(f"/cases/{case.number}/attachments/", headers={"HX-Request": "true"})


# --- races, and lines that break


def at_once(work):
    """Run ``work(n)`` in eight threads that start together; what each returned or raised."""
    gate, results = threading.Barrier(8), []

    def run(n):
        gate.wait()
        try:
            results.append(work(n))
        except Refusal as no:
            results.append(no)
        finally:
            connections.close_all()

    threads = [threading.Thread(target=run, args=(n,)) for n in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return results


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize("version", [0, 1])
def test_of_eight_who_arrange_at_once_one_wins(version):
    case = factories.case()
    keys = [add(case, f"{n}.txt").pk for n in range(8)]
    if version:
        attaching.arrange(case=case, order=keys, version=0, actor=case.people["clerk"], at=AT)
    orders = [keys[n:] + keys[:n] for n in range(8)]
    results = at_once(
        lambda n: attaching.arrange(case=case, order=orders[n], version=version, actor=case.people["clerk"], at=AT)
    )
    assert sum(isinstance(one, Arrangement) for one in results) == 1
    assert sum(isinstance(one, Stale) for one in results) == 7
    assert Arrangement.objects.get().version == version + 1
    assert list(findings()) == []


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize("key", ["", "d" * 32])
def test_the_same_file_sent_eight_times_at_once_is_stored_once(key):
    case = factories.case()
    results = at_once(lambda n: add(case, "同.txt", key=key))
    kept = [one for one in results if isinstance(one, Attachment)]
    assert len({one.pk for one in kept}) == 1
    assert len(kept) == (8 if key else 1)
    assert all(isinstance(one, SameAgain) for one in results if one not in kept)
    assert (Attachment.objects.count(), len(stored())) == (1, 1)
    assert list(findings()) == []


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize("share", [0.01, 0.5, 0.99])
def test_a_line_that_breaks_leaves_no_row_and_no_file(live_server, share):
    case = factories.case()
    client = client_of(case.people["clerk"])
    page = client.get(f"/cases/{case.number}/attachments/").content.decode()
    token = page.split('name="csrfmiddlewaretoken" value="')[1].split('"')[0]
    fields = {"csrfmiddlewaretoken": token, **SAID}
    head = "".join(f'--x\r\nContent-Disposition: form-data; name="{k}"\r\n\r\n{v}\r\n' for k, v in fields.items())
    head += '--x\r\nContent-Disposition: form-data; name="upload"; filename="a.txt"\r\nContent-Type: text/plain\r\n\r\n'
    tail = '\r\n--x\r\nContent-Disposition: form-data; name="whole"\r\n\r\n1\r\n--x--\r\n'
    body = head.encode() + b"a" * 3_000_000 + tail.encode()
    left_before = set(Path(tempfile.gettempdir()).glob("*.upload*"))
    with socket.create_connection((live_server.thread.host, live_server.thread.port)) as line:
        line.sendall(
            f"POST /cases/{case.number}/attach/ HTTP/1.1\r\nHost: localhost\r\nContent-Length: {len(body)}\r\n"
            f"Cookie: sessionid={client.cookies['sessionid'].value}\r\nConnection: close\r\n"
            "Content-Type: multipart/form-data; boundary=x\r\n\r\n".encode()
        )
        line.sendall(body[: int(len(body) * share)])
        line.shutdown(socket.SHUT_WR)
        answer = b""
        while part := line.recv(65536):
            answer += part
    assert b" 302 " not in answer.split(b"\r\n")[0]
    assert (Attachment.objects.count(), stored()) == (0, [])
    assert set(Path(tempfile.gettempdir()).glob("*.upload*")) <= left_before


def test_the_page_of_a_visit_takes_files_for_its_matter():
    case = factories.case()
    visit = case.visit_links.get().visit
    page = client_of(case.people["clerk"]).get(f"/reception/visits/{visit.number}/").content.decode()
    assert "附上材料" in page
    assert f'hx-get="/cases/{case.number}/attachments/"' in page
