"""Where messages end, as websockets writes them."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st
from websockets.frames import Frame, Opcode

from ocppj.testing.pieces import Piece, Pieces, frame_size

HEAD = b"GET /ocpp/CS001 HTTP/1.1\r\nHost: csms.example\r\n\r\n"
SIZES = (0, 1, 125, 126, 65535, 65536)

frames = st.builds(
    lambda opcode, size, mask: Frame(opcode, b"x" * size).serialize(mask=mask),
    st.sampled_from([Opcode.TEXT, Opcode.BINARY]),
    st.sampled_from([0, 1, 125, 126, 5000]),
    st.booleans(),
)


def upgraded() -> Pieces:
    pieces = Pieces()
    assert pieces.feed(HEAD) == [Piece(HEAD, is_message=False)]
    return pieces


@pytest.mark.parametrize("mask", [True, False])
@pytest.mark.parametrize("size", SIZES)
def test_the_size_of_a_frame_is_read_from_its_head(size: int, mask: bool) -> None:
    data = Frame(Opcode.TEXT, b"x" * size).serialize(mask=mask)
    assert frame_size(data) == len(data)
    assert frame_size(data[:10]) == len(data)


@given(st.lists(frames, min_size=1, max_size=4), st.integers(1, 5000) | st.just(10**6))
def test_pieces_are_messages_however_they_are_written(sent: list[bytes], size: int) -> None:
    pieces, found = Pieces(), []
    stream = HEAD + b"".join(sent)
    for at in range(0, len(stream), size):
        found += pieces.feed(stream[at : at + size])
    assert found == [Piece(HEAD, False), *(Piece(frame, True) for frame in sent)]
    assert pieces.flush() == []


@pytest.mark.parametrize("opcode", [Opcode.PING, Opcode.PONG, Opcode.CLOSE, Opcode.CONT])
def test_other_frames_are_no_messages(opcode: Opcode) -> None:
    data = Frame(opcode, b"x").serialize(mask=True)
    assert upgraded().feed(data) == [Piece(data, is_message=False)]


def test_a_fragment_is_no_message() -> None:
    data = Frame(Opcode.TEXT, b"x", fin=False).serialize(mask=True)
    assert upgraded().feed(data) == [Piece(data, is_message=False)]


def test_what_is_not_complete_waits_for_the_end() -> None:
    pieces = upgraded()
    data = Frame(Opcode.TEXT, b"whole").serialize(mask=False)
    assert pieces.feed(data[:4]) == []
    assert pieces.flush() == [Piece(data[:4], is_message=False)]
