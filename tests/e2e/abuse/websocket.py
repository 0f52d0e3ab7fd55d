"""WebSocket by hand: the bytes of a client's frames, right or wrong, and a server's frames.

Nothing here is shared with what is tested, and everything can be got wrong on purpose.
"""

from __future__ import annotations

import zlib
from collections.abc import Iterator
from typing import NamedTuple

CONTINUATION, TEXT, BINARY, CLOSE, PING, PONG = 0, 1, 2, 8, 9, 10
RSV1 = 0x40
MASK = b"\x1f\x2e\x3d\x4c"

_END_OF_HEAD = b"\r\n\r\n"
_DEFLATE = "permessage-deflate; client_no_context_takeover; server_no_context_takeover"


def masked(payload: bytes, mask: bytes = MASK) -> bytes:
    """The payload as a client has to send it (RFC 6455, 5.3)."""
    size = len(payload)
    key = (mask * (size // 4 + 1))[:size]
    return (int.from_bytes(payload, "big") ^ int.from_bytes(key, "big")).to_bytes(size, "big")


def head(size: int, opcode: int = TEXT, *, fin: bool = True, mask: bytes = MASK) -> bytes:
    """What stands before a payload of `size` bytes."""
    bit = 0x80 if mask else 0
    first = (0x80 if fin else 0) | opcode
    if size < 126:
        return bytes((first, bit | size)) + mask
    if size < 65536:
        return bytes((first, bit | 126)) + size.to_bytes(2, "big") + mask
    return bytes((first, bit | 127)) + size.to_bytes(8, "big") + mask


def frame(
    payload: bytes | str, opcode: int = TEXT, *, fin: bool = True, mask: bytes = MASK
) -> bytes:
    """A frame of a client's; without a mask it is a wrong one. `opcode` may hold RSV bits."""
    data = payload.encode() if isinstance(payload, str) else payload
    return head(len(data), opcode, fin=fin, mask=mask) + (masked(data, mask) if mask else data)


def fragments(payload: bytes, size: int) -> Iterator[bytes]:
    """A text message in frames of `size` bytes."""
    for start in range(0, max(1, len(payload)), size):
        opcode = CONTINUATION if start else TEXT
        yield frame(payload[start : start + size], opcode, fin=start + size >= len(payload))


def deflated(payload: bytes) -> bytes:
    """The payload of a packed frame (RFC 7692, 7.2.1)."""
    packer = zlib.compressobj(wbits=-15)
    return (packer.compress(payload) + packer.flush(zlib.Z_SYNC_FLUSH)).removesuffix(
        b"\x00\x00\xff\xff"
    )


def close(code: int = 1000) -> bytes:
    """A goodbye."""
    return frame(code.to_bytes(2, "big"), CLOSE)


def handshake(identity: str, *, subprotocol: str = "ocpp2.1", compressed: bool = False) -> bytes:
    """What a client asks for first."""
    extensions = f"Sec-WebSocket-Extensions: {_DEFLATE}\r\n" if compressed else ""
    return (
        f"GET /ocpp/{identity} HTTP/1.1\r\nHost: localhost\r\n"
        "Upgrade: websocket\r\nConnection: Upgrade\r\nSec-WebSocket-Version: 13\r\n"
        "Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n"
        f"Sec-WebSocket-Protocol: {subprotocol}\r\n{extensions}\r\n"
    ).encode()


class ServerFrame(NamedTuple):
    """A frame of a server's. Servers mask nothing, and ours sends every message in one frame."""

    opcode: int
    payload: bytes

    @property
    def close_code(self) -> int:
        """What a goodbye says."""
        return int.from_bytes(self.payload[:2], "big")


class ServerStream:
    """Reads what a server sends: the status of its response, then its frames."""

    def __init__(self) -> None:
        self.status = 0
        self._data = b""

    def feed(self, data: bytes) -> list[ServerFrame]:
        """The frames that `data` completes."""
        self._data += data
        if not self.status:
            response, end, rest = self._data.partition(_END_OF_HEAD)
            if not end:
                return []
            self.status, self._data = int(response.split()[1]), rest
        return list(self._frames()) if self.status == 101 else []

    def _frames(self) -> Iterator[ServerFrame]:
        data, at = self._data, 0
        while (end := _end_of_frame(data, at)) <= len(data):
            size = data[at + 1]
            start = at + (2 if size < 126 else 4 if size == 126 else 10)
            assert data[at] & 0x80, "our server does not fragment"
            payload = data[start:end]
            yield ServerFrame(data[at] & 0x0F, _unpacked(payload) if data[at] & RSV1 else payload)
            at = end
        self._data = data[at:]


def _end_of_frame(data: bytes, at: int) -> int:
    """Where the frame ends that begins there, as far as that can be told."""
    if len(data) < at + 2:
        return at + 2
    size = data[at + 1]
    if size < 126:
        return at + 2 + size
    start = at + (4 if size == 126 else 10)
    if len(data) < start:
        return start
    return start + int.from_bytes(data[at + 2 : start], "big")


def _unpacked(payload: bytes) -> bytes:
    return zlib.decompress(payload + b"\x00\x00\xff\xff", wbits=-15)
