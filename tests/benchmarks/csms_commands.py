"""Commands through the API, beside CALLs of the runtime alone."""

from __future__ import annotations

import select
import socket
import time
from collections.abc import Iterator

from websockets.frames import Frame, Opcode

from .server_load import Load

_REQUEST = (
    "POST /api/v1/stations/{identity}/actions/ClearCache HTTP/1.1\r\nHost: 127.0.0.1\r\n"
    "Authorization: Bearer {token}\r\nContent-Type: application/json\r\n"
    "Content-Length: 2\r\n\r\n{{}}"
)


def free_port() -> int:
    """A port that is free now."""
    with socket.create_server(("127.0.0.1", 0)) as made:
        number: int = made.getsockname()[1]
        return number


class Commands(Load):
    """Stations that answer what they are asked. With an HTTP port it also asks, one at a time."""

    def __init__(
        self, port: int, count: int, http_port: int | None = None, token: str = ""
    ) -> None:
        super().__init__(port, count, [])
        self._http_port = http_port
        self._token = token
        self._clients: dict[int, tuple[socket.socket, bytes]] = {}

    def _send(self, number: int) -> None:
        """A station waits until it is asked."""

    def _start(self) -> None:
        super()._start()
        if self._http_port is None:
            return
        for number in range(self.count):
            client = socket.create_connection(("127.0.0.1", self._http_port), 20)
            text = _REQUEST.format(identity=f"CS{number:05}", token=self._token)
            self._clients[client.fileno()] = (client, text.encode())
            self._poll.register(client.fileno(), select.EPOLLIN)
            client.sendall(text.encode())

    def _drive(self, seconds: float, latencies: list[float]) -> None:
        clock = time.perf_counter
        end = clock() + seconds
        while (now := clock()) < end:
            for number, _ in self._poll.poll(end - now):
                if number in self._clients:
                    self._ask_again(*self._clients[number])
                else:
                    latencies.extend(0.0 for _ in self._answer(self._sockets[number]))

    def _answer(self, station: socket.socket) -> Iterator[None]:
        data = station.recv(65536)
        while data:
            size = 2 + data[1]
            _, message_id, _, action, _ = data[:size].split(b'"', 4)
            if action == b"ClearCache":
                text = b'[3,"%s",{"status":"Accepted"}]' % message_id
                station.send(Frame(Opcode.TEXT, text).serialize(mask=True))
                yield
            data = data[size:]

    def _ask_again(self, client: socket.socket, request: bytes) -> None:
        answer = client.recv(65536)
        if answer.startswith(b"HTTP/1.1 200") and answer.endswith(b"\r\n\r\n"):
            return  # its body comes by itself
        if not answer.endswith(b'{"status":"Accepted"}'):
            raise RuntimeError(f"not an answer: {answer!r}")
        client.sendall(request)

    def _close(self) -> None:
        super()._close()
        for client, _ in self._clients.values():
            client.close()
