"""Versions of the tools, found without importing them or importlib.metadata."""

from __future__ import annotations

from importlib import metadata
from pathlib import Path

import pytest

from ocppgen.diagnostics import GeneratorError
from ocppgen.inputs import TOOLS
from ocppgen.output.tool_versions import installed


@pytest.mark.parametrize("tool", TOOLS)
def test_says_what_is_installed(tool: str) -> None:
    assert installed(tool) == metadata.version(tool)


def test_the_first_place_on_the_path_counts(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "black-1.2.dist-info").mkdir()
    (tmp_path / "black_extras-9.dist-info").mkdir()
    monkeypatch.syspath_prepend(tmp_path)
    assert installed("black") == "1.2"


def test_a_missing_tool_is_named_with_what_installs_it() -> None:
    with pytest.raises(GeneratorError) as caught:
        installed("no-such-tool")
    (found,) = caught.value.diagnostics
    assert str(found) == "install: no-such-tool: the package is not installed"
    assert found.hint == "pip install 'ocppgen[generate]'"
