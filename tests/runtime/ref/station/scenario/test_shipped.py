"""The scenarios that come with the station pass, in virtual time, and notice what is broken."""

from __future__ import annotations

import pytest
from tests.runtime.ref.station.scenario.scenes import played, why

from ocppref.station.scenario import load, shipped

NAMES = [name for name, _ in shipped()]


@pytest.mark.parametrize("name", NAMES)
def test_it_passes(name: str) -> None:
    outcome = played(load(name))
    assert outcome.is_passed, why(outcome)
    assert len(outcome.frames) > 10


@pytest.mark.parametrize(
    ("name", "values", "said"),
    [
        ("bad-token", {"bad-token": "04A1B2C3D4E5F6"}, "idTokenInfo/status is"),
        ("bad-token", {"token": "DEADBEEF"}, "no TransactionEvent within 30 s"),
        (
            "reservation",
            {"token": "04FFFFFFFFFFFF"},
            "there were 1 such TransactionEvent, not at most 0",
        ),
    ],
)
def test_it_fails_where_something_is_wrong(name: str, values: dict[str, str], said: str) -> None:
    outcome = played(load(name, values))
    assert not outcome.is_passed and said in why(outcome)
