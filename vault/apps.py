"""Registers the system checks of the vault."""

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class VaultConfig(AppConfig):
    name = "vault"
    verbose_name = _("密钥与加密")

    def ready(self) -> None:
        from vault import checks, lookups  # noqa: F401 - both register on import
