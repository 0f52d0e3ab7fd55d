"""Periodic event streams: values by the bundle, in place of a NotifyEvent each (N11 to N15)."""

from __future__ import annotations

import asyncio
import logging
from collections import deque
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import NamedTuple

from ocpp21 import (
    ClosePeriodicEventStreamRequest,
    ConstantStreamDataType,
    GenericStatusEnumType,
    NotifyPeriodicEventStream,
    OpenPeriodicEventStreamRequest,
    PeriodicEventStreamParamsType,
    StreamDataElementType,
)
from ocppj import OCPPCallError, OCPPError, Timer
from ocppref.station.link import Link
from ocppref.station.monitoring.monitor import Stream
from ocppref.station.outbox import Outbox
from ocppref.station.registration import Registration
from ocppref.station.signals import Signal
from ocppref.station.tasks import Tasks
from ocppref.station.time import StationClock

LOG = logging.getLogger("ocppref.station")

MOST_KEPT = 1000
"""So many values of a stream wait for a connection; then the oldest is dropped for each new one."""
MOST_AT_ONCE = 500
"""So many values are sent in one message where the stream has no limit of its own."""


class Value(NamedTuple):
    """A value, and when it was so."""

    at: datetime
    text: str


@dataclass(eq=False, slots=True)
class _Stream:
    """The stream of a monitor, from when it is wanted until it is no more."""

    id: int
    params: Stream
    lock: asyncio.Lock
    is_open: bool = False
    is_opening: bool = False
    values: deque[Value] = field(default_factory=deque)
    timer: Timer | None = None

    def constant(self) -> ConstantStreamDataType:
        return ConstantStreamDataType(
            id=self.id, params=self.params.message_type(), variable_monitoring_id=self.id
        )


def bundle(stream_id: int, values: Sequence[Value], pending: int) -> NotifyPeriodicEventStream:
    """Values as a message; their times count from the first of them (N15.FR.09)."""
    base = values[0].at
    return NotifyPeriodicEventStream(
        id=stream_id,
        pending=pending,  # N15.FR.04
        basetime=base,
        data=[
            StreamDataElementType(t=round((at - base).total_seconds(), 3), v=text)
            for at, text in values
        ],
    )


