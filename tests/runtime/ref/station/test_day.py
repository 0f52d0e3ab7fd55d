"""A whole day of a Charging Station, in seconds, and the same day each time."""

from __future__ import annotations

import asyncio
import time
from itertools import pairwise
from typing import Any

import pytest
from tests.requirements import requirement
from tests.runtime.ref.conformance.judge import Judge
from tests.runtime.ref.conformance.scenes import no_errors
from tests.runtime.ref.station.stage import TOKEN, Stage, stage
from tests.runtime.ref.station.tester import Tester

from ocppj import Link, Observer
from ocppj.testing import run_virtually

HOUR = 3600.0
DAY = 24 * HOUR
_SETTINGS = {
    "OCPPCommCtrlr.RetryBackOffWaitMinimum": "15",
    "OCPPCommCtrlr.RetryBackOffRandomRange": "10",
    "OCPPCommCtrlr.RetryBackOffRepeatTimes": "3",
}
_LONGEST_BACK_OFF = 15 * 2**3 + 10
_SESSIONS = ((2.0, 3.0), (9.5, 4.0), (18.0, 5.0))  # begin and length, in hours
_OUTAGES = ((1.0, 0.1), (3.0, 0.5), (6.0, 2.0), (10.0, 5.0), (16.0, 0.01), (22.5, 1.0))


async def _at(hour: float) -> None:
    await asyncio.sleep(hour * HOUR - asyncio.get_running_loop().time())


async def _charge(the: Stage) -> None:
    for begin, length in _SESSIONS:
        await _at(begin)
        await the.station.plug(1)
        await the.station.present(TOKEN, evse_id=1)
        await _at(begin + length)
        await the.station.present(TOKEN, evse_id=1)
        await asyncio.sleep(30)
        await the.station.unplug(1)


async def _fail(the: Stage) -> None:
    for begin, length in _OUTAGES:
        await _at(begin)
        the.network.reachable = False
        the.network.cut()
        await _at(begin + length)
        the.network.reachable = True


async def _live(seed: int, watch: Observer) -> tuple[Stage, float]:
    async with stage(_SETTINGS, seed=seed, observers=[watch]) as the:
        await asyncio.gather(_charge(the), _fail(the))
        await _at(24)
        return the, the.station.state()["meterWh"]


class _Frames(Observer):
    """Keeps what the station sends."""

    def __init__(self) -> None:
        self.frames: list[str] = []

    def frame_out(self, link: Link, text: str) -> None:
        self.frames.append(text)


def _day(seed: int, watch: Observer) -> tuple[Stage, float]:
    with no_errors():
        return run_virtually(_live(seed, watch), limit=2 * DAY)


def _frames(seed: int) -> list[str]:
    watch = _Frames()
    _day(seed, watch)
    return watch.frames


def _is_whole(events: list[Any]) -> bool:
    kinds = [event.event_type.value for event in events]
    numbers = [event.seq_no for event in events]
    return (
        kinds[0] == "Started"
        and kinds[-1] == "Ended"
        and set(kinds[1:-1]) == {"Updated"}
        and numbers == list(range(len(events)))
    )


@requirement("B01.FR.04", "E04.FR.01", "E04.FR.03", "G02.FR.01")
def test_a_day_with_three_sessions_and_six_outages() -> None:
    judge, begun = Judge(), time.perf_counter()
    the, energy = _day(1, judge)
    assert time.perf_counter() - begun < 10
    assert judge.faults == []
    assert len(the.tester.of("BootNotification")) == 1
    assert len(the.tester.of("Heartbeat")) > 60
    assert energy == pytest.approx(22_000 * sum(length for _, length in _SESSIONS), rel=0.01)
    events = the.tester.of("TransactionEvent")
    ids = dict.fromkeys(event.transaction_info.transaction_id for event in events)
    assert len(ids) == 3
    for each in ids:
        assert _is_whole([e for e in events if e.transaction_info.transaction_id == each])
    assert any(event.offline for event in events) and not all(event.offline for event in events)
    assert _longest_silence(the.tester) <= 301


def _longest_silence(tester: Tester) -> float:
    """Seconds, without those in which there was no connection, or it was just made."""
    away = [
        (begin * HOUR, (begin + length) * HOUR + _LONGEST_BACK_OFF) for begin, length in _OUTAGES
    ]
    return max(
        after.at - before.at
        for before, after in pairwise(tester.received)
        if not any(begin <= after.at and before.at <= end for begin, end in away)
    )


def test_the_same_seed_makes_the_same_day() -> None:
    first = _frames(3)
    assert first == _frames(3)
    assert first != _frames(4)
    assert len(first) > 900
