"""One part of BENCHMARKS.md is renewed, and the others stay."""

from __future__ import annotations

from pathlib import Path

import pytest

from . import __main__ as benchmarks
from .document import parts_of, renewed

_ORDER = ("build", "codec", "server")


def test_a_document_is_made_of_what_was_measured_in_its_order() -> None:
    made = renewed("", {"server": "## Server\n\nfast", "build": "## Building\n"}, _ORDER)

    assert made.startswith("# Benchmarks\n")
    assert made.index("## Building") < made.index("## Server")
    assert parts_of(made) == {"build": "## Building", "server": "## Server\n\nfast"}


def test_only_the_part_that_was_measured_changes() -> None:
    before = renewed("", {"build": "b 1", "codec": "c 1", "server": "s 1"}, _ORDER)

    after = renewed(before, {"codec": "c 2"}, _ORDER)

    assert after == before.replace("c 1", "c 2")
    assert renewed(after, {}, _ORDER) == after


def test_one_benchmark_by_itself(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    document = tmp_path / "BENCHMARKS.md"
    document.write_text(renewed("", {"build": "b 1", "codec": "c 1"}, _ORDER))
    monkeypatch.setattr(benchmarks, "_DOCUMENT", document)
    monkeypatch.setattr(benchmarks, "_BENCHMARKS", {"build": lambda: "b 2", "codec": lambda: "c 2"})

    assert benchmarks.main(["codec"]) == 0

    parts = parts_of(document.read_text())
    assert parts["build"] == "b 1"
    assert parts["codec"].endswith("\n\nc 2")
    assert "Python" in parts["codec"]
    assert "c 2" in capsys.readouterr().out


def test_a_name_that_is_none(capsys: pytest.CaptureFixture[str]) -> None:
    assert benchmarks.main(["sever"]) == 2
    assert "no benchmark 'sever'; there are build, imports, codec" in capsys.readouterr().err


def test_the_committed_document_can_be_renewed() -> None:
    committed = benchmarks._DOCUMENT.read_text(encoding="utf-8")

    assert renewed(committed, {}, benchmarks._BENCHMARKS) == committed
    assert parts_of(committed)
