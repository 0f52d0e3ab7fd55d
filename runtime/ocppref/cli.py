"""The command `ocppref`: the reference CSMS, the reference Charging Station, and a demonstration.

The parts are loaded when they are asked for, so that each needs only its own extra.
"""

from __future__ import annotations

from importlib import import_module
from typing import NamedTuple

import click


class _Part(NamedTuple):
    """Where a subcommand is, which extra it needs, and what it is good for."""

    module: str
    name: str
    extra: str
    help: str


_PARTS = {
    "csms": _Part("ocppref.csms.cli", "csms", "csms", "The reference CSMS."),
    "station": _Part(
        "ocppref.station.cli", "station", "station", "The reference Charging Station."
    ),
    "fleet": _Part("ocppref.fleet.cli", "fleet", "station", "Many Charging Stations at a CSMS."),
    "demo": _Part("ocppref.demo", "demo", "csms,station", "A whole charging session, shown."),
}


class _Parts(click.Group):
    """Loads a subcommand when it is run, or when its own help is asked for."""

    def list_commands(self, ctx: click.Context) -> list[str]:
        return sorted(_PARTS)

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        part = _PARTS.get(cmd_name)
        if part is None:
            return None
        try:
            command = getattr(import_module(part.module), part.name)
        except ModuleNotFoundError as error:
            raise _missing(part, error) from error
        assert isinstance(command, click.Command)
        return command

    def format_commands(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        with formatter.section("Commands"):
            formatter.write_dl([(name, _PARTS[name].help) for name in self.list_commands(ctx)])


class _CannotRun(click.ClickException):
    """Not for what was typed, but for what is installed."""

    exit_code = 2


def _missing(part: _Part, error: ModuleNotFoundError) -> click.ClickException:
    missing = error.name or "a module"
    if missing.startswith("ocppref"):
        text = f"this installation has no {missing}"
    else:
        text = f"{missing} is not installed. Install it with: pip install 'ocppgen[{part.extra}]'"
    return _CannotRun(text)


@click.group(cls=_Parts)
@click.version_option(package_name="ocppgen", prog_name="ocppref")
def main() -> None:
    """A reference CSMS and a reference Charging Station for OCPP 2.1."""


if __name__ == "__main__":
    main()
