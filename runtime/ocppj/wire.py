"""WebSocket frames of one open connection: bytes to messages and back, without input or output.

A whole message in one text frame is what nearly all frames are, and is read and written right
here, packed with permessage-deflate or not. Everything else (fragments, control frames, whatever
breaks RFC 6455) goes through the sans-I/O layer of websockets, which is made when it is needed and
dropped when it is done, so that an idle connection does not carry it.
"""

from __future__ import annotations

import logging
import os
import struct
from collections.abc import Callable, Sequence
from enum import Enum
from typing import TypeAlias

from websockets.exceptions import PayloadTooBig, ProtocolError
from websockets.extensions import Extension
from websockets.frames import CloseCode, Frame, Opcode
from websockets.protocol import CLIENT, OPEN, SERVER, Protocol

from ocppj.contract import Side

BytesLike: TypeAlias = bytes | bytearray | memoryview

apply_mask: Callable[[BytesLike, bytes | bytearray], bytes]
try:
    from websockets.speedups import apply_mask
except ImportError:
    from websockets.utils import apply_mask

WEBSOCKET_LOG = logging.getLogger("ocppj.websocket")
"""What websockets says. Below warnings that is what observers are told, and payloads."""
WEBSOCKET_LOG.setLevel(logging.WARNING)

_TEXT = 0x81  # FIN and the opcode of text
_PACKED_TEXT = 0xC1  # RSV1 as well
_MASKED = 0x80
_LANE, _PACKED_LANE = (_TEXT,), (_TEXT, _PACKED_TEXT)
_WORTH_PACKING = 256
_SHORT = [bytes((_TEXT, size)) for size in range(126)]
_LONG, _LONGEST = struct.Struct("!BBH").pack, struct.Struct("!BBQ").pack
_DATA = (Opcode.TEXT, Opcode.BINARY, Opcode.CONT)


class Odd(Enum):
    """What can come instead of a text."""

    BINARY = "binary message"
    PART = "a part of a message, or a ping or pong: nothing to be done"
    CLOSED = "the peer closes, or broke the rules of WebSocket"


