"""Frames as values, and as text."""

from __future__ import annotations

import json

import pytest

from ocppj.core.frames import (
    Call,
    CallError,
    CallResult,
    CallResultError,
    Frame,
    MessageType,
    Send,
    details_text,
    encode,
    read_details,
)
from ocppj.errors import OCPPUsageError

EXAMPLES: list[tuple[Frame, str]] = [
    (Call("m1", "Heartbeat", '{"a": 1}'), '[2,"m1","Heartbeat",{"a": 1}]'),
    (CallResult("m1", "{}"), '[3,"m1",{}]'),
    (CallError("m1", "NotSupported", "no", '{"k":1}'), '[4,"m1","NotSupported","no",{"k":1}]'),
    (CallError("m1", "GenericError"), '[4,"m1","GenericError","",{}]'),
    (CallResultError("m1", "FormatViolation"), '[5,"m1","FormatViolation","",{}]'),
    (Send("m1", "NotifyPeriodicEventStream", "{}"), '[6,"m1","NotifyPeriodicEventStream",{}]'),
]


@pytest.mark.parametrize(("frame", "text"), EXAMPLES)
def test_a_frame_is_written_as_part_4_shows_it(frame: Frame, text: str) -> None:
    assert encode(frame) == text


@pytest.mark.parametrize(("frame", "text"), EXAMPLES)
def test_the_type_of_a_frame_is_its_first_element(frame: Frame, text: str) -> None:
    assert frame.message_type is MessageType(json.loads(text)[0])


NASTY = 'a"b\\c\n\x00é\ud800'


@pytest.mark.parametrize(
    "frame",
    [
        Call(NASTY, NASTY, "{}"),
        Send(NASTY, NASTY, "{}"),
        CallError(NASTY, NASTY, NASTY),
        CallResultError(NASTY, NASTY, NASTY),
        CallResult(NASTY, "{}"),
    ],
)
def test_strings_are_escaped_to_plain_ascii(frame: Frame) -> None:
    text = encode(frame)
    assert text.isascii()
    elements = json.loads(text)
    strings = elements[1:-1]
    assert strings == [NASTY] * len(strings)


@pytest.mark.parametrize("kind", [CallError, CallResultError])
def test_a_description_is_cut_to_255_characters(kind: type[CallError | CallResultError]) -> None:
    assert json.loads(encode(kind("m1", "GenericError", "x" * 255)))[3] == "x" * 255
    assert json.loads(encode(kind("m1", "GenericError", "x" * 255 + "y")))[3] == "x" * 255


def test_a_frame_equals_only_a_frame_of_its_own_type() -> None:
    call, same = Call("m1", "Heartbeat", "{}"), Call("m1", "Heartbeat", "{}")
    assert call == same
    assert not call != same
    assert hash(call) == hash(same)
    assert call != Call("m2", "Heartbeat", "{}")
    assert call != Send("m1", "Heartbeat", "{}")
    assert not call == Send("m1", "Heartbeat", "{}")
    assert call != ("m1", "Heartbeat", "{}")


@pytest.mark.parametrize(("frame", "text"), EXAMPLES)
def test_a_frame_cannot_be_changed(frame: Frame, text: str) -> None:
    with pytest.raises(AttributeError):
        frame.message_id = "m2"  # type: ignore[misc]
    with pytest.raises(AttributeError):
        frame.anything = 1  # type: ignore[union-attr]
    assert encode(frame) == text


def test_details_are_compact_json() -> None:
    assert details_text({"a": [1, "é"]}) == '{"a":[1,"\\u00e9"]}'


ENDLESS: dict[str, object] = {}
ENDLESS["again"] = ENDLESS
DEEP: dict[str, object] = {}
for _ in range(200_000):
    DEEP = {"a": DEEP}


@pytest.mark.parametrize("value", [object(), float("nan"), ENDLESS, DEEP, {("a",): 1}])
def test_details_that_json_cannot_say_are_a_usage_error(value: object) -> None:
    with pytest.raises(OCPPUsageError, match=r"^errorDetails hold something that is not JSON$"):
        details_text({"value": value})


def test_details_are_read_whatever_numbers_they_hold() -> None:
    many = "1" * 5000
    read = read_details('{"big": ' + many + ', "small": -7, "real": 1.5}')
    assert read == {"big": float("inf"), "small": -7, "real": 1.5}
    assert isinstance(read["small"], int)


def test_details_that_are_nested_too_deep_count_as_none() -> None:
    assert read_details('{"a":' * 200_000 + "1" + "}" * 200_000) == {}
