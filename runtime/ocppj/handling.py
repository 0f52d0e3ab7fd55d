"""The peer's CALLs and SENDs on one connection: read, handled, answered."""

from __future__ import annotations

import asyncio
from collections import deque
from collections.abc import Awaitable, Callable, Coroutine, Iterable
from typing import Protocol, TypeAlias

from ocppj.classify import describe
from ocppj.context import Context, Source
from ocppj.contract import ActionNotHandled, Kind
from ocppj.core import Call, Event, Send, Session
from ocppj.endpoint import LOG, Endpoint
from ocppj.errors import ErrorCode, OCPPUsageError, OCPPValidationError, Refusal
from ocppj.lenient import Repair
from ocppj.observer import Exchange, Link, Origin, Outcome
from ocppj.payloads import NotJSONError
from ocppj.service import CallRoute, Service

Result: TypeAlias = tuple[Outcome, ErrorCode | str | None]
Function: TypeAlias = Callable[[], Awaitable[object]]

_ANSWERED: Result = (Outcome.ANSWERED, None)
_TOO_LATE: Result = (Outcome.ABANDONED, None)
_BROKEN = Refusal(ErrorCode.INTERNAL_ERROR, "the message could not be handled")


class Receiver(Source[object], Link, Protocol):
    """The connection, as far as handling needs it."""

    @property
    def endpoint(self) -> Endpoint: ...

    @property
    def session(self) -> Session: ...

    @property
    def service(self) -> Service[object]: ...

    def pace(self) -> None:
        """See whether to go on reading."""
        ...

    def settle(self) -> None:
        """Send what there is to send, and see whether to go on reading."""
        ...

    def tell(self, events: Iterable[Event]) -> None:
        """Take events that came up on the way."""
        ...

    def after_sending(self, functions: Iterable[Function]) -> None:
        """Run `functions` once all that there is to send is on the wire."""
        ...


