"""Keeping bytes: encrypted, under random names, in whatever storage the settings name."""

import hashlib
import secrets

from django.core.files.base import ContentFile
from django.core.files.storage import default_storage
from django.utils.translation import gettext as _

from vault import keyring
from vault.errors import Refusal


def keep(data: bytes, folder: str) -> tuple[str, str]:
    """Store ``data`` encrypted; returns (name in the storage, SHA-256 of the plain bytes)."""
    name = f"{folder}/{secrets.token_hex(2)}/{secrets.token_hex(16)}"
    sealed = keyring.encrypt(data, f"file:{name}")
    stored = default_storage.save(name, ContentFile(sealed))
    if stored != name:
        default_storage.delete(stored)
        raise FileExistsError(name)
    return name, hashlib.sha256(data).hexdigest()


def fetch(name: str) -> bytes:
    """The plain bytes of a kept file. Raises ``FileNotFoundError`` or ``keyring.Unreadable``."""
    with default_storage.open(name) as handle:
        return keyring.decrypt(handle.read(), f"file:{name}")


def drop(name: str) -> None:
    """Take a file away that no row came to name."""
    default_storage.delete(name)


class Damaged(Refusal):
    """A kept file is gone, unreadable, or not the bytes that were recorded."""


def fetch_checked(name: str, sha256: str) -> bytes:
    """The plain bytes of a kept file, equal to what was recorded; raises ``Damaged`` otherwise."""
    try:
        data = fetch(name)
    except (OSError, keyring.Unreadable) as error:
        raise Damaged(_("存储的文件缺失或已损坏，请联系审计管理员核对。")) from error
    if hashlib.sha256(data).hexdigest() != sha256:
        raise Damaged(_("存储的文件与登记的校验值不符，请联系审计管理员核对。"))
    return data
