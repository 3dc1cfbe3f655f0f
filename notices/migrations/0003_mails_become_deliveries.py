"""The mail of each notice becomes a row of its own; backwards, the row becomes the notice's columns again."""

from django.db import migrations

BATCH = 1000
THERE = ("waiting", "sending", "sent", "dead")


def forwards(apps, schema_editor):
    Notice, Delivery = apps.get_model("notices", "Notice"), apps.get_model("notices", "Delivery")
    while rows := list(Notice.objects.filter(mail_state__in=THERE).order_by("pk")[:BATCH]):
        Delivery.objects.bulk_create([_delivery(Delivery, row) for row in rows], ignore_conflicts=True)
        Notice.objects.filter(pk__in=[row.pk for row in rows]).update(
            mail_state="none", attempts=0, next_try_at=None, leased_until=None, last_error=""
        )


def _delivery(Delivery, notice):
    """The Message-ID was the uid of the notice: it stays, so that a copy sent later is still told as one."""
    due = notice.next_try_at or notice.created_at
    sending = notice.mail_state == "sending"
    return Delivery(
        uid=notice.uid, notice_id=notice.pk, channel="mail", state=notice.mail_state, attempts=notice.attempts,
        not_before=notice.created_at, next_try_at=due,
        leased_until=(notice.leased_until or due) if sending else None, last_error=notice.last_error,
        dead_at=due if notice.mail_state == "dead" else None, cause="other" if notice.mail_state == "dead" else "",
    )


def backwards(apps, schema_editor):
    """Mails only: the first release had no other way out. What was withdrawn is not sent by it either."""
    Notice, Delivery = apps.get_model("notices", "Notice"), apps.get_model("notices", "Delivery")
    last = 0
    mails = Delivery.objects.filter(channel="mail", state__in=THERE).order_by("pk")
    while rows := list(mails.filter(pk__gt=last)[:BATCH]):
        for row in rows:
            Notice.objects.filter(pk=row.notice_id).update(
                uid=row.uid, mail_state=row.state, attempts=row.attempts, next_try_at=row.next_try_at,
                leased_until=row.leased_until, last_error=row.last_error,
            )
        last = rows[-1].pk
    Delivery.objects.all().delete()


class Migration(migrations.Migration):
    dependencies = [("notices", "0002_ways_out_of_the_house")]
    operations = [migrations.RunPython(forwards, backwards)]
