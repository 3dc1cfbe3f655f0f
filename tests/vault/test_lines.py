"""Log lines: personal numbers masked in the message, in what was said besides, and in the trace of an error."""

import json
import logging
import sys

import pytest

from vault.lines import JsonLine, PlainLine

ID = "11010519491231002X"


def record(message: str, **extra) -> logging.LogRecord:
    try:
        raise ValueError(f"refused {ID}\nsecond line")
    except ValueError:
        made = logging.LogRecord("cases", logging.ERROR, __file__, 1, message, (), sys.exc_info())
    made.__dict__ |= extra
    return made


@pytest.mark.parametrize("formatter", [PlainLine("%(levelname)s %(message)s"), JsonLine()])
def test_no_number_anywhere_and_one_line(formatter):
    line = formatter.format(record(f"telephone 13800001234 of {ID}", said=ID))
    assert ID not in line
    assert "13800001234" not in line
    assert "138****1234" in line
    assert "\n" not in line
    assert "ValueError" in line


def test_json_is_json_with_what_was_said():
    found = json.loads(JsonLine().format(record("登记", route="cases:detail", ms=12)))
    assert (found["message"], found["level"], found["logger"], found["route"], found["ms"]) == (
        "登记", "ERROR", "cases", "cases:detail", 12,
    )  # fmt: skip
    assert found["time"]
