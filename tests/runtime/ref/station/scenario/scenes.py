"""Scenarios that are written in a test, and played."""

from __future__ import annotations

from textwrap import dedent

from ocppref.station.config import StationConfig
from ocppref.station.scenario import Audience, Outcome, Scenario, play_virtually
from ocppref.station.scenario.loader import build
from ocppref.station.scenario.source import parse


def scene(steps: str, more: str = "", **values: str) -> Scenario:
    """A scenario with these steps."""
    text = f"name: A test\n{dedent(more).strip()}\nsteps:\n{dedent(steps).strip()}\n"
    return build(parse(text, "test.yaml"), values)


def config(scenario: Scenario) -> StationConfig:
    """The station that it needs."""
    part = scenario.head.station
    return StationConfig(evses=part.make_evses(), variables=part.variables)


def played(scenario: Scenario, audience: Audience | None = None, seed: int = 1) -> Outcome:
    """How it goes in virtual time."""
    return play_virtually(scenario, config(scenario), audience or Audience(), seed=seed)


def why(outcome: Outcome) -> str:
    """Why it failed."""
    return next((each.message for each in outcome.results if each.message), "")
