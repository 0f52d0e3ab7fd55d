"""What arrives of what is sent, and when: the faults do what they say."""

from __future__ import annotations

import asyncio
from dataclasses import dataclass, field

import pytest
from websockets.frames import Frame, Opcode

from ocppj.contract import Side
from ocppj.network_profiles import NetworkProfile
from ocppj.testing import PERFECT, Fault, Faults, Network, in_virtual_time

PROFILE = NetworkProfile("ws://csms.example/ocpp", "CS001")
HEAD = b"GET / HTTP/1.1\r\n\r\n"
A, B, C = (Frame(Opcode.TEXT, text * 50).serialize(mask=False) for text in (b"a", b"b", b"c"))
PING = Frame(Opcode.PING, b"").serialize(mask=False)


class End(asyncio.Protocol):
    """Keeps what it gets, and when."""

    def __init__(self) -> None:
        self.chunks: list[tuple[float, bytes]] = []
        self.lost: list[Exception | None] = []
        self.paused = False
        self.transport: asyncio.Transport

    @property
    def got(self) -> bytes:
        return b"".join(data for _, data in self.chunks)

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        assert isinstance(transport, asyncio.Transport)
        self.transport = transport

    def data_received(self, data: bytes) -> None:
        self.chunks.append((asyncio.get_running_loop().time(), data))

    def connection_lost(self, exc: Exception | None) -> None:
        self.lost.append(exc)

    def pause_writing(self) -> None:
        self.paused = True

    def resume_writing(self) -> None:
        self.paused = False


@dataclass
class Pair:
    """Both ends of a connection whose handshake is done in one direction, that to the CSMS."""

    network: Network
    station: End = field(default_factory=End)
    csms: End = field(default_factory=End)

    def write(self, *frames: bytes) -> None:
        for frame in frames:
            self.station.transport.write(frame)

    @property
    def got(self) -> bytes:
        return self.csms.got.removeprefix(HEAD)


async def pair(faults: Faults = PERFECT, seed: int = 0) -> Pair:
    csms, station = End(), End()
    network = Network(lambda: csms, seed=seed)
    await network.connect(lambda: station, PROFILE)
    station.transport.write(HEAD)
    await asyncio.sleep(1)
    assert csms.got == HEAD
    csms.chunks.clear()
    network.faults = faults
    return Pair(network, station, csms)


def faults_of(network: Network) -> list[Fault]:
    return [incident.fault for incident in network.incidents]


@in_virtual_time
async def test_all_arrives_in_order_at_once() -> None:
    both = await pair()
    both.write(A, B, C)
    await asyncio.sleep(0.001)
    assert both.csms.chunks == [(1.0, A + B + C)]
    assert both.network.incidents == []


@in_virtual_time
async def test_latency_is_the_same_for_all() -> None:
    both = await pair(Faults(latency=0.25))
    both.write(A, B)
    await asyncio.sleep(1)
    assert both.csms.chunks == [(1.25, A + B)]


@in_virtual_time
async def test_all_arrives_byte_by_byte() -> None:
    both = await pair(Faults(piece=1))
    both.write(A)
    await asyncio.sleep(1)
    assert [data for _, data in both.csms.chunks] == [A[at : at + 1] for at in range(len(A))]


@in_virtual_time
async def test_a_message_is_dropped_and_the_next_one_arrives() -> None:
    both = await pair(Faults(drop=1))
    both.write(A, PING)
    both.network.faults = PERFECT
    both.write(B)
    await asyncio.sleep(1)
    assert both.got == PING + B
    [incident] = both.network.incidents
    assert incident.fault is Fault.DROP and incident.sender is Side.CHARGING_STATION
    assert (incident.at, incident.identity) == (1.0, "CS001")


@in_virtual_time
async def test_a_message_arrives_twice() -> None:
    both = await pair(Faults(duplicate=1))
    both.write(A)
    await asyncio.sleep(1)
    assert both.got == A + A


@in_virtual_time
async def test_a_delay_holds_up_what_comes_behind() -> None:
    both = await pair(Faults(delay=1, longest_delay=100))
    both.write(A)
    both.network.faults = PERFECT
    both.write(B)
    await asyncio.sleep(100)
    [(at, data)] = both.csms.chunks
    assert data == A + B and 1 < at < 101


@in_virtual_time
async def test_a_cut_ends_in_the_midst_of_a_frame() -> None:
    both = await pair(Faults(cut=1))
    both.write(A, B)
    await asyncio.sleep(1)
    assert A.startswith(both.got) and 0 < len(both.got) < len(A)
    for end in (both.station, both.csms):
        assert [type(error) for error in end.lost] == [ConnectionResetError]
    assert both.network.connections == 0


