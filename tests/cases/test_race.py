"""Eight people press the same button: one wins, seven are told who was faster, nothing is written twice."""

import threading

import pytest
from django.db import connection

from audit.models import Event
from audit.verifying import findings
from cases.actions import deciding
from cases.models import Case, Clock
from documents.models import Paper
from tests import factories
from vault.errors import Refusal

THREADS = 8


@pytest.mark.django_db(transaction=True)
def test_eight_accept_the_same_matter_and_one_wins():
    factories.calendar(2026)
    case = factories.case()
    people = [factories.user("supervisor") for _each in range(THREADS)]
    copies = [Case.objects.get(pk=case.pk) for _each in range(THREADS)]
    start, results = threading.Barrier(THREADS), []

    def press(copy: Case, actor) -> None:
        try:
            start.wait(timeout=30)
            deciding.accept(case=copy, actor=actor, at=factories.AT)
            results.append("accepted")
        except Refusal as no:
            results.append(str(no))
        except Exception as fault:
            results.append(repr(fault))
        finally:
            connection.close()

    threads = [threading.Thread(target=press, args=pair) for pair in zip(copies, people, strict=True)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(timeout=60)

    winner = Event.objects.get(verb="accept")
    assert sorted(results) == sorted(
        ["accepted"] + [f"{winner.actor_name} 已先行办理“受理”，请刷新后再看。"] * (THREADS - 1)
    )
    assert Paper.objects.filter(kind="accept_notice").count() == 1
    assert Clock.objects.filter(case=case, kind="handle").count() == 1
    fresh = Case.objects.get(pk=case.pk)
    assert (fresh.state, fresh.version) == ("accepted", case.version + 1)
    assert list(findings()) == []
