"""The log of a program."""

from __future__ import annotations

import io
import json
import logging
from collections.abc import Iterator

import pytest

from ocppref.logging import logger, set_up_logging


@pytest.fixture(autouse=True)
def undo() -> Iterator[None]:
    """Give the root logger back as it was."""
    root = logging.getLogger()
    handlers, level = root.handlers[:], root.level
    yield
    root.handlers[:], root.level = handlers, level


def test_a_line_of_json_has_the_fields_that_were_given() -> None:
    stream = io.StringIO()
    set_up_logging("INFO", "json", stream)
    logging.getLogger("plain").info("%s came", "CS001", extra={"charging_station_id": "CS001"})
    logger("structured").warning("it went", charging_station_id="CS002")
    logger("structured").debug("nobody wants to know")
    first, second = (json.loads(line) for line in stream.getvalue().splitlines())
    assert first["message"] == "CS001 came" and first["charging_station_id"] == "CS001"
    assert (first["level"], first["logger"]) == ("info", "plain")
    assert second["message"] == "it went" and second["charging_station_id"] == "CS002"
    assert second["timestamp"].endswith("Z")


def test_an_error_comes_with_its_traceback() -> None:
    stream = io.StringIO()
    set_up_logging("INFO", "json", stream)
    try:
        raise ZeroDivisionError("no")
    except ZeroDivisionError:
        logging.getLogger("plain").exception("it failed")
    [line] = stream.getvalue().splitlines()
    assert "ZeroDivisionError: no" in json.loads(line)["exception"]


def test_a_line_of_text_is_for_people() -> None:
    stream = io.StringIO()
    set_up_logging("WARNING", "text", stream)
    logging.getLogger("plain").info("not this")
    logging.getLogger("plain").warning("but this")
    [line] = stream.getvalue().splitlines()
    assert "but this" in line and "warning" in line and "\x1b" not in line
