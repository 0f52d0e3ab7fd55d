"""WebSocket frames, against websockets' own sans-I/O layer at the other end."""

from __future__ import annotations

import zlib
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st
from websockets.extensions.permessage_deflate import PerMessageDeflate
from websockets.frames import Close, CloseCode, Frame, Opcode
from websockets.protocol import CLIENT, OPEN, SERVER, Protocol

from ocppj.contract import Side
from ocppj.wire import Odd, Wire

LIMIT = 100_000
SIZES = [0, 1, 125, 126, 127, 65_535, 65_536, LIMIT]


def deflate() -> PerMessageDeflate:
    return PerMessageDeflate(True, True, 15, 9, {"memLevel": 1})


def pair(side: Side, *, packed: bool = False) -> tuple[Wire, Protocol]:
    """A wire of that side, and its peer."""
    peer = Protocol(CLIENT if side is Side.CSMS else SERVER, state=OPEN, max_size=None)
    peer.extensions = [deflate()] if packed else []
    return Wire(side, LIMIT, [deflate()] if packed else []), peer


def sent(peer: Protocol) -> bytes:
    return b"".join(peer.data_to_send())


def take(wire: Wire, data: bytes) -> list[str | Odd]:
    wire.feed(data)
    found = []
    while (each := wire.next()) is not None:
        if each is not Odd.PART:
            found.append(each)
    return found


def hear(peer: Protocol, wire: Wire) -> list[Frame]:
    """What the peer gets of what the wire has to say."""
    peer.receive_data(b"".join(wire.out))
    wire.out = []
    return [event for event in peer.events_received() if isinstance(event, Frame)]


