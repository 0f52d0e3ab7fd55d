"""A CSMS in a process of its own, which tells on request how it is.

    python -m tests.e2e.abuse.server '{"ping_interval": 1}' '{"handshake_timeout": 1}'

Its arguments are the fields of `Limits` and `Admission`.

It says at which port it listens, then answers every line on its standard input with a line on its
standard output: "report" with a `Report` as JSON, "settle N" with the same, once N connections are
open. It ends when its input does.
"""

from __future__ import annotations

import asyncio
import gc
import json
import logging
import os
import resource
import sys
from dataclasses import asdict, dataclass
from datetime import UTC, datetime
from pathlib import Path

from ocpp21 import (
    CSMS,
    BootNotificationRequest,
    BootNotificationResponse,
    CsmsCalls,
    CsmsHandler,
    HeartbeatRequest,
    HeartbeatResponse,
    NotifyPeriodicEventStream,
    RegistrationStatusEnumType,
    StatusNotificationRequest,
    StatusNotificationResponse,
)
from ocppj.connection import Connection
from ocppj.contract import CallContext
from ocppj.csms import Csms, serve_csms
from ocppj.limits import Admission, Limits
from ocppj.loop import run
from ocppj.observer import Link, Observer
from ocppj.upgrade import Upgrade

_TIME = datetime(2026, 1, 1, tzinfo=UTC)


@dataclass(frozen=True, slots=True)
class Report:
    """What a server holds at a moment: of memory, in bytes and in blocks, and of all else.

    `registered` are the connections of the registry, `identities` the different ones among them.
    `connections` and `handshakes` are the objects that exist, in the registry or not. `heartbeats`
    are those that were answered. `complaints` is what was logged as an error.
    """

    rss: int
    peak: int
    blocks: int
    descriptors: int
    tasks: int
    registered: int
    identities: int
    opened: int
    closed: int
    connections: int
    handshakes: int
    heartbeats: int
    reasons: dict[str, int]
    complaints: list[str]


class Watch(Observer):
    """Counts connections, and knows when as many are open as somebody waits for."""

    def __init__(self) -> None:
        self.opened = self.closed = 0
        self.reasons: dict[str, int] = {}
        self._changed = asyncio.Event()

    def connection_opened(self, link: Link) -> None:
        self.opened += 1
        self._changed.set()

    def connection_closed(self, link: Link, code: int, reason: str) -> None:
        self.closed += 1
        self.reasons[reason] = self.reasons.get(reason, 0) + 1
        self._changed.set()

    async def settle(self, wanted: int) -> None:
        """Wait until so many connections are open."""
        while self.opened - self.closed != wanted:
            self._changed.clear()
            await self._changed.wait()


class Handler(CsmsHandler):
    """Answers always with the same time, so that answers can be compared."""

    def __init__(self) -> None:
        self.heartbeats = 0

    async def on_heartbeat(
        self, request: HeartbeatRequest, context: CallContext[CsmsCalls]
    ) -> HeartbeatResponse:
        self.heartbeats += 1
        return HeartbeatResponse(current_time=_TIME)

    async def on_boot_notification(
        self, request: BootNotificationRequest, context: CallContext[CsmsCalls]
    ) -> BootNotificationResponse:
        return BootNotificationResponse(
            current_time=_TIME, interval=300, status=RegistrationStatusEnumType.ACCEPTED
        )

    async def on_status_notification(
        self, request: StatusNotificationRequest, context: CallContext[CsmsCalls]
    ) -> StatusNotificationResponse:
        await asyncio.sleep(0)  # the others never wait
        return StatusNotificationResponse()

    async def on_notify_periodic_event_stream(
        self, message: NotifyPeriodicEventStream, context: CallContext[CsmsCalls]
    ) -> None:
        await asyncio.sleep(0)


class Complaints(logging.Handler):
    """Keeps what is logged as an error."""

    def __init__(self) -> None:
        super().__init__(logging.ERROR)
        self.texts: list[str] = []

    def emit(self, record: logging.LogRecord) -> None:
        self.texts.append(self.format(record))


def _memory() -> tuple[int, int]:
    """Bytes of memory that are in use, and the most that ever were."""
    try:
        status = Path("/proc/self/status").read_text()
    except FileNotFoundError:  # not Linux
        most = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
        return most, most
    found = dict(line.split(":", 1) for line in status.splitlines())
    return int(found["VmRSS"].split()[0]) * 1024, int(found["VmHWM"].split()[0]) * 1024


def _count(kind: type[object]) -> int:
    return sum(isinstance(each, kind) for each in gc.get_objects())


def _report(
    csms: Csms[CsmsCalls], handler: Handler, watch: Watch, complaints: Complaints
) -> Report:
    gc.collect()
    rss, peak = _memory()
    return Report(
        rss=rss,
        peak=peak,
        blocks=sys.getallocatedblocks(),
        descriptors=len(os.listdir("/dev/fd")),
        tasks=len(asyncio.all_tasks()),
        registered=len(csms.connections),
        identities=len({identity.lower() for identity in csms.connections}),
        opened=watch.opened,
        closed=watch.closed,
        connections=_count(Connection),
        handshakes=_count(Upgrade),
        heartbeats=handler.heartbeats,
        reasons=watch.reasons,
        complaints=complaints.texts,
    )


async def main(limits: Limits, admission: Admission) -> None:
    """Serve until the standard input ends."""
    complaints = Complaints()
    logging.basicConfig(level=logging.ERROR, handlers=[complaints])
    handler, watch = Handler(), Watch()
    reader = asyncio.StreamReader()
    await asyncio.get_running_loop().connect_read_pipe(
        lambda: asyncio.StreamReaderProtocol(reader), sys.stdin
    )
    serving = serve_csms(
        handler,
        bindings=[CSMS],
        port=0,
        limits=limits,
        admission=admission,
        observers=[watch],
    )
    async with serving as csms:
        print(csms.port, flush=True)
        while line := (await reader.readline()).decode():
            command, _, number = line.partition(" ")
            if command == "settle":
                await watch.settle(int(number))
            print(json.dumps(asdict(_report(csms, handler, watch, complaints))), flush=True)


if __name__ == "__main__":
    _, limits, admission = sys.argv
    run(main(Limits(**json.loads(limits)), Admission(**json.loads(admission))))
