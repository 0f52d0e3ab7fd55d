"""The bytes of a connection, cut into messages."""

from __future__ import annotations

import pytest

from ocppref.fleet.frames import Piece, Splitter

HEAD = b"HTTP/1.1 101 Switching Protocols\r\n\r\n"
PING = b"\x89\x00"


def text(size: int, *, mask: bool = False, compressed: bool = False) -> bytes:
    """A frame with a whole message."""
    first, bit = (0xC1 if compressed else 0x81), (0x80 if mask else 0)
    if size < 126:
        length = bytes([size | bit])
    elif size < 65536:
        length = bytes([126 | bit]) + size.to_bytes(2, "big")
    else:
        length = bytes([127 | bit]) + size.to_bytes(8, "big")
    return bytes([first]) + length + (b"mask" if mask else b"") + b"x" * size


@pytest.mark.parametrize("at_once", [1, 7, 1 << 20])
def test_messages_are_found_however_the_bytes_come(at_once: int) -> None:
    begun = b"\x01\x01a"  # the first half of a message in two frames
    parts = [text(5), text(300, mask=True), PING, text(70_000, compressed=True), begun]
    data = HEAD + b"".join(parts)
    splitter, found = Splitter(), list[Piece]()
    for start in range(0, len(data), at_once):
        found += splitter.feed(data[start : start + at_once])
    assert found == [
        (HEAD, False),
        (parts[0], True),
        (parts[1], True),
        (PING, False),
        (parts[3], True),
        (begun, False),
    ]
    assert splitter.rest() == b""


def test_what_is_begun_waits() -> None:
    splitter = Splitter()
    assert splitter.feed(HEAD + text(10)[:6]) == [(HEAD, False)]
    assert splitter.rest() == text(10)[:6]
