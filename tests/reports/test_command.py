"""``manage.py statistics``: the names and numbers that the office's own scripts rely on."""

import io
import json

import pytest
from django.core.management import CommandError, call_command

from reports.figures import FIGURES
from tests import factories
from tests.reports import office

pytestmark = pytest.mark.django_db


def told(*arguments):
    out = io.StringIO()
    call_command("statistics", *arguments, stdout=out)
    return out.getvalue()


def test_json_gives_every_figure_with_its_parts():
    factories.calendar(2026)
    factories.case("served", visitors=7, involved=9, region="和平街道")
    answer = json.loads(told("--from", "2026-03-01", "--to", "2026-03-31", "--as-of", "2026-04-30", "--json"))
    assert {key: answer[key] for key in ("from", "to", "as_of")} == {
        "from": "2026-03-01", "to": "2026-03-31", "as_of": "2026-04-30",
    }  # fmt: skip
    assert [one["code"] for one in answer["figures"]] == list(FIGURES)
    assert {frozenset(one) for one in answer["figures"]} == {
        frozenset({"code", "label", "numerator", "denominator", "value", "percent", "definition", "rows"})
    }
    by_code = {one["code"]: one for one in answer["figures"]}
    assert by_code["answered_15"] == {
        "code": "answered_15", "label": "15 日内答复", "numerator": 1, "denominator": 1, "value": 1.0, "percent": None,
        "definition": "本期登记的事项中，自登记之日起 15 个自然日内首次答复的。",
        "rows": {"unit": [
            {"key": factories.housing().pk, "label": "住建局", "numerator": 1, "denominator": 1, "value": 1.0,
             "percent": None},
        ]},
    }  # fmt: skip
    assert by_code["persons"]["rows"]["region"] == [
        {"key": "和平街道", "label": "和平街道", "numerator": 7, "denominator": None, "value": 7, "percent": None}
    ]


def test_rows_of_every_breakdown_add_up():
    office.furnish(matters=60)
    answer = json.loads(told("--from", "2025-01-01", "--to", "2026-12-31", "--json"))
    sums = {
        (one["code"], by): (sum(row["numerator"] for row in rows), sum(row["denominator"] or 0 for row in rows))
        for one in answer["figures"]
        for by, rows in one["rows"].items()
    }
    assert sums == {
        (one["code"], by): (one["numerator"], one["denominator"] or 0)
        for one in answer["figures"]
        for by in one["rows"]
    }


def test_table_for_people_names_every_figure():
    text = told("--from", "2026-03-01", "--to", "2026-03-31", "--as-of", "2026-04-30")
    assert text.startswith("2026-03-01 至 2026-03-31，截至 2026-04-30")
    assert [str(figure.label) in text for figure in FIGURES.values()] == [True] * len(FIGURES)


@pytest.mark.parametrize(
    ("first", "last", "sentence"),
    [
        ("2026-02-30", "2026-03-01", "“2026-02-30”不是日期，请写成 2026-03-01 这样。"),
        ("三月", "2026-03-01", "“三月”不是日期，请写成 2026-03-01 这样。"),
        ("2026-03-02", "2026-03-01", "开始日期不能晚于结束日期。"),
        ("0001-01-01", "2026-03-01", "日期应当在 1950-01-01 和 2099-12-31 之间。"),
    ],
)
def test_bad_dates_get_a_sentence_and_exit_code_two(first, last, sentence):
    with pytest.raises(CommandError) as raised:
        told("--from", first, "--to", last)
    assert (str(raised.value), raised.value.returncode) == (sentence, 2)
