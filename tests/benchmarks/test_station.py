"""The benchmark of the stations runs, and its CSMS answers what a station says."""

from __future__ import annotations

import json
import sys

import pytest

from .station import Plan, run
from .station_load import Csms


@pytest.mark.skipif(sys.platform != "linux", reason="it reads Linux's /proc")
def test_a_tiny_run_tells_of_every_contestant() -> None:
    found = run(Plan(stations=20, seconds=0.5, rounds=1, settle=0.1))

    assert "## Station: a thousand in one process" in found
    for name in ("ours", "scripted on PyPI ocpp"):
        assert f"| {name} |" in found


def test_the_csms_answers_calls_and_counts_events() -> None:
    csms = Csms()
    boot = json.loads(csms.answer(b'[2,"a","BootNotification",{}]') or b"")
    assert boot[:2] == [3, "a"] and boot[2]["status"] == "Accepted"
    event = b'[2, "b", "TransactionEvent", {"idToken": {}}]'
    assert json.loads(csms.answer(event) or b"")[2] == {"idTokenInfo": {"status": "Accepted"}}
    assert csms.answer(b'[3,"c",{}]') is None
    assert (csms.messages, csms.events) == (2, 1)
