"""One session, step by step, by the rules of block E and those of C and F that concern it."""

from __future__ import annotations

import pytest
from tests.requirements import requirement
from tests.runtime.ref.station.transactions.bench import (
    DRIVER,
    FRIEND,
    Bench,
    Reason,
    State,
    Trigger,
    Type,
    points,
    told,
)

from ocpp21 import EVSEType
from ocppref.station.transactions.effects import Reading
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


# Starting


@requirement("E02.FR.01", "E02.FR.06", "E02.FR.15", "E02.FR.16", "E02.FR.17", "E02.FR.20")
def test_the_cable_first() -> None:
    bench = Bench(EV, EV)
    bench.plug()
    bench.authorize()
    assert told(bench.events) == [
        ("Started", "CablePluggedIn", "EVConnected"),
        ("Updated", "Authorized", None),
        ("Updated", "ChargingStateChanged", "Charging"),
    ]
    assert [event.id_token for event in bench.events] == [None, DRIVER, None]


@requirement("E01.FR.15", "E01.FR.16", "E03.FR.01", "E03.FR.12")
def test_the_token_first() -> None:
    bench = Bench(WHO, WHO)
    bench.authorize()
    bench.plug()
    assert told(bench.events) == [
        ("Started", "Authorized", "Idle"),
        ("Updated", "CablePluggedIn", "EVConnected"),
        ("Updated", "ChargingStateChanged", "Charging"),
    ]
    assert [event.id_token for event in bench.events] == [DRIVER, None, None]
    assert [event.evse for event in bench.events] == [None, EVSEType(id=1, connector_id=1), None]


def test_who_stands_there_is_told_only_if_transactions_go_by_it() -> None:
    bench = Bench(WHO, WHO)
    bench.authorize()
    assert bench.run(bench.session.arrive()) == []
    assert bench.run(bench.session.depart()) == []
    bench = Bench(WHO, points(Point.PARKING_BAY_OCCUPANCY, Point.AUTHORIZED))
    bench.authorize()
    assert told(bench.run(bench.session.arrive())) == [("Updated", "EVDetected", None)]


@requirement("C12.FR.04")
def test_who_is_authorised_with_a_cable_gets_energy() -> None:
    bench = Bench()
    bench.plug()
    assert not bench.is_closed
    bench.authorize()
    assert bench.is_closed
    assert bench.is_locked


@requirement("E01.FR.13", "E02.FR.03", "E03.FR.03", "F02.FR.06")
def test_a_reservation_is_told_in_the_next_event_only() -> None:
    bench = charging()
    assert [event.reservation_id for event in bench.events] == [None, None, None]
    for start in (EV, WHO, READY):
        bench = Bench(start, EV)
        bench.authorize(DRIVER, reservation_id=12)
        bench.plug()
        assert [event.reservation_id for event in bench.events][:1] == [12]
        assert not any(event.reservation_id for event in bench.events[1:])


@requirement("F01.FR.19", "F01.FR.25", "F01.FR.17", "C05.FR.03", "C05.FR.05")
def test_a_remote_start_after_the_cable() -> None:
    bench = Bench()
    bench.plug()
    [event, _] = bench.authorize(DRIVER, remote_start_id=5)
    assert (event.type, event.trigger) == (Type.UPDATED, Trigger.REMOTE_START)
    assert (event.remote_start_id, event.id_token) == (5, DRIVER)


@requirement("F02.FR.01", "F02.FR.05", "F02.FR.21", "C05.FR.03", "C05.FR.05")
@pytest.mark.parametrize("start", [EV, READY, ENERGY])
def test_a_remote_start_before_the_cable_is_the_trigger_of_the_start(
    start: frozenset[Point],
) -> None:
    bench = Bench(start)
    bench.authorize(DRIVER, remote_start_id=5)
    [started, *later] = bench.plug()
    assert (started.type, started.trigger) == (Type.STARTED, Trigger.REMOTE_START)
    assert (started.remote_start_id, started.id_token) == (5, DRIVER)
    state = State.CHARGING if start is ENERGY else State.EV_CONNECTED
    assert started.charging_state is state  # what tells that the cable came
    assert not any(event.remote_start_id for event in later)


