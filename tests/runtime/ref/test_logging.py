"""The log, as whoever reads it sees it."""

from __future__ import annotations

import io
import json
import logging
from collections.abc import Iterator

import pytest

from ocppref.logging import logger, set_up_logging


@pytest.fixture(autouse=True)
def _restored() -> Iterator[None]:
    root = logging.getLogger()
    before = (root.handlers[:], root.level)
    yield
    root.handlers[:], level = before
    root.setLevel(level)


def test_a_line_of_json_has_what_is_known() -> None:
    stream = io.StringIO()
    set_up_logging("INFO", "json", stream)
    logger("ocppref.test").info("it is so", charging_station_id="CS001", ocpp_direction="in")
    logging.getLogger("somebody").warning("else %s", "speaks")
    one, other = (json.loads(line) for line in stream.getvalue().splitlines())
    assert one.pop("timestamp").endswith("Z")
    assert one == {
        "level": "info",
        "logger": "ocppref.test",
        "message": "it is so",
        "charging_station_id": "CS001",
        "ocpp_direction": "in",
    }
    assert (other["message"], other["level"]) == ("else speaks", "warning")


def test_below_the_level_nothing_is_logged() -> None:
    stream = io.StringIO()
    set_up_logging("WARNING", "text", stream)
    logger("ocppref.test").info("not so bad")
    logging.getLogger("somebody").info("nor this")
    assert stream.getvalue() == ""


def test_text_is_for_people_and_a_line_break_from_outside_makes_no_line() -> None:
    stream = io.StringIO()
    set_up_logging("INFO", "text", stream)
    logger("ocppref.test").warning("odd", action="a\nb")
    assert stream.getvalue().count("\n") == 1
    assert "odd" in stream.getvalue()
