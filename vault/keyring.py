"""Authenticated encryption and keyed digests with keys from the settings.

A stored value is ``version | key id | nonce | ciphertext and tag``. The newest key
writes, every known key reads. AES-256-GCM; the additional data binds a value to its
table, column and row, so it cannot be moved to another row unnoticed.
"""

import base64
import functools
import hashlib
import hmac
import os

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from django.conf import settings

VERSION = b"\x01"
NONCE_BYTES = 12


class Unreadable(Exception):
    """A stored value does not decrypt: wrong key, wrong row, or it was changed."""


@functools.lru_cache(maxsize=16)
def _cipher(encoded: str) -> AESGCM:
    return AESGCM(_raw(encoded))


def _raw(encoded: str) -> bytes:
    key = base64.urlsafe_b64decode(encoded)
    if len(key) != 32:
        raise ValueError("A key is 32 bytes in URL-safe base64.")
    return key


def encrypt(plain: bytes, bound_to: str) -> bytes:
    """Encrypt with the newest key, bound to ``bound_to``."""
    kid, key = next(iter(settings.VAULT_KEYS.items()))
    nonce = os.urandom(NONCE_BYTES)
    return VERSION + bytes([int(kid)]) + nonce + _cipher(key).encrypt(nonce, plain, bound_to.encode())


def decrypt(stored: bytes, bound_to: str) -> bytes:
    """Decrypt; raises ``Unreadable`` if the value, its key or its place is not right."""
    stored = bytes(stored)
    key = settings.VAULT_KEYS.get(str(stored[1])) if stored[:1] == VERSION and len(stored) >= 30 else None
    if key is None:
        raise Unreadable("unknown key or layout")
    try:
        return _cipher(key).decrypt(stored[2 : 2 + NONCE_BYTES], stored[2 + NONCE_BYTES :], bound_to.encode())
    except InvalidTag as error:
        raise Unreadable("value, key or place is wrong") from error


def blind_index(column: str, value: str) -> str:
    """A keyed digest to look a value up by without storing it in the clear.

    A bare hash of an identity number can be reversed by trying all numbers; the key
    prevents that. Each column has its own derived key. Empty values have no index.
    """
    if not value:
        return ""
    column_key = hmac.digest(_raw(settings.VAULT_INDEX_KEY), column.encode(), hashlib.sha256)
    return hmac.new(column_key, value.encode(), hashlib.sha256).hexdigest()


def audit_digest(data: bytes) -> str:
    """HMAC-SHA256 of ``data`` under the audit key, in hexadecimal."""
    return hmac.new(_raw(settings.AUDIT_KEY), data, hashlib.sha256).hexdigest()
