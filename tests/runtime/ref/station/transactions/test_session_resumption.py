"""One session that a reset or a loss of power interrupts (B13, E17)."""

from __future__ import annotations

from tests.requirements import requirement
from tests.runtime.ref.station.transactions.bench import (
    Bench,
    Reason,
    points,
    told,
)

from ocppref.station.transactions.effects import Command
from ocppref.station.transactions.points import Point
from ocppref.station.transactions.record import dump, load

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


def interrupted(bench: Bench) -> Bench:
    """The same after a loss of power, from what was kept."""
    saved = load(dump(bench.session.save()))
    after = Bench(bench.policy.start_points, bench.policy.stop_points, socket=bench.socket)
    after.policy, after.now, after.events = bench.policy, bench.now, list(bench.events)
    after.is_locked = bench.is_locked
    after.session.restore(saved)
    return after


@requirement("E17.FR.01", "E17.FR.11", "E17.FR.14", "E17.FR.18")
def test_it_goes_on_after_a_loss_of_power() -> None:
    bench = interrupted(charging())
    [event] = bench.run(bench.session.resume(connected=True, energy=True))
    assert told([event]) == [("Updated", "TxResumed", "Charging")]
    assert event.seq_no == 3
    assert not bench.is_closed  # not yet: lest all stations begin at once
    assert bench.run(bench.session.energize()) == []
    assert bench.is_closed


@requirement("E17.FR.12", "B13.FR.14")
def test_it_goes_on_without_energy() -> None:
    bench = interrupted(charging())
    bench.run(bench.session.resume(connected=True, energy=False))
    assert told(bench.events[-1:]) == [("Updated", "TxResumed", "SuspendedEVSE")]
    assert not bench.session.is_waiting
    assert not bench.is_closed


@requirement("E17.FR.13")
def test_what_did_not_charge_goes_on_as_it_was() -> None:
    for energy in (True, False):
        unauthorized = Bench()
        unauthorized.plug()
        bench = interrupted(unauthorized)
        bench.run(bench.session.resume(connected=True, energy=energy))
        assert told(bench.events[-1:]) == [("Updated", "TxResumed", "EVConnected")]
        limited = charging()
        limited.limit(energy=10)
        limited.advance(energy=10)
        bench = interrupted(limited)
        bench.run(bench.session.resume(connected=True, energy=energy))
        assert told(bench.events[-1:]) == [("Updated", "TxResumed", "SuspendedEVSE")]
        assert not bench.is_closed


@requirement("E17.FR.11")
def test_what_the_ev_had_suspended_goes_on_as_it_was() -> None:
    before = charging()
    before.take(energy=False)
    bench = interrupted(before)
    bench.ev_takes = False
    bench.run(bench.session.resume(connected=True, energy=True))
    assert told(bench.events[-1:]) == [("Updated", "TxResumed", "SuspendedEV")]
    assert bench.is_closed


@requirement("E17.FR.16")
def test_an_ev_that_left_meanwhile_leaves_it_idle() -> None:
    bench = interrupted(charging(EV, BAY))
    bench.run(bench.session.resume(connected=False, energy=True))
    assert told(bench.events[-1:]) == [("Updated", "TxResumed", "Idle")]


@requirement("E17.FR.17")
def test_an_ev_that_left_meanwhile_may_end_it() -> None:
    bench = interrupted(charging(EV, EV))
    bench.run(bench.session.resume(connected=False, energy=True))
    assert told(bench.events[-1:]) == [("Ended", "EVCommunicationLost", "Idle")]
    assert bench.last.stopped_reason is Reason.EV_DISCONNECTED


@requirement("B13.FR.04", "B13.FR.10", "B13.FR.12", "B13.FR.20", "B13.FR.22", "B13.FR.30")
def test_a_reset_puts_it_to_sleep() -> None:
    bench = charging(EV, EV, socket=True)
    assert told(bench.run(bench.session.suspend())) == [("Updated", "ResetCommand", None)]
    assert not bench.is_closed
    assert not bench.is_locked
    assert bench.session.save().resumes_always
    assert told(bench.run(bench.session.resume(connected=True, energy=True))) == [
        ("Updated", "TxResumed", "Charging")
    ]
    assert bench.is_locked
    bench.run(bench.session.energize())
    assert bench.is_closed
    assert not bench.session.save().resumes_always


def test_energy_is_cut_before_the_event_that_tells_it() -> None:
    bench = charging(EV, WHO)
    bench.stop()
    batch = next(batch for batch in reversed(bench.batches) if batch)
    assert batch[0] is Command.FORBID
    assert batch[-1] is Command.UNLOCK
