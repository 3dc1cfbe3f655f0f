"""Saved views: filters under a name, for oneself or one's office; they widen nothing and name nobody."""

import pytest
from django.test import Client
from django.utils import timezone

from cases import saved
from cases.models import SavedView
from tests import factories
from vault.errors import Refusal

pytestmark = pytest.mark.django_db


def client_of(user) -> Client:
    client = Client()
    client.force_login(user, backend="django.contrib.auth.backends.ModelBackend")
    return client


def keep(owner, name="住建局超期", query="due=overdue&unit=ZJJ", **more):
    return saved.save(owner=owner, page="list", name=name, query=query, **more)


def test_the_filters_of_the_page_are_kept_frozen():
    supervisor = factories.user("supervisor")
    data = {"page": "list", "name": " 住建局  超期 ", "query": "unit=ZJJ&due=overdue&page=3&strange=1&sort=-due"}
    factories.housing()
    answer = client_of(supervisor).post("/cases/views/new/", data)
    view = SavedView.objects.get()
    assert (view.name, view.query, view.sort, view.shared) == ("住建局 超期", "due=overdue&unit=ZJJ", "-due", False)
    assert answer["Location"] == view.get_absolute_url() == "/cases/?due=overdue&unit=ZJJ&sort=-due"
    client_of(supervisor).post("/cases/views/new/", data)
    assert SavedView.objects.count() == 1


@pytest.mark.parametrize("query", ["q=11010519491231002X", "from=2026-13-45", "state=flying"])
def test_what_the_list_cannot_read_is_not_kept(query):
    answer = client_of(factories.user("supervisor")).post(
        "/cases/views/new/", {"page": "list", "name": "某人", "query": query}
    )
    assert SavedView.objects.count() == 0
    assert "11010519491231002X" not in answer["Location"]


def test_a_shared_view_names_nobody():
    case = factories.case(person={"name": "王建国"}, at=timezone.now())
    supervisor = case.people["supervisor"]
    for name, query in [
        ("查找", "q=王建国"), ("王建国的事项", ""), ("电话13800000620", ""), ("110105 19491231002X", ""),
    ]:  # fmt: skip
        with pytest.raises(Refusal, match="共享"):
            keep(supervisor, name, query, shared=True)
        private = keep(supervisor, name, query)
        with pytest.raises(Refusal, match="共享"):
            saved.share(view=private, owner=supervisor)
    fine = keep(supervisor, "超期", "due=overdue", shared=True)
    with pytest.raises(Refusal, match="共享"):
        saved.rename(view=fine, owner=supervisor, name="王建国")


def test_shared_with_the_own_office_alone_and_changed_by_its_owner_alone():
    owner, colleague = factories.user("supervisor"), factories.user("clerk")
    stranger = factories.user("handler", factories.labour())
    view, private = keep(owner, shared=True), keep(owner, "自己的")
    assert list(SavedView.objects.visible_to(colleague)) == [view]
    assert list(SavedView.objects.visible_to(stranger)) == []
    assert set(SavedView.objects.visible_to(owner)) == {view, private}
    assert client_of(colleague).post(f"/cases/views/{view.pk}/", {"act": "delete"}).status_code == 404
    page = client_of(colleague).get("/cases/views/").content.decode()
    assert ("住建局超期" in page, "自己的" in page) == (True, False)
    client_of(owner).post(f"/cases/views/{view.pk}/", {"act": "unshare"})
    assert list(SavedView.objects.visible_to(colleague)) == []


def test_a_view_widens_nothing():
    case = factories.case(upto="assigned", at=timezone.now())
    view = keep(case.people["supervisor"], "全部", "", shared=True)
    stranger = factories.user("handler", factories.labour())
    seen = [client_of(user).get(view.get_absolute_url()).context["rows"] for user in (case.people["handler"], stranger)]
    assert [len(rows) for rows in seen] == [1, 0]


def test_the_start_view_comes_first_and_everything_is_one_press_away():
    supervisor = factories.user("supervisor")
    view, client = keep(supervisor, query="state=accepted"), client_of(supervisor)
    client.post(f"/cases/views/{view.pk}/", {"act": "start"})
    assert client.get("/cases/")["Location"] == "/cases/?state=accepted"
    assert client.get("/cases/?all=1").status_code == 200
    other = keep(supervisor, "另一个", "state=closed")
    client.post(f"/cases/views/{other.pk}/", {"act": "start"})
    assert [one.name for one in SavedView.objects.filter(start=True)] == ["另一个"]
    client.post(f"/cases/views/{other.pk}/", {"act": "plain"})
    assert client.get("/cases/").status_code == 200
    client.post(f"/cases/views/{other.pk}/", {"act": "up"})
    assert [one.name for one in saved.shelf(supervisor, "list")] == ["另一个", "住建局超期"]
    client.post(f"/cases/views/{other.pk}/", {"act": "rename", "name": "已办结"})
    client.post(f"/cases/views/{view.pk}/", {"act": "delete"})
    assert [one.name for one in SavedView.objects.all()] == ["已办结"]
