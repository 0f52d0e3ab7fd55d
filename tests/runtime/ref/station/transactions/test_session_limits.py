"""One session whose token is refused afterwards, or that has limits (E05, E16)."""

from __future__ import annotations

import pytest
from tests.requirements import requirement
from tests.runtime.ref.station.transactions.bench import (
    DRIVER,
    Bench,
    Reason,
    State,
    Trigger,
    Type,
    points,
    told,
)

from ocppref.station.transactions.points import Point

EV = points(Point.EV_CONNECTED)
WHO = points(Point.AUTHORIZED)
READY = points(Point.POWER_PATH_CLOSED)
ENERGY = points(Point.ENERGY_TRANSFER)
BAY = points(Point.PARKING_BAY_OCCUPANCY)


def charging(start: frozenset[Point] = EV, stop: frozenset[Point] = EV, **more: bool) -> Bench:
    bench = Bench(start, stop, **more)
    bench.plug()
    bench.authorize()
    return bench


# A token that the CSMS does not accept


@requirement("E05.FR.10", "C15.FR.04", "E05.FR.11", "C15.FR.05")
@pytest.mark.parametrize("stop", [WHO, READY, ENERGY])
def test_an_invalid_token_ends_it(stop: frozenset[Point]) -> None:
    bench = charging(EV, stop, socket=True)
    bench.run(bench.session.invalidate(bench.progress))
    assert told(bench.events[-1:]) == [("Ended", "Deauthorized", "EVConnected")]
    assert bench.last.stopped_reason is Reason.DE_AUTHORIZED
    assert bench.is_locked
    assert bench.session.keeper == DRIVER
    assert not bench.is_closed


@requirement("E05.FR.09", "C15.FR.03")
@pytest.mark.parametrize("stop", [EV, BAY, points()])
def test_an_invalid_token_stops_the_energy(stop: frozenset[Point]) -> None:
    bench = charging(EV, stop)
    bench.run(bench.session.invalidate(bench.progress))
    assert told(bench.events[-1:]) == [("Updated", "Deauthorized", "EVConnected")]
    assert not bench.is_closed
    assert bench.run(bench.session.invalidate(bench.progress)) == []


@requirement("E05.FR.02", "C15.FR.06")
@pytest.mark.parametrize("most", [None, 0.0, 50.0])
def test_an_invalid_token_suspends(most: float | None) -> None:
    bench = charging(EV, EV)
    bench.advance(energy=60)
    bench.rule(stop_on_invalid_id=False, max_energy_on_invalid_id=most)
    bench.run(bench.session.invalidate(bench.progress))
    assert told(bench.events[-1:]) == [("Updated", "ChargingStateChanged", "SuspendedEVSE")]
    assert not bench.is_closed
    assert bench.session.authorized is not None


@requirement("E05.FR.03", "C15.FR.07")
def test_an_invalid_token_gets_some_energy() -> None:
    bench = charging(EV, EV)
    bench.rule(stop_on_invalid_id=False, max_energy_on_invalid_id=100.0)
    assert bench.run(bench.session.invalidate(bench.progress)) == []
    assert bench.advance(energy=99) == []
    assert bench.is_closed
    bench.advance(energy=1)
    assert told(bench.events[-1:]) == [("Updated", "ChargingStateChanged", "SuspendedEVSE")]
    assert not bench.is_closed


def test_the_last_energy_of_an_invalid_token_may_be_the_end() -> None:
    bench = charging(EV, ENERGY)
    bench.rule(stop_on_invalid_id=False, max_energy_on_invalid_id=100.0)
    bench.run(bench.session.invalidate(bench.progress))
    bench.advance(energy=100)
    assert told(bench.events[-1:]) == [("Ended", "ChargingStateChanged", "SuspendedEVSE")]
    assert bench.last.stopped_reason is Reason.DE_AUTHORIZED


# Limits


@requirement("E16.FR.01", "E16.FR.03", "F07.FR.03")
def test_a_limit_is_confirmed_once() -> None:
    bench = charging()
    [event] = bench.limit(energy=500, cost=3.5)
    assert (event.type, event.trigger) == (Type.UPDATED, Trigger.LIMIT_SET)
    assert {limit.value: value for limit, value in (event.limits or {}).items()} == {
        "maxEnergy": 500,
        "maxCost": 3.5,
    }
    assert bench.run(bench.session.report(Trigger.METER_VALUE_PERIODIC))[0].limits is None


