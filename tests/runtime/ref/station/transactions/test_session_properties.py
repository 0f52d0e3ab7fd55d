"""What holds of the events of any session, whatever happens in whatever order."""

from __future__ import annotations

from collections import defaultdict

from hypothesis import given, settings
from hypothesis import strategies as st
from tests.requirements import requirement
from tests.runtime.ref.station.transactions.bench import (
    DRIVER,
    Bench,
    Reason,
    State,
    Trigger,
    Type,
)

from ocppref.station.transactions.effects import Command, Event, Reading
from ocppref.station.transactions.points import Point

ACTS = (
    "arrive",
    "depart",
    "plug",
    "unplug",
    "authorize",
    "remote_start",
    "stop",
    "remote_stop",
    "take",
    "take_nothing",
    "invalidate",
    "expire",
    "sign",
    "meter",
    "limit",
    "raise",
    "charge",
    "fail",
    "recover",
    "reset",
)
POINTS = st.frozensets(st.sampled_from(Point))
ACTING = st.lists(st.sampled_from(ACTS), max_size=25)


@st.composite
def benches(draw: st.DrawFn) -> Bench:
    bench = Bench(draw(POINTS), draw(POINTS), socket=draw(st.booleans()))
    bench.rule(
        stop_on_invalid_id=draw(st.booleans()),
        max_energy_on_invalid_id=draw(st.sampled_from([None, 0.0, 150.0])),
        stop_on_ev_side_disconnect=draw(st.booleans()),
        unlock_on_ev_side_disconnect=draw(st.booleans()),
    )
    return bench


def act(bench: Bench, what: str) -> None:
    """Do `what`, if it can be done now; a little later than what was before."""
    session = bench.session
    bench.advance(seconds=1)
    match what:
        case "arrive" if not session.is_present:
            bench.run(session.arrive())
        case "depart" if session.is_present and session.connector_id is None:
            bench.run(session.depart())
        case "plug" if session.connector_id is None and not bench.is_locked:
            if not session.is_present:
                bench.run(session.arrive())
            bench.plug()
        case "unplug" if session.connector_id is not None:
            bench.unplug()
            bench.run(session.depart())
        case "stop" if session.authorized is not None:
            bench.stop()
        case "remote_stop" if session.transaction is not None:
            bench.remote_stop()
        case "fail" if not session.is_blocked:
            bench.run(session.fail(Reason.GROUND_FAULT))
        case _:
            act_as_others(bench, what)


def act_as_others(bench: Bench, what: str) -> None:
    session = bench.session
    match what:
        case "authorize" if not session.is_blocked:
            bench.authorize()
        case "remote_start" if not session.is_blocked and session.authorized is None:
            bench.authorize(DRIVER, remote_start_id=7, reservation_id=3)
        case _:
            act_inwardly(bench, what)


def act_inwardly(bench: Bench, what: str) -> None:
    session = bench.session
    match what:
        case "take" | "take_nothing":
            bench.take(energy=what == "take")
        case "invalidate":
            bench.run(session.invalidate(bench.progress))
        case "expire":
            bench.run(session.expire())
        case "sign":
            bench.run(session.sign())
        case "meter":
            bench.run(session.report(Trigger.METER_VALUE_PERIODIC))
        case "limit" | "raise":
            bench.limit(energy=100 if what == "limit" else 1000, time=60)
        case "charge":
            bench.advance(energy=60)
        case "recover":
            session.is_blocked = False
        case "reset":
            bench.run(session.end(Trigger.RESET_COMMAND, Reason.IMMEDIATE_RESET))


def by_transaction(bench: Bench) -> list[list[Event]]:
    found: dict[str, list[Event]] = defaultdict(list)
    for event in bench.events:
        found[event.transaction_id].append(event)
    return list(found.values())


@requirement(
    "E01.FR.07",
    "E01.FR.08",
    "E02.FR.07",
    "E03.FR.06",
    "E04.FR.04",
    "E05.FR.04",
    "E06.FR.14",
    "E07.FR.11",
    "E09.FR.04",
    "E10.FR.03",
)
@given(bench=benches(), acts=ACTING)
@settings(max_examples=600)
def test_a_transaction_has_one_start_one_end_and_no_gap(bench: Bench, acts: list[str]) -> None:
    for what in acts:
        act(bench, what)
    transactions = by_transaction(bench)
    for events in transactions:
        assert [event.seq_no for event in events] == list(range(len(events)))
        assert [event.type for event in events[1:-1]] == [Type.UPDATED] * (len(events) - 2)
        assert events[0].type is Type.STARTED
        is_over = events is not transactions[-1] or bench.session.transaction is None
        assert (events[-1].type is Type.ENDED) is is_over
        assert (events[-1].stopped_reason is not None) is is_over
    # E01.FR.14: one after the other
    order = [event.transaction_id for event in bench.events]
    assert order == sorted(order, key=lambda id: int(id.removeprefix("tx-")))


