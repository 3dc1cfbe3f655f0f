"""Saved views: filters, columns and order of a list under a name, for oneself or for one's office."""

from typing import Self
from urllib.parse import urlencode

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.http import QueryDict
from django.urls import NoReverseMatch, reverse
from django.utils.translation import gettext_lazy as _

from accounts.models import Unit, User


class SavedViewQuerySet(models.QuerySet["SavedView"]):
    def visible_to(self, user: User) -> Self:
        """Own views, and those that a colleague of the same body shares."""
        mine = Q(owner_id=user.pk)
        return self.filter(mine | Q(shared=True, unit__in=user.unit.body_ids)) if user.unit else self.filter(mine)

    def of_page(self, page: str) -> Self:
        return self.filter(page=page)


class SavedView(models.Model):
    """It holds a query, never rows: what is seen through it is decided by the reader's own rights."""

    unsealed_because = "a personal list of filters; it holds no fact of a matter"

    class Page(models.TextChoices):
        LIST = "list", _("事项列表")
        REGISTER = "register", _("台账")

    owner = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="views")
    unit = models.ForeignKey(Unit, null=True, on_delete=models.PROTECT, related_name="+")
    name = models.CharField(_("名称"), max_length=30)
    page = models.CharField(_("页面"), max_length=10, choices=Page)
    query = models.CharField(max_length=2000, blank=True)
    columns = models.CharField(max_length=600, blank=True)
    sort = models.CharField(max_length=40, blank=True)
    shared = models.BooleanField(_("共享"), default=False)
    start = models.BooleanField(_("首先显示"), default=False)
    position = models.PositiveIntegerField(default=0)

    objects = SavedViewQuerySet.as_manager()

    class Meta:
        ordering = ["position", "pk"]
        constraints = [
            models.UniqueConstraint(fields=["owner", "page", "name"], name="view_name_once"),
            models.UniqueConstraint(fields=["owner", "page"], condition=Q(start=True), name="one_start_view"),
        ]
        indexes = [models.Index(fields=["unit", "page"], condition=Q(shared=True), name="view_shared")]
        verbose_name = _("视图")
        verbose_name_plural = _("视图")

    def __str__(self) -> str:
        return self.name

    def get_absolute_url(self) -> str:
        """The page with these filters; an empty view says so, or the start view would come instead."""
        try:
            base = reverse({"list": "cases:list", "register": "reports:grid"}[self.page])
        except NoReverseMatch:
            base = reverse("cases:list")
        return f"{base}?{self.full_query or 'all=1'}"

    @property
    def full_query(self) -> str:
        """The query string of the page: filters, then columns and order."""
        more = {name: value for name, value in (("cols", self.columns), ("sort", self.sort)) if value}
        return "&".join(part for part in (self.query, urlencode(more, safe=",")) if part)

    def shows(self, query: QueryDict) -> bool:
        """Is this the view on the page now? Order and page number do not matter."""
        given = {name: value for name, value in query.items() if value and name not in ("page", "all")}
        return given == {name: value for name, value in QueryDict(self.full_query).items() if value}
