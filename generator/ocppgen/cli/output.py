"""How the command line ends: findings on the terminal or as JSON lines, and exit codes."""

from __future__ import annotations

import json
import os
import sys
from collections.abc import Iterable

import click

from ..diagnostics import Diagnostic, GeneratorError, Severity

DIFFERENT = 1
BAD_INPUT = 2
INTERRUPTED = 130  # 128 + SIGINT, as shells have it
BROKEN_PIPE = 141  # 128 + SIGPIPE


class Commands(click.Group):
    """A group whose commands end as promised, whatever they run into."""

    def invoke(self, ctx: click.Context) -> object:
        """Run the command; findings and interruptions become messages and exit codes."""
        try:
            try:
                return super().invoke(ctx)
            finally:
                sys.stdout.flush()  # or the flush at exit would be the one to fail
        except GeneratorError as error:
            show(error.diagnostics, as_json=wants_json(ctx))
            ctx.exit(BAD_INPUT)
        except KeyboardInterrupt:
            click.echo("ocppgen: interrupted", err=True)
            ctx.exit(INTERRUPTED)
        except BrokenPipeError:
            # Whoever read our output is gone, and what is left of it has to go somewhere.
            os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
            ctx.exit(BROKEN_PIPE)


def wants_json(ctx: click.Context) -> bool:
    """Whether the command that has been called was called with --json."""
    return bool(ctx.meta.get(f"{__name__}.json"))


def note_json(ctx: click.Context, param: click.Parameter, value: bool) -> bool:
    """Callback of every --json, so that errors of any stage come out as JSON too."""
    ctx.meta[f"{__name__}.json"] = value
    return value


def show(diagnostics: Iterable[Diagnostic], as_json: bool) -> None:
    """Print findings: as text on stderr, or as JSON lines on stdout."""
    for each in diagnostics:
        if as_json:
            click.echo(json.dumps(each.as_json()))
        else:
            click.echo(_text(each), err=True)


def _text(found: Diagnostic) -> str:
    prefix = "" if found.severity is Severity.ERROR else f"{found.severity.value}: "
    hint = f"\n  {_printable(found.hint)}" if found.hint else ""
    return f"{prefix}{_printable(str(found))}{hint}"


def _printable(text: str) -> str:
    """The text without what could steer a terminal: names of files come from anywhere."""
    return "".join(each if each.isprintable() or each == "\n" else "?" for each in text)