class Streams:
    """The periodic event streams of one power-on. A stream has the id of its monitor.

    They are opened again at each boot, and outlive a loss of the connection. `refused` tells of a
    monitor whose stream the CSMS does not want (N11.FR.07).
    """

    def __init__(
        self,
        *,
        clock: StationClock,
        tasks: Tasks,
        link: Link,
        registration: Registration,
        outbox: Outbox,
    ) -> None:
        self.refused: Signal[int] = Signal()
        self._clock = clock
        self._tasks = tasks
        self._link = link
        self._registration = registration
        self._outbox = outbox
        self._streams: dict[int, _Stream] = {}
        self._disconnect: list[Callable[[], None]] = []

    def start(self) -> None:
        """Open streams whenever the CSMS can be asked to."""
        self._disconnect = [
            self._registration.accepted.connect(lambda _: self._open_all()),
            self._link.came_online.connect(lambda _: self._open_all()),
        ]

    def close(self) -> None:
        """Stream no more."""
        for disconnect in self._disconnect:
            disconnect()
        for stream in self._streams.values():
            _stop(stream)

    # For the monitors

    def want(self, monitor_id: int, params: Stream | None) -> None:
        """Have a stream for that monitor, or none, from now on.

        Any that it had is closed first.
        """
        old = self._streams.get(monitor_id)
        lock = asyncio.Lock() if old is None else old.lock  # for the new one to wait
        if old is not None:
            del self._streams[monitor_id]
            _stop(old)
            self._tasks.spawn(self._end(old), "ClosePeriodicEventStream")
        if params is not None:
            self._streams[monitor_id] = stream = _Stream(monitor_id, params, lock)
            self._begin(stream)

    def put(self, monitor_id: int, text: str) -> bool:
        """Stream a value; False if there is no stream that is open."""
        stream = self._streams.get(monitor_id)
        if stream is None or not stream.is_open:
            return False
        if len(stream.values) >= MOST_KEPT:
            stream.values.popleft()
        stream.values.append(Value(self._clock.utc(), text))
        if stream.params.values:  # N15.FR.08
            self._send(stream, stream.params.values)
        return True

    # For the CSMS

    def all(self) -> list[ConstantStreamDataType]:
        """Those that are open (N12)."""
        return [each.constant() for each in self._streams.values() if each.is_open]

    def adjust(self, stream_id: int, params: PeriodicEventStreamParamsType) -> Stream | None:
        """Send more or less often (N14); what is left out stays. None if that cannot be."""
        stream = self._streams.get(stream_id)
        if stream is None or not stream.is_open:
            return None
        old = stream.params
        new = Stream(
            old.interval if params.interval is None else params.interval,
            old.values if params.values is None else params.values,
        )
        if new == Stream():
            return None
        stream.params = new
        self._arm(stream)
        return new

    # Opening and closing

    def _open_all(self) -> None:
        for stream in tuple(self._streams.values()):
            self._begin(stream)

    def _begin(self, stream: _Stream) -> None:
        if self._link.ready and not (stream.is_open or stream.is_opening):
            stream.is_opening = True
            self._tasks.spawn(self._open(stream), "OpenPeriodicEventStream")

    async def _open(self, stream: _Stream) -> None:
        async with stream.lock:
            try:
                request = OpenPeriodicEventStreamRequest(constant_stream_data=stream.constant())
                answer = await self._link.calls.open_periodic_event_stream(request)
                stream.is_open = answer.status is GenericStatusEnumType.ACCEPTED
            except OCPPCallError as error:
                LOG.info("%s: no event stream: %s", self._tasks.owner, error)
            finally:
                stream.is_opening = False
        if self._streams.get(stream.id) is not stream:
            return
        if stream.is_open:
            self._arm(stream)
        else:
            del self._streams[stream.id]
            self.refused.emit(stream.id)

    async def _end(self, stream: _Stream) -> None:
        async with stream.lock:
            if not stream.is_open:
                return
            stream.is_open = False
            request = ClosePeriodicEventStreamRequest(id=stream.id)
            try:
                await self._send_all(stream, 1)  # N13.FR.03
                await self._link.calls.close_periodic_event_stream(request)
            except OCPPCallError:
                raise
            except OCPPError:  # the CSMS has to know, sooner or later
                self._outbox.queue(request)

    # Sending

    def _arm(self, stream: _Stream) -> None:
        _stop(stream)
        if stream.params.interval:  # N15.FR.06
            stream.timer = self._clock.call_later(
                stream.params.interval, lambda: self._tick(stream)
            )

    def _tick(self, stream: _Stream) -> None:
        self._arm(stream)
        self._send(stream, 1)

    def _send(self, stream: _Stream, least: int) -> None:
        if len(stream.values) >= least and self._link.ready:
            self._tasks.spawn(self._flush(stream, least), "NotifyPeriodicEventStream")

    async def _flush(self, stream: _Stream, least: int) -> None:
        async with stream.lock:
            if stream.is_open and len(stream.values) >= least:
                await self._send_some(stream)
                await self._send_all(stream, stream.params.values or MOST_AT_ONCE)

    async def _send_all(self, stream: _Stream, least: int) -> None:
        """Send messages as long as there are so many values."""
        while len(stream.values) >= least:
            await self._send_some(stream)

    async def _send_some(self, stream: _Stream) -> None:
        most = min(stream.params.values or MOST_AT_ONCE, MOST_AT_ONCE)  # N15.FR.07
        taken = [stream.values.popleft() for _ in range(min(most, len(stream.values)))]
        try:
            message = bundle(stream.id, taken, len(stream.values))
            await self._link.calls.notify_periodic_event_stream(message)
        except OCPPError:
            stream.values.extendleft(reversed(taken))
            raise


def _stop(stream: _Stream) -> None:
    if stream.timer is not None:
        stream.timer.cancel()
        stream.timer = None
