"""Reading with care: what is a frame, and what is wrong with what is none."""

from __future__ import annotations

import json

import pytest
from hypothesis import given
from tests.runtime.core.texts import json_values

from ocppj.core.frames import (
    Call,
    CallError,
    CallResult,
    CallResultError,
    Frame,
    MessageType,
    Send,
)
from ocppj.core.reader import read
from ocppj.core.troubles import Trouble, Unreadable

CALL, RESULT, ERROR = MessageType.CALL, MessageType.CALLRESULT, MessageType.CALLERROR
RESULT_ERROR, SEND = MessageType.CALLRESULTERROR, MessageType.SEND
DEEP = "[" * 200_000 + "]" * 200_000

GOOD: list[tuple[str, Frame]] = [
    ('[2,"m","A",{ "a" : 1 }]', Call("m", "A", '{ "a" : 1 }')),
    ('\r\n\t [\n2 ,\t"m"\r,"A", {} ] ', Call("m", "A", "{}")),
    ('[2,"m","A",null]', Call("m", "A", "{}")),
    ('[2,"m","A",{"a":1,"a":2}]', Call("m", "A", '{"a":1,"a":2}')),
    ('[2,"\\ud800","A",{"a":"\\udfff"}]', Call("\ud800", "A", '{"a":"\\udfff"}')),
    ('[2,"m","A",{"a":' + "1" * 5000 + "}]", Call("m", "A", '{"a":' + "1" * 5000 + "}")),
    ('[2,"m","A",{"a":1e999}]', Call("m", "A", '{"a":1e999}')),
    ('[2,"' + "é" * 36 + '","A",{}]', Call("é" * 36, "A", "{}")),
    ('[3,"m",{}]', CallResult("m", "{}")),
    ('[3,"m",null]', CallResult("m", "{}")),
    ('[6,"m","N",{}]', Send("m", "N", "{}")),
    ('[6,"m","N",null]', Send("m", "N", "{}")),
    ('[4,"m","E","why",{"a":1}]', CallError("m", "E", "why", '{"a":1}')),
    ('[5,"m","E","why",{"a":1}]', CallResultError("m", "E", "why", '{"a":1}')),
    # Some peers leave out what they have not got; the error is no less an error.
    ('[4,"m","E"]', CallError("m", "E", "", "{}")),
    ('[4,"m","E","why"]', CallError("m", "E", "why", "{}")),
    ('[4,"m","E",null,null]', CallError("m", "E", "", "{}")),
    ('[4,"-1","E","",{}]', CallError("-1", "E", "", "{}")),
    ('[5,"m",""]', CallResultError("m", "", "", "{}")),
]


@pytest.mark.parametrize(("text", "frame"), GOOD)
def test_frames(text: str, frame: Frame) -> None:
    assert read(text) == frame


