"""Runs the command line in this process, each test in an empty folder of its own."""

from __future__ import annotations

from pathlib import Path

from click.testing import CliRunner, Result

from ocppgen.cli.commands import ocppgen

BUNDLES = Path(__file__).parents[1] / "golden" / "bundles"
ENUM = str(BUNDLES / "enum")


def run(*arguments: str) -> Result:
    """Run `ocppgen`; what it raises besides exits is a bug."""
    return CliRunner().invoke(ocppgen, arguments, catch_exceptions=False)


def refusal(*arguments: str) -> str:
    """What is said on stderr to bad input, after which nothing may have been written."""
    before = sorted(Path().rglob("*"))
    result = run(*arguments)
    assert (result.exit_code, result.stdout) == (2, "")
    assert sorted(Path().rglob("*")) == before
    return result.stderr
