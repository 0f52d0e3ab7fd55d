"""What events come to, in whatever order they come."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from tests.runtime.ref.csms.running import BEGIN, energy, event, token

from ocpp21 import TransactionEventRequest
from ocppref.csms.domain import transactions as rules
from ocppref.csms.domain.transactions import Transaction

Events = list[TransactionEventRequest]


def _take(events: Events) -> Transaction:
    """As the ledger does: fold what comes in order, else all of it anew; duplicates are left."""
    known: Transaction | None = None
    stored: Events = []
    for each in events:
        if known is not None and known.knows(each.seq_no):
            continue
        stored.append(each)
        if known is None:
            known = rules.begin("CS001", each)
        elif known.can_take(each):
            known = rules.fold(known, each)
        else:
            known = rules.rebuild(known, "CS001", stored)
    assert known is not None
    return known


@st.composite
def sessions(draw: st.DrawFn, *, first: int | None = None) -> Events:
    """A whole session, with what it may say now and then."""
    count = draw(st.integers(2, 8))
    start = draw(st.integers(0, 5)) if first is None else first
    events = []
    for number in range(start, start + count):
        kind = "Updated"
        if number == start:
            kind = "Started"
        elif number == start + count - 1:
            kind = "Ended"
        events.append(draw(_events(kind, number)))
    return events


@st.composite
def _events(draw: st.DrawFn, kind: str, number: int) -> TransactionEventRequest:
    said: dict[str, Any] = {}
    if draw(st.booleans()):
        said["meter_value"] = energy(100.0 * number, number)
    if draw(st.booleans()):
        said["id_token"] = token(draw(st.sampled_from(["A", "B"])))
        said["trigger"] = draw(st.sampled_from(["Authorized", "StopAuthorized"]))
    if draw(st.booleans()):
        said["evse"] = draw(st.integers(1, 2))
    if draw(st.booleans()):
        said["remote_start_id"] = 7
    return event(kind, number, **said)


@given(st.data())
def test_order_and_repetition_make_no_difference(data: st.DataObject) -> None:
    session = data.draw(sessions())
    arrivals = data.draw(st.permutations(session + data.draw(st.lists(st.sampled_from(session)))))
    taken, wanted = _take(arrivals), _take(session)
    assert taken == wanted
    assert taken.complete and not taken.missing and not taken.is_open


@given(st.data())
def test_a_transaction_is_complete_once_nothing_is_missing(data: st.DataObject) -> None:
    session = data.draw(sessions())
    come = data.draw(st.lists(st.sampled_from(session), min_size=1, unique_by=lambda e: e.seq_no))
    taken, numbers = _take(come), {each.seq_no for each in come}
    has_start, has_end = session[0] in come, session[-1] in come
    assert taken.is_open is not has_end
    assert taken.complete is (len(come) == len(session))
    low = session[0].seq_no if has_start else min(numbers)
    assert taken.missing == [n for n in range(low, max(numbers) + 1) if n not in numbers]


@given(sessions(first=0))
def test_what_is_told_once_holds_until_it_is_told_otherwise(session: Events) -> None:
    taken = _take(session)
    tokens = [each.id_token for each in session if each.id_token is not None]
    assert taken.id_token == (tokens[0] if tokens else None)
    stops = [e.id_token for e in session if e.id_token and e.trigger_reason == "StopAuthorized"]
    assert taken.stop_id_token == (stops[-1] if stops else None)
    places = [each.evse.id for each in session if each.evse is not None]
    assert taken.evse_id == (places[-1] if places else None)
    assert taken.remote_start_id == (7 if any(_starts_remotely(e) for e in session) else None)
    connectors = [each.evse.connector_id for each in session if each.evse is not None]
    assert taken.connector_id == (connectors[-1] if connectors else None)
    registers = [each.seq_no * 100.0 for each in session if each.meter_value]
    assert taken.energy == (registers[-1] - registers[0] if registers else None)


def test_started_may_come_late_or_never() -> None:
    late = _take([event("Ended", 2), event("Updated", 1)])
    assert not late.is_open and not late.complete and late.started_at is None
    known = rules.rebuild(
        late, "CS001", [event("Ended", 2), event("Updated", 1), event("Started", 0)]
    )
    assert known.complete and known.started_at == BEGIN


def test_an_end_without_a_reason_is_local() -> None:
    assert _take([event("Ended", 0)]).stopped_reason == "Local"
    remote = event("Ended", 0, stopped_reason="Remote")
    assert _take([remote]).stopped_reason == "Remote"


def test_what_was_given_up_stays_given_up() -> None:
    known = replace(_take([event("Started", 0)]), given_up=True)
    assert not known.is_open
    again = rules.rebuild(known, "CS001", [event("Updated", 1), event("Started", 0)])
    assert again.given_up and not again.is_open


@pytest.mark.parametrize("far", [2**31, 2**62])
def test_a_seq_no_far_away_is_no_load(far: int) -> None:
    end = event("Ended", 1).model_copy(update={"seq_no": far})
    known = rules.fold(_take([event("Started", 0)]), end)
    assert len(known.missing) == 1000
    assert not known.complete


def _starts_remotely(each: TransactionEventRequest) -> bool:
    return each.transaction_info.remote_start_id is not None
