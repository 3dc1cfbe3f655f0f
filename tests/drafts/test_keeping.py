"""Keeping, closing and forgetting, on the row itself."""

import datetime as dt
import threading
import uuid

import pytest
from django.core import signing
from django.core.management import call_command
from django.db import IntegrityError, connection, transaction
from django.utils import timezone

from drafts import keeping, naming
from drafts.keeping import Saved
from drafts.models import Draft
from drafts.naming import Slip
from tests import factories
from vault.errors import Refusal

AT = dt.datetime(2026, 12, 7, 1, 42, tzinfo=dt.UTC)


def slip(subject: str = "/cases/1/accept/", **more) -> Slip:
    plain = {"page": str(uuid.uuid4()), "form": "cases:step", "title": "受理", "matter": "", "url": "/cases/1/accept/"}
    return Slip(**(plain | {"subject": subject} | more))


def kept(user, one: Slip, text: str, **more) -> Saved:
    return keeping.save(user=user, slip=one, typed={"note": [text]}, at=AT, **({"tab": "a", "serial": 1} | more))


def live() -> list[str]:
    return [one.typed["note"][0] for one in Draft.objects.live().order_by("pk")]


@pytest.fixture
def user(db):
    return factories.user("clerk")


def test_the_words_are_ciphertext_in_the_table(user):
    kept(user, slip(), "外墙渗水")
    with connection.cursor() as cursor:
        cursor.execute("SELECT typed FROM drafts_draft")
        stored = bytes(cursor.fetchone()[0])
    assert "外墙".encode() not in stored
    assert live() == ["外墙渗水"]


def test_a_second_save_replaces_the_first_and_stays_readable(user):
    one = slip()
    assert kept(user, one, "一") == Saved(AT, 1, elsewhere=False)
    assert kept(user, one, "一二", serial=2, base=1) == Saved(AT, 2, elsewhere=False)
    assert live() == ["一二"]


def test_an_older_save_of_the_same_window_that_arrives_late_is_passed_over(user):
    one = slip()
    kept(user, one, "一二", serial=9)
    assert kept(user, one, "一", serial=8).version == 1
    assert live() == ["一二"]


def test_the_later_window_wins_and_each_is_told(user):
    left, right = slip(), slip()
    kept(user, left, "左", tab="a")
    assert kept(user, right, "右", tab="b").elsewhere is True
    assert live() == ["右"]
    assert kept(user, left, "左二", tab="a", serial=2, base=1).elsewhere is True
    assert live() == ["左二"]
    assert kept(user, left, "左三", tab="a", serial=3, base=3).elsewhere is False


def test_a_page_opened_again_goes_on_without_a_warning(user):
    one = slip()
    kept(user, one, "一", tab="a")
    assert kept(user, one, "一二", tab="b", base=1).elsewhere is False


def test_a_save_after_the_form_was_sent_is_refused_for_ever(user):
    one = slip()
    kept(user, one, "一")
    keeping.close(user=user, slip=one, at=AT)
    with pytest.raises(keeping.Gone):
        kept(user, one, "一二", serial=2)
    assert live() == []
    assert Draft.objects.get().typed == {}


def test_the_very_first_save_of_a_form_already_sent_is_refused_too(user):
    one = slip()
    keeping.close(user=user, slip=one, at=AT)
    keeping.close(user=user, slip=one, at=AT)
    with pytest.raises(keeping.Gone):
        kept(user, one, "一")
    assert [(row.typed, row.closed_at) for row in Draft.objects.all()] == [({}, AT)]


def test_the_next_time_the_same_form_is_a_new_draft(user):
    first, second = slip(), slip()
    kept(user, first, "一")
    keeping.close(user=user, slip=first, at=AT)
    kept(user, second, "二")
    assert live() == ["二"]


def test_closing_one_window_leaves_what_the_other_wrote_later(user):
    left, right = slip(), slip()
    kept(user, left, "左", tab="a")
    kept(user, right, "右", tab="b")
    keeping.close(user=user, slip=left, at=AT)
    assert live() == ["右"]
    with pytest.raises(keeping.Gone):
        kept(user, left, "左二", tab="a", serial=2)


