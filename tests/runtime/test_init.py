"""The public names of `ocppj`."""

from __future__ import annotations

import subprocess
import sys

import pytest

import ocppj


@pytest.mark.parametrize("name", ocppj.__all__)
def test_every_public_name_is_there(name: str) -> None:
    assert getattr(ocppj, name) is not None
    assert name in dir(ocppj)


def test_other_names_are_not() -> None:
    with pytest.raises(AttributeError, match="no attribute 'serve_cms'"):
        ocppj.serve_cms  # noqa: B018


def test_nothing_is_loaded_before_it_is_asked_for() -> None:
    code = "import sys, ocppj.contract; sys.exit('websockets' in sys.modules)"
    assert subprocess.run([sys.executable, "-c", code], check=False).returncode == 0
