"""Where one message ends and the next begins, in the bytes of one direction of a connection."""

from __future__ import annotations

from typing import NamedTuple

_END_OF_HEAD = b"\r\n\r\n"
_WHOLE = (0x81, 0x82)  # FIN, and the opcode of text or of binary (RFC 6455, 5.2)


class Piece(NamedTuple):
    """A handshake, or a frame of WebSocket; `is_message` is one that holds a whole message."""

    data: bytes
    is_message: bool


class Pieces:
    """Cuts a stream of bytes into pieces."""

    def __init__(self) -> None:
        self._buffer = bytearray()
        self._is_upgraded = False

    def feed(self, data: bytes) -> list[Piece]:
        """The pieces that `data` makes complete. What is begun waits for the rest."""
        self._buffer += data
        pieces = []
        while size := self._size():
            is_message = self._is_upgraded and self._buffer[0] & 0x8F in _WHOLE
            pieces.append(Piece(bytes(self._buffer[:size]), is_message))
            del self._buffer[:size]
            self._is_upgraded = True
        return pieces

    def flush(self) -> list[Piece]:
        """What is left: nothing more comes."""
        rest, self._buffer = bytes(self._buffer), bytearray()
        return [Piece(rest, False)] if rest else []

    def _size(self) -> int:
        """Bytes of the next piece; 0 if it is not complete."""
        if not self._is_upgraded:
            end = self._buffer.find(_END_OF_HEAD)
            return end + len(_END_OF_HEAD) if end >= 0 else 0
        size = frame_size(self._buffer)
        return size if size <= len(self._buffer) else 0


def frame_size(data: bytes | bytearray) -> int:
    """Bytes of the frame that `data` begins with, of which there may be less (RFC 6455, 5.2)."""
    if len(data) < 2:
        return 2
    length, mask = data[1] & 0x7F, 4 if data[1] & 0x80 else 0
    more = {126: 2, 127: 8}.get(length, 0)
    if len(data) < 2 + more:
        return 2 + more
    if more:
        length = int.from_bytes(data[2 : 2 + more], "big")
    return 2 + more + mask + length
