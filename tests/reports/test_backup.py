"""A copy goes back byte for byte, only into an empty place, and any damage is found."""

import json
import time
import zipfile
from io import StringIO

import pytest
from django.core import mail
from django.core.files.storage import default_storage
from django.core.management import CommandError, call_command
from django.db import connection, transaction
from django.utils import timezone

from accounts.models import User
from audit.verifying import findings
from cases.models import Case
from documents import files
from documents.models import Attachment
from notices import actions as notices
from notices import outbox
from notices.models import Channel, Delivery
from notices.tasks import deliver
from reception.models import Petitioner
from reports.management import backup
from tests import factories
from vault.errors import Refusal

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def storage(settings, tmp_path):
    settings.MEDIA_ROOT = tmp_path / "media"
    return tmp_path


@pytest.fixture
def office(storage):
    """An office with a matter, a kept file and encrypted numbers."""
    factories.calendar(2026)
    case = factories.case(upto="served", person={"id_type": "111", "id_number": "11010519491231002X"})
    keep_file(case)
    return case


def keep_file(case):
    from audit import trail

    @trail.verb
    def keep(*, actor, at):
        name, sha256 = files.keep(b"photo of a leaking wall", "attachments")
        kept = Attachment.objects.create(
            subject_type="cases.case", subject_id=case.pk, matter=case.number, title="照片", content_type="image/png",
            size=23, sha256=sha256, file=name, added_at=at, added_by=actor,
        )  # fmt: skip
        trail.record(actor=actor, verb="attach", title="上传附件", subject=kept, at=at, matter=case.number)

    keep(actor=case.people["clerk"], at=factories.AT)


def everything():
    """Every row of every table as stored."""
    return {
        model._meta.label_lower: [backup.columns_of(row) for row in model._base_manager.order_by("pk")]
        for model in backup.our_models()
    }


def copy(path):
    out = StringIO()
    call_command("backup", str(path), stdout=out)
    return out.getvalue()


def bring_back(path):
    out = StringIO()
    call_command("restore", str(path), stdout=out)
    return out.getvalue()


def wipe():
    for name in Attachment.objects.values_list("file", flat=True):
        default_storage.delete(name)
    call_command("flush", interactive=False, verbosity=0, inhibit_post_migrate=True)


def test_rows_and_files_come_back_as_they_were(office, storage):
    before = everything()
    path = storage / "office.zip"
    said = copy(path)
    rows = sum(len(each) for each in before.values())
    assert f"已备份到 office.zip：{rows} 行，1 个文件" in said
    assert path.stat().st_mode & 0o777 == 0o600
    wipe()
    assert Case.objects.count() == 0
    assert bring_back(path).startswith(f"已恢复并校验：{rows} 行，1 个文件，审计链到第")
    assert everything() == before
    assert files.fetch(Attachment.objects.get().file) == b"photo of a leaking wall"
    assert Petitioner.objects.get().id_number == "11010519491231002X"
    assert list(findings()) == []


def test_work_goes_on_after_a_restore(office, storage):
    copy(storage / "office.zip")
    wipe()
    bring_back(storage / "office.zip")
    clerk = type(office.people["clerk"]).objects.get(pk=office.people["clerk"].pk)
    again = factories.visit(clerk)
    assert (again.number, again.case_link.case.number) == ("LF2026000002", "XF2026000002")
    assert list(findings()) == []


def test_the_copy_holds_no_plain_number(office, storage):
    copy(storage / "office.zip")
    with zipfile.ZipFile(storage / "office.zip") as archive:
        whole = b"".join(archive.read(name) for name in archive.namelist())
    assert b"11010519491231002X" not in whole
    assert b"leaking wall" not in whole


def test_a_place_with_data_is_refused(office, storage):
    copy(storage / "office.zip")
    with pytest.raises(CommandError, match="只能恢复到空的数据库"):
        bring_back(storage / "office.zip")


def test_a_place_with_data_is_refused_before_its_tables_are_touched(office, storage):
    copy(storage / "office.zip")
    migrated = []
    with pytest.raises(Refusal, match="只能恢复到空的数据库"):
        backup.restore(storage / "office.zip", lambda: migrated.append("migrated"))
    assert migrated == []


def test_a_place_without_our_tables_is_empty(office, storage):
    copy(storage / "office.zip")
    wipe()
    rename("alerts_note", "away")
    try:
        backup.restore(storage / "office.zip", lambda: rename("away", "alerts_note"))
    finally:
        if "away" in connection.introspection.table_names():
            rename("away", "alerts_note")
    assert Case.objects.count() == 1


def rename(old, new):
    with connection.cursor() as cursor:
        cursor.execute(f"ALTER TABLE {old} RENAME TO {new}")


def test_an_existing_file_is_not_overwritten(office, storage):
    (storage / "office.zip").write_bytes(b"older")
    with pytest.raises(CommandError, match="不覆盖已有的备份"):
        copy(storage / "office.zip")
    assert (storage / "office.zip").read_bytes() == b"older"


def test_other_keys_are_refused_before_anything_is_written(office, storage, settings):
    copy(storage / "office.zip")
    wipe()
    settings.AUDIT_KEY = "eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHg="
    with pytest.raises(CommandError, match="密钥与备份时的不同"):
        bring_back(storage / "office.zip")


