"""The registers of a meter."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ocppref.station.hardware.electrical import Course
from ocppref.station.hardware.meter import Meter

HOUR = 3600.0
HOUR_IN_STEPS = 360


def test_a_balanced_load_counts_in_each_line_alike() -> None:
    meter = Meter(3)
    meter.follow(Course(11_040.0), 3, now=100.0)
    assert meter.registers(100.0 + HOUR) == (3_680.0, 3_680.0, 3_680.0)
    assert meter.energy(100.0 + HOUR) == 11_040.0
    assert meter.used() == 3


def test_an_ev_on_one_phase_counts_in_the_first_line_only() -> None:
    meter = Meter(3, 60.0, (10.0, 20.0, 30.0))
    meter.follow(Course(3_680.0), 1, now=0.0)
    assert meter.registers(HOUR) == (3_690.0, 20.0, 30.0)


def test_reading_often_changes_nothing() -> None:
    often, seldom = Meter(3), Meter(3)
    for meter in (often, seldom):
        meter.follow(Course(7_777.7), 3, now=0.0)
    for second in range(HOUR_IN_STEPS):
        often.energy(second)
    assert often.energy(HOUR) == seldom.energy(HOUR)


@given(st.lists(st.tuples(st.floats(0, 50_000), st.floats(0, 10_000)), max_size=20))
def test_registers_add_up_whatever_the_power_does(steps: list[tuple[float, float]]) -> None:
    meter, now, expected = Meter(3), 0.0, 0.0
    before = meter.energy(now)
    for power, seconds in steps:
        meter.follow(Course(power), 3, now)
        now += seconds
        expected += power * seconds / HOUR
        assert meter.energy(now) >= before
        before = meter.energy(now)
    assert meter.energy(now) == pytest.approx(expected, rel=1e-9)
    assert sum(meter.registers(now)) == pytest.approx(expected, rel=1e-9)


def test_energy_that_was_counted_is_not_lost_with_a_line() -> None:
    assert Meter(1, 6.0, (1.0, 2.0, 3.0)).registers(0.0) == (6.0,)
    assert Meter(3, 6.0, (6.0,)).registers(0.0) == (6.0, 0.0, 0.0)


def test_tells_when_so_much_more_will_have_flowed() -> None:
    meter = Meter(3)
    assert meter.time_to(1.0, 0.0) is None
    meter.follow(Course(3_600.0), 3, now=50.0)
    assert meter.time_to(10.0, 60.0) == 10.0
