"""TxStartPoint and TxStopPoint, each alone and all together."""

from __future__ import annotations

from collections.abc import Callable
from itertools import product

import pytest
from tests.requirements import requirement
from tests.runtime.ref.station.transactions.bench import DRIVER, Bench, Reason, Trigger, Type

from ocppref.station.transactions import points
from ocppref.station.transactions.points import Held, Point

BAY = Point.PARKING_BAY_OCCUPANCY
EV = Point.EV_CONNECTED
WHO = Point.AUTHORIZED
READY = Point.POWER_PATH_CLOSED
ENERGY = Point.ENERGY_TRANSFER
SIGNED = Point.DATA_SIGNED

# What a driver does in the usual order, and what is so after each step.
STEPS: list[tuple[Point, Callable[[Bench], object]]] = [
    (BAY, lambda bench: bench.run(bench.session.arrive())),
    (EV, lambda bench: bench.plug()),
    (SIGNED, lambda bench: bench.run(bench.session.sign())),
    (WHO, lambda bench: bench.authorize()),
]
TRIGGERS = {
    BAY: Trigger.EV_DETECTED,
    EV: Trigger.CABLE_PLUGGED_IN,
    SIGNED: Trigger.SIGNED_DATA_RECEIVED,
    WHO: Trigger.AUTHORIZED,
    READY: Trigger.AUTHORIZED,
    ENERGY: Trigger.CHARGING_STATE_CHANGED,
}


def all_subsets() -> list[Held]:
    return [
        frozenset(point for point, is_in in zip(Point, chosen, strict=True) if is_in)
        for chosen in product([False, True], repeat=len(Point))
    ]


def test_a_list_is_read_as_the_variable_has_it() -> None:
    assert points.points(["EVConnected", "Authorized"]) == {EV, WHO}
    assert points.points([]) == frozenset()
    assert points.points(["Nonsense", "DataSigned"]) == {SIGNED}


@requirement("E01.FR.01", "E01.FR.02", "E01.FR.03", "E01.FR.04", "E01.FR.05", "E01.FR.06")
@pytest.mark.parametrize(
    "wanted", all_subsets(), ids=lambda held: "+".join(sorted(p.name for p in held))
)
def test_the_first_point_that_is_reached_starts_it(wanted: Held) -> None:
    bench = Bench(wanted, frozenset())
    order = [BAY, EV, SIGNED, WHO, READY, ENERGY]
    expected = next((point for point in order if point in wanted), None)
    for point, step in STEPS:
        step(bench)
        is_due = expected is not None and order.index(expected) <= order.index(point)
        is_last = point is WHO and expected is not None  # READY and ENERGY come with it
        assert (bench.session.transaction is not None) is (is_due or is_last)
    if expected is not None:
        first = bench.events[0]
        assert (first.type, first.trigger) == (Type.STARTED, TRIGGERS[expected])


@requirement("E01.FR.05")
def test_the_power_path_is_closed_when_the_ev_comes_after_the_driver() -> None:
    bench = Bench(frozenset({READY}))
    assert bench.authorize() == []
    [started, *_] = bench.plug()
    assert (started.type, started.trigger) == (Type.STARTED, Trigger.CABLE_PLUGGED_IN)
    assert started.id_token == DRIVER


def charging(stop: Held) -> Bench:
    """All has happened, and nothing is over."""
    bench = Bench(frozenset({EV}), stop)
    bench.rule(stop_on_ev_side_disconnect=False)
    for _, step in STEPS:
        step(bench)
    return bench


ENDS: list[tuple[str, Callable[[Bench], object], Held, Trigger, Reason]] = [
    (
        "the EV leaves the bay",
        lambda bench: bench.run(bench.session.depart()),
        frozenset({BAY}),
        Trigger.EV_DEPARTED,
        Reason.EV_DISCONNECTED,
    ),
    (
        "the EV is unplugged",
        lambda bench: bench.unplug(),
        frozenset({EV, READY, ENERGY}),
        Trigger.EV_COMMUNICATION_LOST,
        Reason.EV_DISCONNECTED,
    ),
    (
        "the driver stops it",
        lambda bench: bench.stop(),
        frozenset({WHO, READY, ENERGY}),
        Trigger.STOP_AUTHORIZED,
        Reason.LOCAL,
    ),
    (
        "the EV takes no energy",
        lambda bench: bench.take(energy=False),
        frozenset({ENERGY}),
        Trigger.CHARGING_STATE_CHANGED,
        Reason.STOPPED_BY_EV,
    ),
]


@requirement(
    "E06.FR.01", "E06.FR.02", "E06.FR.03", "E06.FR.05", "E06.FR.06", "E06.FR.07", "E06.FR.15"
)
@pytest.mark.parametrize(
    "wanted", all_subsets(), ids=lambda held: "+".join(sorted(p.name for p in held))
)
@pytest.mark.parametrize("end", ENDS, ids=lambda end: end[0])
def test_the_first_point_that_is_lost_ends_it(
    wanted: Held, end: tuple[str, Callable[[Bench], object], Held, Trigger, Reason]
) -> None:
    _, happen, enough, trigger, reason = end
    bench = charging(wanted)
    happen(bench)
    # DataSigned means nothing here: E06.FR.05 is withdrawn by the errata.
    if wanted & enough:
        last = bench.last
        assert (last.type, last.trigger, last.stopped_reason) == (Type.ENDED, trigger, reason)
        assert bench.session.transaction is None
        assert not bench.is_closed
    else:
        assert bench.session.transaction is not None


def test_what_was_so_before_does_not_start_the_next_one() -> None:
    bench = Bench(frozenset({EV}), frozenset({WHO}))
    bench.plug()
    bench.authorize()
    bench.stop()
    assert bench.session.transaction is None
    bench.authorize()
    assert bench.session.transaction is not None  # but somebody comes again
    assert bench.session.transaction.id == "tx-2"
