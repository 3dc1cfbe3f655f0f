"""The digest of a row: what makes a silent change visible.

Models carry either nothing (they are sealed) or ``unsealed_because`` with the reason.
``seal_ignores`` names columns that may change without an event.
"""

import datetime as dt
import decimal
import json
import uuid
from collections.abc import Iterable
from typing import Any

from django.apps import apps
from django.conf import settings
from django.db import models

from vault import keyring

GENESIS = "0" * 64


def plain(value: Any) -> Any:
    """A value as JSON with one spelling: times in UTC with microseconds, bytes in hexadecimal."""
    if isinstance(value, dt.datetime):
        return value.astimezone(dt.UTC).isoformat(timespec="microseconds")
    if isinstance(value, dt.date | dt.time):
        return value.isoformat()
    if isinstance(value, decimal.Decimal | uuid.UUID):
        return str(value)
    if isinstance(value, bytes | memoryview):
        return bytes(value).hex()
    if isinstance(value, dict):
        return {str(key): plain(item) for key, item in value.items()}
    if isinstance(value, list | tuple):
        return [plain(item) for item in value]
    if value is None or isinstance(value, bool | int | str):
        return value
    return str(value)


def canonical(value: Any) -> bytes:
    """JSON bytes with sorted keys and no spaces."""
    return json.dumps(plain(value), sort_keys=True, separators=(",", ":"), ensure_ascii=False).encode()


def sealed_models() -> list[type[models.Model]]:
    """Every model of ours whose rows are sealed."""
    ours = (apps.get_app_config(label).get_models() for label in settings.OUR_APPS)
    return [model for group in ours for model in group if not hasattr(model, "unsealed_because")]


def is_sealed(row: models.Model) -> bool:
    return row._meta.app_label in settings.OUR_APPS and not hasattr(row.__class__, "unsealed_because")


def row_key(row: models.Model) -> str:
    return f"{row._meta.label_lower}:{row.pk}"


def seal(row: models.Model) -> str:
    """Keyed digest over the columns of a row as they are now in memory, those at their default left out.

    So a column added by a later release does not break the seals of older rows, while
    every change to or from a default still changes the digest.
    Raises ``vault.keyring.Unreadable`` when an encrypted column does not decrypt.
    """
    ignored = getattr(row.__class__, "seal_ignores", ())
    columns = [field for field in row._meta.concrete_fields if field.name not in ignored]
    values = {field.attname: field.value_from_object(row) for field in columns}
    said = {field.attname: values[field.attname] for field in columns if not at_default(field, values[field.attname])}
    return keyring.audit_digest(canonical([row_key(row), said]))


def at_default(field: "models.Field[Any, Any]", value: Any) -> bool:
    """Is this what a row has that was written before the column existed?"""
    if field.has_default() and callable(field.default) and field.default not in (list, dict):
        return False
    return bool(value == field.get_default()) or value is None


def fresh_seals(rows: Iterable[models.Model]) -> dict[str, str]:
    """Seals of the rows as the database holds them now; one query per model and five hundred rows."""
    by_model: dict[type[models.Model], set[Any]] = {}
    for row in rows:
        if is_sealed(row) and row.pk is not None:
            by_model.setdefault(row.__class__, set()).add(row.pk)
    seals: dict[str, str] = {}
    for model, keys in by_model.items():
        ordered = sorted(keys)
        for start in range(0, len(ordered), 500):
            for row in model._default_manager.filter(pk__in=ordered[start : start + 500]):
                seals[row_key(row)] = seal(row)
    return seals
