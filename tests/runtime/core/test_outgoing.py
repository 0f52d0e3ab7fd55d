"""The line of our own CALLs."""

from __future__ import annotations

import pytest

from ocppj.core.outgoing import LIFE, CallState, OutgoingCall, OutgoingCalls, Step

ENDS = set(CallState) - {CallState.QUEUED, CallState.OUTSTANDING}


def a_call(message_id: str, timeout: float = 10.0) -> OutgoingCall:
    return OutgoingCall(message_id, "Heartbeat", "{}", timeout)


def a_line(*ids: str, limit: int = 10) -> OutgoingCalls:
    calls = OutgoingCalls(limit)
    for message_id in ids:
        calls.add(a_call(message_id))
    return calls


def test_the_life_of_a_call() -> None:
    assert {(state, step): after for state in LIFE for step, after in LIFE[state].items()} == {
        (CallState.QUEUED, Step.SEND): CallState.OUTSTANDING,
        (CallState.QUEUED, Step.CLOSE): CallState.ABANDONED,
        (CallState.QUEUED, Step.WITHDRAW): CallState.WITHDRAWN,
        (CallState.OUTSTANDING, Step.RESULT): CallState.ANSWERED,
        (CallState.OUTSTANDING, Step.ERROR): CallState.FAILED,
        (CallState.OUTSTANDING, Step.SPOIL): CallState.SPOILED,
        (CallState.OUTSTANDING, Step.TIME_OUT): CallState.TIMED_OUT,
        (CallState.OUTSTANDING, Step.CLOSE): CallState.ABANDONED,
    }


@pytest.mark.parametrize("step", Step)
@pytest.mark.parametrize("state", sorted(ENDS, key=lambda state: state.name))
def test_what_has_ended_cannot_end_again(state: CallState, step: Step) -> None:
    call = a_call("a")
    call.state = state
    with pytest.raises(KeyError):
        call.take(step)
    assert call.state is state


def test_one_is_outstanding_and_the_others_keep_their_order() -> None:
    calls = a_line("a", "b", "c")
    order = []
    for now in (1.0, 2.0, 3.0):
        call = calls.start_next(now)
        assert call is not None
        assert calls.outstanding is call
        assert call.state is CallState.OUTSTANDING
        assert call.deadline == now + 10.0
        assert calls.start_next(now) is None
        order.append(call.message_id)
        assert calls.end(call.message_id, Step.RESULT) is call
        assert call.state is CallState.ANSWERED
        assert calls.outstanding is None
    assert order == ["a", "b", "c"]
    assert calls.start_next(4.0) is None


def test_only_the_outstanding_call_ends_by_an_answer() -> None:
    calls = a_line("a", "b")
    assert calls.end("a", Step.RESULT) is None
    calls.start_next(0.0)
    assert calls.end("b", Step.RESULT) is None
    assert calls.end(None, Step.RESULT) is None
    call = calls.outstanding
    assert call is not None
    assert call.state is CallState.OUTSTANDING


def test_it_knows_which_calls_have_not_ended() -> None:
    calls = a_line("a", "b")
    assert "a" in calls
    assert "b" in calls
    calls.start_next(0.0)
    assert "a" in calls
    assert "b" in calls
    assert "c" not in calls
    calls.end("a", Step.ERROR)
    assert "a" not in calls


def test_the_line_is_full_at_its_bound_once_one_is_outstanding() -> None:
    calls = OutgoingCalls(1)
    assert not calls.full
    calls.add(a_call("a"))
    calls.start_next(0.0)
    assert not calls.full
    assert len(calls) == 0
    calls.add(a_call("b"))
    assert calls.full
    assert len(calls) == 1
    calls.end("a", Step.RESULT)
    assert not calls.full  # "b" can go, and leave its place


def test_a_line_without_places_takes_one_call_at_a_time() -> None:
    calls = OutgoingCalls(0)
    assert not calls.full
    calls.add(a_call("a"))
    calls.start_next(0.0)
    assert calls.full


def test_a_call_times_out_at_its_deadline_and_not_before() -> None:
    calls = a_line("a")
    assert calls.expire(1000.0) is None
    started = calls.start_next(5.0)
    assert calls.expire(14.999) is None
    assert not calls.is_late("a")
    expired = calls.expire(15.0)
    assert expired is started
    assert expired is not None
    assert expired.state is CallState.TIMED_OUT
    assert calls.outstanding is None
    assert calls.is_late("a")
    assert not calls.is_late(None)
    assert not calls.is_late("b")


def test_the_last_eight_late_ids_are_kept() -> None:
    calls = OutgoingCalls(100)
    for number in range(10):
        calls.add(a_call(str(number)))
        calls.start_next(0.0)
        calls.expire(10.0)
    late = [number for number in range(10) if calls.is_late(str(number))]
    assert late == [2, 3, 4, 5, 6, 7, 8, 9]


def test_a_waiting_call_can_be_withdrawn_and_no_other() -> None:
    calls = a_line("a", "b", "c")
    calls.start_next(0.0)
    assert calls.withdraw("a") is False
    assert calls.withdraw("b") is True
    assert calls.withdraw("b") is False
    assert calls.withdraw("x") is False
    calls.end("a", Step.RESULT)
    following = calls.start_next(1.0)
    assert following is not None
    assert following.message_id == "c"


def test_a_withdrawn_call_is_over() -> None:
    calls = OutgoingCalls(10)
    call = a_call("a")
    calls.add(call)
    calls.withdraw("a")
    assert call.state is CallState.WITHDRAWN


def test_the_close_ends_all_in_order() -> None:
    calls = a_line("a", "b", "c")
    calls.start_next(0.0)
    ended = calls.close()
    assert [(call.message_id, sent) for call, sent in ended] == [
        ("a", True),
        ("b", False),
        ("c", False),
    ]
    assert {call.state for call, _ in ended} == {CallState.ABANDONED}
    assert calls.outstanding is None
    assert len(calls) == 0
    assert calls.close() == []


def test_the_close_ends_those_in_line_where_none_is_outstanding() -> None:
    assert [(call.message_id, sent) for call, sent in a_line("a").close()] == [("a", False)]
