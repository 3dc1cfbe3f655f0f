"""The reference site: for its holder only, reference data only, every change in the trail."""

import pytest
from django.urls import reverse

from accounts.admin import reference_site
from accounts.roles import ROLES
from audit.models import Event
from audit.verifying import findings
from cases.models import Holiday
from reception.models import Region
from tests import factories

pytestmark = pytest.mark.django_db


@pytest.mark.parametrize("role", list(ROLES))
def test_only_the_holder_of_the_permission_enters(client, role):
    client.force_login(factories.user(role))
    expected = 200 if role == "sysadmin" else 403
    assert client.get("/admin/", follow=True).status_code == expected
    assert client.get(reverse("admin:reception_region_add"), follow=True).status_code == expected


def test_strangers_are_led_to_our_log_in(client):
    answer = client.get("/admin/", follow=True)
    assert answer.redirect_chain[-1][0].startswith("/accounts/login/?next=/admin/")


def test_being_staff_or_superuser_opens_nothing(client):
    user = factories.user("clerk", is_staff=True, is_superuser=True)
    client.force_login(user)
    assert client.get("/admin/", follow=True).status_code == 403


def test_it_holds_reference_data_only():
    assert sorted(model._meta.label for model in reference_site._registry) == [
        "archive.RetentionRule", "cases.CalendarYear", "cases.Holiday", "cases.Routing", "hall.Window",
        "reception.ContentCategory", "reception.Region",
    ]  # fmt: skip
    assert all(hasattr(model, "unsealed_because") for model in reference_site._registry)


def test_the_holiday_table_is_shown_only(client):
    """It moves periods of matters, so it changes on its own page, with a second person."""
    client.force_login(factories.user("sysadmin"))
    row = {"day": "2026-10-01", "kind": "off", "name": "国庆节"}
    assert client.get(reverse("admin:cases_holiday_changelist")).status_code == 200
    assert client.post(reverse("admin:cases_holiday_add"), row).status_code == 403
    assert client.post(reverse("admin:cases_calendaryear_add"), {"year": "2027", "confirmed": "on"}).status_code == 403
    made = Holiday.objects.create(**row)
    for page in ("change", "delete"):
        answer = client.post(
            reverse(f"admin:cases_holiday_{page}", args=[made.pk]), row | {"name": "国庆", "post": "yes"}
        )
        assert answer.status_code == 403
    assert Holiday.objects.values_list("name", flat=True).get() == "国庆节"


def test_changes_are_events(client):
    client.force_login(factories.user("sysadmin"))
    row = {"code": "330102", "name": "东城", "is_active": "on"}
    assert client.post(reverse("admin:reception_region_add"), row).status_code == 302
    made = Region.objects.get()
    client.post(reverse("admin:reception_region_change", args=[made.pk]), row | {"name": "东城区"})
    client.post(reverse("admin:reception_region_delete", args=[made.pk]), {"post": "yes"})
    assert list(Event.objects.exclude(verb="grant").order_by("seq").values_list("verb", "data__row")) == [
        ("keep_reference", "东城"), ("keep_reference", "东城区"), ("drop_reference", "东城区"),
    ]  # fmt: skip
    assert not Region.objects.exists()
    assert list(findings()) == []


def test_a_code_twice_is_refused_with_a_sentence(client):
    client.force_login(factories.user("sysadmin"))
    row = {"code": "330102", "name": "东城", "is_active": "on"}
    for _twice in range(2):
        answer = client.post(reverse("admin:reception_region_add"), row)
    assert answer.status_code == 200
    assert "已存在" in answer.content.decode()
    assert Region.objects.count() == 1
