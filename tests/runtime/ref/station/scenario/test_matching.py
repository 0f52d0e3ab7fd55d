"""What fields match."""

from __future__ import annotations

import pytest

from ocppref.station.scenario.matching import explain, resolve
from ocppref.station.scenario.source import Data

ACTUAL = {
    "eventType": "Started",
    "seqNo": 0,
    "offline": True,
    "evse": {"id": 1, "connectorId": 2},
    "meterValue": [{"sampledValue": [{"value": 1.5}, {"value": 7}]}],
    "a/b": {"~": "x"},
    "text": "22",
}


@pytest.mark.parametrize(
    "expected",
    [
        {},
        {"eventType": "Started", "seqNo": 0, "offline": True},
        {"evse": {"id": 1}},
        {"/evse/connectorId": 2},
        {"/meterValue/0/sampledValue/1/value": 7},
        {"meterValue": [{"sampledValue": [{"value": 7}]}]},
        {"/a~1b/~0": "x"},
        {"eventType": "*", "idToken": None, "/evse/nothing": None, "/meterValue/7": None},
        {"seqNo": {"at-least": 0, "at-most": 0}, "text": {"at-least": 22}},
        {"eventType": {"one-of": ["Started", "Ended"]}},
        {"eventType": {"like": "^Start"}},
        {"eventType": {"not": "Ended"}, "idToken": {"not": "A"}},
        {"text": 22, "seqNo": "0"},
    ],
)
def test_what_matches(expected: dict[str, Data]) -> None:
    assert explain(expected, ACTUAL) == ""


@pytest.mark.parametrize(
    ("expected", "said"),
    [
        ({"eventType": "Ended"}, 'eventType is "Started", not "Ended"'),
        ({"seqNo": False}, "seqNo is 0, not false"),
        ({"offline": 1}, "offline is true, not 1"),
        ({"eventType": None}, 'eventType is "Started", not absent'),
        ({"idToken": "*"}, 'idToken is absent, not "*"'),
        ({"evse": {"id": 2}}, 'evse is {"id": 1, "connectorId": 2}, not {"id": 2}'),
        ({"evse": 1}, "evse is"),
        ({"meterValue": [{"sampledValue": [{"value": 8}]}]}, "meterValue is"),
        ({"meterValue": []}, "meterValue is"),
        ({"seqNo": {"at-least": 1}}, "seqNo is 0"),
        ({"seqNo": {"at-most": -1}}, "seqNo is 0"),
        ({"eventType": {"at-least": 0}}, "eventType is"),
        ({"eventType": {"one-of": ["Updated"]}}, "eventType is"),
        ({"eventType": {"like": "^start"}}, "eventType is"),
        ({"eventType": {"not": "Started"}}, "eventType is"),
        ({"/meterValue/x": 1}, "/meterValue/x is absent"),
    ],
)
def test_what_does_not_match_and_why(expected: dict[str, Data], said: str) -> None:
    assert explain(expected, ACTUAL).startswith(said)


def test_a_pointer_leads_to_the_whole_or_into_it() -> None:
    assert resolve(ACTUAL, "") is ACTUAL
    assert resolve(ACTUAL, "/evse/id") == 1
