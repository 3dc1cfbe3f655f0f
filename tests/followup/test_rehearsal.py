"""The ladder of reminders where the rules are read."""

import pytest

from followup import policy
from tests import factories

pytestmark = pytest.mark.django_db


def test_the_rules_show_the_ladder_to_whoever_works_by_it(client):
    client.force_login(factories.user("handler"))
    assert 'hx-get="/followup/ladder/"' in client.get("/cases/rules/").content.decode()
    panel = client.get("/followup/ladder/")
    assert panel.status_code == 200
    assert len(panel.context["ladder"]) == len(policy.ladder()) > 3
    assert "提醒阶梯" in panel.content.decode()
