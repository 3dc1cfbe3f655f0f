"""Model fields whose column holds ciphertext and whose attribute holds the plain value.

A model that uses them has a ``uid`` column (UUID): the value is bound to table, column
and that ``uid``. Decryption happens on first access, not when rows are loaded.
"""

import json
from collections.abc import Sequence
from typing import Any

from django.db import models

from vault import keyring


class _Stored:
    """Ciphertext as read from the database, not yet decrypted."""

    __slots__ = ("raw",)

    def __init__(self, raw: bytes) -> None:
        self.raw = raw


class _PlainOnAccess:
    """The attribute: decrypts a stored value the first time somebody looks."""

    def __init__(self, field: "EncryptedTextField") -> None:
        self.field = field

    def __get__(self, instance: models.Model | None, owner: type | None = None) -> Any:
        if instance is None:
            return self
        name = self.field.attname
        if name not in instance.__dict__:
            instance.refresh_from_db(fields=[name])
        value = instance.__dict__[name]
        if isinstance(value, _Stored):
            plain = keyring.decrypt(value.raw, self.field.place(instance)).decode()
            value = instance.__dict__[name] = self.field.loads(plain)
        return value

    def __set__(self, instance: models.Model, value: Any) -> None:
        instance.__dict__[self.field.attname] = value


class EncryptedTextField(models.BinaryField):
    """Text of any length, encrypted in its column. Cannot be filtered on; use a blind index."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        kwargs.setdefault("default", "")
        kwargs.setdefault("editable", True)
        kwargs.setdefault("blank", True)
        super().__init__(*args, **kwargs)

    def deconstruct(self) -> tuple[str, str, Sequence[Any], dict[str, Any]]:
        name, path, args, kwargs = super().deconstruct()
        for key in ("default", "blank"):
            kwargs.pop(key, None)
        kwargs.pop("editable", None)
        return name, path, args, kwargs

    def contribute_to_class(self, cls: type[models.Model], name: str, private_only: bool = False) -> None:
        super().contribute_to_class(cls, name, private_only)
        setattr(cls, self.attname, _PlainOnAccess(self))

    def _check_str_default_value(self) -> list[Any]:
        return []  # the default is plain text; only the column is binary

    def get_default(self) -> Any:
        return self.default() if callable(self.default) else self.default

    def ciphertext(self, instance: models.Model) -> bytes:
        """The column as it is stored, for a backup. The row must come from the database and be untouched."""
        value = instance.__dict__[self.attname]
        if not isinstance(value, _Stored):
            raise ValueError(f"{self.name} was read or set: there is no stored value any more")
        return value.raw

    def put_ciphertext(self, instance: models.Model, raw: bytes) -> None:
        """Set the column to a stored value; saving writes these bytes again."""
        instance.__dict__[self.attname] = _Stored(raw)

    def place(self, instance: models.Model) -> str:
        return f"{self.model._meta.db_table}.{self.column}.{instance.uid}"  # type: ignore[attr-defined]

    def dumps(self, value: Any) -> str:
        return value or ""

    def loads(self, plain: str) -> Any:
        return plain

    def from_db_value(self, value: Any, expression: Any, connection: Any) -> Any:
        return None if value is None else _Stored(bytes(value))

    def pre_save(self, instance: models.Model, add: bool) -> bytes:
        value = instance.__dict__.get(self.attname)
        if isinstance(value, _Stored):
            return value.raw
        return keyring.encrypt(self.dumps(value).encode(), self.place(instance))

    def get_db_prep_value(self, value: Any, connection: Any, prepared: bool = False) -> Any:
        if isinstance(value, str | dict | list):
            raise TypeError(f"{self.name} is encrypted: save the instance, queryset.update() would store it in clear")
        return super().get_db_prep_value(value, connection, prepared)

    def get_db_prep_save(self, value: Any, connection: Any) -> Any:
        return self.get_db_prep_value(value, connection)

    def value_to_string(self, obj: models.Model) -> str:
        return self.dumps(self.value_from_object(obj))


class EncryptedJSONField(EncryptedTextField):
    """A JSON value (dict or list), encrypted in its column."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        kwargs.setdefault("default", dict)
        super().__init__(*args, **kwargs)

    def dumps(self, value: Any) -> str:
        return json.dumps({} if value is None else value, ensure_ascii=False, sort_keys=True)

    def loads(self, plain: str) -> Any:
        return json.loads(plain or "{}")
