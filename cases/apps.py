from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class CasesConfig(AppConfig):
    name = "cases"
    verbose_name = _("信访事项")

    def ready(self) -> None:
        from cases import checks  # noqa: F401 - checks register on import