def test_one_live_draft_per_person_form_and_subject(user):
    kept(user, slip(), "一")
    row = Draft.objects.get()
    with pytest.raises(IntegrityError), transaction.atomic():
        Draft.objects.create(
            user=user, form=row.form, subject=row.subject, url="/", page=uuid.uuid4(), saved_at=AT, typed={}
        )
    other = factories.user("supervisor")
    kept(other, slip(), "别人")
    assert Draft.objects.live().count() == 2


def test_text_beyond_the_limit_is_refused_in_a_sentence(user):
    with pytest.raises(Refusal, match="内容太长"):
        kept(user, slip(), "长" * (keeping.MOST // 3 + 1))
    assert not Draft.objects.exists()


def test_what_a_draft_never_keeps():
    posted = {
        "csrfmiddlewaretoken": ["t"], "draft": ["d"], "draft_tab": ["a"], "draft_base": ["1"], "draft_serial": ["1"],
        "after": ["print"], "new_password1": ["p"], "key": ["k"], "version": ["3"],
        "also": ["C06", "C07"], "note": ["a\x00b"],
    }  # fmt: skip
    assert keeping.kept(posted) == {"key": ["k"], "version": ["3"], "also": ["C06", "C07"], "note": ["ab"]}


def test_a_slip_is_for_one_person_and_cannot_be_forged(user):
    one = slip()
    signed = naming.sign(one, user)
    assert naming.read(signed, user) == one
    assert naming.read(signed, factories.user("supervisor")) is None
    assert naming.read(signed[:-2] + "xx", user) is None
    assert naming.read("", user) is None
    assert naming.read(signing.dumps([user.pk, "no-uuid", "", "", "", "", ""], salt=naming.SALT), user) is None
    assert naming.read(signing.dumps("text", salt=naming.SALT), user) is None


def test_seven_days_after_the_last_save_it_is_gone(user, capsys):
    now = timezone.now()
    young, old, shut = slip("young"), slip("old"), slip("shut")
    kept(user, young, "近")
    kept(user, old, "久")
    keeping.close(user=user, slip=shut, at=now)
    Draft.objects.filter(subject="old").update(saved_at=now - dt.timedelta(days=7, minutes=1))
    Draft.objects.filter(subject="young").update(saved_at=now - dt.timedelta(days=6, hours=23))
    Draft.objects.filter(subject="shut").update(saved_at=now - dt.timedelta(days=8))
    call_command("sweep", "drafts")
    call_command("sweep", "drafts")
    assert capsys.readouterr().out == "drafts: 2\ndrafts: 0\n"
    assert live() == ["近"]


def test_the_excerpt_masks_numbers(user):
    one = slip()
    typed = {"name": ["王建国"], "demand": ["身份证 11010519491231002X，电话 13800000620"], "key": ["k" * 60]}
    keeping.save(user=user, slip=one, typed=typed, at=AT)
    words = keeping.excerpt(Draft.objects.get())
    assert words.startswith("王建国 · 身份证 110105")
    assert "19491231" not in words
    assert "13800000620" not in words


def test_what_a_form_came_with_is_no_excerpt(user):
    typed = {"name": ["王建国"], "visited_at": ["2026-03-02T09:30"], "category": ["C03"], "key": ["k" * 60]}
    keeping.save(user=user, slip=slip(), typed=typed, at=AT)
    assert keeping.excerpt(Draft.objects.get()) == "王建国"


@pytest.mark.django_db(transaction=True)
def test_a_save_and_the_sending_at_the_same_moment_never_leave_a_live_draft():
    user = factories.user("clerk")
    for turn in range(6):
        one, gate = slip(f"/{turn}/"), threading.Barrier(3)
        threads = [threading.Thread(target=_race, args=(gate, act)) for act in (
            lambda one=one: keeping.close(user=user, slip=one, at=AT),
            lambda one=one: kept(user, one, "一", serial=1),
            lambda one=one: kept(user, one, "一二", serial=2),
        )]  # fmt: skip
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
    assert live() == []
    assert Draft.objects.count() == 6


def _race(gate, act) -> None:
    try:
        gate.wait()
        act()
    except keeping.Gone:
        pass
    finally:
        connection.close()
