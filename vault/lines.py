"""How a log line is written: for eyes or for a machine, personal numbers masked in all of it, one line an entry."""

import logging

from pythonjsonlogger.json import JsonFormatter

from vault.masking import mask_line


class PlainLine(logging.Formatter):
    """One line for eyes. The trace of an error is masked and folded like the message."""

    def format(self, record: logging.LogRecord) -> str:
        return mask_line(super().format(record))


class JsonLine(JsonFormatter):
    """One JSON object a line: time, level, logger, message, what was said with ``extra``, the trace of an error."""

    def __init__(self) -> None:
        super().__init__(
            "{asctime}{levelname}{name}{message}", style="{", datefmt="%Y-%m-%dT%H:%M:%S%z", json_ensure_ascii=False,
            rename_fields={"asctime": "time", "levelname": "level", "name": "logger"},
        )  # fmt: skip

    def format(self, record: logging.LogRecord) -> str:
        return mask_line(super().format(record))
