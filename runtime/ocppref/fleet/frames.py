"""Where one message ends and the next begins, in the bytes of one direction of a connection."""

from __future__ import annotations

from typing import NamedTuple

_END_OF_HEAD = b"\r\n\r\n"
_MESSAGES = (0x81, 0x82)  # FIN, and the opcode of text or of binary (RFC 6455, 5.2)
_COMPRESSED = 0x40  # RSV1 (RFC 7692, 6)


class Piece(NamedTuple):
    """A handshake, or a frame of WebSocket. `is_message`: whether it holds a whole message."""

    data: bytes
    is_message: bool


class Splitter:
    """Cuts a stream of bytes into pieces. What is begun waits for the rest."""

    __slots__ = ("_buffer", "_is_upgraded")

    def __init__(self) -> None:
        self._buffer = bytearray()
        self._is_upgraded = False

    def feed(self, data: bytes) -> list[Piece]:
        """The pieces that `data` makes complete."""
        self._buffer += data
        pieces = []
        while size := self._next():
            # Frames of one message keep nothing for the next one: stations ask for no context.
            first = self._buffer[0] & ~_COMPRESSED
            pieces.append(
                Piece(bytes(self._buffer[:size]), self._is_upgraded and first in _MESSAGES)
            )
            del self._buffer[:size]
            self._is_upgraded = True
        return pieces

    def rest(self) -> bytes:
        """What is left of a piece that never became complete."""
        rest, self._buffer = bytes(self._buffer), bytearray()
        return rest

    def _next(self) -> int:
        """Bytes of the next piece; 0 if it is not complete."""
        if not self._is_upgraded:
            end = self._buffer.find(_END_OF_HEAD)
            return end + len(_END_OF_HEAD) if end >= 0 else 0
        size = _frame_size(self._buffer)
        return size if size <= len(self._buffer) else 0


def _frame_size(data: bytearray) -> int:
    """Bytes of the frame that `data` begins with (RFC 6455, 5.2)."""
    if len(data) < 2:
        return 2
    length, mask = data[1] & 0x7F, 4 if data[1] & 0x80 else 0
    more = {126: 2, 127: 8}.get(length, 0)
    if len(data) < 2 + more:
        return 2 + more
    if more:
        length = int.from_bytes(data[2 : 2 + more], "big")
    return 2 + more + mask + length
