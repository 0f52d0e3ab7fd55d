"""A station under judgement: whatever it does in a scene, all its frames have to be right."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import AsyncIterator, Iterator, Mapping
from contextlib import asynccontextmanager, contextmanager
from dataclasses import dataclass
from typing import Any

from tests.runtime.ref.conformance.by_hand import ByHand
from tests.runtime.ref.conformance.judge import Judge
from tests.runtime.ref.station.stage import TOKEN, Stage, stage
from tests.runtime.ref.station.tester import virtual_date

from ocpp21.actions import ACTIONS
from ocppref.station.config import EvseConfig, StationConfig
from ocppref.station.station import Station
from ocppref.station.transfer import Failure, TransferError

QUICK = {
    "OCPPCommCtrlr.RetryBackOffWaitMinimum": "1",
    "OCPPCommCtrlr.RetryBackOffRandomRange": "0",
    "OCPPCommCtrlr.RetryBackOffRepeatTimes": "0",
    "AuthCtrlr.OfflineTxForUnknownIdEnabled": "true",
}


class _Errors(logging.Handler):
    """Keeps what is logged as an error."""

    def __init__(self) -> None:
        super().__init__(logging.ERROR)
        self.texts: list[str] = []

    def emit(self, record: logging.LogRecord) -> None:
        self.texts.append(logging.Formatter().format(record))


@contextmanager
def no_errors() -> Iterator[None]:
    """Nothing is to be logged as an error: that is how a part of a station fails."""
    handler = _Errors()
    logger = logging.getLogger()
    logger.addHandler(handler)
    try:
        yield
    finally:
        logger.removeHandler(handler)
    assert handler.texts == []


@asynccontextmanager
async def scene(variables: Mapping[str, str] | None = None, **more: Any) -> AsyncIterator[Stage]:
    """A station at a CSMS that plays the tester. At the end its frames are judged."""
    judge = Judge()
    with no_errors():
        async with stage({**QUICK, **(variables or {})}, observers=[judge], **more) as the:
            yield the
    assert judge.faults == []
    assert judge.frames


class NoFiles:
    """There is no server for files anywhere."""

    async def fetch(self, url: str, limit: int) -> bytes:
        await asyncio.sleep(1)
        raise TransferError(Failure.BROKEN, "nobody is there")

    async def upload(self, url: str, filename: str, content: bytes) -> None:
        await asyncio.sleep(1)
        raise TransferError(Failure.BROKEN, "nobody is there")


@dataclass
class Cell:
    """A station at a CSMS by hand."""

    station: Station
    csms: ByHand
    judge: Judge

    async def charge(self) -> str:
        """Begin a session; gives the id of its transaction."""
        await self.station.plug(1)
        await self.station.present(TOKEN, evse_id=1)
        await asyncio.sleep(2)
        return str(self.station.state()["transactions"][0]["transactionId"])


@asynccontextmanager
async def cell(
    variables: Mapping[str, str] | None = None, *, evses: int = 2, csms: ByHand | None = None
) -> AsyncIterator[Cell]:
    """A station at a CSMS by hand. At the end its frames are judged."""
    judge, by_hand = Judge(), csms or ByHand()
    config = StationConfig(
        evses=tuple(EvseConfig(number) for number in range(1, evses + 1)),
        variables={**QUICK, **(variables or {})},
    )
    station = Station(
        config,
        connector=by_hand.connect,
        wall=virtual_date,
        seed=1,
        observers=[judge],
        files=NoFiles(),
    )
    with no_errors():
        async with station:
            yield Cell(station, by_hand, judge)
    assert judge.faults == []


async def ask(the: Stage, action: str, payload: Mapping[str, object] | None = None) -> Any:
    """Have the tester call the station; gives the response. Raises `OCPPCallError`."""
    spec: Any = ACTIONS[action]
    request = spec.request.model_validate(dict(payload or {}))
    return await the.csms.connections[the.station.config.identity].call(spec, request, 30.0)
