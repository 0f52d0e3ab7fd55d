"""The README is true: its snippets run and its help texts are those of the commands."""

from __future__ import annotations

import subprocess
import sys

import pytest

from tests import snippets

README = snippets.ROOT / "README.md"
_PYTHON = snippets.blocks(README, "python")
_HELP = snippets.blocks(README, "console")


@pytest.mark.parametrize("snippet", _PYTHON, ids=range(len(_PYTHON)))
def test_a_snippet_runs(snippet, tmp_path):
    snippets.run(snippet, tmp_path)


def test_the_snippets_are_well_typed(tmp_path):
    snippets.check_types(_PYTHON, tmp_path)


@pytest.mark.parametrize("block", _HELP, ids=lambda block: block.split("\n")[0])
def test_a_help_text_is_that_of_the_command(block):
    prompt, _, shown = block.partition("\n")
    command = prompt.removeprefix("$ ocppgen ").split()
    run = [sys.executable, "-m", "ocppgen", *command]
    done = subprocess.run(run, capture_output=True, text=True, env={"COLUMNS": "80"})
    assert done.stdout == shown
