"""A consistent copy of database and files in one zip, and its way back into an empty place.

Rows are copied as the columns hold them: encrypted values stay encrypted, seals stay
right. Keys are never in the copy; the manifest only tells whether the keys at hand are
the ones it needs. Sessions, sign-in failures and Django's own tables are left out: they
mean nothing elsewhere.
"""

import base64
import datetime as dt
import hashlib
import json
import os
import zipfile
import zlib
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

from django.apps import apps
from django.conf import settings
from django.core.files.base import ContentFile
from django.core.files.storage import default_storage
from django.core.management.color import no_style
from django.db import connection, models, transaction
from django.db.migrations.recorder import MigrationRecorder
from django.utils.translation import gettext as _

from audit.models import Head
from audit.verifying import findings
from vault.errors import Refusal
from vault.fields import EncryptedTextField
from vault.keyring import audit_digest, blind_index

FORMAT = 1
MANIFEST = "manifest.json"
BATCH = 500
# What reading a damaged or foreign file ends in: zipfile and zlib have no common ground for it.
UNREADABLE = (OSError, zipfile.BadZipFile, zlib.error, EOFError, NotImplementedError, KeyError, ValueError)


def our_models() -> list[type[models.Model]]:
    """Every table of ours, in the order of the apps."""
    return [model for label in settings.OUR_APPS for model in apps.get_app_config(label).get_models()]


def keys_sign() -> str:
    """Tells one set of keys from another without telling the keys."""
    return audit_digest(blind_index("backup", "keys").encode())[:16]


def schema() -> list[str]:
    """The applied migrations of our apps: a copy goes back only into the same shape."""
    applied = MigrationRecorder(connection).applied_migrations()
    return sorted(f"{app}.{name}" for app, name in applied if app in settings.OUR_APPS)


# --- making a copy ----------------------------------------------------------------------------------------------------
def write(path: Path, at: dt.datetime) -> dict[str, Any]:
    """Write the copy to ``path`` and return its manifest. Raises ``Refusal`` when the file exists.

    All rows are read in one snapshot; on SQLite writers wait meanwhile. The file gets its
    name only when it is whole.
    """
    if path.exists():
        raise Refusal(_("文件“%(name)s”已经存在，不覆盖已有的备份。") % {"name": path.name})
    draft = path.with_name(f".{path.name}.{os.getpid()}")
    try:
        with os.fdopen(os.open(draft, os.O_RDWR | os.O_CREAT | os.O_EXCL, 0o600), "w+b") as handle:
            with zipfile.ZipFile(handle, "w", zipfile.ZIP_DEFLATED) as archive:
                manifest = _fill(archive, at)
            handle.flush()
            os.fsync(handle.fileno())
        draft.replace(path)
    finally:
        draft.unlink(missing_ok=True)
    return manifest


def _fill(archive: zipfile.ZipFile, at: dt.datetime) -> dict[str, Any]:
    rows: dict[str, int] = {}
    sums: dict[str, str] = {}
    names: list[str] = []
    with transaction.atomic():
        if connection.vendor == "postgresql" and len(connection.savepoint_ids) == 0:
            with connection.cursor() as cursor:
                cursor.execute("SET TRANSACTION ISOLATION LEVEL REPEATABLE READ")
        head = Head.objects.filter(pk=1).values("seq", "hash").first()
        for model in our_models():
            label = model._meta.label_lower
            rows[label], sums[f"data/{label}.jsonl"] = _table(archive, model, names)
        shape = schema()
    sums |= {f"files/{name}": _file(archive, name) for name in names}
    manifest = {
        "format": FORMAT,
        "made_at": at.isoformat(),
        "keys": keys_sign(),
        "schema": shape,
        "head": head,
        "rows": rows,
        "sha256": sums,
    }
    archive.writestr(MANIFEST, json.dumps(manifest, ensure_ascii=False, indent=1))
    return manifest


def _table(archive: zipfile.ZipFile, model: type[models.Model], names: list[str]) -> tuple[int, str]:
    """One table as one line of JSON per row; notes the stored files that rows name."""
    count, digest = 0, hashlib.sha256()
    with archive.open(f"data/{model._meta.label_lower}.jsonl", "w", force_zip64=True) as member:
        for row in model._base_manager.order_by("pk").iterator(chunk_size=2000):
            line = json.dumps(columns_of(row), ensure_ascii=False).encode() + b"\n"
            member.write(line)
            digest.update(line)
            count += 1
            name = getattr(row, "file", "")
            if isinstance(name, str) and name:
                names.append(name)
    return count, digest.hexdigest()


def _file(archive: zipfile.ZipFile, name: str) -> str:
    with default_storage.open(name) as handle:
        data = handle.read()
    archive.writestr(zipfile.ZipInfo(f"files/{name}"), data)
    return hashlib.sha256(data).hexdigest()


def columns_of(row: models.Model) -> dict[str, Any]:
    """The columns of a row as JSON, nothing decrypted."""
    return {field.attname: _out(field, row) for field in row._meta.concrete_fields}


def _out(field: models.Field, row: models.Model) -> Any:
    if isinstance(field, EncryptedTextField):
        return base64.b64encode(field.ciphertext(row)).decode()
    value = row.__dict__[field.attname]
    if isinstance(value, dt.datetime):
        return value.astimezone(dt.UTC).isoformat(timespec="microseconds")
    return value if value is None or isinstance(value, bool | int | str | dict | list) else str(value)