@pytest.mark.parametrize("packed", [False, True])
@pytest.mark.parametrize("side", Side)
@pytest.mark.parametrize("size", SIZES)
def test_texts_of_every_size_go_both_ways(side: Side, size: int, packed: bool) -> None:
    wire, peer = pair(side, packed=packed)
    text = "é" * (size // 2) + "x" * (size % 2)
    peer.send_text(text.encode())
    assert take(wire, sent(peer)) == [text]
    wire.text(text)
    (frame,) = hear(peer, wire)
    assert bytes(frame.data).decode() == text


@pytest.mark.parametrize("packed", [False, True])
@given(
    texts=st.lists(st.text(max_size=300), max_size=5),
    cuts=st.lists(st.integers(0, 2000), max_size=10),
)
def test_it_does_not_matter_how_bytes_are_cut(
    packed: bool, texts: list[str], cuts: list[int]
) -> None:
    wire, peer = pair(Side.CSMS, packed=packed)
    for text in texts:
        peer.send_text(text.encode())
        peer.send_ping(b"x")
    data = sent(peer)
    edges = [0, *sorted(cut % (len(data) + 1) for cut in cuts), len(data)]
    found = [each for start, end in pairwise(edges) for each in take(wire, data[start:end])]
    assert found == texts


def test_many_frames_in_one_piece_come_one_by_one_in_order() -> None:
    wire, peer = pair(Side.CSMS)
    texts = [f"{number}" * number for number in range(300)]
    for text in texts:
        peer.send_text(text.encode())
    assert take(wire, sent(peer)) == texts


def test_what_is_left_over_waits_for_its_turn() -> None:
    wire, peer = pair(Side.CSMS)
    for text in (b"a", b"b", b"c"):
        peer.send_text(text)
    wire.feed(sent(peer))
    assert wire.next() == "a"
    peer.send_text(b"d")
    assert take(wire, sent(peer)) == ["b", "c", "d"]


@pytest.mark.parametrize("packed", [False, True])
def test_fragments_are_put_together_around_a_ping(packed: bool) -> None:
    wire, peer = pair(Side.CSMS, packed=packed)
    peer.send_text("[2,é"[:3].encode()[:4], fin=False)
    peer.send_ping(b"there?")
    peer.send_continuation(b'"]', fin=True)
    peer.send_text(b"next")
    assert take(wire, sent(peer)) == ['[2,"]', "next"]
    (pong,) = hear(peer, wire)
    assert (pong.opcode, bytes(pong.data)) == (Opcode.PONG, b"there?")


def test_a_character_may_be_cut_between_fragments() -> None:
    wire, peer = pair(Side.CSMS)
    peer.send_text("é".encode()[:1], fin=False)
    peer.send_continuation("é".encode()[1:], fin=True)
    assert take(wire, sent(peer)) == ["é"]


def test_a_binary_message_is_told_as_such_and_does_no_harm() -> None:
    wire, peer = pair(Side.CSMS)
    peer.send_binary(b"[]")
    peer.send_binary(b"[", fin=False)
    peer.send_continuation(b"]", fin=True)
    peer.send_text(b"[]")
    assert take(wire, sent(peer)) == [Odd.BINARY, Odd.BINARY, "[]"]


def bytes_of(opcode: int, payload: bytes = b"", *, mask: bool = True, head: int = 0x80) -> bytes:
    first = bytes([head | opcode, (0x80 if mask else 0) | len(payload)])
    return first + (b"\0\0\0\0" if mask else b"") + payload


@pytest.mark.parametrize(
    ("data", "code"),
    [
        (bytes_of(1, b"\xff\xfe"), CloseCode.INVALID_DATA),
        (bytes_of(1, b"x", mask=False), CloseCode.PROTOCOL_ERROR),
        (bytes_of(1, b"x", head=0xA0), CloseCode.PROTOCOL_ERROR),
        (bytes_of(1, b"x", head=0xC0), CloseCode.PROTOCOL_ERROR),
        (bytes_of(3), CloseCode.PROTOCOL_ERROR),
        (bytes_of(0, b"x"), CloseCode.PROTOCOL_ERROR),
        (bytes_of(9, b"x", head=0), CloseCode.PROTOCOL_ERROR),
        (bytes_of(1, b"x", head=0) + bytes_of(1, b"x"), CloseCode.PROTOCOL_ERROR),
        (bytes_of(1, b"\xc3", head=0) + bytes_of(0, b"x"), CloseCode.INVALID_DATA),
        (bytes_of(8, b"\0"), CloseCode.PROTOCOL_ERROR),
        (b"\x81\xff" + (LIMIT + 1).to_bytes(8, "big") + b"mask", CloseCode.MESSAGE_TOO_BIG),
        (b"\x81\xff" + b"\xff" * 8 + b"mask", CloseCode.MESSAGE_TOO_BIG),
    ],
)
def test_whoever_breaks_the_rules_is_told_and_closed(data: bytes, code: CloseCode) -> None:
    wire, peer = pair(Side.CSMS)
    assert take(wire, data)[-1] is Odd.CLOSED
    assert (wire.code, wire.ended) == (code, True)
    (close,) = hear(peer, wire)
    assert Close.parse(bytes(close.data)).code == code
    assert take(wire, bytes_of(1, b"more")) == []


def test_a_station_does_not_take_masked_frames() -> None:
    wire, _ = pair(Side.CHARGING_STATION)
    assert take(wire, bytes_of(1, b"x")) == [Odd.CLOSED]
    assert wire.code == CloseCode.PROTOCOL_ERROR


def test_too_long_in_fragments_is_too_long() -> None:
    wire, peer = pair(Side.CSMS)
    peer.send_text(b"x" * LIMIT, fin=False)
    assert take(wire, sent(peer)) == []
    peer.send_continuation(b"x", fin=True)
    assert take(wire, sent(peer)) == [Odd.CLOSED]
    assert wire.code == CloseCode.MESSAGE_TOO_BIG


def test_a_zip_bomb_is_too_long() -> None:
    wire, peer = pair(Side.CSMS, packed=True)
    peer.send_text(b"x" * (LIMIT + 1))
    data = sent(peer)
    assert len(data) < 2000
    assert take(wire, data) == [Odd.CLOSED]
    assert wire.code == CloseCode.MESSAGE_TOO_BIG


def test_what_cannot_be_unpacked_breaks_the_rules() -> None:
    wire, _ = pair(Side.CSMS, packed=True)
    assert take(wire, bytes_of(1, b"\xff\xff\xff", head=0xC0)) == [Odd.CLOSED]
    assert wire.code == CloseCode.PROTOCOL_ERROR


def test_what_is_unpacked_has_to_be_utf_8() -> None:
    wire, _ = pair(Side.CSMS, packed=True)
    packer = zlib.compressobj(wbits=-9)
    packed = (packer.compress(b"\xff") + packer.flush(zlib.Z_SYNC_FLUSH))[:-4]
    assert take(wire, bytes_of(1, packed, head=0xC0)) == [Odd.CLOSED]
    assert wire.code == CloseCode.INVALID_DATA


def test_short_texts_are_not_worth_packing() -> None:
    wire, _ = pair(Side.CSMS, packed=True)
    wire.text("x" * 100)
    wire.text("x" * 1000)
    assert [out[0] for out in wire.out] == [0x81, 0xC1]
    assert len(wire.out[1]) < 100


@pytest.mark.parametrize("side", Side)
def test_a_goodbye_of_the_peer_is_returned(side: Side) -> None:
    wire, peer = pair(side)
    peer.send_text(b"last")
    peer.send_close(1001, "bye")
    assert take(wire, sent(peer)) == ["last", Odd.CLOSED]
    assert (wire.code, wire.reason) == (1001, "bye")
    assert wire.ended is (side is Side.CSMS)  # RFC 6455, 7.1.1: the server closes first
    hear(peer, wire)
    assert peer.close_rcvd == Close(1001, "bye")


def test_after_our_goodbye_only_that_of_the_peer_counts() -> None:
    wire, peer = pair(Side.CSMS)
    wire.close(1001, "bye")
    wire.close(1000, "again")
    peer.send_text(b"crossing")
    data = sent(peer)
    (close,) = hear(peer, wire)
    assert Close.parse(bytes(close.data)) == Close(1001, "bye")
    assert take(wire, data) == []
    assert take(wire, sent(peer)) == [Odd.CLOSED]
    assert (wire.code, wire.reason, wire.ended) == (1001, "bye", True)


def test_a_long_reason_is_cut_between_characters() -> None:
    wire, peer = pair(Side.CSMS)
    wire.close(1008, "é" * 100)
    (close,) = hear(peer, wire)
    assert Close.parse(bytes(close.data)).reason == "é" * 61


def test_pings_go_out_and_pongs_are_of_no_interest() -> None:
    wire, peer = pair(Side.CSMS)
    wire.ping()
    (ping,) = hear(peer, wire)
    assert ping.opcode is Opcode.PING
    assert take(wire, sent(peer)) == []
    wire.close(1000, "")
    wire.out = []
    wire.ping()
    assert wire.out == []


def test_a_frame_that_comes_byte_by_byte_is_not_copied_each_time() -> None:
    wire, peer = pair(Side.CSMS)
    peer.send_text(b"x" * 50_000)
    data = sent(peer)
    wire.feed(data[:1])
    first = wire.rest
    for at in range(1, len(data) - 1):
        wire.feed(data[at : at + 1])
        assert wire.next() is None
    assert isinstance(first, bytes)
    grown = wire.rest
    wire.feed(data[-1:])
    assert wire.rest is grown
    assert wire.next() == "x" * 50_000


@given(st.lists(st.binary(max_size=300), max_size=8), st.booleans(), st.sampled_from(Side))
def test_no_bytes_whatsoever_make_it_raise(pieces: list[bytes], packed: bool, side: Side) -> None:
    wire, _ = pair(side, packed=packed)
    for piece in pieces:
        take(wire, piece)


@given(
    st.lists(st.tuples(st.integers(0, 255), st.binary(max_size=200), st.booleans()), max_size=8),
    st.booleans(),
)
def test_no_frames_whatsoever_make_it_raise(
    frames: list[tuple[int, bytes, bool]], packed: bool
) -> None:
    wire, _ = pair(Side.CSMS, packed=packed)
    for first, payload, mask in frames:
        size = bytes([len(payload)]) if len(payload) < 126 else b"\x7e\0" + bytes([len(payload)])
        head = bytes([first, size[0] | 0x80 * mask]) + size[1:] + b"\0\0\0\0" * mask
        take(wire, head + payload)
    if wire.code != CloseCode.ABNORMAL_CLOSURE:
        wire.close(1000, "")
