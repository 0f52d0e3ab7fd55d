"""The command `ocppref station`."""

from __future__ import annotations

import sys
from pathlib import Path

import click
from click.core import ParameterSource
from rich.console import Console

from ocppj import Observer
from ocppj import run as run_loop
from ocppj.observers.logs import LogObserver
from ocppref.logging import FORMATS, LEVELS, logger, set_up_logging
from ocppref.station import service
from ocppref.station.config import ConfigError
from ocppref.station.device_model import VariableError
from ocppref.station.live import LiveView
from ocppref.station.scenario.command import (
    WISHES,
    Wish,
    check_wish,
    play_scenario,
    scenario_options,
)
from ocppref.station.scenario.problems import ScenarioError
from ocppref.station.settings import Options, read_settings
from ocppref.station.store import StateError

_FILE = click.Path(dir_okay=False, path_type=Path)
_PROBLEMS = (ConfigError, VariableError, StateError, ScenarioError, service.PortInUse)


class _Refused(click.ClickException):
    """What was asked for cannot be. Exit code 2, as for a wrong option."""

    exit_code = 2


@click.group()
def station() -> None:
    """The reference Charging Station."""


@station.command()
@click.option(
    "--csms-url",
    envvar="CP_CSMS_URL",
    show_envvar=True,
    help="The CSMS. [ws://127.0.0.1:9000/ocpp]",
)
@click.option(
    "--identity", envvar="CP_IDENTITY", show_envvar=True, help="Who it is at the CSMS. [CS001]"
)
@click.option(
    "--password", envvar="CP_PASSWORD", show_envvar=True, help="For security profiles 1 and 2."
)
@click.option("--evses", type=click.IntRange(1, 1000), help="How many EVSEs. [1]")
@click.option("--connectors", type=click.IntRange(1, 20), help="How many on each EVSE. [1]")
@click.option("--max-power", type=click.FloatRange(min=1), help="Of each EVSE, in W. [22000]")
@click.option("--phases", type=click.IntRange(1, 3), help="Of the grid. [3]")
@click.option("--config", type=_FILE, help="All of this, and values of variables, in TOML.")
@click.option(
    "--set",
    "variables",
    multiple=True,
    metavar="NAME=VALUE",
    help="A variable of the device model: 'Component.Variable[Instance]=VALUE'. Repeatable.",
)
@click.option(
    "--state", type=_FILE, envvar="CP_STATE", show_envvar=True, help="What survives, in SQLite."
)
@click.option(
    "--control-port",
    type=click.IntRange(0, 65535),
    envvar="CP_CONTROL_PORT",
    show_envvar=True,
    help="For the HTTP control API on 127.0.0.1; 0 is a free one. [off]",
)
@click.option("--security-profile", type=click.IntRange(0, 3), help="[as is given what for]")
@click.option("--ca", type=_FILE, help="The CA of the CSMS, in PEM.")
@click.option("--cert", type=_FILE, help="The certificate of the station, for profile 3.")
@click.option("--key", type=_FILE, help="The key of that certificate.")
@click.option("--manufacturer-ca", type=_FILE, help="Who may sign new firmware, in PEM. [anybody]")
@click.option(
    "--log-level",
    type=click.Choice(LEVELS, case_sensitive=False),
    default="INFO",
    envvar="LOG_LEVEL",
    show_envvar=True,
    show_default=True,
)
@click.option(
    "--log-format",
    type=click.Choice(FORMATS),
    default="text",
    envvar="LOG_FORMAT",
    show_envvar=True,
    show_default=True,
)
@scenario_options
@click.option("--no-live", is_flag=True, help="Log lines on a terminal too, and no live view.")
@click.pass_context
def run(
    context: click.Context,
    /,
    config: Path | None,
    log_level: str,
    log_format: str,
    no_live: bool,
    **given: object,
) -> None:
    """Run a Charging Station until SIGTERM or Ctrl-C, or for one scenario.

    An option wins over the environment (CP_CSMS_URL, CP_IDENTITY, CP_PASSWORD, CP_STATE,
    CP_CONTROL_PORT, LOG_LEVEL, LOG_FORMAT), and that over the file.
    """
    wish = Wish(*(given.pop(name) for name in WISHES))  # type: ignore[arg-type]  # as below
    level = _level(context, log_level, wish)
    live = LiveView(Console()) if _is_seen(wish, log_format, no_live) else None
    set_up_logging(level, log_format, None if live is None else live.log)
    try:
        options = Options(**given)  # type: ignore[arg-type]  # click has looked at each
        check_wish(wish, options)
        observers: list[Observer] = [LogObserver(logger("ocppj"))]
        if wish.scenario is not None:
            context.exit(play_scenario(wish, options, config, observers))
        settings = read_settings(options, config)
        if live is None:
            run_loop(service.run(settings, observers=observers, ready=click.echo))
        else:
            run_loop(service.run(settings, observers=[live], ready=live.say, view=live.showing))
    except _PROBLEMS as error:
        raise _Refused(str(error)) from None


def _level(context: click.Context, level: str, wish: Wish) -> str:
    """With a scenario its steps are what is shown, unless a level was asked for."""
    by_default = context.get_parameter_source("log_level") is ParameterSource.DEFAULT
    return "WARNING" if by_default and wish.scenario is not None else level.upper()


def _is_seen(wish: Wish, form: str, no_live: bool) -> bool:
    """Whether there is somebody to look at a live view."""
    is_terminal = sys.stdout.isatty() and sys.stderr.isatty()
    return is_terminal and form == "text" and wish.scenario is None and not no_live
