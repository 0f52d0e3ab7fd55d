"""The console script in a process of its own: signals, pipes, and what it imports."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
from pathlib import Path

import pytest

from ocppgen import __version__

from .command_line import ENUM, run

ENVIRONMENT = {**os.environ, "PYTHONPATH": os.pathsep.join(sys.path)}
WITHOUT = """
import sys
sys.modules[{module!r}] = None  # as if it were not installed
sys.argv = ["ocppgen", "build", "--bundle", {bundle!r}]
from ocppgen.cli import main
main()
"""
HEAVY = ("black", "jinja2", "datamodel_code_generator", "rich", "pydantic", "importlib.metadata")


def ocppgen(*arguments: str, cwd: Path) -> subprocess.Popen[str]:
    """The console script, with what it prints piped to us."""
    return subprocess.Popen(
        [sys.executable, "-m", "ocppgen", *arguments],
        env=ENVIRONMENT, cwd=cwd, text=True, stdout=subprocess.PIPE, stderr=subprocess.PIPE,
    )  # fmt: skip


def test_version() -> None:
    assert run("--version").stdout == f"ocppgen {__version__}\n"


def test_help_names_the_commands_and_exit_codes() -> None:
    text = run("--help").stdout
    assert all(name in text for name in ("build", "diff", "inspect", "verify", "Exit codes"))


@pytest.mark.parametrize("module", ["click", "black", "jinja2", "datamodel_code_generator"])
def test_a_base_install_says_what_is_missing(module: str, tmp_path: Path) -> None:
    program = WITHOUT.format(module=module, bundle=ENUM)
    done = subprocess.run(
        [sys.executable, "-c", program],
        env=ENVIRONMENT, cwd=tmp_path, capture_output=True, text=True,
    )  # fmt: skip
    assert done.returncode == 2
    assert "pip install 'ocppgen[generate]'" in done.stderr
    assert "Traceback" not in done.stderr
    assert not list(tmp_path.iterdir())


def test_an_interrupted_build_exits_130_and_leaves_nothing(tmp_path: Path) -> None:
    with ocppgen("build", cwd=tmp_path) as child:
        assert child.stderr is not None
        while "generating" not in child.stderr.readline():
            assert child.poll() is None
        child.send_signal(signal.SIGINT)
        _, told = child.communicate()
    assert child.returncode == 130
    assert told.endswith("ocppgen: interrupted\n")
    assert "Traceback" not in told
    assert not list(tmp_path.iterdir())


@pytest.mark.parametrize("arguments", [["inspect"], ["build", "--check", "--bundle", ENUM]])
def test_a_reader_that_is_gone_is_no_error_of_ours(tmp_path: Path, arguments: list[str]) -> None:
    with ocppgen(*arguments, cwd=tmp_path) as child:
        assert child.stdout is not None and child.stderr is not None
        child.stdout.close()
        told = child.stderr.read()
    assert child.returncode == 141
    assert "Error" not in told and "Traceback" not in told


def test_output_in_a_narrow_encoding(tmp_path: Path) -> None:
    environment = {**ENVIRONMENT, "PYTHONIOENCODING": "latin-1"}
    done = subprocess.run(
        [sys.executable, "-m", "ocppgen", "build", "--bundle", ENUM, "--out", "\u0141"],
        env=environment, cwd=tmp_path, capture_output=True, text=True,
    )  # fmt: skip
    assert done.returncode == 0, done.stderr
    assert done.stdout.startswith("\\u0141/ocpp21: ")


@pytest.mark.parametrize("options", [[], ["--check"]])
def test_a_build_with_nothing_to_do_imports_nothing_heavy(
    tmp_path: Path, options: list[str]
) -> None:
    ocppgen("build", "--bundle", ENUM, cwd=tmp_path).communicate()
    program = (
        "import sys; from ocppgen.cli.commands import ocppgen;"
        f"ocppgen({['build', '--bundle', ENUM, *options]}, standalone_mode=False);"
        f"print([name for name in {HEAVY} if name in sys.modules])"
    )
    done = subprocess.run(
        [sys.executable, "-c", program],
        env=ENVIRONMENT, cwd=tmp_path, capture_output=True, text=True,
    )  # fmt: skip
    assert done.stdout == "ocpp21: up to date\n[]\n"