def test_who_is_authorised_already_is_not_so_again() -> None:
    bench = charging()
    assert bench.authorize(FRIEND) == []
    assert bench.session.authorized is not None
    assert bench.session.authorized.token == DRIVER


def test_nothing_begins_where_nothing_can_be_used_and_begins_later() -> None:
    bench = Bench()
    bench.session.is_blocked = True
    assert bench.plug() == []
    assert bench.run(bench.session.begin()) == []
    bench.session.is_blocked = False
    assert told(bench.run(bench.session.begin())) == [("Started", "CablePluggedIn", "EVConnected")]
    assert bench.run(bench.session.begin()) == []


# Charging states


@requirement("E01.FR.18", "E01.FR.19", "E02.FR.13")
def test_the_ev_suspends_and_goes_on() -> None:
    bench = charging()
    assert told(bench.take(energy=False)) == [("Updated", "ChargingStateChanged", "SuspendedEV")]
    assert bench.take(energy=False) == []
    assert told(bench.take(energy=True)) == [("Updated", "ChargingStateChanged", "Charging")]


@requirement("E02.FR.18", "E02.FR.19", "E03.FR.13", "E03.FR.14")
def test_phases_are_told_when_energy_flows_and_when_they_change() -> None:
    bench = charging()
    assert [event.phases for event in bench.events] == [None, None, 3]
    bench.phases = 1
    assert bench.take(energy=True) == []
    assert bench.run(bench.session.report(Trigger.METER_VALUE_PERIODIC))[0].phases == 1
    assert bench.run(bench.session.report(Trigger.METER_VALUE_PERIODIC))[0].phases is None


def test_the_time_of_charging_is_told_at_the_end() -> None:
    bench = charging()
    bench.advance(seconds=100)
    bench.take(energy=False)
    bench.advance(seconds=1000)
    bench.take(energy=True)
    bench.advance(seconds=20)
    bench.unplug()
    assert bench.last.time_spent_charging == 120


@requirement("E01.FR.17", "E02.FR.21", "E03.FR.11", "E04.FR.11", "E05.FR.08")
def test_without_a_place_the_readings_of_the_start_come_when_charging_starts() -> None:
    bench = Bench(WHO, EV, evse_id=None)
    bench.authorize()
    bench.session.evse_id = 2
    bench.plug()
    assert told(bench.events) == [
        ("Started", "Authorized", "Idle"),
        ("Updated", "CablePluggedIn", "EVConnected"),
        ("Updated", "ChargingStateChanged", "Charging"),
    ]
    assert [e.reading for e in bench.events] == [Reading.NONE, Reading.NONE, Reading.BEGIN]
    assert bench.events[1].evse == EVSEType(id=2, connector_id=1)


# Stopping


@requirement("E07.FR.01", "E07.FR.02", "E07.FR.05", "E07.FR.07", "E06.FR.10", "E08.FR.03")
def test_the_driver_stops_it_and_that_ends_it() -> None:
    bench = charging(EV, WHO, socket=True)
    [ended] = bench.stop()
    assert told([ended]) == [("Ended", "StopAuthorized", "EVConnected")]
    assert ended.id_token == DRIVER
    assert ended.stopped_reason is Reason.LOCAL
    assert not bench.is_closed
    assert not bench.is_locked


@requirement("E07.FR.02", "E07.FR.07")
def test_the_driver_stops_it_and_the_unplugging_ends_it() -> None:
    bench = charging(EV, EV, socket=True)
    assert told(bench.stop(FRIEND)) == [("Updated", "StopAuthorized", "EVConnected")]
    assert bench.last.id_token == FRIEND
    assert not bench.is_locked
    assert told(bench.unplug()) == [("Ended", "EVCommunicationLost", "Idle")]
    assert bench.last.stopped_reason is Reason.EV_DISCONNECTED


