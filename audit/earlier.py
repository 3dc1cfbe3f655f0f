"""Seals of the first release: over all columns a row had then, whatever their value.

They stay valid until the row is written again. Columns added since must still be at
their default, so that nothing hides in them.
"""

import functools
import json
from pathlib import Path

from django.db import models

from audit.sealing import at_default, canonical, row_key
from vault import keyring

FILE = Path(__file__).resolve().parent / "columns_of_the_first_release.json"


@functools.cache
def columns() -> dict[str, list[str]]:
    """The sealed columns of each model in the first release."""
    found: dict[str, list[str]] = json.loads(FILE.read_text(encoding="utf-8"))
    return found


def first_seal(row: models.Model) -> str:
    """The digest the first release would have given this row; "" when it cannot stem from there."""
    then = columns().get(row._meta.label_lower, [])
    fields = {field.attname: field for field in row._meta.concrete_fields}
    ignored = getattr(row.__class__, "seal_ignores", ())
    added = [field for name, field in fields.items() if name not in then and field.name not in ignored]
    if not then or not set(then) <= set(fields):
        return ""
    if not all(at_default(field, field.value_from_object(row)) for field in added):
        return ""
    values = {name: fields[name].value_from_object(row) for name in then}
    return keyring.audit_digest(canonical([row_key(row), values]))
