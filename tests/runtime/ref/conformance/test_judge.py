"""The judge finds what is wrong."""

from __future__ import annotations

import json
from typing import Any, cast

import pytest
from tests.runtime.ref.conformance.judge import Judge

from ocppj import Link

_LINK = cast(Link, None)
_HEARTBEAT = [2, "1", "Heartbeat", {}]


def _judge(*frames: Any, asked: tuple[Any, ...] = ()) -> list[str]:
    judge = Judge()
    judge.connection_opened(_LINK)
    for frame in asked:
        judge.frame_in(_LINK, json.dumps(frame))
    for frame in frames:
        judge.frame_out(_LINK, json.dumps(frame))
        if frame[0] == 2:
            judge.frame_in(_LINK, json.dumps([3, frame[1], {}]))
    assert len(judge.frames) == len(frames)
    return [fault.partition(" in [")[0] for fault in judge.faults]


def test_what_is_right_is_right() -> None:
    asked = ([2, "a", "ClearCache", {}], [2, "b", "GetLog", {}])
    answers = ([3, "a", {"status": "Accepted"}], [4, "b", "FormatViolation", "no log", {}])
    assert _judge(_HEARTBEAT, *answers, [2, "2", "Heartbeat", {}], asked=asked) == []


@pytest.mark.parametrize(
    ("frame", "fault"),
    [
        ([2, "1", "Heartbeat", {"now": 1}], "breaks its schema at '/now'"),
        ([2, "1", "Authorize", {}], "breaks its schema at '/idToken' (required)"),
        ([2, "1" * 37, "Heartbeat", {}], "no message id"),
        ([2, "1", "Heartbeat"], "no frame of OCPP-J"),
        ([3, "other", {}], "an answer to nothing"),
        ([3, "a", {"status": "Yes"}], "breaks its schema at '/status'"),
        ([4, "a", "InternalError", "", {}], "an error of our own"),
        ([4, "a", "FormationViolation", "", {}], "an unknown error code"),
        ([4, "a", "FormatViolation", "x" * 256, {}], "no proper error"),
        ([6, "1", "Heartbeat", {}], "a SEND of an Action that is a CALL"),
    ],
)
def test_what_is_wrong_is_found(frame: Any, fault: str) -> None:
    assert any(fault in each for each in _judge(frame, asked=([2, "a", "ClearCache", {}],)))


def test_a_second_call_has_to_wait_and_an_id_is_used_once() -> None:
    assert "a message id for the second time" in _judge(_HEARTBEAT, _HEARTBEAT)
    judge = Judge()
    for number in "12":
        judge.frame_out(_LINK, json.dumps([2, number, "Heartbeat", {}]))
    assert "a CALL while another waits" in judge.faults[0]
