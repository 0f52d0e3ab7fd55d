"""Reading frames: the quick way, and that it agrees with the careful one."""

from __future__ import annotations

import json
import re

import pytest
from hypothesis import example, given
from hypothesis import strategies as st
from tests.runtime.core.texts import all_texts, frames, near_frames

from ocppj.core import decoder
from ocppj.core.decoder import Data, decode, explain
from ocppj.core.frames import (
    Call,
    CallError,
    CallResult,
    CallResultError,
    Frame,
    MessageType,
    Send,
    encode,
)
from ocppj.core.reader import read
from ocppj.core.troubles import Trouble, Unreadable

QUICK: list[tuple[str, Frame]] = [
    ('[2,"m1","Heartbeat",{}]', Call("m1", "Heartbeat", "{}")),
    ('[2, "m1", "Heartbeat", {}]', Call("m1", "Heartbeat", "{}")),
    ('[2,"m1","A",{"k":"é"}]', Call("m1", "A", '{"k":"é"}')),
    ('[2,"' + "i" * 36 + '","A",{}]', Call("i" * 36, "A", "{}")),
    ('[2,"m !#[]~","-Signed -",{}]', Call("m !#[]~", "-Signed -", "{}")),
    ('[3,"m1",{"a":[1,2]}]', CallResult("m1", '{"a":[1,2]}')),
    ('[3, "m1", {}]', CallResult("m1", "{}")),
    ('[6,"m1","N",{}]', Send("m1", "N", "{}")),
    ('[6, "m1", "N", {"a" : 1}]', Send("m1", "N", '{"a" : 1}')),
]


@pytest.fixture
def no_reader(monkeypatch: pytest.MonkeyPatch) -> None:
    """Take the careful way out of reach."""

    def refuse(text: str) -> Frame:
        raise AssertionError(f"read with care: {text}")

    monkeypatch.setattr(decoder, "read", refuse)


@pytest.mark.usefixtures("no_reader")
@pytest.mark.parametrize(("text", "frame"), QUICK)
def test_the_shapes_that_peers_send_are_read_the_quick_way(text: str, frame: Frame) -> None:
    assert decode(text) == frame
    assert decode(text.encode()) == frame


SLOW: list[tuple[str, Frame | Trouble]] = [
    (' [ 2 , "m1" , "A" , {} ] \n', Call("m1", "A", "{}")),
    ('[2,"m1","A",{} ]', Call("m1", "A", "{}")),
    ('[2,  "m1","A",{}]', Call("m1", "A", "{}")),
    ('[2,"m1","A",{}]\n', Call("m1", "A", "{}")),
    ('[2,"m\\u0031","A",{}]', Call("m1", "A", "{}")),
    ('[2,"m1","\\"A",{}]', Call("m1", '"A', "{}")),
    ('[2,"mé","A",{}]', Call("mé", "A", "{}")),
    ('[2,"m\x7f","A",{}]', Call("m\x7f", "A", "{}")),
    ('[2,"m\x1f","A",{}]', Trouble.NOT_JSON),
    ('[2,"' + "i" * 37 + '","A",{}]', Trouble.LONG_ID),
    ('[2,"","A",{}]', Trouble.NO_ID),
    ('[2,"m1","",{}]', Trouble.NO_ACTION),
    ('[2,"m1",{}]', Trouble.WRONG_LENGTH),
    ('[6,"m1",{}]', Trouble.WRONG_LENGTH),
    ('[3,"m1","A",{}]', Trouble.WRONG_LENGTH),
    ('[2,"m1","A",[]]', Trouble.NO_OBJECT),
    ('[2,"m1","A",{]', Trouble.BROKEN_BODY),
    ('[2,"m1","A",{}}', Trouble.BROKEN_BODY),
    ('[2,"m1","A",null]', Call("m1", "A", "{}")),
    ('[4,"m1","E","",{}]', CallError("m1", "E")),
    ('[5,"m1","E","",{}]', CallResultError("m1", "E")),
]


