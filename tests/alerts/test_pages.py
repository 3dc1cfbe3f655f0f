"""The pages of early warning: who sees which alarm, what is said about one, the note and its PDF."""

import io
import subprocess

import pikepdf
import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone

from accounts.models import Unit
from alerts import actions
from alerts.models import Alarm, Note
from alerts.tasks import look
from audit.models import Event
from audit.verifying import findings
from cases.actions import recusing
from documents.models import Paper
from documents.rendering import page_count, pdf_of
from notices.models import Notice
from tests import factories
from tests.alerts.gatherings import accuse, again, come, content
from vault.errors import Refusal, Stale

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def plain_weeks(db):
    year = timezone.localdate().year
    factories.calendar(year - 1, year, year + 1)
    factories.labour()


@pytest.fixture
def people():
    return {role: factories.user(role, username=role) for role in ("clerk", "supervisor", "leader", "handler")}


def day(ago):
    return (timezone.localdate() - timezone.timedelta(days=ago)).isoformat()


def at_a_place(people, region="和平区", code="0101", n=3, **said):
    subject = content(code)
    cases = [
        come(people["clerk"], day(ago), region=region, content_category=subject, **said) for ago in (3, 2, 1) * (n // 3)
    ]
    look(timezone.now())
    return Alarm.objects.get(region=region, rule="place"), cases


def about_labour(people):
    cases = [accuse(people["clerk"], day(ago)) for ago in (4, 3, 2)]
    look(timezone.now())
    return Alarm.objects.get(rule="unit"), cases


def get(client, user, name, *args, query=""):
    client.force_login(user)
    return client.get(reverse(name, args=args) + query)


def post(client, user, name, *args, **data):
    client.force_login(user)
    return client.post(reverse(name, args=args), data)


def test_an_alarm_shows_its_evidence_its_rule_and_the_words(client, people):
    alarm, cases = at_a_place(people)
    page = get(client, people["supervisor"], "alerts:alarm", alarm.pk).text
    assert all(case.number in page for case in cases)
    assert not any(case.petitioner.name in page for case in cases)
    for words in ("7 日内满 3 件", "第十四条第四项", "和平区 · 物业服务", day(1), "已核实无风险"):
        assert words in page
    listed = get(client, people["leader"], "alerts:index").text
    assert ("同一属地集中反映同一类问题" in listed, "共 1 条" in listed) == (True, True)
    assert "只对事" in get(client, people["leader"], "alerts:rules").text


def test_everybody_of_the_unit_complained_about_gets_nothing(client, people):
    alarm, cases = about_labour(people)
    inner = Unit.objects.create(code="RSJ-JC", name="监察科", kind="inner", parent=factories.labour())
    note = actions.write_note(
        alarm=alarm, actor=people["supervisor"], at=timezone.now(), title="x", situation="x", suggestion="x"
    )
    for unit in (factories.labour(), inner):
        for role in ("supervisor", "leader"):
            spy = factories.user(role, unit)
            assert "没有符合条件的预警" in get(client, spy, "alerts:index").text
            for tab in ("waiting", "expired", "handled"):
                assert "共 " not in get(client, spy, "alerts:index", query=f"?tab={tab}").text
            codes = [
                get(client, spy, "alerts:alarm", alarm.pk),
                post(client, spy, "alerts:alarm", alarm.pk, act="clear"),
            ]
            assert [one.status_code for one in codes] == [404, 404]
            wanted = 404 if role == "supervisor" else 403
            assert get(client, spy, "alerts:note", alarm.pk).status_code == wanted
            assert get(client, spy, "alerts:edit", note.pk).status_code == wanted
            assert get(client, spy, "alerts:paper", note.pk).status_code == 404
            assert not Notice.objects.filter(recipient=spy).exists()
        worker = factories.user("handler", unit)
        assert get(client, worker, "alerts:index").status_code == 403
        assert get(client, worker, "alerts:alarm", alarm.pk).status_code == 403
    told = Notice.objects.filter(kind="alarm")
    assert {one.recipient.username for one in told} == {"supervisor", "leader"}
    assert not any(word in one.text for one in told for word in ("人力资源", "人社", *[case.number for case in cases]))


def test_the_unit_stays_blind_when_a_matter_is_corrected_to_be_about_another(client, people):
    """The alarm goes by what it was about when it was raised."""
    alarm, cases = about_labour(people)
    for case in cases:
        case.accused_unit = factories.housing()
        case.save()
    boss = factories.user("leader", factories.labour())
    city = factories.user("leader", Unit.objects.get(code="CITY"))
    assert get(client, boss, "alerts:alarm", alarm.pk).status_code == 404
    assert get(client, city, "alerts:alarm", alarm.pk).status_code == 200


def test_an_alarm_that_is_open_again_asks_for_an_answer_and_shows_the_old_ones(client, people):
    case = come(people["clerk"], day(2), demand="不然就喝农药。")
    look(timezone.now())
    alarm = Alarm.objects.get()
    post(client, people["supervisor"], "alerts:alarm", alarm.pk, act="clear", note="已上门安抚。", version=1)
    assert get(client, people["leader"], "alerts:alarm", alarm.pk).text.count("已上门安抚。") == 1
    again(people["clerk"], day(1), case, demand="还是要喝农药。")
    look(timezone.now())
    assert alarm.get_absolute_url() in get(client, people["leader"], "alerts:index").text
    page = get(client, people["leader"], "alerts:alarm", alarm.pk).text
    for words in ("此前的处置", "已上门安抚。", "已核实无风险", "须重新处置", 'value="acknowledge"'):
        assert words in page
    post(client, people["leader"], "alerts:alarm", alarm.pk, act="acknowledge", note="已送医。", version=3)
    page = get(client, people["supervisor"], "alerts:alarm", alarm.pk).text
    assert [page.count(words) for words in ("已上门安抚。", "已送医。", 'value="acknowledge"')] == [1, 1, 0]


def test_an_alarm_with_one_matter_that_may_not_be_seen_is_not_seen(client, people):
    alarm, cases = at_a_place(people)
    cases[1].accused_user = people["supervisor"]
    cases[1].save()
    assert get(client, people["supervisor"], "alerts:alarm", alarm.pk).status_code == 404
    assert get(client, people["leader"], "alerts:alarm", alarm.pk).status_code == 200


def test_accusations_are_not_counted_by_place_nor_matters_about_an_officer_at_all(people):
    for ago in (3, 2, 1):
        case = accuse(people["clerk"], day(ago), region="清水区", content_category=content())
        case.accused_user = people["handler"]
        case.save()
    look(timezone.now())
    assert list(Alarm.objects.all()) == []


def test_a_word_about_an_alarm_needs_reasons_and_is_said_once(client, people):
    alarm, _cases = at_a_place(people)
    empty = post(client, people["supervisor"], "alerts:alarm", alarm.pk, act="clear", note=" ", version=1)
    assert (empty.status_code, alarm.handled_at) == (422, None)
    done = post(client, people["supervisor"], "alerts:alarm", alarm.pk, act="clear", note="已逐件核实。", version=1)
    assert done.status_code == 302
    late = post(client, people["leader"], "alerts:alarm", alarm.pk, act="acknowledge", note="已批转。", version=1)
    assert (late.status_code, "已由supervisor处置" in late.text, "已批转。" in late.text) == (422, True, True)
    alarm.refresh_from_db()
    assert (alarm.state, alarm.handled_by, alarm.handled_note) == ("cleared", people["supervisor"], "已逐件核实。")
    assert "已核实无风险" in get(client, people["leader"], "alerts:index", query="?tab=handled").text
    assert Alarm.objects.count() == 1
    assert Event.objects.filter(verb="answer_alarm").count() == 1
    assert list(findings()) == []


def test_a_word_is_refused_when_the_alarm_went_on_meanwhile(client, people):
    alarm, cases = at_a_place(people)
    again(people["clerk"], day(0), cases[0])
    look(timezone.now() + timezone.timedelta(days=1))
    answer = post(client, people["supervisor"], "alerts:alarm", alarm.pk, act="clear", note="没有风险。", version=1)
    assert (answer.status_code, "没有风险。" in answer.text) == (409, True)
    with pytest.raises(Stale):
        actions.clear(alarm=alarm, version=1, note="x", actor=people["leader"], at=timezone.now())


def test_who_withdrew_from_one_of_the_matters_does_not_handle_the_alarm(people):
    alarm, cases = at_a_place(people)
    recusing.declare_interest(case=cases[0], actor=people["supervisor"], at=timezone.now(), reason="亲属。")
    with pytest.raises(Refusal, match="回避"):
        actions.acknowledge(alarm=alarm, version=1, note="x", actor=people["supervisor"], at=timezone.now())
    with pytest.raises(Refusal, match="角色"):
        actions.acknowledge(alarm=alarm, version=1, note="x", actor=people["clerk"], at=timezone.now())


def test_the_note_is_drafted_edited_issued_by_hand_and_carries_numbers_and_links(client, people, settings):
    settings.SITE_URL = "https://xf.example.org"
    alarm, cases = at_a_place(people, person={"name": "欧阳守义"})
    boss = people["supervisor"]
    form = get(client, boss, "alerts:note", alarm.pk).context["form"]
    draft = dict(form.initial)
    assert all(case.number in draft["situation"] for case in cases)
    assert "3 件事项、来访 3 次" in draft["situation"]
    assert Note.objects.count() == 0  # looking keeps nothing, nothing is sent
    named = post(client, boss, "alerts:note", alarm.pk, **draft | {"analysis": "欧阳守义牵头。"})
    assert (named.status_code, "说事不说人" in named.text) == (422, True)
    post(client, boss, "alerts:note", alarm.pk, **draft | {"analysis": "物业更换引起。"})
    note = Note.objects.get()
    twice = get(client, boss, "alerts:note", alarm.pk)
    assert twice.status_code == 302
    post(client, boss, "alerts:edit", note.pk, **draft | {"analysis": "更换物业引起。", "version": 1})
    assert post(client, boss, "alerts:edit", note.pk, **draft | {"version": 1}).status_code == 409
    assert get(client, people["leader"], "alerts:paper", note.pk).status_code == 404
    assert not Notice.objects.filter(kind="alarm_note").exists()
    assert post(client, boss, "alerts:issue", note.pk, version=1).url == reverse("alerts:edit", args=[note.pk])
    assert post(client, boss, "alerts:issue", note.pk, version="²").url == reverse("alerts:edit", args=[note.pk])
    assert post(client, boss, "alerts:issue", note.pk, version=2).url == alarm.get_absolute_url()
    note.refresh_from_db()
    assert list(Notice.objects.filter(kind="alarm_note").values_list("recipient__username", flat=True)) == ["leader"]
    pdf = pdf_of(note.paper)
    assert page_count(pdf) == 1
    text = subprocess.run(["pdftotext", "-", "-"], input=pdf, capture_output=True, check=True).stdout.decode()
    text = text.replace("\n", "")
    assert all(case.number in text for case in cases)
    assert ("更换物业引起" in text, "信访预警摘报" in text, "欧阳守义" in text) == (True, True, False)
    assert links(pdf) >= {f"https://xf.example.org/cases/{case.number}/" for case in cases}
    answer = get(client, people["leader"], "alerts:paper", note.pk)
    assert (answer.status_code, answer["Content-Type"]) == (200, "application/pdf")
    assert get(client, boss, "alerts:edit", note.pk).status_code == 302
    assert list(findings()) == []


def test_a_note_of_two_pages_is_not_issued_and_stays_as_it_was(client, people):
    alarm, _cases = at_a_place(people)
    boss = people["supervisor"]
    draft = dict(get(client, boss, "alerts:note", alarm.pk).context["form"].initial)
    post(client, boss, "alerts:note", alarm.pk, **draft | {"analysis": "物业更换引起，涉及多个楼栋。" * 60})
    note = Note.objects.get()
    answer = client.post(reverse("alerts:issue", args=[note.pk]), {"version": 1}, follow=True)
    assert "摘报共 2 页，请精简到一页再制发。" in answer.text
    note.refresh_from_db()
    assert (note.issued_at, note.paper) == (None, None)
    assert not Paper.objects.filter(kind="digest").exists()
    post(client, boss, "alerts:edit", note.pk, **draft | {"analysis": "物业更换引起。", "version": 1})
    assert post(client, boss, "alerts:issue", note.pk, version=2).url == alarm.get_absolute_url()
    note.refresh_from_db()
    assert note.paper.number.endswith("1号")  # the number of the note that was too long was not used up
    assert list(findings()) == []


def test_of_many_matters_three_are_named_and_all_are_linked_on_one_page(client, people):
    alarm, cases = at_a_place(people, n=12)
    boss = people["supervisor"]
    draft = dict(get(client, boss, "alerts:note", alarm.pk).context["form"].initial)
    assert "等 12 件。" in draft["situation"]
    post(client, boss, "alerts:note", alarm.pk, **draft | {"analysis": "物业更换引起，涉及多个楼栋。" * 8})
    note = Note.objects.get()
    assert post(client, boss, "alerts:issue", note.pk, version=1).url == alarm.get_absolute_url()
    note.refresh_from_db()
    pdf = pdf_of(note.paper)
    assert page_count(pdf) == 1
    assert len(links(pdf)) == len(cases) == 12
    assert "另有9件" in "".join(block["text"] for block in note.paper.context["body"])


def links(pdf):
    with pikepdf.open(io.BytesIO(pdf)) as document:
        found = [note for page in document.pages for note in page.get("/Annots", [])]
        return {str(note["/A"]["/URI"]) for note in found if "/A" in note and "/URI" in note["/A"]}


def test_a_note_on_accusations_hides_what_they_say(people):
    alarm, _cases = about_labour(people)
    boss, now = people["supervisor"], timezone.now()
    note = actions.write_note(
        alarm=alarm, actor=boss, at=now, title="某单位", situation="集中。", suggestion="请核查。"
    )
    actions.issue_note(note=note, version=1, actor=boss, at=now)
    note.refresh_from_db()
    assert {one["matter"] for one in note.paper.context["sources"]} == {"检举控告事项"}
    assert note.paper.context["protected"] is True


@pytest.mark.parametrize(("rows", "queries"), [(1, 12), (3, 12)])
def test_the_list_asks_as_often_for_many_as_for_one(client, people, rows, queries):
    for name, code in (("和平区", "0101"), ("清水区", "0102"), ("临江县", "0103"))[:rows]:
        at_a_place(people, name, code)
    client.force_login(people["supervisor"])
    client.get(reverse("alerts:index"))
    with CaptureQueriesContext(connection) as asked:
        assert client.get(reverse("alerts:index")).context["page_obj"].paginator.count == rows
    assert len(asked) == queries


def test_filters_choose_rule_outcome_and_days(client, people):
    at_a_place(people)
    for query, count in (
        ("?rule=place", 1),
        ("?rule=unit", 0),
        ("?state=open", 1),
        (f"?from={day(0)}", 0),
        ("?rule=x", 1),
    ):
        page = get(client, people["supervisor"], "alerts:index", query=query)
        assert (query, page.status_code, page.context["page_obj"].paginator.count) == (query, 200, count)