@in_virtual_time
async def test_half_open_means_that_nobody_is_told() -> None:
    both = await pair(Faults(half_open=1))
    both.write(A)
    both.network.faults = PERFECT
    both.csms.transport.write(HEAD)
    both.station.transport.close()
    await asyncio.sleep(3600)
    assert both.station.lost == [None]
    assert (both.got, both.station.got, both.csms.lost) == (b"", b"", [])
    both.csms.transport.abort()
    await asyncio.sleep(1)
    assert both.csms.lost == [None] and both.network.connections == 0


@in_virtual_time
async def test_faults_can_be_made_by_hand() -> None:
    both = await pair()
    both.network.half_open()
    both.write(A)
    await asyncio.sleep(1)
    assert both.got == b""
    both.network.cut()
    await asyncio.sleep(1)
    assert len(both.station.lost) == len(both.csms.lost) == 1


@in_virtual_time
async def test_without_a_network_a_connection_is_refused() -> None:
    both = await pair()
    both.network.reachable = False
    with pytest.raises(ConnectionRefusedError, match=r"ws://csms\.example/ocpp"):
        await both.network.connect(End, PROFILE)


@in_virtual_time
async def test_what_was_sent_before_a_close_arrives() -> None:
    both = await pair(Faults(latency=1))
    both.write(A)
    both.station.transport.close()
    both.write(B)
    await asyncio.sleep(0.5)
    assert (both.station.lost, both.csms.lost) == ([None], [])
    await asyncio.sleep(2)
    assert (both.got, both.csms.lost) == (A, [None])


@in_virtual_time
async def test_a_reader_that_pauses_holds_up_the_writer() -> None:
    both = await pair()
    both.csms.transport.pause_reading()
    both.station.transport.set_write_buffer_limits(high=1000)
    frame = Frame(Opcode.TEXT, b"x" * 10_000).serialize(mask=False)
    written = 0
    while not both.station.paused:
        both.write(frame)
        written += 1
        await asyncio.sleep(1)
    assert both.station.transport.get_write_buffer_size() > 1000 and both.got == b""
    both.csms.transport.resume_reading()
    await asyncio.sleep(1)
    assert both.station.paused is False
    assert both.got == frame * written


@in_virtual_time
async def test_a_writer_closes_once_all_is_sent() -> None:
    both = await pair()
    both.csms.transport.pause_reading()
    frame = Frame(Opcode.TEXT, b"x" * 60_000).serialize(mask=False)
    both.write(frame, frame, frame)
    both.station.transport.close()
    both.write(A)
    await asyncio.sleep(1)
    assert both.station.lost == []
    both.csms.transport.resume_reading()
    await asyncio.sleep(1)
    assert (both.got, both.station.lost, both.csms.lost) == (frame * 3, [None], [None])


@in_virtual_time
async def test_who_closes_reads_no_more_and_the_writer_is_not_stuck() -> None:
    both = await pair()
    both.csms.transport.pause_reading()
    frame = Frame(Opcode.TEXT, b"x" * 60_000).serialize(mask=False)
    both.write(frame, frame, frame)
    await asyncio.sleep(1)
    both.csms.transport.close()
    await asyncio.sleep(1)
    assert (both.got, both.station.lost, both.csms.lost) == (b"", [None], [None])
    assert both.network.connections == 0


@in_virtual_time
async def test_an_aborted_writer_loses_what_is_not_on_its_way() -> None:
    both = await pair()
    both.csms.transport.pause_reading()
    frame = Frame(Opcode.TEXT, b"x" * 60_000).serialize(mask=False)
    both.write(frame, frame, frame)
    both.station.transport.abort()
    await asyncio.sleep(1)
    both.csms.transport.resume_reading()
    await asyncio.sleep(1)
    assert both.got == frame * 2 and both.csms.lost == [None]


async def fate(seed: int) -> tuple[list[Fault], bytes]:
    both = await pair(Faults(drop=0.2, duplicate=0.2, delay=0.2, cut=0.02), seed)
    both.write(*[A, B, C] * 20)
    await asyncio.sleep(1000)
    return faults_of(both.network), both.got


@in_virtual_time
async def test_the_same_seed_gives_the_same_faults() -> None:
    assert await fate(7) == await fate(7)
    assert await fate(7) != await fate(8)
    assert len(set((await fate(7))[0])) > 2


@in_virtual_time
async def test_an_end_is_a_transport_like_any_other() -> None:
    both = await pair()
    transport, other = both.station.transport, End()
    transport.set_write_buffer_limits(low=100)
    assert transport.get_write_buffer_limits() == (100, 400)
    assert transport.get_extra_info("peername") == ("192.0.2.2", 80)
    assert not transport.can_write_eof()
    assert transport.get_protocol() is both.station
    transport.set_protocol(other)
    both.csms.transport.write(HEAD)
    await asyncio.sleep(1)
    assert (other.got, both.station.got) == (HEAD, b"")
    transport.close()
    transport.close()
    transport.abort()
    await asyncio.sleep(1)
    assert (other.lost, both.csms.lost) == ([None], [None])