@requirement("E16.FR.01")
def test_a_limit_that_was_set_before_comes_with_the_start() -> None:
    bench = Bench()
    assert bench.limit(by_csms=False, energy=500) == []
    [started] = bench.plug()
    assert [value for value in (started.limits or {}).values()] == [500]


@requirement("E16.FR.13")
def test_a_limit_that_is_not_supported_is_not_confirmed() -> None:
    bench = charging()
    bench.rule(supported_limits=frozenset())
    assert bench.limit(energy=500) == []
    assert bench.advance(energy=600) == []


@requirement("E16.FR.04")
def test_the_station_stays_below_the_limit_of_the_csms() -> None:
    bench = charging()
    bench.limit(energy=500)
    assert bench.limit(by_csms=False, energy=900) == []
    [event] = bench.limit(by_csms=False, energy=300)
    assert list((event.limits or {}).values()) == [300]
    [event] = bench.limit(energy=900)  # E16.FR.07: the CSMS has the last word
    assert list((event.limits or {}).values()) == [900]


REACHED = [
    ("energy", 100.0, {"energy": 100.0}, Trigger.ENERGY_LIMIT_REACHED),
    ("time", 60.0, {"seconds": 60.0}, Trigger.TIME_LIMIT_REACHED),
    ("soc", 80.0, {"soc": 80.0}, Trigger.SOC_LIMIT_REACHED),
    ("cost", 5.0, {"cost": 5.01}, Trigger.COST_LIMIT_REACHED),
]


@requirement("E16.FR.05", "F07.FR.04")
@pytest.mark.parametrize(("name", "value", "step", "trigger"), REACHED)
def test_a_limit_that_is_reached_suspends(
    name: str, value: float, step: dict[str, float], trigger: Trigger
) -> None:
    bench = charging()
    bench.limit(**{name: value})
    bench.advance(**step)
    assert (bench.last.type, bench.last.trigger) == (Type.UPDATED, trigger)
    assert bench.last.charging_state is State.SUSPENDED_EVSE
    assert not bench.is_closed
    assert bench.advance(energy=1) == []


@requirement("E16.FR.06")
@pytest.mark.parametrize(("name", "value", "step", "trigger"), REACHED)
def test_a_limit_that_is_reached_ends_it(
    name: str, value: float, step: dict[str, float], trigger: Trigger
) -> None:
    bench = charging(EV, ENERGY)
    bench.limit(**{name: value})
    bench.advance(**step)
    assert (bench.last.type, bench.last.trigger) == (Type.ENDED, trigger)
    assert bench.last.stopped_reason is Reason.REMOTE


def test_the_same_limit_once_more_is_no_news() -> None:
    bench = charging()
    bench.limit(energy=500)
    assert bench.limit(energy=500) == []
    assert bench.limit(by_csms=False, energy=500) == []


@requirement("E16.FR.10")
@pytest.mark.parametrize("value", [50.0, -1.0])
def test_a_limit_that_is_exceeded_already_counts_at_once(value: float) -> None:
    bench = charging()
    bench.advance(energy=60)
    events = bench.limit(energy=value)
    assert [event.trigger for event in events] == [
        Trigger.LIMIT_SET,
        Trigger.ENERGY_LIMIT_REACHED,
    ]
    assert not bench.is_closed


@requirement("E16.FR.10")
def test_a_negative_limit_is_exceeded_even_if_nothing_is_known_of_it() -> None:
    bench = charging()
    bench.limit(cost=-0.01)
    assert bench.last.trigger is Trigger.COST_LIMIT_REACHED


@requirement("E16.FR.14")
def test_a_higher_limit_lets_it_go_on() -> None:
    bench = charging()
    bench.limit(energy=100)
    bench.advance(energy=100)
    assert told(bench.limit(energy=200)) == [
        ("Updated", "LimitSet", None),
        ("Updated", "ChargingStateChanged", "Charging"),
    ]
    assert bench.is_closed
    bench.advance(energy=100)
    assert bench.last.trigger is Trigger.ENERGY_LIMIT_REACHED


def test_of_two_limits_both_have_to_be_raised() -> None:
    bench = charging()
    bench.limit(energy=100, time=10)
    bench.advance(energy=100, seconds=10)
    reached = [event.trigger for event in bench.events[-2:]]
    assert set(reached) == {Trigger.ENERGY_LIMIT_REACHED, Trigger.TIME_LIMIT_REACHED}
    bench.limit(energy=200)
    assert not bench.is_closed
    bench.limit(time=20)
    assert bench.is_closed
