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
    _write(name, sealed)
    return name, hashlib.sha256(data).hexdigest()


def keep_beside(name: str, data: bytes) -> None:
    """Store what was made from a kept file, encrypted, under a name of its own; whoever comes second changes nothing.

    Raises ``NoRoom`` when the disk is full.
    """
    if not default_storage.exists(name):
        try:
            _write(name, keyring.encrypt(data, f"file:{name}"))
        except FileExistsError:
            return


class NoRoom(Refusal):
    """The disk is full, or the store does not take the file: nothing of it was kept."""


def _write(name: str, sealed: bytes) -> None:
    try:
        stored = default_storage.save(name, ContentFile(sealed))
    except OSError as error:
        default_storage.delete(name)  # what had been written before the disk was full
        raise NoRoom(_("磁盘空间不足，文件没有保存，请联系系统管理员后重试。")) from error
    if stored != name:
        default_storage.delete(stored)
        raise FileExistsError(name)


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