@requirement("F03.FR.03", "F03.FR.09")
@pytest.mark.parametrize("stop", [WHO, READY])
def test_a_remote_stop_that_ends_it(stop: frozenset[Point]) -> None:
    bench = charging(EV, stop)
    assert told(bench.remote_stop()) == [("Ended", "RemoteStop", "EVConnected")]
    assert bench.last.stopped_reason is Reason.REMOTE
    assert bench.last.id_token is None


@requirement("F03.FR.02", "F04.FR.02", "F04.FR.03")
def test_a_remote_stop_that_leaves_the_end_to_the_cable() -> None:
    bench = charging(EV, EV, socket=True)
    assert told(bench.remote_stop()) == [("Updated", "RemoteStop", "EVConnected")]
    assert not bench.is_closed
    assert not bench.is_locked
    bench.unplug()
    assert (bench.last.type, bench.last.stopped_reason) == (Type.ENDED, Reason.REMOTE)


@requirement("F03.FR.03")
def test_a_remote_stop_of_who_was_never_authorised() -> None:
    bench = Bench(EV, WHO)
    bench.plug()
    bench.remote_stop()
    assert (bench.last.type, bench.last.stopped_reason) == (Type.ENDED, Reason.REMOTE)


@requirement("C16.FR.08")
def test_a_master_pass_is_the_reason_even_if_the_cable_ends_it() -> None:
    bench = charging(EV, EV)
    bench.run(bench.session.stop(FRIEND, reason=Reason.MASTER_PASS))
    assert told(bench.events[-1:]) == [("Updated", "StopAuthorized", "EVConnected")]
    bench.unplug()
    assert bench.last.stopped_reason is Reason.MASTER_PASS


@requirement("E15.FR.04")
@pytest.mark.parametrize("stop", [WHO, READY, ENERGY])
def test_the_ev_stops_it_and_that_ends_it(stop: frozenset[Point]) -> None:
    bench = charging(EV, stop)
    bench.run(bench.session.stop(None, reason=Reason.STOPPED_BY_EV))
    assert (bench.last.type, bench.last.trigger) == (Type.ENDED, Trigger.STOP_AUTHORIZED)
    assert bench.last.stopped_reason is Reason.STOPPED_BY_EV


@requirement("E15.FR.05")
def test_the_ev_stops_it_and_that_does_not_end_it() -> None:
    bench = charging(EV, EV)
    bench.run(bench.session.stop(None, reason=Reason.STOPPED_BY_EV))
    assert told(bench.events[-1:]) == [("Updated", "StopAuthorized", "EVConnected")]


@requirement("E06.FR.16", "E06.FR.08", "E07.FR.06")
def test_a_fault_ends_it() -> None:
    bench = charging(EV, EV)
    bench.run(bench.session.fail(Reason.GROUND_FAULT))
    assert told(bench.events[-1:]) == [("Ended", "AbnormalCondition", "EVConnected")]
    assert bench.last.stopped_reason is Reason.GROUND_FAULT
    assert not bench.is_closed


def test_a_fault_before_the_start_ends_the_authorisation() -> None:
    bench = Bench(EV, EV)
    bench.authorize()
    bench.run(bench.session.fail(Reason.OTHER))
    bench.session.is_blocked = False
    bench.plug()
    assert bench.events[0].id_token is None
    assert not bench.is_closed


# A connection that does not come


@requirement("C01.FR.26")
def test_without_a_cable_in_time_the_authorisation_is_over() -> None:
    bench = Bench(EV, EV)
    bench.authorize()
    assert bench.session.awaits_ev
    assert bench.run(bench.session.expire()) == []
    bench.plug()
    assert bench.last.id_token is None
    assert not bench.is_closed


