"""Keeping bytes: encrypted, under random names, in whatever storage the settings name."""

import hashlib
import secrets

from django.core.files.base import ContentFile
from django.core.files.storage import default_storage

from vault import keyring


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
