"""Ordinary notices go out once a day in one mail: which go into it, and which one it stays."""

import pytest

from notices import channels, delivering, outbox
from tests import factories
from tests.notices.posting import NOW, SECOND, put

pytestmark = pytest.mark.django_db


def test_ordinary_notices_go_out_in_one_mail_a_day(user, settings):
    settings.SITE_URL = "https://xf.example.org"
    for n in (1, 2, 3):
        put(user, n, tone="info")
    other = put(factories.user("handler", email="other@example.org"), 4, tone="info")
    assert delivering.claim(factories.later(hours=22)) == []  # Tuesday, 7:30
    held = delivering.claim(factories.later(hours=23))  # 8:30
    message = channels.compose(held)
    assert (message.subject, message.text.splitlines()) == ("信访接待系统：3 条新的通知", [
        "1. XF2026000001 被催办。", "https://xf.example.org/cases/XF2026000001/", "",
        "2. XF2026000002 被催办。", "https://xf.example.org/cases/XF2026000002/", "",
        "3. XF2026000003 被催办。", "https://xf.example.org/cases/XF2026000003/",
    ])  # fmt: skip
    assert delivering.confirm(held, NOW) == 3
    assert [row.notice for row in delivering.claim(factories.later(hours=23))] == [other]


def test_a_digest_that_failed_goes_out_again_as_the_same_one(user):
    for n in (1, 2):
        put(user, n, tone="info")
    morning = factories.later(hours=23)
    first = delivering.claim(morning)
    name = channels.compose(first).id
    put(user, 3, tone="info", at=factories.later(hours=22))  # comes too late for that one
    again = delivering.claim(morning + 41 * SECOND)
    assert (len(again), channels.compose(again).id) == (2, name)
    assert delivering.claim(morning + 41 * SECOND) == []  # one at a time for one person
    delivering.confirm(again, morning)
    assert [row.notice.matter for row in delivering.claim(morning + 42 * SECOND)] == ["XF2026000003"]


def test_one_notice_taken_back_leaves_the_digest(user):
    put(user, 1, tone="info")
    put(user, 2, tone="info")
    outbox.withdraw("k1", at=NOW)
    held = delivering.claim(factories.later(hours=23))
    assert [row.notice.matter for row in held] == ["XF2026000002"]
