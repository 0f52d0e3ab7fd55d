"""Everything that can be wrong with a frame, and what has to come of it.

Messages in frames that are right leave the connection as it is: `SMALL`, `DEEP` and `LONG` say
what is answered. Frames that break the rules of WebSocket end it: `BROKEN` says with which code.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from tests.e2e.abuse import websocket as ws

FRAMEWORK, FORMAT = "RpcFrameworkError", "FormatViolation"
_DEPTH = 10_000
_LONG = 1_000_000
_TOO_LONG = 50 * 1024 * 1024

_BOOT = '"chargingStation":{"model":"m","vendorName":"v"}'
_DEEP = "[" * _DEPTH + "]" * _DEPTH
_DEEP_OBJECT = '{"customData":' * _DEPTH + "1" + "}" * _DEPTH
_NAME, _DIGITS = "n" * _LONG, "9" * _LONG
_KEYS = ",".join(f'"{number}":0' for number in range(90_000))


@dataclass(frozen=True, slots=True)
class Message:
    """A message in bytes of its own, and its answer: the id, with the code of a CALLERROR.

    An answer without a code is a CALLRESULT. Without an answer there is silence.
    """

    name: str
    wire: bytes
    answer: tuple[str, str | None] | None


@dataclass(frozen=True, slots=True)
class Broken:
    """Bytes that end a connection, and the code that the server closes it with.

    None: it cannot say anything, as it is the client that has gone. `may_be_lost`: it does not read
    all, so that the client may hear of the end before the goodbye. `compressed`: the connection has
    agreed on permessage-deflate.
    """

    name: str
    wire: bytes
    code: int | None
    compressed: bool = False
    may_be_lost: bool = False


def _text(name: str, text: str, answer: tuple[str, str | None] | None = None) -> Message:
    return Message(name, ws.frame(text), answer)


def _unreadable(name: str, text: str) -> Message:
    return _text(name, text, ("-1", FRAMEWORK))


def _call(name: str, rest: str, code: str | None) -> Message:
    return _text(name, f'[2,"x"{rest}', ("x", code))


SMALL = (
    # truncated
    _unreadable("nothing", ""),
    _unreadable("a bracket", "["),
    _unreadable("cut in the id", '[2,"x'),
    _call("cut after the id", "", FORMAT),
    _call("cut in the action", ',"Heart', FORMAT),
    _call("cut in the payload", ',"Heartbeat",{"customData":{"vend', FORMAT),
    _call("cut before the end", ',"Heartbeat",{}', FORMAT),
    _call("text behind the end", ',"Heartbeat",{}]]', FORMAT),
    # no JSON
    _unreadable("prose", "hello"),
    _unreadable("XML", "<soap:Envelope/>"),
    _unreadable("a byte order mark", '\ufeff[2,"x","Heartbeat",{}]'),
    _unreadable("single quotes", "[2,'x','Heartbeat',{}]"),
    _call("NaN", ',"Heartbeat",{"customData":{"vendorId":"v","x":NaN}}]', FORMAT),
    _call("a raw control character", ',"Heartbeat",{"customData":{"vendorId":"\x01"}}]', FORMAT),
    _call("a lone comma", ',"Heartbeat",{,}]', FORMAT),
    # wrong types
    _unreadable("an object", '{"messageTypeId":2}'),
    _unreadable("a string", '"Heartbeat"'),
    _unreadable("a number", "17"),
    _unreadable("null", "null"),
    _unreadable("an empty array", "[]"),
    _unreadable("the type as a string", '["2","x","Heartbeat",{}]'),
    _unreadable("the type as an array", '[[2],"x","Heartbeat",{}]'),
    _unreadable("the id as a number", '[2,17,"Heartbeat",{}]'),
    _unreadable("the id as null", '[2,null,"Heartbeat",{}]'),
    _unreadable("an empty id", '[2,"","Heartbeat",{}]'),
    _unreadable("an id of 37 characters", f'[2,"{_NAME[:37]}","Heartbeat",{{}}]'),
    _call("the action as a number", ",17,{}]", FRAMEWORK),
    _call("an empty action", ',"",{}]', FRAMEWORK),
    _call("no payload", ',"Heartbeat"]', FRAMEWORK),
    _call("two payloads", ',"Heartbeat",{},{}]', FRAMEWORK),
    _call("an array as payload", ',"Heartbeat",[]]', FORMAT),
    _call("a text as payload", ',"Heartbeat","{}"]', FORMAT),
    _call(
        "a number for a text",
        ',"BootNotification",{"reason":"PowerUp","chargingStation":{"model":1,"vendorName":"v"}}]',
        "TypeConstraintViolation",
    ),
    _call("a missing field", f',"BootNotification",{{{_BOOT}}}]', "OccurrenceConstraintViolation"),
    _call(
        "a value that is not in the list",
        f',"BootNotification",{{{_BOOT},"reason":"Boredom"}}]',
        "PropertyConstraintViolation",
    ),
    _call("an unknown key", ',"Heartbeat",{"x":1}]', "FormatViolation"),
    # duplicate keys: RFC 8259, 4 leaves them to the receiver; the last one counts
    _call("two of a key", ',"Heartbeat",{"customData":{"vendorId":1,"vendorId":"v"}}]', None),
    _call(
        "two of a key, of which the last is wrong",
        ',"Heartbeat",{"customData":{"vendorId":"v","vendorId":1}}]',
        "TypeConstraintViolation",
    ),
    # unknown types and actions
    _text("type 0", '[0,"x","Heartbeat",{}]'),
    _text("type 7", '[7,"x","Heartbeat",{}]'),
    _text("type -1", '[-1,"x"]'),
    _text("type 2.0", '[2.0,"x","Heartbeat",{}]'),
    _text("a type of 1000 digits", f'[{_DIGITS[:1000]},"x","Heartbeat",{{}}]'),
    _call("an unknown action", ',"MakeCoffee",{}]', "NotImplemented"),
    _call("an action in the wrong case", ',"heartbeat",{}]', "NotImplemented"),
    _call("an action of the other side", ',"Reset",{"type":"Immediate"}]', "NotSupported"),
    _call("an action that nobody handles", ',"SecurityEventNotification",{}]', "NotSupported"),
    _call("a SEND as a CALL", ',"NotifyPeriodicEventStream",{}]', "NotSupported"),
    # answers to nothing
    _text("a result", '[3,"nobody",{}]'),
    _text("a result without payload", '[3,"nobody"]'),
    _text("an error", '[4,"nobody","GenericError","",{}]'),
    _text("an error to what cannot be read", '[4,"-1","RpcFrameworkError","",{}]'),
    _text("an error that is none", '[4,"nobody",17]'),
    _text("an error to a result", '[5,"nobody","FormatViolation","",{}]'),
    _text("an error to a result that is none", '[5,"nobody"]'),
    # SENDs, which are never answered
    _text("an unknown SEND", '[6,"x","Unknown",{}]'),
    _text("a wrong SEND", '[6,"x","NotifyPeriodicEventStream",{"id":"x"}]'),
    _text("a broken SEND", '[6,"x","NotifyPeriodicEventStream",{"id":}]'),
    _text("a CALL as a SEND", '[6,"x","Heartbeat",{}]'),
    _text("a SEND without id", '[6,{},"NotifyPeriodicEventStream",{}]'),
    # binary
    Message("a binary CALL", ws.frame('[2,"x","Heartbeat",{}]', ws.BINARY), None),
    Message("binary noise", ws.frame(bytes(range(256)), ws.BINARY), None),
    Message("an empty binary frame", ws.frame(b"", ws.BINARY), None),
)

DEEP = (
    _unreadable("a deep array", _DEEP),
    _unreadable("a deep array that does not end", "[" * _DEPTH),
    _unreadable("a deep id", f'[2,{_DEEP},"Heartbeat",{{}}]'),
    _call(
        "a deep payload", f',"Heartbeat",{{"customData":{{"vendorId":"v","x":{_DEEP}}}}}]', FORMAT
    ),
    _call("a deep object", f',"Heartbeat",{_DEEP_OBJECT}]', FORMAT),
    _text("a deep SEND", f'[6,"x","NotifyPeriodicEventStream",{{"id":{_DEEP}}}]'),
    _text("deep details", f'[4,"nobody","E","",{{"x":{_DEEP}}}]'),
)

LONG = (
    _unreadable("an id of 1 MB", f'[2,"{_NAME}","Heartbeat",{{}}]'),
    _call("an action of 1 MB", f',"{_NAME}",{{}}]', "NotImplemented"),
    _call("a key of 1 MB", f',"Heartbeat",{{"{_NAME}":1}}]', FORMAT),
    _call(
        "a number of 1 MB",
        f',"Heartbeat",{{"customData":{{"vendorId":"v","x":{_DIGITS}}}}}]',
        FORMAT,
    ),
    _call("90,000 unknown keys", f',"Heartbeat",{{{_KEYS}}}]', FORMAT),
    Message(
        "1 MB in fragments",
        b"".join(ws.fragments(f'[2,"{_NAME}","Heartbeat",{{}}]'.encode(), 10_000)),
        ("-1", FRAMEWORK),
    ),
)

BROKEN = (
    Broken("not UTF-8", ws.frame(b'[2,"\xff","Heartbeat",{}]'), 1007),
    Broken("UTF-8 that is cut", ws.frame(b'[2,"\xe2\x82'), 1007),
    Broken("a surrogate in UTF-8", ws.frame(b'[2,"\xed\xa0\x80","Heartbeat",{}]'), 1007),
    Broken("not UTF-8, in fragments", b"".join(ws.fragments(b"[2,\xff]", 2)), 1007),
    Broken("no mask", ws.frame('[2,"x","Heartbeat",{}]', mask=b""), 1002),
    Broken("RSV1", ws.frame("[]", ws.TEXT | ws.RSV1), 1002),
    Broken(
        "RSV2",
        ws.frame(
            "[]",
            ws.TEXT | 0x20,
        ),
        1002,
    ),
    Broken("opcode 3", ws.frame("[]", 3), 1002),
    Broken("opcode 15", ws.frame("[]", 15), 1002),
    Broken("a ping of 126 bytes", ws.frame(b"p" * 126, ws.PING), 1002),
    Broken("a ping in fragments", ws.frame(b"p", ws.PING, fin=False), 1002),
    Broken("a continuation of nothing", ws.frame("[]", ws.CONTINUATION), 1002),
    Broken("a text within a text", ws.frame("[", fin=False) + ws.frame("[]"), 1002),
    Broken("a goodbye of one byte", ws.frame(b"\x03", ws.CLOSE), 1002),
    Broken("a goodbye with code 1005", ws.close(1005), 1002),
    Broken("a goodbye that is not UTF-8", ws.frame(b"\x03\xe8\xff", ws.CLOSE), 1007),
    Broken("a size of 2^63 bytes", ws.head(2**63), 1009),
    Broken("no deflated data", ws.frame(b"\xff\xff\xff", ws.TEXT | ws.RSV1), 1002, True),
    Broken("cut in the head", ws.head(1000)[:3], None),
    Broken("cut in the payload", ws.frame("[" * 1000)[:500], None),
    Broken("cut in a message", ws.frame("[", fin=False), None),
)


def huge() -> Iterator[Broken]:
    """Messages that are far too long, one at a time.

    The server has closed the connection before it has read them, so the code may get lost.
    """
    data = b"[" * _TOO_LONG
    yield Broken("50 MB", ws.frame(data), 1009, may_be_lost=True)
    fragments = b"".join(ws.fragments(data, 65_536))
    yield Broken("50 MB in fragments", fragments, 1009, may_be_lost=True)
    yield Broken("50 MB deflated", ws.frame(ws.deflated(data), ws.TEXT | ws.RSV1), 1009, True)