BAD: list[tuple[str, Trouble, MessageType | None, str | None]] = [
    ("", Trouble.NOT_JSON, None, None),
    (" ", Trouble.NOT_JSON, None, None),
    ("[", Trouble.NOT_JSON, None, None),
    ('{"a":1', Trouble.NOT_JSON, None, None),
    ("hello", Trouble.NOT_JSON, None, None),
    ("{} {}", Trouble.NOT_JSON, None, None),
    ("NaN", Trouble.NOT_JSON, None, None),
    ("[nul", Trouble.NOT_JSON, None, None),
    ("\ufeff[2]", Trouble.NOT_JSON, None, None),
    ("\u00a0[2]", Trouble.NOT_JSON, None, None),
    (DEEP, Trouble.TOO_DEEP, None, None),
    ("{}", Trouble.NOT_AN_ARRAY, None, None),
    ("-Infinity", Trouble.NOT_JSON, None, None),
    (' "text" ', Trouble.NOT_AN_ARRAY, None, None),
    ("null", Trouble.NOT_AN_ARRAY, None, None),
    ("2", Trouble.NOT_AN_ARRAY, None, None),
    ("[]", Trouble.NO_TYPE, None, None),
    ('["2","m","A",{}]', Trouble.NO_TYPE, None, None),
    ("[null]", Trouble.NO_TYPE, None, None),
    ("[true]", Trouble.NO_TYPE, None, None),
    ("[[2]]", Trouble.NO_TYPE, None, None),
    ('[7,"m","A",{}]', Trouble.UNKNOWN_TYPE, None, "m"),
    ('[1,"m"]', Trouble.UNKNOWN_TYPE, None, "m"),
    ('[2.0,"m","A",{}]', Trouble.UNKNOWN_TYPE, None, "m"),
    ('[-2,"m","A",{}]', Trouble.UNKNOWN_TYPE, None, "m"),
    ("[" + "2" * 10_000 + ',"m","A",{}]', Trouble.UNKNOWN_TYPE, None, "m"),
    ('[7,"m",{', Trouble.UNKNOWN_TYPE, None, "m"),
    ("[7]", Trouble.UNKNOWN_TYPE, None, None),
    ("[7,", Trouble.UNKNOWN_TYPE, None, None),
    ("[7,1]", Trouble.UNKNOWN_TYPE, None, None),
    ('[7,"' + "i" * 37 + '"]', Trouble.UNKNOWN_TYPE, None, None),
    ("[02]", Trouble.UNKNOWN_TYPE, None, None),
    ("[2", Trouble.NOT_JSON, CALL, None),
    ("[2,", Trouble.NOT_JSON, CALL, None),
    ('[2,"m', Trouble.NOT_JSON, CALL, None),
    ('[2 "m"]', Trouble.NOT_JSON, CALL, None),
    ("[2] x", Trouble.NOT_JSON, CALL, None),
    ("[4,", Trouble.NOT_JSON, ERROR, None),
    ("[2]", Trouble.NO_ID, CALL, None),
    ('[2,"","A",{}]', Trouble.NO_ID, CALL, None),
    ('[2,1,"A",{}]', Trouble.NO_ID, CALL, None),
    ('[2,null,"A",{}]', Trouble.NO_ID, CALL, None),
    (f'[2,{DEEP},"A",' + "{}]", Trouble.NO_ID, CALL, None),
    ('[6,{},"A",{}]', Trouble.NO_ID, SEND, None),
    ('[2,"' + "i" * 37 + '","A",{}]', Trouble.LONG_ID, CALL, None),
    ('[3,"' + "i" * 1_000_000 + '",{}]', Trouble.LONG_ID, RESULT, None),
    ('[2,"m"', Trouble.BROKEN_BODY, CALL, "m"),
    ('[2,"m",', Trouble.BROKEN_BODY, CALL, "m"),
    ('[2,"m","A",{"a":}]', Trouble.BROKEN_BODY, CALL, "m"),
    ('[2,"m","A",{}] x', Trouble.BROKEN_BODY, CALL, "m"),
    ('[2,"m","A",{},]', Trouble.BROKEN_BODY, CALL, "m"),
    ('[2,"m","A",{"a":Infinity}]', Trouble.BROKEN_BODY, CALL, "m"),
    ('[2,"m","A",{"a":"\ud800"}]', Trouble.BROKEN_BODY, CALL, "m"),
    ('[5,"m","E","', Trouble.BROKEN_BODY, RESULT_ERROR, "m"),
    (f'[2,"m","A",{DEEP}]', Trouble.TOO_DEEP, CALL, "m"),
    ('[2,"m"]', Trouble.WRONG_LENGTH, CALL, "m"),
    ('[2,"m","A"]', Trouble.WRONG_LENGTH, CALL, "m"),
    ('[2,"m","A",{},{}]', Trouble.WRONG_LENGTH, CALL, "m"),
    ('[3,"m"]', Trouble.WRONG_LENGTH, RESULT, "m"),
    ('[3,"m",{},{}]', Trouble.WRONG_LENGTH, RESULT, "m"),
    ('[4,"m"]', Trouble.WRONG_LENGTH, ERROR, "m"),
    ('[4,"m","E","",{},{}]', Trouble.WRONG_LENGTH, ERROR, "m"),
    ('[5,"m"]', Trouble.WRONG_LENGTH, RESULT_ERROR, "m"),
    ('[6,"m","N"]', Trouble.WRONG_LENGTH, SEND, "m"),
    ('[2,"m",1,{}]', Trouble.NO_ACTION, CALL, "m"),
    ('[2,"m","",{}]', Trouble.NO_ACTION, CALL, "m"),
    ('[6,"m",null,{}]', Trouble.NO_ACTION, SEND, "m"),
    ('[2,"m","A",[]]', Trouble.NO_OBJECT, CALL, "m"),
    ('[2,"m","A","{}"]', Trouble.NO_OBJECT, CALL, "m"),
    ('[3,"m",1]', Trouble.NO_OBJECT, RESULT, "m"),
    ('[6,"m","N",false]', Trouble.NO_OBJECT, SEND, "m"),
    ('[4,"m",1,"",{}]', Trouble.BAD_ERROR, ERROR, "m"),
    ('[4,"m",null,"",{}]', Trouble.BAD_ERROR, ERROR, "m"),
    ('[4,"m","E",1,{}]', Trouble.BAD_ERROR, ERROR, "m"),
    ('[4,"m","E","",[]]', Trouble.BAD_ERROR, ERROR, "m"),
    ('[5,"m","E","",""]', Trouble.BAD_ERROR, RESULT_ERROR, "m"),
]


