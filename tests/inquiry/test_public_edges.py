"""The petitioner's own page where it is easily got wrong: shared counts, passes that live on, numbers with signs."""

import datetime as dt
import time

import pytest
from django.utils import timezone

from archive.actions import file_case
from cases import coding
from cases.actions import deciding, ending, sending
from cases.models import QueryCode
from followup import evaluating
from inquiry import actions, slips
from tests import factories
from tests.inquiry.test_public import asked, code_of, made, now, rated, token_in
from tests.racing import race

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("plain_weeks")]


def test_what_is_no_code_is_counted_as_it_stands_and_shuts_nobody_else_out():
    slips_of_the_hand = ["ABCDEFGHJK" + sign for sign in "ABCDEFG"]  # eleven signs, each from another household
    said = [asked(one, "0000", REMOTE_ADDR=f"10.0.0.{n}").status_code for n, one in enumerate(slips_of_the_hand)]
    assert said == [422] * 7
    again = [asked("ABCDEFGHJKA", "0000", REMOTE_ADDR=f"10.0.1.{n}").status_code for n in range(5)]
    assert again == [422, 422, 422, 422, 429]


def test_behind_a_proxy_each_petitioner_has_an_address_of_their_own(people, settings):
    settings.TRUSTED_PROXIES = 1
    case = made(people)
    for n in range(30):
        assert asked(coding.ALPHABET[n] * 12, "0000", HTTP_X_FORWARDED_FOR="203.0.113.5").status_code == 422
    assert asked(code_of(case), "5678", HTTP_X_FORWARDED_FOR="9.9.9.9, 203.0.113.5").status_code == 429
    assert asked(code_of(case), "5678", HTTP_X_FORWARDED_FOR="203.0.113.6").status_code == 200


def test_a_page_shown_after_a_rating_does_not_prolong_its_pass(people, monkeypatch):
    case, start = made(people, upto="served"), now()
    token = token_in(asked(code_of(case), "5678"))
    said = []
    for minutes in (14, 28):
        moment = start + dt.timedelta(minutes=minutes)
        monkeypatch.setattr(timezone, "now", lambda moment=moment: moment)
        monkeypatch.setattr(time, "time", lambda moment=moment: moment.timestamp())
        answer = rated(token)
        said.append(case.number in answer.content.decode())
        token = token_in(answer) if said[-1] else token
    assert said == [True, False]


@pytest.mark.parametrize("how", ["withdrawn", "handed over"])
def test_what_is_not_rated_is_not_rated_once_it_is_filed(people, how):
    case, archivist = made(people, upto="accepted"), factories.user("archivist")
    if how == "withdrawn":
        ending.withdraw(case=factories._again(case), actor=people["supervisor"], at=now(), words="不再要求")
    else:
        discipline = factories._unit("JW", "示范市监察委员会", "discipline")
        sending.refer(case=factories._again(case), actor=people["supervisor"], at=now(), unit=discipline)
        sending.record_receipt(
            case=factories._again(case), actor=people["supervisor"], at=now(), received_by="张三",
        )  # fmt: skip
    assert evaluating.window(factories._again(case), timezone.localdate()).standing == "1"
    file_case(case=factories._again(case), actor=archivist, at=now(), at_once=False)
    assert factories._again(case).state == "filed"
    assert evaluating.window(factories._again(case), timezone.localdate()).standing == "1"


def test_an_answered_matter_is_still_rated_once_it_is_filed(people):
    case, archivist = made(people), factories.user("archivist")
    deciding.answer(case=factories._again(case), actor=people["clerk"], at=now(), answer="依据物业合同，由物业维修。")
    file_case(case=factories._again(case), actor=archivist, at=now(), at_once=False)
    assert evaluating.window(factories._again(case), timezone.localdate()).open_to == ("office",)


@pytest.mark.parametrize(
    ("number", "typed"), [("南字第0123456号", "3456"), ("A123456(7)", "4567"), ("A12-34/5X", "345X")],
)  # fmt: skip
def test_a_number_that_ends_in_a_sign_nobody_types_opens_with_its_last_four(people, number, typed):
    case = made(people, person={"phone": "", "id_type": "990", "id_number": number})
    assert slips.facts(case, QueryCode.objects.get(case=case))["code"]
    assert asked(code_of(case), typed).status_code == 200
    short = made(people, person={"phone": "", "id_type": "990", "id_number": "字第12号"})
    assert slips.facts(short, QueryCode.objects.get(case=short))["code"] == ""


@pytest.mark.django_db(transaction=True)
def test_two_who_print_the_first_slip_at_once_print_the_same_code(people):
    case = made(people)
    QueryCode.objects.all().delete()
    codes = []
    press = [
        lambda: codes.append(actions.hand_out(case=factories._again(case), actor=people["clerk"], at=now()).code)
    ] * 3
    assert race(*press) == ["", "", ""]
    assert set(codes) == {code_of(case)}
