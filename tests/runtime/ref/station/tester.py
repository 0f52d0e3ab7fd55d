"""A CSMS that plays the tester: it keeps what it gets, and answers as a test wants it to."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any

import ocpp21
from ocpp21.actions import ACTIONS
from ocppj import CallContext, CallSpec, Direction, Kind

START = datetime(2025, 6, 1, 12, 0, tzinfo=UTC)
"""What the date is when virtual time begins."""


def virtual_date() -> datetime:
    """The date in virtual time."""
    return START + timedelta(seconds=asyncio.get_running_loop().time())


@dataclass(frozen=True)
class Received:
    """A message that came."""

    action: str
    request: Any
    at: float


class NoAnswer(Exception):
    """Raised by an answer: there is none."""


Answer = Callable[[Any], object]


class Tester:
    """A handler for all that a Charging Station may send.

    `answers` are functions from the request to the response, by Action; they may raise a `Refusal`,
    or `NoAnswer`. The rest is answered with what is most welcome.
    """

    __test__ = False  # it is no test, whatever pytest thinks of its name

    def __init__(self, now: Callable[[], datetime] = virtual_date) -> None:
        self.now = now
        self.received: list[Received] = []
        self.answers: dict[str, Answer] = {}
        self._news = asyncio.Event()

    def of(self, *actions: str) -> list[Any]:
        """The requests of these Actions so far."""
        return [each.request for each in self.received if each.action in actions]

    def times(self, action: str) -> list[float]:
        """When they came."""
        return [each.at for each in self.received if each.action == action]

    def actions(self) -> list[str]:
        """The Actions so far."""
        return [each.action for each in self.received]

    async def seen(
        self, action: str, count: int = 1, where: Callable[[Any], bool] = lambda _: True
    ) -> Any:
        """Wait until so many of them came; gives that one."""
        while len(found := [each for each in self.of(action) if where(each)]) < count:
            self._news.clear()
            await self._news.wait()
        return found[count - 1]

    async def take(
        self,
        spec: CallSpec[object, object],
        request: object,
        context: CallContext[ocpp21.CsmsCalls],
    ) -> object:
        at = asyncio.get_running_loop().time()
        self.received.append(Received(spec.name, request, at))
        self._news.set()
        answer = self.answers.get(spec.name)
        try:
            return self._welcome(spec, request) if answer is None else answer(request)
        except NoAnswer:
            await asyncio.Event().wait()
            raise

    def _welcome(self, spec: CallSpec[object, object], request: Any) -> object:
        accepted = {"status": "Accepted"}
        values: dict[str, object] = {
            "Authorize": {"id_token_info": accepted},
            "BootNotification": {**accepted, "current_time": self.now(), "interval": 300},
            "Heartbeat": {"current_time": self.now()},
            "DataTransfer": accepted,
            "OpenPeriodicEventStream": accepted,
            "SignCertificate": accepted,
            "TransactionEvent": {"id_token_info": accepted} if _has_token(request) else {},
        }.get(spec.name, {})
        return spec.response.model_validate(values)  # type: ignore[attr-defined]


def _has_token(request: Any) -> bool:
    return getattr(request, "id_token", None) is not None


def _handle(spec: CallSpec[object, object]) -> Any:
    async def handle(
        self: Tester, request: object, context: CallContext[ocpp21.CsmsCalls]
    ) -> object:
        return await self.take(spec, request, context)

    return handle


def _handle_send(name: str) -> Any:
    async def handle(self: Tester, message: object, context: CallContext[ocpp21.CsmsCalls]) -> None:
        self.received.append(Received(name, message, asyncio.get_running_loop().time()))
        self._news.set()

    return handle


for _spec in ACTIONS.values():
    if _spec.direction is not Direction.CSMS:
        _method = (
            _handle_send(_spec.name) if _spec.kind is Kind.SEND else _handle(_spec)  # type: ignore
        )
        setattr(Tester, _spec.handler, _method)


def boot_answer(
    status: str, interval: int = 300, now: Callable[[], datetime] = virtual_date
) -> Answer:
    """An answer to BootNotification."""

    def answer(_: object) -> ocpp21.BootNotificationResponse:
        return ocpp21.BootNotificationResponse.model_validate(
            {"status": status, "interval": interval, "current_time": now()}
        )

    return answer