@pytest.mark.parametrize(
    ("text", "trouble", "kind", "message_id"), BAD, ids=[repr(row[0][:30]) for row in BAD]
)
def test_what_is_no_frame(
    text: str, trouble: Trouble, kind: MessageType | None, message_id: str | None
) -> None:
    found = read(text)
    assert isinstance(found, Unreadable)
    assert (found.trouble, found.message_type, found.message_id) == (trouble, kind, message_id)


DESCRIPTIONS = [
    ("[2,", "not JSON at character 3"),
    ("{} {}", "not JSON at character 3"),
    ('[2,"m","A",{"secret":tru}]', "not JSON at character 21"),
    ('[2,"m","A",{"secret":NaN}]', "not JSON: NaN"),
    ('[2,"m","A",{}] secret', "not JSON at character 15"),
    ('[2,"m","A",{"a":"\ud800"}]', "a lone surrogate is not text"),
    (DEEP, "nested too deep"),
    ("{}", "a frame is a JSON array"),
    ("[]", "the array is empty"),
    ('["secret"]', "the first element is no number"),
    ("[7]", "unknown message type number"),
    ("[2]", "the second element is no message id"),
    ('[2,"' + "i" * 40 + '"]', "the message id has 40 characters, 36 may be"),
    ('[2,"m"]', "wrong number of elements for this message type"),
    ('[2,"m",1,{}]', "the third element is no action"),
    ('[2,"m","A","secret"]', "an element is no JSON object"),
    ('[4,"m",1,"",{}]', "errorCode or errorDescription is no string"),
]


@pytest.mark.parametrize(
    ("text", "description"), DESCRIPTIONS, ids=[repr(row[0][:30]) for row in DESCRIPTIONS]
)
def test_the_description_says_what_is_wrong_without_repeating_it(
    text: str, description: str
) -> None:
    found = read(text)
    assert isinstance(found, Unreadable)
    assert found.description == description


@given(json_values)
def test_any_json_that_is_no_array_is_said_to_be_none(value: object) -> None:
    found = read(json.dumps(value))
    assert isinstance(found, Unreadable)
    if isinstance(value, list):
        assert found.trouble is not Trouble.NOT_AN_ARRAY
        assert found.trouble is not Trouble.NOT_JSON
    else:
        assert found.trouble is Trouble.NOT_AN_ARRAY


def test_an_array_of_a_million_elements_is_not_read_to_its_end() -> None:
    text = '[2,"m","A",{},' + "1," * 1_000_000 + "not JSON"
    found = read(text)
    assert isinstance(found, Unreadable)
    assert found.trouble is Trouble.WRONG_LENGTH  # to its end, it is no JSON
