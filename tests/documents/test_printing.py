"""First print, reprint, sweep: one PDF per paper, kept encrypted, the same for ever."""

import hashlib
import threading

import pytest
from django.core.files.storage import default_storage
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection

from audit import trail
from audit.models import Event
from audit.verifying import findings
from documents.actions import print_paper
from documents.choices import PAPER_KINDS
from documents.files import Damaged
from documents.issuing import issue
from documents.keeping import content_of, keep_attachment
from documents.models import Attachment, Paper
from documents.rendering import pdf_of
from documents.tasks import render_pending
from tests import factories
from tests.factories import AT
from vault.errors import Refusal

CONTEXT = {
    "office": "示范市信访局", "office_phone": "", "date": "2026年3月2日", "case_number": "XF2026000001",
    "case_title": "外墙渗水", "petitioner": "王建国", "you": "你", "channel": "来访", "registered_on": "2026年3月2日",
    "contact": "张三", "handling_unit": "", "due": "2026年5月1日", "simple": False, "handle_days": 60, "day_unit": "日",
    "extend_days": 30, "review_days": 30, "basis": "《信访工作条例》第二十三条",
}  # fmt: skip


@trail.verb
def issued(*, actor, at, context):
    paper = issue(
        "accept_notice", subject=actor, matter="XF2026000001", context=context, actor=actor, at=at, title="受理告知书"
    )
    trail.record(actor=actor, verb="issue", title="制发", subject=paper, at=at)
    return paper


@trail.verb
def attached(*, actor, at, upload):
    kept = keep_attachment(subject=actor, matter="XF2026000001", upload=upload, actor=actor, at=at)
    trail.record(actor=actor, verb="attach", title="附件", subject=kept, at=at)
    return kept


@pytest.fixture
def clerk(transactional_db):
    return factories.user("clerk")


@pytest.fixture
def plain(monkeypatch):
    """The kind under test with the bare base template: its own template belongs to another room."""
    kind = PAPER_KINDS["accept_notice"]
    monkeypatch.setitem(PAPER_KINDS, "accept_notice", kind.__class__(kind.label, kind.mark, "print/base.html"))


def prints():
    return list(Event.objects.exclude(verb__in=("grant", "issue")).order_by("seq").values_list("verb", "actor_name"))


def test_first_print_is_kept_and_every_reprint_gives_the_same_bytes(clerk, plain):
    paper = issued(actor=clerk, at=AT, context=CONTEXT)
    first = print_paper(paper=paper, actor=clerk, at=AT)
    kept = Paper.objects.get()
    assert (kept.sha256, kept.pages) == (hashlib.sha256(first).hexdigest(), 1)
    assert b"%PDF" not in default_storage.open(kept.file).read()
    assert print_paper(paper=kept, actor=clerk, at=factories.later(1)) == first
    assert print_paper(paper=paper, actor=clerk, at=factories.later(2)) == first
    assert pdf_of(kept) == first
    assert prints() == [("print", str(clerk)), ("reprint", str(clerk)), ("reprint", str(clerk))]
    assert list(findings()) == []


def test_a_changed_or_missing_file_is_not_printed(clerk, plain):
    paper = issued(actor=clerk, at=AT, context=CONTEXT)
    print_paper(paper=paper, actor=clerk, at=AT)
    Paper.objects.update(sha256="0" * 64)
    with pytest.raises(Damaged, match="校验值不符"):
        print_paper(paper=Paper.objects.get(), actor=clerk, at=AT)
    default_storage.delete(paper.file)
    with pytest.raises(Damaged, match="缺失或已损坏"):
        print_paper(paper=paper, actor=clerk, at=AT)
    assert prints() == [("print", str(clerk))]


def test_the_sweep_renders_what_nobody_printed_and_the_first_print_is_still_a_print(clerk, plain):
    papers = [issued(actor=clerk, at=AT, context=CONTEXT) for _ in range(3)]
    assert (render_pending(), render_pending()) == (3, 0)
    print_paper(paper=Paper.objects.get(pk=papers[0].pk), actor=clerk, at=AT)
    assert prints() == [("render", "系统")] * 3 + [("print", str(clerk))]
    assert list(findings()) == []


def test_one_paper_that_cannot_be_rendered_does_not_stop_the_others(clerk, plain, monkeypatch):
    from documents import choices

    kind = PAPER_KINDS["accept_notice"]
    broken = choices.PaperKind(kind.label, kind.mark, "print/none.html")
    first, _second = (issued(actor=clerk, at=AT, context=CONTEXT) for _ in range(2))
    Paper.objects.filter(pk=first.pk).update(kind="opinion")
    monkeypatch.setitem(PAPER_KINDS, "opinion", broken)
    assert render_pending() == 1
    assert list(Paper.objects.order_by("pk").values_list("pages", flat=True)) == [0, 1]


def test_eight_first_prints_at_once_keep_one_file(clerk, plain):
    paper = issued(actor=clerk, at=AT, context=CONTEXT)
    gate, got = threading.Barrier(8), []

    def press():
        mine = Paper.objects.get(pk=paper.pk)
        gate.wait()
        got.append(print_paper(paper=mine, actor=clerk, at=AT))
        connection.close()

    threads = [threading.Thread(target=press) for _ in range(8)]
    [thread.start() for thread in threads]
    [thread.join() for thread in threads]
    assert len(set(got)) == 1
    assert len(got) == 8
    assert sorted(verb for verb, _name in prints()) == ["print"] + ["reprint"] * 7
    assert list(findings()) == []


def test_an_attachment_is_kept_once_encrypted_and_comes_back_unchanged(clerk):
    data = "情况说明".encode()
    kept = attached(actor=clerk, at=AT, upload=SimpleUploadedFile("说明.txt", data))
    assert (kept.title, kept.size, kept.content_type) == ("说明.txt", len(data), "text/plain")
    assert data not in default_storage.open(kept.file).read()
    assert content_of(kept) == data
    with pytest.raises(Refusal, match=r"^同一文件已经上传过：说明\.txt。$"):
        attached(actor=clerk, at=AT, upload=SimpleUploadedFile("另一个.txt", data))
    assert Attachment.objects.count() == 1
    assert list(findings()) == []
