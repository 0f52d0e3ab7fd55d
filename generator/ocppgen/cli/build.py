"""`ocppgen build`."""

from __future__ import annotations

import sys
from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path
from typing import Any

import click

from ..build import Outcome, build
from ..config import BuildOptions, Models, check_package, load_config
from ..diagnostics import Diagnostic, Severity
from .output import DIFFERENT, note_json, show
from .progress import reporting

_PATH = click.Path(path_type=Path)


@click.command("build")
@click.option("--bundle", type=_PATH, metavar="DIR|ZIP", help="Schemas [the published OCPP 2.1].")
@click.option("--out", type=_PATH, metavar="DIR", help="Folder to put the package folder in [.].")
@click.option("--package", metavar="NAME", help="Name of the package [by version: ocpp21].")
@click.option("--errata", type=_PATH, metavar="FILE", multiple=True, help="Patches of your own.")
@click.option("--no-errata", is_flag=True, help="Leave out the patches that ocppgen brings.")
@click.option(
    "--extend", type=_PATH, metavar="DIR", multiple=True, help="Vendor Actions and customData."
)
@click.option("--templates", type=_PATH, metavar="DIR", help="Templates instead of ours.")
@click.option(
    "--models",
    type=click.Choice([each.value for each in Models]),
    help="Kind of models [pydantic].",
)
@click.option("--descriptions", is_flag=True, help="Docstrings from the schemas' descriptions.")
@click.option("--check", is_flag=True, help="Write nothing; show the difference, exit 1 if any.")
@click.option(
    "--json", "as_json", is_flag=True, callback=note_json, help="Findings as JSON lines on stdout."
)
def build_command(check: bool, as_json: bool, **given: object) -> None:
    """Write the package, or with --check compare it.

    What no option says, [tool.ocppgen] of the nearest pyproject.toml says: the same names, with
    paths relative to that file.
    """
    options = _merge_options(load_config(Path()), given)
    with reporting(quiet=as_json) as step:
        outcome = build(options, check=check, step=step)
    show(outcome.warnings, as_json)
    if check and outcome.changes:
        _show_differences(outcome, as_json)
        sys.exit(DIFFERENT)
    _show_summary(outcome, as_json)


def _merge_options(configured: BuildOptions, given: Mapping[str, object]) -> BuildOptions:
    """Options win over pyproject.toml; one that was not given leaves it as it is."""
    values: dict[str, Any] = {name: value for name, value in given.items() if value}
    check_package(values.get("package"), "--package")
    if "models" in values:
        values["models"] = Models(values["models"])
    if "no_errata" in values:  # those of pyproject.toml go with ours
        values.setdefault("errata", ())
    return replace(configured, **values)


def _show_differences(outcome: Outcome, as_json: bool) -> None:
    changes, name = outcome.changes, outcome.inputs.package
    if changes is None:
        return
    hint = "run `ocppgen build` with the same options"
    if not as_json:
        click.echo(changes.diff_text(name), nl=False)
        count = len(changes.paths)
        click.echo(f"{outcome.target}: {_plural(count, 'file')} out of date; {hint}", err=True)
        return
    for word, paths in (
        ("is missing", changes.created),
        ("is out of date", changes.changed),
        ("does not belong here", changes.removed),
    ):
        where = (f"{name}/{path}" for path in paths)
        found = (Diagnostic(Severity.ERROR, "check", word, each, None, hint) for each in where)
        show(found, as_json)


def _show_summary(outcome: Outcome, as_json: bool) -> None:
    text = _summary(outcome)
    if as_json:
        show([Diagnostic(Severity.NOTE, "build", text, str(outcome.target))], as_json)
    else:
        click.echo(f"{outcome.target}: {text}")


def _summary(outcome: Outcome) -> str:
    changes, ir = outcome.changes, outcome.protocol
    if not changes or ir is None:
        return "up to date"
    counts = (
        f"{len(each)} {word}"
        for each, word in (
            (changes.created, "created"),
            (changes.changed, "changed"),
            (changes.removed, "removed"),
        )
        if each
    )
    what = f"{_plural(len(ir.actions), 'Action')} and {_plural(len(ir.types), 'type')}"
    files = f"{_plural(len(changes.new.files), 'file')} ({', '.join(counts)})"
    return f"OCPP {ir.version}, {what} in {files}"


def _plural(count: int, noun: str) -> str:
    return f"{count} {noun}" if count == 1 else f"{count} {noun}s"
