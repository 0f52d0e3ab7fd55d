"""Plays a scenario: at a CSMS on the network, or in virtual time at one that is built in."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta

import ocpp21
from ocppj import Csms, SecurityProfile
from ocppj.testing import Network, run_virtually
from ocppref.station.config import StationConfig
from ocppref.station.scenario.format import Scenario
from ocppref.station.scenario.frames import Frames
from ocppref.station.scenario.outcome import Outcome, StepResult
from ocppref.station.scenario.player import play
from ocppref.station.scenario.practice import Practice, PracticeHand
from ocppref.station.scenario.steps import Stage
from ocppref.station.station import Station
from ocppref.station.store import MemoryStore, Store

START = datetime(2025, 1, 1, tzinfo=UTC)
"""The date at which virtual time begins."""

_URL = "ws://csms.example/ocpp"
_YEAR = 366 * 24 * 3600.0


@dataclass(frozen=True, slots=True)
class Audience:
    """Who is told: of each result at once, and what a note says."""

    tell: Callable[[StepResult], object] = lambda _: None
    say: Callable[[str], object] = lambda _: None


def play_virtually(
    scenario: Scenario,
    config: StationConfig,
    audience: Audience,
    *,
    seed: int = 1,
    store: Store | None = None,
) -> Outcome:
    """Play it in virtual time at the built-in CSMS: the same seed makes the same frames.

    Raises `ConfigError` and `VariableError` for a station that cannot be.
    """
    kept = store if store is not None else MemoryStore()
    return run_virtually(_play_virtually(scenario, config, audience, seed, kept), limit=_YEAR)


async def _play_virtually(
    scenario: Scenario, config: StationConfig, audience: Audience, seed: int, store: Store
) -> Outcome:
    practice = Practice(scenario.head.csms, _virtual_date)
    plain = replace(
        config, csms_url=_URL, password=None, security_profile=SecurityProfile.UNSECURED
    )
    frames = Frames()
    async with Csms(practice, bindings=[ocpp21.CSMS]) as csms:
        station = Station(
            plain,
            store=store,
            connector=Network(csms.protocol, seed=seed).connect,
            wall=_virtual_date,
            observers=[frames],
            seed=seed,
        )
        async with station:
            hand = PracticeHand(csms, config.identity)
            stage = Stage(station, frames, hand, say=audience.say)
            return await play(scenario, stage, tell=audience.tell)


def _virtual_date() -> datetime:
    return START + timedelta(seconds=asyncio.get_running_loop().time())
