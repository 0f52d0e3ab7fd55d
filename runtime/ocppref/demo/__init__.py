"""The command `ocppref demo`: a whole charging session between the two, message by message."""

from __future__ import annotations

import click

from ocppj import run as run_loop
from ocppref.demo.session import DemoError, play
from ocppref.demo.telling import Teller
from ocppref.logging import set_up_logging


@click.command()
@click.option("--keep", is_flag=True, help="Leave both running afterwards, until Ctrl-C.")
@click.option("--full", is_flag=True, help="Show long messages whole.")
@click.pass_context
def demo(context: click.Context, keep: bool, full: bool) -> None:
    """A whole charging session, shown.

    Starts a CSMS with a temporary database and a Charging Station, both on free ports of
    127.0.0.1, and shows each message that passes between them.
    """
    set_up_logging("ERROR", "text")
    teller = Teller(is_full=full)
    try:
        run_loop(play(teller, keep=keep))
    except DemoError as error:
        teller.fail(str(error))
        context.exit(1)
    except KeyboardInterrupt:
        context.exit(130)


__all__ = ["DemoError", "Teller", "demo", "play"]
