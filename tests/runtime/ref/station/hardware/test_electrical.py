"""How power goes on, and what energy that makes."""

from __future__ import annotations

import math

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ocppref.station.hardware.electrical import KNEE, TRICKLE, Battery, Course

HOUR = 3600.0

socs = st.floats(0.0, 0.999)
powers = st.floats(100.0, 400_000.0)
capacities = st.floats(1_000.0, 150_000.0)


@st.composite
def courses(draw: st.DrawFn) -> Course:
    """A car on direct current, at a station that may limit it."""
    battery = Battery(draw(socs), draw(capacities), draw(powers))
    offered = draw(st.floats(10.0, 400_000.0))
    return Course(min(offered, battery.accepts(battery.soc)), battery)


class TestCourse:
    def test_constant_power_makes_energy_with_time(self) -> None:
        course = Course(11_000.0)
        assert course.energy(HOUR) == 11_000.0
        assert course.power(1e6) == 11_000.0
        assert course.end() is None
        assert course.time_to(5_500.0) == HOUR / 2

    def test_no_power_never_gets_anywhere(self) -> None:
        course = Course(0.0, Battery(0.5, maximum=50_000.0))
        assert course.energy(HOUR) == 0.0
        assert course.time_to(1.0) is None
        assert course.end() is None

    def test_an_ac_battery_takes_all_until_it_is_full(self) -> None:
        course = Course(11_000.0, Battery(0.5, 60_000.0))
        end = course.end()
        assert end == pytest.approx(30_000.0 / 11_000.0 * HOUR)
        assert course.power(end * 0.999) == 11_000.0
        assert course.power(end * 1.001) == 0.0
        assert course.energy(end * 2) == pytest.approx(30_000.0)

    def test_a_dc_battery_takes_less_and_less_from_its_knee_on(self) -> None:
        course = Course(100_000.0, Battery(0.5, 60_000.0, 100_000.0))
        to_knee = (KNEE - 0.5) * 60_000.0 / 100_000.0 * HOUR
        assert course.power(to_knee * 0.99) == 100_000.0
        assert course.energy(to_knee) == pytest.approx(18_000.0)
        end = course.end()
        assert end is not None
        middle = (to_knee + end) / 2
        assert 100_000.0 > course.power(to_knee * 1.1) > course.power(middle)
        assert course.power(end * 0.999999) == pytest.approx(100_000.0 * TRICKLE, rel=1e-2)
        assert course.energy(end) == pytest.approx(30_000.0)

    def test_a_limit_of_the_station_moves_the_knee(self) -> None:
        battery = Battery(0.5, 60_000.0, 100_000.0)
        course = Course(50_000.0, battery)
        bend = battery.limited_from(50_000.0)
        assert bend > KNEE
        flat = (bend - 0.5) * 60_000.0 / 50_000.0 * HOUR
        assert course.power(flat * 0.999) == 50_000.0
        assert course.power(flat * 1.1) < 50_000.0

    @given(courses())
    def test_energy_is_the_integral_of_power(self, course: Course) -> None:
        end = course.end()
        assert end is not None
        steps = 2_000
        width = end / steps
        summed = sum(course.power((n + 0.5) * width) for n in range(steps)) * width / HOUR
        assert summed == pytest.approx(course.energy(end), rel=2e-3)

    @given(courses(), st.floats(0.0, 1.0), st.floats(0.0, 1.0))
    def test_energy_only_grows_and_time_to_is_its_inverse(
        self, course: Course, one: float, other: float
    ) -> None:
        end = course.end()
        assert end is not None
        early, late = sorted((one * end, other * end))
        assert course.energy(early) <= course.energy(late) * (1 + 1e-12)
        due = course.time_to(course.energy(early))
        assert due is not None
        assert course.energy(due) == pytest.approx(course.energy(early), rel=1e-6, abs=1e-6)

    @given(courses(), st.floats(0.0, 1.2))
    def test_going_on_from_in_between_gives_the_same(self, course: Course, part: float) -> None:
        end = course.end()
        assert end is not None
        middle = part * end
        battery = course.battery_after(middle)
        assert battery is not None
        rest = Course(min(course.cap, battery.accepts(battery.soc)), battery)
        whole = course.energy(2 * end)
        assert course.energy(middle) + rest.energy(2 * end) == pytest.approx(whole, rel=1e-6)

    @given(courses())
    def test_a_battery_is_full_at_the_end_and_not_before(self, course: Course) -> None:
        end = course.end()
        assert end is not None
        full = course.battery_after(end)
        assert full is not None and full.soc == 1.0
        assert full.accepts(full.soc) == 0.0

    def test_more_than_the_battery_holds_never_flows(self) -> None:
        assert Course(50_000.0, Battery(0.5, 60_000.0, 50_000.0)).time_to(30_001.0) is None
        assert math.isinf(Battery(0.5).accepts(0.5))
