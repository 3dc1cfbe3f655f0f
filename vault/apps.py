"""Registers the system checks of the vault."""

from django.apps import AppConfig


class VaultConfig(AppConfig):
    name = "vault"
    verbose_name = "密钥与加密"

    def ready(self) -> None:
        from vault import checks  # noqa: F401 - checks register on import