def rewritten(source, target, change):
    """The copy with some members changed; digests in the manifest follow, as a forger would do it."""
    import hashlib

    with zipfile.ZipFile(source) as archive:
        members = {name: archive.read(name) for name in archive.namelist()}
    manifest = json.loads(members["manifest.json"])
    change(members, manifest)
    manifest["sha256"] = {
        name: hashlib.sha256(members[name]).hexdigest() for name in members if name != "manifest.json"
    }
    members["manifest.json"] = json.dumps(manifest).encode()
    with zipfile.ZipFile(target, "w") as archive:
        for name, data in members.items():
            archive.writestr(name, data)


def forge_answer(members, manifest):
    members["data/cases.case.jsonl"] = members["data/cases.case.jsonl"].replace("外墙".encode(), "内墙".encode())


def drop_visit(members, manifest):
    members["data/cases.delivery.jsonl"] = b""
    manifest["rows"]["cases.delivery"] = 0


@pytest.mark.parametrize("change", [forge_answer, drop_visit])
def test_a_forged_copy_fails_the_chain_and_leaves_the_place_empty(office, storage, change):
    copy(storage / "office.zip")
    rewritten(storage / "office.zip", storage / "forged.zip", change)
    wipe()
    with pytest.raises(CommandError, match="审计链校验不通过"):
        bring_back(storage / "forged.zip")
    assert {name: rows for name, rows in everything().items() if rows} == {}
    assert [path for path in (storage / "media").rglob("*") if path.is_file()] == []


def test_one_flipped_byte_is_found(office, storage):
    copy(storage / "office.zip")
    data = bytearray((storage / "office.zip").read_bytes())
    data[len(data) // 3] ^= 1
    (storage / "bad.zip").write_bytes(data)
    wipe()
    with pytest.raises(CommandError, match=r"损坏|不完整"):
        bring_back(storage / "bad.zip")
    assert Case.objects.count() == 0


def test_a_part_that_cannot_be_unpacked_is_a_sentence(office, storage):
    copy(storage / "office.zip")
    data = bytearray((storage / "office.zip").read_bytes())
    with zipfile.ZipFile(storage / "office.zip") as archive:
        member = archive.getinfo("data/accounts.user.jsonl")
    start = member.header_offset + 30 + len(member.filename) + 20  # behind the header and its zip64 field
    data[start : start + 40] = b"\xff" * 40
    (storage / "bad.zip").write_bytes(data)
    wipe()
    with pytest.raises(CommandError, match="已经损坏"):
        bring_back(storage / "bad.zip")
    assert Case.objects.count() == 0


def test_files_that_take_longer_than_a_page_may_come_back_all_the_same(office, storage, monkeypatch):
    copy(storage / "office.zip")
    wipe()
    put = backup._store

    def slow(name, data):
        time.sleep(0.8)
        return put(name, data)

    monkeypatch.setattr(backup, "_store", slow)
    if connection.vendor == "postgresql":
        with connection.cursor() as cursor:
            cursor.execute("SET idle_in_transaction_session_timeout = '300ms'")
    assert bring_back(storage / "office.zip").startswith("已恢复并校验")


@pytest.mark.parametrize("data", [b"", b"not a zip"])
def test_what_is_no_copy_is_refused(storage, data):
    (storage / "office.zip").write_bytes(data)
    with pytest.raises(CommandError, match="备份文件读不出来"):
        bring_back(storage / "office.zip")


def test_ids_do_not_collide_after_a_restore(office, storage):
    """On PostgreSQL the sequences go on behind the restored rows."""
    copy(storage / "office.zip")
    highest = Case.objects.order_by("-pk").first().pk
    wipe()
    bring_back(storage / "office.zip")
    clerk = type(office.people["clerk"]).objects.get(pk=office.people["clerk"].pk)
    assert factories.visit(clerk).case_link.case.pk == highest + 1, connection.vendor


def test_a_copy_for_a_drill_tells_nobody_anything(office, storage, settings):
    admin = factories.user("sysadmin", email="admin@xfj.example")
    body = {"to": "{mobile}", "text": "{text}"}
    data = notices.ChannelData(is_on=True, address="http://127.0.0.1:9/sms", success="code=0", body=body)
    notices.set_channel(code="sms", data=data, actor=admin, at=timezone.now())
    outbox_put(admin)
    copy(storage / "office.zip")
    wipe()
    out = StringIO()
    call_command("restore", "--drill", str(storage / "office.zip"), stdout=out)
    assert "恢复演练：全部通知渠道已停用，1 条待发通知不再外发。" in out.getvalue()
    outbox_put(User.objects.get(pk=admin.pk), key="after")
    assert deliver() == 0
    assert mail.outbox == []
    assert not Delivery.objects.exclude(state="none").exists()
    assert set(Channel.objects.values_list("is_on", flat=True)) == {False}
    assert Channel.objects.get(code="sms").address == "http://127.0.0.1:9/sms"
    assert list(findings()) == []


def outbox_put(user, key="before"):
    with transaction.atomic():
        outbox.put(recipients=[user], kind="remind", tone="late", text="已超期。", at=timezone.now(), key=key)