@requirement("E01.FR.18", "E02.FR.13")
@given(bench=benches(), acts=ACTING)
@settings(max_examples=600)
def test_the_charging_state_is_told_whenever_it_changes(bench: Bench, acts: list[str]) -> None:
    for what in acts:
        act(bench, what)
        transaction = bench.session.transaction
        if transaction is not None:
            known = [e.charging_state for e in bench.events if e.charging_state is not None]
            assert known[-1] is bench.session.charging_state
    for events in by_transaction(bench):
        assert events[0].charging_state is not None
        for event in events:
            if event.trigger is Trigger.CHARGING_STATE_CHANGED:
                assert event.charging_state is not None


@requirement("C01.FR.01", "C06.FR.01")
@given(bench=benches(), acts=ACTING)
@settings(max_examples=600)
def test_energy_is_offered_only_to_who_is_authorised(bench: Bench, acts: list[str]) -> None:
    for what in acts:
        act(bench, what)
        session = bench.session
        is_ready = session.authorized is not None and session.connector_id is not None
        assert bench.is_closed is (is_ready and not session.holds)
        assert (session.charging_state is State.CHARGING) is (bench.is_closed and bench.ev_takes)
    for effects in bench.batches:
        # Energy is cut before that is told, and offered after it is told to whom.
        if Command.FORBID in effects:
            for event in effects[: effects.index(Command.FORBID)]:
                assert isinstance(event, Event) and event.trigger is Trigger.LIMIT_SET
        assert Command.PERMIT not in effects[:-1]


@requirement("E01.FR.10", "E01.FR.13", "E01.FR.16", "E02.FR.20", "E03.FR.01", "F02.FR.01")
@given(bench=benches(), acts=ACTING)
@settings(max_examples=600)
def test_what_is_said_once_is_said_once_and_in_time(bench: Bench, acts: list[str]) -> None:
    plugged, authorized, starts = 0, 0, 0
    for what in acts:
        session, count = bench.session, len(bench.events)
        had_ev, who = session.connector_id is not None, session.authorized
        act(bench, what)
        plugged += what == "plug" and not had_ev and session.connector_id is not None
        authorized += session.authorized is not None and session.authorized is not who
        starts += what == "remote_start" and session.authorized is not who
        if session.transaction is None or len(bench.events) == count:
            continue
        if session.connector_id is not None:
            assert session.transaction.is_evse_reported
        assert session.once.id_token is None
    places = [event.evse for event in bench.events if event.evse is not None]
    assert all((place.id, place.connector_id) == (1, 1) for place in places)
    transactions = by_transaction(bench)
    assert len(places) <= plugged + len(transactions)
    tokens = [e for e in bench.events if e.id_token and e.trigger is not Trigger.STOP_AUTHORIZED]
    assert len(tokens) <= authorized
    remote = [event for event in bench.events if event.remote_start_id is not None]
    assert len(remote) <= starts
    assert all(event.trigger is Trigger.REMOTE_START for event in remote)
    assert all(event.reservation_id == 3 and event.id_token == DRIVER for event in remote)


@requirement("E01.FR.09", "E05.FR.05", "E06.FR.11", "F01.FR.14", "F02.FR.02")
@given(bench=benches(), acts=ACTING)
def test_readings_of_the_start_and_the_end_are_asked_for_once(
    bench: Bench, acts: list[str]
) -> None:
    for what in acts:
        act(bench, what)
    for events in by_transaction(bench):
        assert [e.seq_no for e in events if e.reading is Reading.BEGIN] == [0]
        ended = [event for event in events if event.type is Type.ENDED]
        assert [event for event in events if event.reading is Reading.END] == ended


@given(bench=benches(), acts=ACTING)
def test_a_cable_is_never_left_locked_without_an_owner(bench: Bench, acts: list[str]) -> None:
    for what in acts:
        act(bench, what)
        session = bench.session
        if bench.is_locked and session.connector_id is None and bench.socket:
            assert session.authorized is not None or session.keeper is not None
        if session.keeper is not None:
            bench.run(session.release())
            assert not bench.is_locked


@requirement("E03.FR.05", "E10.FR.02")
@given(bench=benches(), acts=ACTING)
def test_nothing_stays_for_ever_once_everybody_is_gone(bench: Bench, acts: list[str]) -> None:
    for what in acts:
        act(bench, what)
    session = bench.session
    if session.connector_id is not None:
        bench.unplug()
    if session.authorized is not None:
        bench.stop()
    bench.run(session.release())
    bench.run(session.expire())
    if session.is_present:
        bench.run(session.depart())
    left = session.transaction
    if left is not None:
        # Nobody ever came but to the bay, and its emptiness ends nothing: what OCPP 2.1, E 1.1
        # warns of.
        assert left.token is None
        assert not left.had_ev
