"""The commands that only look: diff, inspect and verify."""

from __future__ import annotations

import sys
from collections.abc import Iterable
from pathlib import Path
from typing import TYPE_CHECKING

import click

from ..config import load_config
from ..diagnostics import Findings
from ..source import bundle, manifest, versions
from ..source.bundle import SchemaBundle
from .output import DIFFERENT, note_json, show, wants_json

if TYPE_CHECKING:
    from rich.table import Table

    from ..protocol.ir import ProtocolIR

_FORMATS = ("text", "markdown", "json")  # those of diff.report, which is not imported for --help
_WORDS = ("missing", "extra", "changed")
_DEFAULT = "default"


@click.command("diff")
@click.argument("old")
@click.argument("new")
@click.option(
    "--format", "form", type=click.Choice(_FORMATS), default="text", help="How to write it [text]."
)
@click.option("--exit-code", is_flag=True, help="Exit 1 where anything structural differs.")
def diff_command(old: str, new: str, form: str, exit_code: bool) -> None:
    """Report the structural changes from bundle OLD to bundle NEW.

    Each is a folder, a zip, or the word `default`.
    """
    from ..diff import compare as diff
    from ..diff import report as diff_report

    found = diff.compare(*(_load(_place(each)) for each in (old, new)))
    click.echo(diff_report.render(found, diff_report.ReportFormat(form)), nl=False)
    if exit_code and found.changes:
        sys.exit(DIFFERENT)


def _place(given: str) -> Path | None:
    return None if given == _DEFAULT else Path(given)


def _load(path: Path | None) -> SchemaBundle:
    """The bundle at a place, None being the default one; warnings are shown."""
    findings = Findings("bundle")
    loaded = bundle.load(path, findings)
    show(findings.items, as_json=False)
    return loaded


@click.command("inspect")
@click.argument("action", required=False)
@click.option("--json", is_flag=True, callback=note_json, expose_value=False, help="Print JSON.")
@click.pass_context
def inspect_command(ctx: click.Context, action: str | None) -> None:
    """List the Actions, or show the fields of one.

    The bundle is the one that `ocppgen build` would read.
    """
    from ..inspection import tables as inspect_tables
    from ..inspection import view as inspect_view

    as_json = wants_json(ctx)
    ir = _protocol(as_json)
    if action is None:
        rows = inspect_view.actions_rows(ir)
        write = inspect_tables.actions_json if as_json else inspect_tables.actions_text
        _print(write(rows), [inspect_tables.actions_table(rows)], as_json)
    else:
        messages = inspect_view.fields_rows(ir, action)
        show_fields = inspect_tables.fields_json if as_json else inspect_tables.fields_text
        _print(show_fields(messages), inspect_tables.fields_tables(messages), as_json)


def _protocol(quiet: bool) -> ProtocolIR:
    """The protocol that `ocppgen build` would generate."""
    from ..build import protocol
    from ..inputs import read_inputs

    findings = Findings("bundle")
    ir = protocol(read_inputs(load_config(Path()), findings), findings)
    show([] if quiet else findings.items, as_json=False)
    return ir


def _print(text: str, tables: Iterable[Table], plain: bool) -> None:
    """Print tables on a terminal, and the text of the same anywhere else."""
    if plain or not sys.stdout.isatty():
        click.echo(text, nl=False)
        return
    from rich.console import Console

    console = Console()
    for table in tables:
        console.print(table)


@click.command("verify")
@click.option(
    "--bundle", "path", type=click.Path(path_type=Path), metavar="DIR|ZIP",
    help="Schemas to look at [the published OCPP 2.1].",
)  # fmt: skip
def verify_command(path: Path | None) -> None:
    """Compare a bundle with the published one, file by file."""
    loaded = _load(path or load_config(Path()).bundle)
    expected = manifest.read(versions.detect(loaded).folder)
    differences = manifest.compare(loaded, expected)
    for word in _WORDS:
        for name in getattr(differences, word):
            click.echo(f"{word:<8} {name}")
    if differences:
        click.echo(f"{loaded.origin} is not {expected.edition}: {differences}")
        sys.exit(DIFFERENT)
    click.echo(f"{loaded.origin} is {expected.edition}: all {len(loaded.files)} files unchanged")
