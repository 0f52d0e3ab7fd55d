"""The options of `ocppref station run` that play a scenario."""

from __future__ import annotations

import asyncio
import contextlib
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import ParamSpec, TypeVar

import click
from rich.console import Console

from ocppj import LoopClock, Observer
from ocppj import run as run_loop
from ocppref.station import service
from ocppref.station.config import StationConfig
from ocppref.station.device_model import DeviceModel, VariableError
from ocppref.station.scenario.format import Scenario
from ocppref.station.scenario.frames import Frames
from ocppref.station.scenario.junit import write_junit
from ocppref.station.scenario.loader import load, shipped
from ocppref.station.scenario.outcome import Outcome
from ocppref.station.scenario.player import play
from ocppref.station.scenario.problems import ScenarioError
from ocppref.station.scenario.running import Audience, play_virtually
from ocppref.station.scenario.steps import Stage
from ocppref.station.scenario.telling import Teller, list_scenarios
from ocppref.station.settings import Options, Settings, read_settings
from ocppref.station.store import MemoryStore, SqliteStore, Store
from ocppref.station.time import StationClock

P = ParamSpec("P")
T = TypeVar("T")

_SEED = 1


@dataclass(frozen=True, slots=True)
class Wish:
    """What is to be played, and how. Without a scenario nothing is."""

    scenario: str | None = None
    parameters: tuple[str, ...] = ()
    virtual_time: bool = False
    junit: Path | None = None


WISHES = ("scenario", "param", "virtual_time", "junit")
"""What `scenario_options` gives a command, in the order of `Wish`."""


def scenario_options(command: Callable[P, T]) -> Callable[P, T]:
    """Decorator of a command that gets `WISHES`."""
    for option in reversed(
        (
            click.option("--scenario", metavar="NAME|FILE", help="Play a scenario, and end."),
            click.option(
                "--list-scenarios",
                is_flag=True,
                is_eager=True,
                expose_value=False,
                callback=_list,
                help="Show the scenarios that can be played by name, and end.",
            ),
            click.option(
                "--param",
                multiple=True,
                metavar="NAME=VALUE",
                help="A parameter of the scenario. Repeatable.",
            ),
            click.option(
                "--virtual-time",
                is_flag=True,
                help="Play it in virtual time, at a CSMS that is built in.",
            ),
            click.option(
                "--junit",
                type=click.Path(dir_okay=False, path_type=Path),
                help="Report the scenario there, in JUnit's XML.",
            ),
        )
    ):
        command = option(command)
    return command


def check_wish(wish: Wish, options: Options) -> None:
    """Whether these options go together. Raises `UsageError`."""
    for name, given in (
        ("--param", wish.parameters),
        ("--virtual-time", wish.virtual_time),
        ("--junit", wish.junit),
    ):
        if given and wish.scenario is None:
            raise click.UsageError(f"{name} is for a scenario: give --scenario too.")
    if wish.virtual_time and options.csms_url is not None:
        raise click.UsageError(
            "--virtual-time is for the built-in CSMS: leave out --csms-url (CP_CSMS_URL)."
        )
    if wish.virtual_time and options.control_port is not None:
        raise click.UsageError("there is no control API in virtual time.")
    if wish.junit is not None and not wish.junit.absolute().parent.is_dir():
        raise click.UsageError(f"--junit: there is no folder {wish.junit.parent}")


def play_scenario(
    wish: Wish, options: Options, config: Path | None, observers: Sequence[Observer]
) -> int:
    """Play what is wished for, and report it on stdout; gives the exit code.

    Raises `ScenarioError`, `ConfigError`, `VariableError`, `StateError` and `PortInUse` before
    anything is played.
    """
    assert wish.scenario is not None
    scenario = load(wish.scenario, _parameters(wish.parameters))
    settings = _settle(scenario, options, config)
    teller = Teller(Console())
    audience = Audience(teller.tell, teller.say)
    teller.begin(scenario)
    if wish.virtual_time:
        with contextlib.closing(_open_store(options)) as store:
            outcome = play_virtually(scenario, settings.config, audience, seed=_SEED, store=store)
    else:
        outcome = run_loop(_play(scenario, settings, options, observers, audience))
    teller.end(outcome)
    _report(outcome, wish.junit)
    return 0 if outcome.is_passed else 1


def _open_store(options: Options) -> Store:
    """A scenario begins with a station as from the factory, unless a state is named."""
    return MemoryStore() if options.state is None else SqliteStore(options.state)


async def _play(
    scenario: Scenario,
    settings: Settings,
    options: Options,
    observers: Sequence[Observer],
    audience: Audience,
) -> Outcome:
    frames = Frames()
    ready = audience.say if settings.control_port is not None else _silent
    async with service.running(
        settings, lambda: _open_store(options), observers=[*observers, frames], ready=ready
    ) as (station, ended):
        stage = Stage(station, frames, say=audience.say)
        return await play(scenario, stage, tell=audience.tell, stopped=ended)


def _settle(scenario: Scenario, options: Options, path: Path | None) -> Settings:
    """The station: what the scenario needs, where options and file say nothing else."""
    part = scenario.head.station
    variables = tuple(f"{name}={text}" for name, text in part.variables.items())
    merged = replace(options, variables=(*variables, *options.variables))
    settings = read_settings(merged, path)
    shape = (options.evses, options.connectors, options.max_power, options.phases)
    given = settings.config
    if path is None and all(each is None for each in shape):
        given = replace(given, evses=part.make_evses())
    asyncio.run(_check_variables(scenario, given))
    return replace(settings, config=given)


async def _check_variables(scenario: Scenario, config: StationConfig) -> None:
    """Whether the station has what the scenario sets. Raises `ScenarioError`."""
    clock = StationClock(LoopClock())
    for name, text in scenario.head.station.variables.items():
        alone = replace(config, variables={name: text})
        try:
            DeviceModel(config=alone, store=MemoryStore(), clock=clock)
        except VariableError as error:
            place = ("station", "variables", name)
            raise ScenarioError(scenario.source.problem(place, str(error))) from None


def _silent(_: str) -> None:
    """Say nothing."""


def _parameters(given: Sequence[str]) -> Mapping[str, str]:
    made = {}
    for text in given:
        name, equals, value = text.partition("=")
        if not equals or not name:
            raise ScenarioError(f"--param: write NAME=VALUE, not {text!r}")
        made[name] = value
    return made


def _report(outcome: Outcome, path: Path | None) -> None:
    if path is None:
        return
    try:
        write_junit(outcome, path)
    except OSError as error:
        raise ScenarioError(f"--junit: {path} cannot be written: {error.strerror}") from None


def _list(context: click.Context, _: click.Parameter, wanted: bool) -> None:
    if wanted and not context.resilient_parsing:
        list_scenarios(Console(), shipped())
        context.exit()