class Handling:
    """What is under way. CALLs are handled side by side, SENDs one after the other."""

    __slots__ = ("_observed", "_receiver", "_routes", "_runner", "_sends", "under_way")

    def __init__(self, receiver: Receiver) -> None:
        self._receiver = receiver
        self._routes = receiver.service.calls
        self._runner = receiver.endpoint.runner
        self._observed = receiver.endpoint.observer is not None
        self._sends: deque[Send] | None = None
        self.under_way = 0

    def call(self, call: Call) -> None:
        """Handle a CALL. It gets its answer now or later."""
        self.under_way += 1
        route = self._routes.get(call.action)
        work = self._refuse_action(call) if route is None else self._handle_call(call, route)
        if self._observed:
            work = self._watched(call, Kind.CALL, work)
        if not self._runner.start(work):
            self._receiver.pace()

    def send(self, send: Send) -> None:
        """Handle a SEND, after those that came before it."""
        self.under_way += 1
        if self._sends is not None:
            self._sends.append(send)
        else:
            self._sends = deque((send,))
            self._runner.start(self._handle_sends(self._sends))
        self._receiver.pace()

    # CALLs

    async def _handle_call(self, call: Call, route: CallRoute) -> Result:
        receiver = self._receiver
        context = Context(receiver, call.action, call.message_id)
        try:
            request, repairs = route.request.read(call.payload)
            if repairs:
                self._tell_repairs(call, repairs)
        except OCPPValidationError as error:
            return self._ended(self._unreadable(call, error))
        try:
            answer = route.response.write(await route.handle(request, context))
        except (Exception, asyncio.CancelledError) as error:
            return self._ended(self._refuse(call, self._refusal(call, Kind.CALL, error)))
        sent = receiver.session.answer(call.message_id, answer)
        if sent and context.after is not None:
            receiver.after_sending(context.after)
        self.under_way -= 1
        receiver.settle()
        return _ANSWERED if sent else _TOO_LATE

    async def _refuse_action(self, call: Call) -> Result:
        refusal = self._receiver.service.routes.refusal(call.action, Kind.CALL)
        return self._ended(self._refuse(call, refusal))

    def _unreadable(self, call: Call, error: OCPPValidationError) -> Result:
        """Answer a CALL whose payload does not follow its schema."""
        if not isinstance(error, NotJSONError):
            return self._refuse(call, Refusal(error.code, describe(error)))
        receiver = self._receiver
        if not receiver.session.closed:
            receiver.tell(receiver.session.unreadable(call))
        return Outcome.REFUSED, error.code

    def _refuse(self, call: Call, refusal: Refusal) -> Result:
        session = self._receiver.session
        try:
            sent = session.refuse(
                call.message_id, refusal.code, refusal.description, refusal.details
            )
        except OCPPUsageError:  # the details are not JSON
            LOG.exception("%s of %s: refused badly", call.action, self._receiver.identity)
            refusal = _BROKEN
            sent = session.refuse(call.message_id, refusal.code, refusal.description)
        return (Outcome.REFUSED, refusal.code) if sent else _TOO_LATE

    def _ended(self, result: Result) -> Result:
        self.under_way -= 1
        self._receiver.settle()
        return result

    # SENDs

    async def _handle_sends(self, sends: deque[Send]) -> None:
        receiver = self._receiver
        try:
            while sends:
                send = sends.popleft()
                work = self._handle_send(send)
                if self._observed:
                    work = self._watched(send, Kind.SEND, work)
                await work
                self.under_way -= 1
                receiver.settle()
        finally:
            self._sends = None

    async def _handle_send(self, send: Send) -> Result:
        receiver = self._receiver
        route = receiver.service.sends.get(send.action)
        if route is None:  # a SEND is never answered (OCPP 2.1 Part 4, 4.2.4)
            return Outcome.REFUSED, receiver.service.routes.refusal(send.action, Kind.SEND).code
        context = Context(receiver, send.action, send.message_id)
        try:
            message, repairs = route.message.read(send.payload)
            self._tell_repairs(send, repairs)
        except OCPPValidationError as error:
            if isinstance(error, NotJSONError):
                receiver.tell(receiver.session.unreadable(send))
            return Outcome.REFUSED, error.code
        try:
            await route.handle(message, context)
        except Exception as error:
            return Outcome.REFUSED, self._refusal(send, Kind.SEND, error).code
        if context.after is not None:
            receiver.after_sending(context.after)
        return _ANSWERED

    # Both

    def _refusal(self, frame: Call | Send, kind: Kind, error: BaseException) -> Refusal:
        """What a handler's exception means for the peer."""
        if isinstance(error, Refusal):
            return error
        if isinstance(error, ActionNotHandled):
            return self._receiver.service.routes.refusal(frame.action, kind)
        if not isinstance(error, asyncio.CancelledError):
            LOG.error(
                "the handler of %s failed, for %s",
                frame.action,
                self._receiver.identity,
                exc_info=error,
            )
        return _BROKEN

    def _tell_repairs(self, frame: Call | Send, repairs: Iterable[Repair]) -> None:
        receiver = self._receiver
        if receiver.endpoint.observer is not None:
            for repair in repairs:
                receiver.endpoint.observer.repair(receiver, frame.action, frame.message_id, repair)

    async def _watched(
        self, frame: Call | Send, kind: Kind, work: Coroutine[object, None, Result]
    ) -> Result:
        receiver = self._receiver
        observer, clock = receiver.endpoint.observer, receiver.endpoint.clock
        assert observer is not None
        known = frame.action in receiver.service.bindings.actions
        exchange = Exchange(Origin.PEER, kind, frame.action, frame.message_id, known)
        observer.call_started(receiver, exchange)
        start = clock.now()
        ended = _TOO_LATE  # unless it ends of itself: what is cancelled has an end as well
        try:
            ended = await work
        finally:
            observer.call_ended(receiver, exchange, ended[0], clock.now() - start, ended[1])
        return ended
