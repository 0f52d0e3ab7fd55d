"""The CSMS in virtual time, over real sockets and a real database: hours take seconds.

The clock is turned only while no CALL and no work of the database is under way.
"""

from __future__ import annotations

import asyncio
import sys
from collections.abc import Coroutine
from datetime import UTC, datetime, timedelta, tzinfo
from typing import Any

import pytest

from ocppj import Exchange, Link, Observer
from ocppj.testing import VirtualLoop
from ocppref.csms import service

START = datetime(2025, 1, 1, tzinfo=UTC)
_LONG, _SHORT = 5.0, 0.001  # real seconds


class Business(Observer):
    """What time it is, and whether any CALL is under way."""

    def __init__(self) -> None:
        self.loop = _Loop(self)
        self._calls: set[tuple[int, str]] = set()

    @property
    def is_busy(self) -> bool:
        """Whether any CALL waits for its answer."""
        return bool(self._calls)

    def now(self) -> datetime:
        """The date, in any thread."""
        return START + timedelta(seconds=self.loop.time())

    def run(self, main: Coroutine[object, object, None]) -> None:
        """Run it in virtual time."""
        with asyncio.Runner(loop_factory=lambda: self.loop) as runner:
            runner.run(main)
        assert self.loop.take_unhandled() == []

    def call_started(self, link: Link, exchange: Exchange) -> None:
        self._calls.add((id(link), exchange.message_id))

    def call_ended(self, link: Link, exchange: Exchange, *_: object) -> None:
        self._calls.discard((id(link), exchange.message_id))

    def connection_closed(self, link: Link, code: int, reason: str) -> None:
        self._calls = {each for each in self._calls if each[0] != id(link)}


class _Loop(VirtualLoop):
    def __init__(self, business: Business) -> None:
        self._business = business
        super().__init__()

    def patience(self) -> float | None:
        short = _LONG if self._business.is_busy else _SHORT
        return None if super().patience() is None else short


class _Dates(type):
    def __instancecheck__(cls, instance: object) -> bool:
        return isinstance(instance, datetime)


def _virtual(business: Business) -> type[datetime]:
    class VirtualDatetime(datetime, metaclass=_Dates):
        @classmethod
        def now(cls, tz: tzinfo | None = None) -> Any:
            return business.now().astimezone(tz)

    return VirtualDatetime


class _NoHttp:
    """In place of the HTTP server, which would wake up ten times a second."""

    port = 0

    def __init__(self, *_: object) -> None:
        pass

    async def start(self) -> None:
        pass

    async def close(self) -> None:
        pass


@pytest.fixture
def business(monkeypatch: pytest.MonkeyPatch) -> Business:
    """Have the CSMS live in virtual time; gives what knows whether it has anything to do."""
    made = Business()
    virtual = _virtual(made)
    monkeypatch.setattr(service, "HttpServer", _NoHttp)
    for name, module in list(sys.modules.items()):
        if name.startswith("ocppref.csms.") and getattr(module, "datetime", None) is datetime:
            monkeypatch.setattr(module, "datetime", virtual)
    return made
