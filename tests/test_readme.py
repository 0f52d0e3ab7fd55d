"""The README is true: its snippets run and its help texts are those of the commands."""

from __future__ import annotations

import re
import subprocess
import sys
from pathlib import Path

import pytest

README = Path(__file__).parents[1] / "README.md"
_BLOCKS = re.findall(r"^```(\w+)\n(.*?)^```$", README.read_text(encoding="utf-8"), re.M | re.S)
_PYTHON = [text for language, text in _BLOCKS if language == "python"]
_HELP = [text for language, text in _BLOCKS if language == "console"]


@pytest.mark.parametrize("snippet", _PYTHON, ids=range(len(_PYTHON)))
def test_a_snippet_runs(snippet, tmp_path):
    file = tmp_path / "snippet.py"
    file.write_text(snippet, encoding="utf-8")
    command = [sys.executable, "-W", "error", str(file)]
    done = subprocess.run(command, capture_output=True, text=True, cwd=tmp_path)
    assert done.returncode == 0, done.stderr


def test_the_snippets_are_well_typed(tmp_path):
    for number, snippet in enumerate(_PYTHON):
        (tmp_path / f"snippet_{number}.py").write_text(snippet, encoding="utf-8")
    files = [str(path) for path in sorted(tmp_path.glob("*.py"))]
    config = str(README.parent / "pyproject.toml")
    command = [sys.executable, "-m", "mypy", "--config-file", config, *files]
    done = subprocess.run(command, capture_output=True, text=True, cwd=README.parent)
    assert done.returncode == 0, done.stdout


@pytest.mark.parametrize("block", _HELP, ids=lambda block: block.split("\n")[0])
def test_a_help_text_is_that_of_the_command(block):
    prompt, _, shown = block.partition("\n")
    command = prompt.removeprefix("$ ocppgen ").split()
    run = [sys.executable, "-m", "ocppgen", *command]
    done = subprocess.run(run, capture_output=True, text=True, env={"COLUMNS": "80"})
    assert done.stdout == shown
