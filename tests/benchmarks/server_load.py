"""The load generator: as many connections as wanted, each with one CALL under way at any time.

It is to cost less than the server that it drives, so it is one loop over epoll that sends frames
made beforehand and looks at no more of an answer than its length and its first bytes.
"""

from __future__ import annotations

import gc
import select
import socket
import time
import zlib
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field

from websockets.extensions.permessage_deflate import PerMessageDeflate
from websockets.frames import Frame, Opcode

from .payloads import text
from .server_processes import machine_cpu

MIXED = ("Heartbeat", "StatusNotification", "Heartbeat", "MeterValues")
MIXED += ("Heartbeat", "TransactionEvent")
TRANSACTIONS = ("TransactionEvent",)

_IDS = 360  # the more, the later an id comes again; a multiple of the length of each mix
_ANSWER = b"[3,"
_PATIENCE = 20.0  # seconds
_HANDSHAKE = (
    "GET /ocpp/{identity} HTTP/1.1\r\nHost: 127.0.0.1\r\nUpgrade: websocket\r\n"
    "Connection: Upgrade\r\nSec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n"
    "Sec-WebSocket-Version: 13\r\nSec-WebSocket-Protocol: ocpp2.1\r\n{extensions}\r\n"
)
_DEFLATE = "Sec-WebSocket-Extensions: permessage-deflate; client_max_window_bits\r\n"


def frames(mix: Sequence[str]) -> list[bytes]:
    """CALLs as a station sends them, masked and each with an id of its own."""
    return [_frame(mix[i % len(mix)], i).serialize(mask=True) for i in range(_IDS)]


def packed_frame(action: str) -> bytes:
    """The same, compressed so that a peer with any window can unpack it."""
    squeeze = PerMessageDeflate(True, True, 9, 9, {"memLevel": 1})
    return _frame(action, 0).serialize(mask=True, extensions=[squeeze])


def _frame(action: str, number: int) -> Frame:
    message_id = f"8f6f6c1e-6c0c-4c43-8a3c-{number:012x}"
    return Frame(Opcode.TEXT, f'[2,"{message_id}","{action}",{text(action)}]'.encode())


def connect(port: int, identity: str, compressed: bool = False) -> socket.socket:
    """Open a WebSocket. Raises RuntimeError if the server does not want it."""
    connection = socket.create_connection(("127.0.0.1", port), _PATIENCE)
    connection.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
    request = _HANDSHAKE.format(identity=identity, extensions=_DEFLATE if compressed else "")
    connection.sendall(request.encode())
    answer = b""
    while b"\r\n\r\n" not in answer:
        received = connection.recv(4096)
        if not received:
            raise RuntimeError(f"the server hung up: {answer!r}")
        answer += received
    if b" 101 " not in answer or (b"permessage-deflate" in answer) is not compressed:
        raise RuntimeError(f"not the handshake that was wanted: {answer!r}")
    connection.settimeout(None)
    return connection


def exchange(connection: socket.socket, frame: bytes) -> None:
    """Send one frame and wait for its answer."""
    connection.sendall(frame)
    answer = b""
    while not _complete(answer):
        received = connection.recv(4096)
        if not received:
            raise RuntimeError("the server hung up")
        answer += received


def _complete(data: bytes) -> bool:
    """Whether `data` is one short frame, and an answer. Raises RuntimeError for any other."""
    if len(data) < 2 or len(data) < 2 + (4 if data[1] == 126 else 0):
        return False
    start = 4 if data[1] == 126 else 2
    size = int.from_bytes(data[2:4], "big") if data[1] == 126 else data[1]
    if len(data) < start + size:
        return False
    payload = data[start:]
    if data[0] == 0xC1:
        payload = zlib.decompressobj(-15).decompress(payload + b"\x00\x00\xff\xff")
    if payload[:3] != _ANSWER:
        raise RuntimeError(f"not an answer: {payload!r}")
    return True


@dataclass(slots=True)
class Outcome:
    """What one slice of load has come to."""

    messages: int = 0
    wall: float = 0.0
    server_cpu: float = 0.0
    own_cpu: float = 0.0
    others_cpu: float = 0.0
    latencies: list[float] = field(default_factory=list)

    def latency(self, share: float) -> float:
        """The latency that this share of all messages stays below."""
        return sorted(self.latencies)[min(int(share * self.messages), self.messages - 1)]


@dataclass(slots=True)
class Load:
    """Drives one server with `count` connections."""

    port: int
    count: int
    frames: Sequence[bytes]
    _poll: select.epoll = field(default_factory=select.epoll)
    _sockets: dict[int, socket.socket] = field(default_factory=dict)
    _sent_at: dict[int, float] = field(default_factory=dict)
    _next: dict[int, int] = field(default_factory=dict)
    _partial: dict[int, bytes] = field(default_factory=dict)

    def run(self, warm_up: float, seconds: float, cpu: Callable[[], float]) -> Outcome:
        """Load the server; `cpu` says how much it has used so far. All connections are closed."""
        gc.collect()
        gc.disable()
        try:
            self._start()
            self._drive(warm_up, [])
            outcome = Outcome()
            before, own, machine = cpu(), time.process_time(), machine_cpu()
            began = time.perf_counter()
            self._drive(seconds, outcome.latencies)
            outcome.wall = time.perf_counter() - began
            outcome.server_cpu, outcome.own_cpu = cpu() - before, time.process_time() - own
            used = outcome.server_cpu + outcome.own_cpu
            outcome.others_cpu = max(0.0, machine_cpu() - machine - used)
            outcome.messages = len(outcome.latencies)
            if not outcome.messages:
                raise RuntimeError("no answer in all that time")
            return outcome
        finally:
            gc.enable()
            self._close()

    def _start(self) -> None:
        for i in range(self.count):
            connection = connect(self.port, f"CS{i:05}")
            number = connection.fileno()
            self._sockets[number] = connection
            self._next[number] = i
            self._partial[number] = b""
            self._poll.register(number, select.EPOLLIN)
        for number in self._sockets:
            self._send(number)

    def _send(self, number: int) -> None:
        at = self._next[number]
        self._next[number] = at + 1
        self._sent_at[number] = time.perf_counter()
        self._sockets[number].send(self.frames[at % _IDS])

    def _drive(self, seconds: float, latencies: list[float]) -> None:
        clock, frames, poll = time.perf_counter, self.frames, self._poll.poll
        sockets, sent_at, following = self._sockets, self._sent_at, self._next
        end = clock() + seconds
        while (now := clock()) < end:
            for number, _ in poll(end - now):
                connection = sockets[number]
                data = connection.recv(65536)
                # Nearly always a whole short frame.
                if data[2:5] != _ANSWER or len(data) != data[1] + 2:
                    if not self._put_together(number, data):
                        continue
                now = clock()
                latencies.append(now - sent_at[number])
                sent_at[number] = now
                at = following[number]
                following[number] = at + 1
                connection.send(frames[at % _IDS])

    def _put_together(self, number: int, data: bytes) -> bool:
        """Whether an answer is complete now."""
        if not data:
            raise RuntimeError("the server hung up")
        data = self._partial[number] + data
        complete = _complete(data)
        self._partial[number] = b"" if complete else data
        return complete

    def _close(self) -> None:
        self._poll.close()
        for connection in self._sockets.values():
            connection.close()
