"""The commands of `ocppgen`, brought together."""

from __future__ import annotations

import click

from .. import __version__
from .build import build_command
from .output import Commands
from .views import diff_command, inspect_command, verify_command


@click.group(cls=Commands)
@click.version_option(__version__, prog_name="ocppgen", message="%(prog)s %(version)s")
def ocppgen() -> None:
    """Make a typed Python package of the JSON schemas of OCPP.

    Exit codes: 0 done, 1 a check found a difference, 2 bad input or usage.
    """


for command in (build_command, diff_command, inspect_command, verify_command):
    ocppgen.add_command(command)
