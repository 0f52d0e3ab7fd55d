"""From text to a frame, without reading the payload.

`decode` looks at the head of a frame in the shape that peers send, and cuts the payload out by
position. That leaves one thing open: whether the rest is one JSON object, closed by the bracket
of the frame. The layer above finds out, as it reads the payload anyway; if it cannot, `explain`
reads the whole frame carefully and says what is wrong with it. Any other shape is read carefully
at once. What is no frame comes back as a value, `Unreadable`, and never as an exception: for
whoever listens to a network it is an ordinary input, which the table of reactions answers.
"""

from __future__ import annotations

import re

from ocppj.core.frames import Call, CallResult, Frame, Send, encode
from ocppj.core.message_ids import MESSAGE_ID_LIMIT
from ocppj.core.reader import read
from ocppj.core.troubles import Trouble, Unreadable

Data = str | bytes | bytearray | memoryview

# Printable ASCII without quote and backslash: such a string is what it looks like.
_PLAIN = r"[ !#-\[\]-~]"
_HEAD = re.compile(
    rf'\[([236]), ?"({_PLAIN}{{1,{MESSAGE_ID_LIMIT}}}+)", ?(?:"({_PLAIN}++)", ?)?\{{'
).match
_new = tuple.__new__  # the constructor of a named tuple takes twice as long


def decode(data: Data) -> Frame | Unreadable:
    """The frame that `data` holds. Its payload is checked no further than its first brace."""
    if not isinstance(data, str):
        return _decode_bytes(data)
    head = _HEAD(data)
    if head is None or data[-2:] != "}]":
        return read(data)
    kind, message_id, action = head.groups()
    payload = data[head.end() - 1 : -1]
    if action is None:
        return _new(CallResult, (message_id, payload)) if kind == "3" else read(data)
    if kind == "2":
        return _new(Call, (message_id, action, payload))
    return _new(Send, (message_id, action, payload)) if kind == "6" else read(data)


def explain(frame: Frame) -> Unreadable | None:
    """What is wrong with a frame of `decode` whose payload did not parse; None if nothing is."""
    found = read(encode(frame))
    return found if isinstance(found, Unreadable) else None


def _decode_bytes(data: bytes | bytearray | memoryview) -> Frame | Unreadable:
    try:
        text = str(data, "utf-8")
    except UnicodeDecodeError as error:
        return Unreadable(Trouble.NOT_UTF8, f"not UTF-8 at byte {error.start}")
    return decode(text)