class Wire:
    """The frames of one connection.

    `feed(data)`, then `next()` until it gives None, or `rest` is empty: there is what was fed and
    not taken yet. What is to be sent collects in `out`.
    After `Odd.CLOSED`, `code` and `reason` say why; once `ended`, the transport is to be closed
    as soon as `out` is sent.
    """

    __slots__ = (
        "_at",
        "_binary",
        "_calm",
        "_closing",
        "_deflate",
        "_end",
        "_extensions",
        "_head",
        "_lane",
        "_max_size",
        "_need",
        "_parts",
        "_protocol",
        "_server",
        "code",
        "ended",
        "out",
        "reason",
        "rest",
    )

    def __init__(self, side: Side, max_size: int, extensions: Sequence[Extension] = ()) -> None:
        self._server = side is Side.CSMS
        self._head = 6 if self._server else 2
        self._max_size = max_size
        self._extensions = list(extensions) or None
        self._deflate = extensions[0] if extensions else None
        self._lane = _PACKED_LANE if extensions else _LANE
        self.rest: bytes | bytearray = b""
        self._at = self._end = 0
        self._need = 2
        self._protocol: Protocol | None = None
        self._parts: bytearray | None = None  # of a message in fragments
        self._binary = False  # whether it is binary; then it is not kept
        self._calm = True  # no message in fragments, no goodbye
        self._closing = False
        self.out: list[bytes] = []
        self.ended = False
        self.code: int = CloseCode.ABNORMAL_CLOSURE
        self.reason = ""

    @property
    def packs(self) -> bool:
        """Whether permessage-deflate was agreed on."""
        return self._deflate is not None

    # What comes in.

    def feed(self, data: bytes) -> None:
        """Take what the transport has read."""
        if not self.rest:
            self.rest, self._at, self._end = data, 0, len(data)
            return
        if self._at or not isinstance(self.rest, bytearray):
            self.rest = bytearray(memoryview(self.rest)[self._at : self._end])
            self._at = 0
        self.rest += data
        self._end = len(self.rest)

    def next(self) -> str | Odd | None:
        """The next message, or what else there is; None if it is not there as a whole."""
        data, at = self.rest, self._at
        if self._end - at < self._need:
            return None
        first, second = data[at], data[at + 1]
        start, size = at + self._head, second & 0x7F
        if (second >= _MASKED) is not self._server:
            size = self._max_size + 1  # as bad as too long: nothing after it can be read
        elif size > 125:
            start, size = self._long(start, size)
        end = start + size
        if size > self._max_size:
            end = self._end
        elif end > self._end:
            self._need = end - at
            return None
        self._at, self._need = end, 2
        if end == self._end:
            self.rest, self._at, self._end = b"", 0, 0
        if first in self._lane and self._calm and size <= self._max_size:
            payload: BytesLike = data[start:end]
            if self._server:
                payload = apply_mask(payload, data[start - 4 : start])
            return self._text(payload) if first == _TEXT else self._unpack(payload)
        return self._read_odd(data[at:end])

    def _long(self, start: int, size: int) -> tuple[int, int]:
        """Where the payload of a longer frame starts, and its size (0 if not known yet)."""
        wide = 2 if size == 126 else 8
        if start + wide > self._end:
            return start + wide, 0
        size = int.from_bytes(self.rest[self._at + 2 : self._at + 2 + wide], "big")
        return start + wide, size

    def _unpack(self, payload: BytesLike) -> str | Odd:
        assert self._deflate is not None  # or it would not be in the lane
        frame = Frame(Opcode.TEXT, payload, rsv1=True)
        try:
            return self._text(self._deflate.decode(frame, max_size=self._max_size).data)
        except PayloadTooBig as error:
            return self._fail(CloseCode.MESSAGE_TOO_BIG, str(error))
        except ProtocolError as error:
            return self._fail(CloseCode.PROTOCOL_ERROR, str(error))

    def _text(self, payload: BytesLike) -> str | Odd:
        try:
            return str(payload, "utf-8")
        except UnicodeDecodeError as error:
            # RFC 6455, 8.1
            return self._fail(CloseCode.INVALID_DATA, f"not UTF-8 at byte {error.start}")

    def _fail(self, code: CloseCode, reason: str) -> Odd:
        self._websocket().fail(code, reason)
        self._collect()
        return self._closed(code, reason)

    def _read_odd(self, frame: bytes | bytearray) -> str | Odd:
        protocol = self._websocket()
        protocol.receive_data(frame)
        found: str | Odd = Odd.PART
        for event in protocol.events_received():
            if isinstance(event, Frame):
                found = self._take(event)
        self._collect()
        error = protocol.parser_exc
        if error is not None and not self._closing:
            sent = protocol.close_sent
            code = sent.code if sent else CloseCode.ABNORMAL_CLOSURE
            return self._closed(code, sent.reason if sent else str(error))
        self._calm = self._parts is None and not self._closing
        if self._calm:
            self._protocol = None
        return found

    def _take(self, frame: Frame) -> str | Odd:
        if frame.opcode is Opcode.CLOSE:
            protocol = self._websocket()
            close = protocol.close_rcvd
            assert close is not None
            return self._closed(close.code, close.reason)
        if frame.opcode not in _DATA or self._closing:
            return Odd.PART
        if frame.opcode is not Opcode.CONT:
            self._parts, self._binary = bytearray(), frame.opcode is Opcode.BINARY
        assert self._parts is not None
        if not self._binary:
            self._parts += frame.data
        if not frame.fin:
            return Odd.PART
        parts, self._parts = self._parts, None
        return Odd.BINARY if self._binary else self._text(parts)

    def _closed(self, code: int, reason: str) -> Odd:
        if not self._closing:
            self.code, self.reason = code, reason
        self._closing, self._calm = True, False
        return Odd.CLOSED

    # What goes out.

    def text(self, text: str) -> None:
        """Send a message."""
        payload: BytesLike = text.encode()
        size = len(payload)
        if size < 126 and self._server:
            self.out.append(_SHORT[size] + payload)
            return
        first = _TEXT
        if self._deflate is not None and size >= _WORTH_PACKING:
            payload = self._deflate.encode(Frame(Opcode.TEXT, payload)).data
            first, size = _PACKED_TEXT, len(payload)
        masked = 0 if self._server else _MASKED
        if size < 126:
            head = bytes((first, masked | size))
        elif size < 65536:
            head = _LONG(first, masked | 126, size)
        else:
            head = _LONGEST(first, masked | 127, size)
        if masked:
            mask = os.urandom(4)
            head, payload = head + mask, apply_mask(payload, mask)
        self.out.append(head + payload)

    def ping(self) -> None:
        """Ask the peer for a sign of life."""
        if not self._closing:
            self._websocket().send_ping(b"")
            self._collect()
            if self._parts is None:
                self._protocol = None

    def close(self, code: int, reason: str) -> None:
        """Say goodbye. `Odd.CLOSED` comes when the peer has said it too."""
        if self._closing:
            return
        self.code, self.reason = code, reason
        self._closing, self._calm = True, False
        # RFC 6455, 5.5: 125 bytes, the code among them
        self._websocket().send_close(code, reason.encode()[:123].decode(errors="ignore"))
        self._collect()

    def _websocket(self) -> Protocol:
        if self._protocol is None:
            side = SERVER if self._server else CLIENT
            self._protocol = Protocol(
                side, state=OPEN, max_size=self._max_size, logger=WEBSOCKET_LOG
            )
            self._protocol.extensions = self._extensions or []
        return self._protocol

    def _collect(self) -> None:
        for data in self._websocket().data_to_send():
            if data:
                self.out.append(data)
            else:
                self.ended = True
