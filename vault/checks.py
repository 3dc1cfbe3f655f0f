"""Start-up checks of the keys: missing, malformed, or the same key used twice."""

from typing import Any

from django.conf import settings
from django.core.checks import CheckMessage, Error, register

from vault import keyring


@register()
def keys_are_sound(app_configs: Any = None, **kwargs: Any) -> list[CheckMessage]:
    """vault.E001: a key is missing or not 32 bytes. vault.E002: one key serves two purposes."""
    keys = {f"VAULT_KEYS[{kid}]": key for kid, key in settings.VAULT_KEYS.items()}
    keys |= {"VAULT_INDEX_KEY": settings.VAULT_INDEX_KEY, "AUDIT_KEY": settings.AUDIT_KEY}
    problems: list[CheckMessage] = []
    for name, key in keys.items():
        try:
            keyring._raw(key)
        except ValueError:
            problems.append(Error(f"{name} is not 32 bytes in URL-safe base64.", id="vault.E001"))
    if len({*keys.values(), settings.SECRET_KEY}) < len(keys) + 1:
        problems.append(Error("Keys must differ from each other and from SECRET_KEY.", id="vault.E002"))
    return problems
