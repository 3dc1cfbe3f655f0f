"""Rows that are visible where their matter is."""

from typing import Self

from django.db import models

from accounts.models import User
from cases.models import Case


class OfCase(models.QuerySet["models.Model"]):
    """Rows that hang on a matter: visible exactly where the matter is."""

    def visible_to(self, user: User) -> Self:
        return self.filter(case__in=Case.objects.visible_to(user))