@pytest.mark.parametrize(("text", "found"), SLOW)
def test_any_other_shape_is_read_with_care(text: str, found: Frame | Trouble) -> None:
    got = decode(text)
    assert (got.trouble if isinstance(got, Unreadable) else got) == found


@pytest.mark.parametrize(
    ("data", "position"), [(b'[2,"m1","A",{}]\xff', 15), (b"\xed\xa0\x80", 0), (b"[\xc3", 1)]
)
@pytest.mark.parametrize("kind", [bytes, bytearray, memoryview])
def test_bytes_that_are_not_utf8_say_where(
    data: bytes, position: int, kind: type[bytes | bytearray | memoryview]
) -> None:
    assert decode(kind(data)) == Unreadable(Trouble.NOT_UTF8, f"not UTF-8 at byte {position}")


@pytest.mark.parametrize("kind", [bytes, bytearray, memoryview])
def test_bytes_are_read_like_text(kind: type[bytes | bytearray | memoryview]) -> None:
    assert decode(kind('[2,"m1","A",{"k":"é"}]'.encode())) == Call("m1", "A", '{"k":"é"}')


BROKEN: list[tuple[str, Trouble]] = [
    ('[2,"m1","A",{"a":}]', Trouble.BROKEN_BODY),
    ('[2,"m1","A",{}}]', Trouble.BROKEN_BODY),
    ('[2,"m1","A",{"a":NaN}]', Trouble.BROKEN_BODY),
    ('[2,"m1","A",{"a":"\ud800"}]', Trouble.BROKEN_BODY),
    ('[2,"m1","A",{},{}]', Trouble.WRONG_LENGTH),
    ('[2,"m1","A",{"a":' + "[" * 200_000 + "]" * 200_000 + "}]", Trouble.TOO_DEEP),
    ('[3,"m1",{},{}]', Trouble.WRONG_LENGTH),
    ('[6,"m1","N",{{}]', Trouble.BROKEN_BODY),
]


@pytest.mark.parametrize(("text", "trouble"), BROKEN)
def test_what_the_quick_way_cannot_see_is_explained(text: str, trouble: Trouble) -> None:
    frame = decode(text)
    assert not isinstance(frame, Unreadable)
    found = explain(frame)
    assert found is not None
    assert (found.trouble, found.message_type, found.message_id) == (
        trouble,
        MessageType(int(text[1])),
        "m1",
    )


@pytest.mark.parametrize(("text", "frame"), QUICK)
def test_a_good_frame_needs_no_explanation(text: str, frame: Frame) -> None:
    assert explain(frame) is None


def is_json(text: str) -> bool:
    """Whether `text` is one JSON value that UTF-8 can carry."""

    def refuse(name: str) -> None:
        raise ValueError(name)

    try:
        json.loads(text, parse_constant=refuse)
    except ValueError:
        return False
    return re.search("[\ud800-\udfff]", text) is None


@given(all_texts)
@example('[2,"a","N",{}]')
@example('[2,"a","N",{},{}]')
def test_the_quick_way_agrees_with_the_careful_one(text: str) -> None:
    quick, careful = decode(text), read(text)
    if quick != careful:
        # They may differ only in what `explain` is for: a payload that does not parse.
        assert isinstance(careful, Unreadable)
        assert isinstance(quick, Call | CallResult | Send)
        assert not is_json(quick.payload)
        found = explain(quick)
        assert found is not None
        assert (found.trouble, found.message_type, found.message_id) == (
            careful.trouble,
            careful.message_type,
            careful.message_id,
        )


@given(frames)
def test_a_frame_comes_back_from_its_text(frame: Frame) -> None:
    text = encode(frame)
    assert read(text) == frame
    assert decode(text) == frame
    assert explain(frame) is None


@given(all_texts | st.binary() | near_frames.map(lambda text: text.encode("utf-8", "ignore")))
def test_no_text_and_no_bytes_raise(data: Data) -> None:
    found = decode(data)
    if isinstance(found, Unreadable):
        assert found.message_id is None or 0 < len(found.message_id) <= 36
        assert found.description
    else:
        assert 0 < len(found.message_id) <= 36