# --- taking it back ---------------------------------------------------------------------------------------------------
def restore(path: Path, migrate: Callable[[], None]) -> dict[str, Any]:
    """Put a copy into an empty place and return its manifest.

    ``migrate`` makes the tables where there are none; a place that is not empty is refused
    before it runs. Everything is checked before and after; whatever is not as it was raises
    ``Refusal``, and the place is empty again.
    """
    try:
        with zipfile.ZipFile(path) as archive:
            manifest = _checked(archive)
            _insist_on_emptiness(manifest)
            migrate()
            _insist_on_shape(manifest)
            _put_back(archive, manifest)
    except UNREADABLE as error:
        raise Refusal(_("备份文件读不出来或者已经损坏：%(what)s。") % {"what": type(error).__name__}) from error
    return manifest


def _checked(archive: zipfile.ZipFile) -> dict[str, Any]:
    """The manifest, once every member has the digest it names and none is missing or added."""
    manifest: dict[str, Any] = json.loads(archive.read(MANIFEST))
    if manifest["format"] != FORMAT:
        raise Refusal(_("备份文件的格式不是本版本能恢复的。"))
    if manifest["keys"] != keys_sign():
        raise Refusal(_("密钥与备份时的不同，恢复后读不出加密的内容；请先放回当时的密钥。"))
    if {*manifest["sha256"], MANIFEST} != set(archive.namelist()):
        raise Refusal(_("备份文件不完整：内容与清单不一致。"))
    for name, digest in manifest["sha256"].items():
        if _digest(archive, name) != digest:
            raise Refusal(_("备份文件已损坏或者被改动：%(name)s。") % {"name": name})
    return manifest


def _digest(archive: zipfile.ZipFile, name: str) -> str:
    with archive.open(name) as member:
        return hashlib.file_digest(member, "sha256").hexdigest()  # type: ignore[arg-type]


def _insist_on_emptiness(manifest: dict[str, Any]) -> None:
    """No row of ours and no stored file of the copy, whatever of our tables is there yet."""
    with connection.cursor() as cursor:
        there = set(connection.introspection.table_names(cursor))
    ours = [model for model in our_models() if model._meta.db_table in there]
    filled = [model._meta.verbose_name for model in ours if model._base_manager.exists()]
    if filled:
        raise Refusal(_("只能恢复到空的数据库，现有数据：%(what)s。") % {"what": "、".join(map(str, filled[:5]))})
    for name in _stored(manifest):
        if default_storage.exists(name):
            raise Refusal(_("文件存储不是空的：%(name)s。") % {"name": name})


def _insist_on_shape(manifest: dict[str, Any]) -> None:
    if manifest["schema"] != schema():
        raise Refusal(_("程序版本与备份时的不同，请用备份时的版本恢复，再升级。"))


def _stored(manifest: dict[str, Any]) -> list[str]:
    return [name.removeprefix("files/") for name in manifest["sha256"] if name.startswith("files/")]


def _put_back(archive: zipfile.ZipFile, manifest: dict[str, Any]) -> None:
    written: list[str] = []
    try:
        with transaction.atomic():
            _take_time()
            for model in our_models():
                _fill_table(archive, model)
            _reset_sequences()
            for name in _stored(manifest):
                written.append(_store(name, archive.read(f"files/{name}")))
            _insist_on_content(manifest)
    except BaseException:
        for name in written:
            default_storage.delete(name)
        raise


def _take_time() -> None:
    """The limits of config/settings/database.py are meant for pages: writing the files of an office takes longer."""
    if connection.vendor == "postgresql":
        with connection.cursor() as cursor:
            cursor.execute("SET LOCAL idle_in_transaction_session_timeout = 0")
            cursor.execute("SET LOCAL statement_timeout = 0")


def _fill_table(archive: zipfile.ZipFile, model: type[models.Model]) -> None:
    with archive.open(f"data/{model._meta.label_lower}.jsonl") as member:
        for batch in _batches(member):
            model._base_manager.bulk_create([_row(model, json.loads(line)) for line in batch])


def _batches(lines: Any) -> Iterator[list[bytes]]:
    batch: list[bytes] = []
    for line in lines:
        batch.append(line)
        if len(batch) == BATCH:
            yield batch
            batch = []
    if batch:
        yield batch


def _row(model: type[models.Model], values: dict[str, Any]) -> models.Model:
    encrypted = {field.attname: field for field in model._meta.concrete_fields if isinstance(field, EncryptedTextField)}
    plain = {
        field.attname: field.to_python(values[field.attname])
        for field in model._meta.concrete_fields
        if field.attname not in encrypted
    }
    row = model(**plain)
    for name, field in encrypted.items():
        field.put_ciphertext(row, base64.b64decode(values[name]))
    return row


def _reset_sequences() -> None:
    statements = connection.ops.sequence_reset_sql(no_style(), our_models())
    with connection.cursor() as cursor:
        for statement in statements:
            cursor.execute(statement)


def _store(name: str, data: bytes) -> str:
    stored = default_storage.save(name, ContentFile(data))
    if stored != name:
        default_storage.delete(stored)
        raise Refusal(_("文件存储不是空的：%(name)s。") % {"name": name})
    return stored


def _insist_on_content(manifest: dict[str, Any]) -> None:
    """Counts, head, files and the whole chain with every seal, before anything is committed."""
    rows = {model._meta.label_lower: model._base_manager.count() for model in our_models()}
    if rows != manifest["rows"] or Head.objects.filter(pk=1).values("seq", "hash").first() != manifest["head"]:
        raise Refusal(_("恢复后的行数或者链头与备份不一致。"))
    for name in _stored(manifest):
        with default_storage.open(name) as handle:
            if hashlib.sha256(handle.read()).hexdigest() != manifest["sha256"][f"files/{name}"]:
                raise Refusal(_("备份文件已损坏或者被改动：%(name)s。") % {"name": name})
    first = next(findings(), None)
    if first is not None:
        raise Refusal(_("恢复后的审计链校验不通过：%(what)s。") % {"what": first.text})
