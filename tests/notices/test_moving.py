"""The mails of the first release become deliveries, and go back again."""

import importlib
import uuid

import pytest
from django.apps import apps

from notices.models import Delivery, Notice
from tests import factories
from tests.notices.posting import NOW

pytestmark = pytest.mark.django_db
move = importlib.import_module("notices.migrations.0003_mails_become_deliveries")
COLUMNS = ("key", "uid", "mail_state", "attempts", "next_try_at", "leased_until", "last_error")


def old(user, state, **changes):
    return Notice.objects.create(
        recipient=user, kind="x", text="x", key=f"{state}:{user.pk}", created_at=NOW, mail_state=state, **changes
    )


def test_mails_are_moved_there_and_back_and_keep_their_names():
    user = factories.user("handler", email="h@example.org")
    old(user, "none")
    old(user, "waiting", next_try_at=NOW)
    old(user, "sending", next_try_at=NOW, attempts=2, leased_until=factories.later(hours=1))
    old(user, "sent", next_try_at=NOW, attempts=1)
    old(user, "dead", next_try_at=NOW, attempts=8, last_error="ConnectionError")
    before = list(Notice.objects.order_by("pk").values_list(*COLUMNS))
    for _time in range(2):
        move.forwards(apps, None)
    assert [(row.notice.key.split(":")[0], row.channel, row.state, row.attempts, row.uid == row.notice.uid)
            for row in Delivery.objects.select_related("notice")] == [
        ("waiting", "mail", "waiting", 0, True), ("sending", "mail", "sending", 2, True),
        ("sent", "mail", "sent", 1, True), ("dead", "mail", "dead", 8, True),
    ]  # fmt: skip
    assert set(Notice.objects.values_list("mail_state", flat=True)) == {"none"}
    move.backwards(apps, None)
    assert list(Notice.objects.order_by("pk").values_list(*COLUMNS)) == before
    assert not Delivery.objects.exists()


def test_a_mail_put_since_goes_back_under_its_own_name():
    user = factories.user("handler", email="h@example.org")
    notice, name = old(user, "none"), uuid.uuid4()
    Delivery.objects.create(notice=notice, uid=name, channel="mail", not_before=NOW, next_try_at=NOW)
    move.backwards(apps, None)
    notice.refresh_from_db()
    assert (notice.mail_state, notice.uid, notice.next_try_at) == ("waiting", name, NOW)
