"""The CALLs of our own on one connection, from the model to the model of the answer."""

from __future__ import annotations

import asyncio
from collections.abc import Iterable
from typing import NamedTuple, Protocol, TypeVar, cast

from ocppj.classify import describe
from ocppj.contract import CallSpec, Kind, SendSpec
from ocppj.core import (
    Abandoned,
    Answered,
    Ended,
    Event,
    Failed,
    MessageType,
    Session,
    Spoiled,
    TimedOut,
    reaction_to,
)
from ocppj.endpoint import Endpoint
from ocppj.errors import (
    ErrorCode,
    OCPPCallError,
    OCPPConnectionError,
    OCPPTimeoutError,
    OCPPValidationError,
)
from ocppj.observer import Exchange, Link, Origin, Outcome
from ocppj.payloads import Codec, NotJSONError
from ocppj.service import Service

RequestT = TypeVar("RequestT")
ResponseT = TypeVar("ResponseT")

_OUTCOMES: dict[type[Ended], Outcome] = {
    Answered: Outcome.INVALID,  # as only one that cannot be used is looked up
    Failed: Outcome.REFUSED,
    Spoiled: Outcome.INVALID,
    TimedOut: Outcome.TIMED_OUT,
    Abandoned: Outcome.ABANDONED,
}


class Sender(Link, Protocol):
    """The connection, as far as calling needs it."""

    @property
    def endpoint(self) -> Endpoint: ...

    @property
    def session(self) -> Session: ...

    @property
    def service(self) -> Service[object]: ...

    def settle(self) -> None:
        """Send what there is to send, and see whether to go on reading."""
        ...

    def tell(self, events: Iterable[Event]) -> None:
        """Take events that came up on the way."""
        ...


class _Pending(NamedTuple):
    """A CALL whose caller waits."""

    future: asyncio.Future[object]
    answer: Codec[object]
    exchange: Exchange | None
    started: float


class Calling:
    """Whose callers wait for what: `waiting`, by message id."""

    __slots__ = ("_sender", "waiting")

    def __init__(self, sender: Sender) -> None:
        self._sender = sender
        self.waiting: dict[str, _Pending] = {}

    async def call(
        self,
        spec: CallSpec[RequestT, ResponseT],
        request: RequestT,
        timeout: float | None,  # noqa: ASYNC109
    ) -> ResponseT:
        """Send a CALL and wait for its answer. Raises what the Caller of the contract does."""
        sender = self._sender
        payloads = sender.service.payloads
        payload = payloads.request(spec).write(request)
        now = sender.endpoint.clock.now()
        message_id = sender.session.call(spec.name, payload, now, timeout=timeout)
        future: asyncio.Future[object] = asyncio.get_running_loop().create_future()
        exchange = self._started(Exchange(Origin.LOCAL, Kind.CALL, spec.name, message_id))
        answer = cast("Codec[object]", payloads.response(spec))
        self.waiting[message_id] = _Pending(future, answer, exchange, now)
        sender.settle()
        try:
            return cast(ResponseT, await future)
        except asyncio.CancelledError:
            self._give_up(message_id)
            raise

    def send(self, spec: SendSpec[RequestT], message: RequestT) -> None:
        """Send a SEND."""
        sender = self._sender
        payload = sender.service.payloads.request(spec).write(message)
        message_id = sender.session.send(spec.name, payload)
        self._started(Exchange(Origin.LOCAL, Kind.SEND, spec.name, message_id))
        sender.settle()

    def ended(self, event: Ended) -> None:
        """Tell the caller how its CALL ended, if it still wants to know."""
        pending = self.waiting.pop(event.message_id, None)
        if pending is None or pending.future.done():
            return
        if isinstance(event, Answered):
            self._answered(pending, event)
        else:
            self._failed(pending, event, *self._error_of(event))

    def _answered(self, pending: _Pending, event: Answered) -> None:
        try:
            answer, repairs = pending.answer.read(event.payload)
        except OCPPValidationError as error:
            self._refuse_result(event, error)
            self._failed(pending, event, error, error.code)
            return
        observer = self._sender.endpoint.observer
        if observer is not None:
            for repair in repairs:
                observer.repair(self._sender, event.action, event.message_id, repair)
        pending.future.set_result(answer)
        self._over(pending, Outcome.ANSWERED)

    def _refuse_result(self, event: Answered, error: OCPPValidationError) -> None:
        sender = self._sender
        if isinstance(error, NotJSONError):
            sender.tell(sender.session.unreadable(event))
        else:
            # OCPP 2.1 Part 2, FR.06
            sender.session.refuse_result(event.message_id, error.code, describe(error))

    def _error_of(self, event: Ended) -> tuple[Exception, ErrorCode | str | None]:
        match event:
            case Failed(code=code):
                return OCPPCallError(code, event.description, event.details), code
            case Spoiled():
                dialect = self._sender.service.dialect
                row = reaction_to(event.trouble, MessageType.CALLRESULT, dialect)
                code = row.code or ErrorCode.FORMAT_VIOLATION
                return OCPPValidationError(code, event.description), code
            case TimedOut():
                return OCPPTimeoutError(f"{event.action}: no answer in time"), None
            case Abandoned():
                how = "before its answer came" if event.sent else "before it was sent"
                text = f"{event.action}: the connection closed {how}: {event.reason}"
                return OCPPConnectionError(text), None
            case _:
                raise AssertionError(event)

    def _failed(
        self, pending: _Pending, event: Ended, error: Exception, code: ErrorCode | str | None
    ) -> None:
        pending.future.set_exception(error)
        self._over(pending, _OUTCOMES[type(event)], code)

    def _give_up(self, message_id: str) -> None:
        """The caller does not wait any longer."""
        pending = self.waiting.pop(message_id, None)
        if pending is not None:
            self._sender.session.withdraw(message_id)
            self._over(pending, Outcome.WITHDRAWN)

    def _started(self, exchange: Exchange) -> Exchange | None:
        observer = self._sender.endpoint.observer
        if observer is None:
            return None
        observer.call_started(self._sender, exchange)
        return exchange

    def _over(
        self, pending: _Pending, outcome: Outcome, code: ErrorCode | str | None = None
    ) -> None:
        observer = self._sender.endpoint.observer
        if observer is not None and pending.exchange is not None:
            seconds = self._sender.endpoint.clock.now() - pending.started
            observer.call_ended(self._sender, pending.exchange, outcome, seconds, code)
