"""An erratum on the published schemas: a patch in, a changed package out, one line of diff."""

from __future__ import annotations

from pathlib import Path

import pytest

from ocppgen.build import build
from ocppgen.config import BuildOptions
from ocppgen.diff.compare import compare
from ocppgen.source import bundle, errata

_PATCH = """
[[patch]]
definition = "StatusInfoType"
pointer = "/properties/reasonCode/maxLength"
expect = 20
op = "put"
value = 50
reason = "Longer codes are in use."
source = "Firmware notes"
"""


@pytest.fixture
def patch(tmp_path: Path) -> Path:
    file = tmp_path / "errata.toml"
    file.write_text(_PATCH, encoding="utf-8")
    return file


def test_the_diff_names_exactly_that_change(patch: Path) -> None:
    old = bundle.load()
    new = errata.apply(old, errata.read(patch))
    (change,) = compare(old, new).changes
    assert (change.subject, change.difference.path) == ("StatusInfoType", "reasonCode")
    assert (change.difference.before, change.difference.after) == (20, 50)


def test_the_package_changes_in_exactly_that_place(patch: Path, tmp_path: Path) -> None:
    build(BuildOptions(out=tmp_path))
    package = tmp_path / "ocpp21/datatypes.py"
    before = package.read_text(encoding="utf-8").splitlines()[1:]  # without the header
    build(BuildOptions(out=tmp_path, errata=(patch,)))
    after = package.read_text(encoding="utf-8").splitlines()[1:]
    changed = [pair for pair in zip(before, after, strict=True) if pair[0] != pair[1]]
    assert [line.strip() for _, line in changed] == [
        "reason_code: Annotated[str, MaxLen(50)]",
        '"""At most 50 characters."""',
    ]
