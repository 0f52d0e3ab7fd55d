"""Figures that are added up."""

from __future__ import annotations

import pytest

from ocppref.fleet import Latencies, Tally
from ocppref.fleet.tally import usage_of_this_process


def test_quantiles_are_good_to_two_percent() -> None:
    latencies = Latencies()
    for number in range(1, 1001):
        latencies.add(number / 1000)
    assert latencies.quantile(0.5) == pytest.approx(0.5, rel=0.021)
    assert latencies.quantile(0.99) == pytest.approx(0.99, rel=0.021)
    assert latencies.quantile(1.0) == latencies.longest == 1.0


def test_no_answers_have_no_quantile() -> None:
    assert Latencies().quantile(0.5) is None
    Latencies().add(0.0)


def test_tallies_add_up() -> None:
    one, other = Tally(stations=2, cars=3), Tally(stations=1)
    one.errors["a"], other.errors["a"] = 1, 2
    one.latencies.add(0.1)
    other.latencies.add(0.4)
    other.blame([f"problem {number}" for number in range(200)])
    one.merge(other)
    assert (one.stations, one.cars, one.errors["a"]) == (3, 3, 3)
    assert (one.latencies.count, one.latencies.longest) == (2, 0.4)
    assert (one.problem_count, len(one.problems)) == (200, 100)


def test_what_a_process_takes() -> None:
    usage = usage_of_this_process(3, bare=5)
    assert usage.memory > 1000
    assert usage.cpu > 0
    assert (usage.tasks, usage.bare) == (3, 5)