@requirement("E03.FR.05", "F02.FR.07")
@pytest.mark.parametrize("stop", [EV, WHO, READY, ENERGY, points()])
def test_without_a_cable_in_time_the_transaction_is_over(stop: frozenset[Point]) -> None:
    bench = Bench(WHO, stop)
    bench.authorize()
    bench.run(bench.session.expire())
    assert told(bench.events[1:]) == [("Ended", "EVConnectTimeout", "Idle")]
    assert bench.last.stopped_reason is Reason.TIMEOUT


@requirement("E03.FR.15", "F02.FR.08")
def test_without_a_cable_in_time_a_parked_car_keeps_the_transaction() -> None:
    bench = Bench(BAY, BAY)
    bench.run(bench.session.arrive())
    bench.authorize()
    bench.run(bench.session.expire())
    assert told(bench.events[2:]) == [("Updated", "EVConnectTimeout", None)]
    assert bench.session.authorized is None
    assert not bench.session.awaits_ev
    assert told(bench.run(bench.session.depart())) == [("Ended", "EVDeparted", "Idle")]


def test_who_has_a_cable_is_not_waited_for() -> None:
    bench = charging()
    assert not bench.session.awaits_ev
    assert bench.run(bench.session.expire()) == []


# The EV is unplugged at its own end


@requirement("E09.FR.01")
def test_unplugging_deauthorises() -> None:
    bench = charging(EV, BAY)
    assert told(bench.unplug()) == [("Updated", "EVCommunicationLost", "Idle")]
    assert bench.session.authorized is None
    assert told(bench.plug()) == [("Updated", "CablePluggedIn", "EVConnected")]
    assert not bench.is_closed
    bench.authorize()
    assert bench.is_closed


@requirement("E09.FR.01")
def test_unplugging_deauthorises_and_that_ends_it() -> None:
    bench = charging(EV, WHO)
    assert told(bench.unplug()) == [("Ended", "EVCommunicationLost", "Idle")]
    assert bench.last.stopped_reason is Reason.EV_DISCONNECTED


@requirement("E09.FR.02")
def test_unplugging_lets_the_cable_go() -> None:
    bench = charging(EV, WHO, socket=True)
    bench.unplug()
    assert not bench.is_locked


@requirement("E09.FR.03")
def test_unplugging_keeps_the_cable_for_its_owner() -> None:
    bench = charging(EV, WHO, socket=True)
    bench.rule(unlock_on_ev_side_disconnect=False)
    bench.unplug()
    assert bench.is_locked
    assert bench.session.keeper == DRIVER
    bench.run(bench.session.release())
    assert not bench.is_locked


@requirement("E10.FR.01")
def test_a_suspended_driver_finds_his_cable_locked() -> None:
    bench = charging(EV, WHO, socket=True)
    bench.rule(stop_on_ev_side_disconnect=False)
    assert told(bench.unplug()) == [("Updated", "EVCommunicationLost", "Idle")]
    assert bench.is_locked
    assert not bench.is_closed
    assert not bench.session.awaits_ev
    assert told(bench.stop()) == [("Ended", "StopAuthorized", "Idle")]
    assert not bench.is_locked


def test_a_suspended_driver_plugs_in_again() -> None:
    bench = charging(EV, WHO, socket=True)
    bench.rule(stop_on_ev_side_disconnect=False)
    bench.unplug()
    assert told(bench.plug()) == [
        ("Updated", "CablePluggedIn", "EVConnected"),
        ("Updated", "ChargingStateChanged", "Charging"),
    ]
    assert bench.events[-2].evse == EVSEType(id=1, connector_id=1)


@requirement("E10.FR.02")
def test_a_captive_cable_that_is_not_plugged_in_again() -> None:
    bench = charging(EV, WHO)
    bench.rule(stop_on_ev_side_disconnect=False)
    bench.unplug()
    assert bench.session.awaits_ev
    bench.run(bench.session.expire())
    assert told(bench.events[-1:]) == [("Ended", "EVCommunicationLost", "Idle")]
    assert bench.last.stopped_reason is Reason.EV_DISCONNECTED
