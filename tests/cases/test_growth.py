"""How a group matter grew: head counts of events, new documents on the rosters, never a name."""

import pytest
from django.urls import reverse

from cases import growth
from cases.actions import intake
from cases.models import Case
from tests import factories
from tests.factories import later

pytestmark = pytest.mark.django_db
PERSON = {"name": "王建国", "id_type": "111", "id_number": "11010519491231002X", "phone": "13800000620"}


def came(clerk, at, visitors, ids, join=None):
    people = [{"name": f"同来{one}", "id_number": one} for one in ids]
    data = factories.visit_data(visitors=visitors, involved=58, person=PERSON, companions=people, visited_at=at)
    return intake.register(data=data, actor=clerk, at=at, join=join)


@pytest.fixture
def clerk():
    factories.calendar(*range(2025, 2030))
    return factories.user("clerk")


def test_new_faces_are_documents_no_earlier_roster_has(clerk, django_assert_num_queries):
    case = came(clerk, factories.AT, 12, ["A1", "A2", ""]).case_link.case
    came(clerk, later(4), 31, ["A2", "A3", "A4", ""], join=case)
    came(clerk, later(8), 58, ["A1", "A4", "A5", PERSON["id_number"]], join=Case.objects.get())
    grown = Case.objects.get()
    with django_assert_num_queries(2):
        steps = growth.steps(grown)
    assert [(one.visitors, one.more, one.listed, one.fresh, one.unknown) for one in steps] == [
        (12, 0, 3, 2, 1), (31, 19, 4, 2, 1), (58, 27, 4, 1, 0),
    ]  # fmt: skip
    assert [one.bar for one in steps] == [74, 192, 360]


def test_the_panel_counts_and_names_nobody(client, clerk):
    case = came(clerk, factories.AT, 12, ["A1"]).case_link.case
    client.force_login(clerk)
    url = reverse("cases:growth", args=[case.number])
    assert "集体访人数变化" not in client.get(url).content.decode()
    came(clerk, later(4), 31, ["A1", "A2"], join=case)
    body = client.get(url).content.decode()
    assert ("<strong>12</strong> → <strong>31</strong>" in body, "同来" in body, "王建国" in body) == (
        True, False, False,
    )  # fmt: skip
    assert f'hx-get="{url}"' in client.get(case.get_absolute_url(), {"tab": "related"}).content.decode()
    client.force_login(factories.user("handler", factories.labour()))
    assert client.get(url).status_code == 404


def test_the_history_beside_the_form_says_how_many_came_last_time(client, clerk):
    case = came(clerk, factories.AT, 12, []).case_link.case
    came(clerk, later(4), 31, [], join=case)
    client.force_login(clerk)
    body = client.post(reverse("cases:history"), {"id_number": PERSON["id_number"]}).content.decode()
    assert 'data-last-count="31"' in body
    assert "集体访：上次 31 人" in body
