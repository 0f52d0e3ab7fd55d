"""The benchmark of the reference CSMS runs."""

from __future__ import annotations

import sys

import pytest

from .csms import Plan, run

pytestmark = pytest.mark.skipif(sys.platform != "linux", reason="it reads Linux's /proc")


def test_a_tiny_run_tells_of_every_contestant() -> None:
    found = run(Plan(rounds=1, seconds=0.2, warm_up=0.05, connections=3, idle=20))

    for name in ("ours", "ours, storage off", "PyPI ocpp"):
        assert f"| {name} |" in found
    assert "CPU s from start to ready line" in found
    assert "| reference CSMS, without compression |" in found
