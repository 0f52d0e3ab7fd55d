"""Plans, and what cannot be one."""

from __future__ import annotations

from itertools import islice

import pytest

from ocppref.fleet import CALM, Chaos, Plan, PlanError, read_chaos
from ocppref.fleet.visits import visits

URL = "ws://127.0.0.1:9000/ocpp"


def test_chaos_is_read() -> None:
    text = "drop=0.01, delay=50ms,duplicate=0.02,halfopen=0.005,cut=0.03,power=0.001"
    assert read_chaos(text) == Chaos(
        drop=0.01, delay=0.05, duplicate=0.02, halfopen=0.005, cut=0.03, power=0.001
    )
    assert read_chaos("delay=0.2s").delay == 0.2
    assert read_chaos("") == CALM


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("rain=0.1", "no fault 'rain'; there are drop"),
        ("drop", "drop has no value; write drop=0.01"),
        ("drop=2", "drop=2 is no share"),
        ("drop=-0.1", "is no share"),
        ("drop=nan", "is no share"),
        ("drop=much", "drop=much is no number"),
        ("drop=0.1,drop=0.1", "given twice"),
        ("drop=0.6,cut=0.6", "more than 1 in all"),
        ("delay=50", "write delay=50ms"),
        ("delay=1000s", "a delay is from"),
    ],
)
def test_chaos_that_cannot_be(text: str, said: str) -> None:
    with pytest.raises(PlanError, match=said):
        read_chaos(text)


@pytest.mark.parametrize(
    ("given", "said"),
    [
        ({"stations": 0}, "--stations: 0 is not above 0"),
        ({"duration": float("inf")}, "--duration: inf"),
        ({"reconnect_storm": 0.0}, "--reconnect-storm"),
        ({"settle": -1.0}, "--settle"),
        ({"processes": 11}, "11 are more than there are stations"),
        ({"csms_url": "http://127.0.0.1"}, "begins with ws://"),
        ({"csms_url": "wss://127.0.0.1/ocpp"}, "give --password"),
        ({"identity_prefix": "a b"}, "is no identity"),
        ({"password": ""}, "needs a password"),
    ],
)
def test_a_plan_that_cannot_be(given: dict[str, object], said: str) -> None:
    with pytest.raises(PlanError, match=said):
        Plan(**{"csms_url": URL, **given})  # type: ignore[arg-type]


def test_evs_come_from_the_seed() -> None:
    def some(seed: int, number: int) -> list[object]:
        return list(islice(visits(Plan(URL, seed=seed), number), 5))

    assert some(1, 1) == some(1, 1)
    assert some(1, 1) != some(2, 1)
    assert some(1, 1) != some(1, 2)
