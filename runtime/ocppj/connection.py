"""One connection after its handshake: bytes to frames, frames to the session, and back.

What one read of the socket brings is taken in one pass, handlers and answers and all, and written
at once. If it is much it takes several turns, and between them other connections have theirs.
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Iterable, Sequence
from math import inf
from typing import Generic, TypeVar

from websockets.extensions import Extension
from websockets.frames import CloseCode

from ocppj.alarm import Alarm
from ocppj.calling import Calling
from ocppj.contract import CallSpec, SendSpec, Side
from ocppj.core import Call, Event, Ignored, Refused, ResultRefused, Send, Session
from ocppj.endpoint import LOG, Endpoint
from ocppj.handling import Function, Handling
from ocppj.service import Service
from ocppj.wire import Odd, Wire

CallsT = TypeVar("CallsT")
RequestT = TypeVar("RequestT")
ResponseT = TypeVar("ResponseT")

# A turn takes so many characters of messages; for each frame some are added.
_TURN, _FRAME = 64 * 1024, 1024
_WHILE_CALLING = 4  # times as much is taken while the answer to a CALL of ours has to be read


class Connection(asyncio.Protocol, Generic[CallsT]):
    """A connection that is open, or was. It is a `Caller`, and the `Link` that observers see."""

    __slots__ = (
        "__weakref__",
        "_after",
        "_alarm",
        "_batching",
        "_calling",
        "_calls",
        "_closed",
        "_drained",
        "_handling",
        "_held",
        "_leaving",
        "_lost",
        "_observer",
        "_paused",
        "_transport",
        "_turn_due",
        "_unsent",
        "_wire",
        "_write_paused",
        "address",
        "close_code",
        "close_reason",
        "endpoint",
        "identity",
        "on_lost",
        "service",
        "session",
    )

    def __init__(
        self,
        endpoint: Endpoint,
        service: Service[CallsT],
        identity: str,
        extensions: Sequence[Extension] = (),
    ) -> None:
        limits = endpoint.limits
        self.endpoint = endpoint
        self.service = service
        self.identity = identity
        self.address = ""
        self.close_code: int = CloseCode.ABNORMAL_CLOSURE
        self.close_reason = ""
        self.on_lost: Callable[[Connection[CallsT]], None] | None = None
        self.session = Session(
            endpoint.new_id,
            dialect=service.dialect,
            timeout=limits.call_timeout,
            queue_limit=limits.queue,
            handling_limit=limits.handling,
        )
        self._observer = endpoint.observer
        self._wire = Wire(endpoint.side, limits.message_size, extensions)
        self._alarm = Alarm(endpoint.clock, self)
        self._handling = Handling(self)
        self._calling = Calling(self)
        self._calls: CallsT | None = None
        self._transport: asyncio.Transport | None = None
        self._closed: asyncio.Future[None] | None = None
        self._drained: asyncio.Future[None] | None = None
        self._after: list[Function] | None = None
        self._leaving: tuple[int, str] | None = None
        self._held = self._paused = self._turn_due = False
        self._batching = self._write_paused = self._lost = False
        self._unsent = 0

    # What users see.

    @property
    def side(self) -> Side:
        """Which side this end is."""
        return self.endpoint.side

    @property
    def subprotocol(self) -> str:
        """The version that is spoken: "ocpp2.1"."""
        return self.service.dialect.subprotocol

    @property
    def compressed(self) -> bool:
        """Whether permessage-deflate was agreed on."""
        return self._wire.packs

    @property
    def is_open(self) -> bool:
        """Whether messages can go out."""
        return not self.session.closed

    @property
    def under_way(self) -> int:
        """How many CALLs and SENDs of the peer's are being handled or wait for it."""
        return self._handling.under_way

    @property
    def calls(self) -> CallsT:
        """Typed callers to the peer."""
        if self._calls is None:
            self._calls = self.service.calls_to(self)
        return self._calls

    async def call(
        self,
        spec: CallSpec[RequestT, ResponseT],
        request: RequestT,
        timeout: float | None = None,  # noqa: ASYNC109 - it ends the CALL, not only the waiting
    ) -> ResponseT:
        """Send a CALL and wait for its answer. Raises an `OCPPError`."""
        return await self._calling.call(spec, request, timeout)

    async def send(self, spec: SendSpec[RequestT], message: RequestT) -> None:
        """Send a SEND; waits while the peer takes nothing. Raises an `OCPPError`."""
        while self._write_paused and not self.session.closed:
            if self._drained is None:
                self._drained = asyncio.get_running_loop().create_future()
            await asyncio.shield(self._drained)
        self._calling.send(spec, message)

    async def close(self, code: int = CloseCode.NORMAL_CLOSURE, reason: str = "") -> None:
        """Close it, and wait until it is. CALLs of ours that wait are abandoned."""
        self.start_closing(code, reason)
        await self.wait_closed()

    async def wait_closed(self) -> None:
        """Wait until it is closed."""
        if not self._lost:
            if self._closed is None:
                self._closed = asyncio.get_running_loop().create_future()
            await asyncio.shield(self._closed)

    # What the transport calls.

    def attach(self, transport: asyncio.Transport, rest: bytes = b"") -> None:
        """Take over `transport` after the handshake, and what was read of it since then."""
        limits = self.endpoint.limits
        self._transport = transport
        transport.set_protocol(self)
        transport.set_write_buffer_limits(high=limits.write_buffer)
        self.set_ping_interval(limits.ping_interval)
        if self._observer is not None:
            self._observer.connection_opened(self)
        if rest:
            self.data_received(rest)

    def data_received(self, data: bytes) -> None:
        """Bytes from the peer."""
        self._alarm.pong_due = inf  # whatever it says, it is there
        self._wire.feed(data)
        self._read()

    def pause_writing(self) -> None:
        """The peer takes less than it gets."""
        assert self._transport is not None
        self._write_paused = True
        self._unsent = self._transport.get_write_buffer_size()
        self._alarm.stall_due = self._now() + self.endpoint.limits.stall_timeout
        self._alarm.set()
        self.pace()

    def resume_writing(self) -> None:
        """The peer has caught up."""
        self._write_paused = False
        self._alarm.stall_due = inf
        self._end_wait()
        self.pace()

    def connection_lost(self, exc: Exception | None) -> None:
        """The transport is closed."""
        self._finish(CloseCode.ABNORMAL_CLOSURE, f"connection lost: {exc}" if exc else "no goodbye")
        self._lost = True
        self._alarm.stop()
        self._write_paused = False
        if self._closed is not None and not self._closed.done():
            self._closed.set_result(None)
        if self.on_lost is not None:
            self.on_lost(self)
            self.on_lost = None
        if self._observer is not None:
            self._observer.connection_closed(self, self.close_code, self.close_reason)

    # Coming in.

    def _read(self) -> None:
        """Take a turn of what is there."""
        session, wire, handling, observer = self.session, self._wire, self._handling, self._observer
        now, left = self._now(), _TURN
        self._batching = True
        try:
            while wire.rest and left > 0 and not self._held:
                found = wire.next()
                if found is None:
                    break
                left -= _FRAME
                if isinstance(found, Odd):
                    self._take_odd(found)
                    continue
                left -= len(found)
                if observer is not None:
                    observer.frame_in(self, found)
                for event in session.receive(found, now):
                    if type(event) is Call:
                        handling.call(event)
                    else:
                        self._take(event)
        finally:
            self._batching = False
        self._flush()
        if left <= 0 and wire.rest:
            self._pause()
            self._read_on_soon()
        elif self._paused and not self._held:
            self._resume()

    def _take_odd(self, found: Odd) -> None:
        if found is Odd.BINARY:
            self.tell(self.session.receive_binary())
        elif found is Odd.CLOSED:
            wire = self._wire
            goodbye, wire.out = wire.out, []
            self._frame()  # answers that are ready go before it
            wire.out += goodbye
            self._finish(wire.code, wire.reason)

    def tell(self, events: Iterable[Event]) -> None:
        """Take events of the session."""
        for event in events:
            self._take(event)

    def _take(self, event: Event) -> None:
        observer = self._observer
        match event:
            case Call():
                self._handling.call(event)
            case Send():
                self._handling.send(event)
            case Ignored():
                if observer is not None:
                    observer.ignored(self, event)
            case Refused():
                if observer is not None:
                    observer.refused(self, event)
            case ResultRefused():
                LOG.warning("%s could not use an answer: %s", self.identity, event.code)
                if observer is not None:
                    observer.result_refused(self, event)
            case _:
                self._calling.ended(event)
                self.pace()

    def pace(self) -> None:
        """Read on, or stop reading, as there is room for more."""
        under_way, most = self._handling.under_way, self.endpoint.limits.handling
        if self.session.outstanding is not None:
            most *= _WHILE_CALLING  # a handler may wait for the answer
        hold = (self._write_paused or under_way >= most) and not self.session.closed
        if hold is self._held or self._transport is None:
            return
        self._held = hold
        if hold:
            self._pause()
        else:
            self._read_on_soon()

    def _pause(self) -> None:
        if not self._paused and self._transport is not None:
            self._paused = True
            self._transport.pause_reading()

    def _resume(self) -> None:
        if self._transport is not None:
            self._paused = False
            self._transport.resume_reading()

    def _read_on_soon(self) -> None:
        """Take what is left once others had their turn; only then more is read."""
        if not self._turn_due:
            self._turn_due = True
            asyncio.get_running_loop().call_soon(self._read_on)

    def _read_on(self) -> None:
        self._turn_due = False
        if not self._held and not self._lost:
            self._read()

    # Going out.

    def settle(self) -> None:
        """Send what there is to send, and see whether to go on reading."""
        if self._held:
            self.pace()
        if self._leaving is not None and not self._handling.under_way:
            self.start_closing(*self._leaving)
        if not self._batching:
            self._flush()

    def after_sending(self, functions: Iterable[Function]) -> None:
        """Run `functions` once all that there is to send is on the wire."""
        self._after = [*(self._after or ()), *functions]

    def _flush(self) -> None:
        """Write all that there is to write, in one go."""
        wire, transport = self._wire, self._transport
        self._frame()
        out = wire.out
        if out and transport is not None:
            wire.out = []
            transport.write(out[0] if len(out) == 1 else b"".join(out))
        if self._calling.waiting:
            self._alarm.set(self.session.deadline() or inf)
        if self._after is not None:
            self._run_after()
        if wire.ended and transport is not None:
            transport.close()

    def _frame(self) -> None:
        """Make frames of all that the session has to say."""
        for text in self.session.to_send():
            self._wire.text(text)
            if self._observer is not None:
                self._observer.frame_out(self, text)

    def _run_after(self) -> None:
        functions, self._after = self._after or (), None
        for function in functions:
            self.endpoint.runner.start(self._run(function))

    async def _run(self, function: Function) -> None:
        try:
            await function()
        except Exception:  # the user's code, as in a handler
            LOG.exception("after an answer to %s: a function failed", self.identity)

    def _end_wait(self) -> None:
        """Let those go on who wait to send."""
        drained, self._drained = self._drained, None
        if drained is not None and not drained.done():
            drained.set_result(None)

    # Time and the end.

    def set_ping_interval(self, seconds: float) -> None:
        """Ping every so many seconds from now on; 0 is never."""
        alarm = self._alarm
        alarm.ping_due = self._now() + seconds if seconds > 0 else inf
        alarm.ping_interval = seconds
        alarm.set()

    def wake(self, now: float) -> None:
        """Something is due."""
        alarm = self._alarm
        self.tell(self.session.expire(now))
        if now >= alarm.ping_due:
            alarm.ping_due = now + alarm.ping_interval
            self._wire.ping()
            alarm.pong_due = min(alarm.pong_due, now + self.endpoint.limits.ping_timeout)
        if now >= alarm.pong_due:
            alarm.pong_due = inf
            if not self._paused:  # while nothing is read, nothing can be heard
                self.drop("no answer to a ping")
        if now >= alarm.stall_due:
            self._check_stall(now)
        if now >= alarm.close_due:
            self.drop("it does not close")
        self._flush()
        alarm.set(self.session.deadline() or inf)

    def _check_stall(self, now: float) -> None:
        assert self._transport is not None
        unsent = self._transport.get_write_buffer_size()
        if unsent >= self._unsent:
            self.drop("it takes no data")
            return
        self._unsent = unsent
        self._alarm.stall_due = now + self.endpoint.limits.stall_timeout

    def start_closing(self, code: int, reason: str) -> None:
        """Say goodbye; the peer has `close_timeout` to do the same."""
        if self.session.closed:
            return
        self._frame()  # answers that are ready
        self._wire.close(code, reason)
        self._finish(code, reason)
        self._flush()

    def leave(self, code: int, reason: str) -> None:
        """Close it as soon as nothing of the peer's is being handled."""
        self._leaving = (code, reason)
        self.settle()

    def drop(self, reason: str) -> None:
        """Cut the connection."""
        self._finish(CloseCode.ABNORMAL_CLOSURE, reason)
        if self._transport is not None:
            self._transport.abort()

    def _finish(self, code: int, reason: str) -> None:
        """Nothing goes out any more, except for a goodbye. The first reason counts."""
        if self.session.closed:
            return
        self.close_code, self.close_reason = code, reason
        self.tell(self.session.close(reason or f"closed with {code}"))
        self._alarm.ping_due = self._alarm.pong_due = inf
        self._alarm.close_due = self._now() + self.endpoint.limits.close_timeout
        self._alarm.set()
        self._end_wait()
        if self._held:
            self._held = False  # the peer's goodbye has to be read
            self._read_on_soon()

    def _now(self) -> float:
        return self.endpoint.clock.now()
