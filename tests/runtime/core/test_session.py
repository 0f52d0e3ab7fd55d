"""A session and what we start. See test_reactions for what it does about frames that are wrong."""

from __future__ import annotations

import math

import pytest
from tests.runtime.core.talk import a_session

from ocppj.core.dialects import OCPP_1_6, OCPP_2_0_1, Dialect
from ocppj.core.events import (
    Abandoned,
    Answered,
    Failed,
    Ignored,
    TimedOut,
)
from ocppj.core.frames import Call, Send
from ocppj.core.session import Session
from ocppj.core.troubles import Trouble
from ocppj.errors import ErrorCode, OCPPBusyError, OCPPConnectionError, OCPPUsageError

# Our CALLs.


def test_a_call_goes_out_and_is_answered() -> None:
    session = a_session()
    assert session.call("Reset", '{"type":"Immediate"}', 1.0) == "c1"
    assert session.outstanding == "c1"
    assert session.to_send() == ['[2,"c1","Reset",{"type":"Immediate"}]']
    assert session.to_send() == []
    assert session.receive('[3,"c1",{"status":"Accepted"}]', 2.0) == [
        Answered("c1", "Reset", '{"status":"Accepted"}')
    ]
    assert session.outstanding is None
    assert session.deadline() is None


@pytest.mark.parametrize(
    ("code", "read"),
    [
        ("NotSupported", ErrorCode.NOT_SUPPORTED),
        ("FormationViolation", ErrorCode.FORMAT_VIOLATION),
        ("com.example.Odd", "com.example.Odd"),
    ],
)
def test_a_call_is_refused_by_the_peer(code: str, read: ErrorCode | str) -> None:
    session = a_session()
    session.call("Reset", "{}", 1.0)
    (event,) = session.receive(f'[4,"c1","{code}","why",{{"a":1}}]', 2.0)
    assert event == Failed("c1", "Reset", read, "why", {"a": 1})
    assert session.outstanding is None


def test_calls_wait_for_each_other_in_order() -> None:
    session = a_session()
    assert [session.call(action, "{}", 1.0) for action in ("A", "B", "C")] == ["c1", "c2", "c3"]
    assert session.to_send() == ['[2,"c1","A",{}]']
    assert session.queued == 2
    session.receive('[3,"c1",{}]', 2.0)
    assert session.to_send() == ['[2,"c2","B",{}]']
    session.receive('[4,"c2","E","",{}]', 3.0)
    assert session.to_send() == ['[2,"c3","C",{}]']
    session.receive('[3,"c3",{}]', 4.0)
    assert session.to_send() == []
    assert session.queued == 0


def test_the_answer_to_a_call_in_line_is_not_taken_for_one() -> None:
    session = a_session()
    session.call("A", "{}", 1.0)
    session.call("B", "{}", 1.0)
    (event,) = session.receive('[3,"c2",{}]', 2.0)
    assert isinstance(event, Ignored)
    assert event.trouble is Trouble.UNASKED_ANSWER
    assert session.outstanding == "c1"


def test_the_time_of_a_call_runs_from_when_it_is_sent() -> None:
    session = a_session(timeout=30.0)
    assert session.deadline() is None
    session.call("A", "{}", 100.0)
    session.call("B", "{}", 100.0, timeout=5.0)
    assert session.deadline() == 130.0
    assert session.expire(129.9) == []
    assert session.expire(131.0) == [TimedOut("c1", "A")]
    assert session.deadline() == 136.0
    assert session.to_send() == ['[2,"c1","A",{}]', '[2,"c2","B",{}]']
    assert session.expire(136.0) == [TimedOut("c2", "B")]
    assert session.expire(1000.0) == []


def test_the_next_call_counts_from_the_answer_to_the_one_before() -> None:
    session = a_session(timeout=30.0)
    for action in ("A", "B", "C", "D"):
        session.call(action, "{}", 0.0)
    session.receive('[3,"c1",{}]', 10.0)
    assert session.deadline() == 40.0
    session.receive('[4,"c2","E","",{}]', 20.0)
    assert session.deadline() == 50.0
    session.receive('[3,"c3",[]]', 25.0)
    assert session.deadline() == 55.0


@pytest.mark.parametrize("timeout", [0.0, -1.0, math.inf, math.nan])
def test_a_timeout_is_a_positive_number(timeout: float) -> None:
    session = a_session()
    with pytest.raises(OCPPUsageError, match=f"^a time-out is a positive number, not {timeout}$"):
        session.call("A", "{}", 0.0, timeout=timeout)
    assert session.to_send() == []


def test_too_many_calls_are_refused() -> None:
    session = a_session(queue_limit=2)
    for _ in range(3):
        session.call("A", "{}", 0.0)
    with pytest.raises(OCPPBusyError, match=r"^B: 2 CALLs wait already$"):
        session.call("B", "{}", 0.0)
    assert session.queued == 2
    session.receive('[3,"c1",{}]', 1.0)
    assert session.call("B", "{}", 1.0) == "c4"


def test_a_hundred_calls_may_wait() -> None:
    ids = iter(range(1000))
    session = Session(lambda: str(next(ids)))
    for _ in range(101):
        session.call("A", "{}", 0.0)
    assert session.queued == 100
    assert session.deadline() == 30.0
    with pytest.raises(OCPPBusyError):
        session.call("A", "{}", 0.0)


def test_a_waiting_call_can_be_withdrawn() -> None:
    session = a_session()
    session.call("A", "{}", 0.0)
    session.call("B", "{}", 0.0)
    assert session.withdraw("c2") is True
    assert session.withdraw("c1") is False
    session.to_send()
    session.receive('[3,"c1",{}]', 1.0)
    assert session.to_send() == []


def test_a_retry_may_go_under_its_first_id() -> None:
    session = a_session()
    session.call("A", "{}", 0.0)
    session.expire(30.0)
    session.to_send()
    assert session.call("A", "{}", 31.0, message_id="c1") == "c1"
    assert session.to_send() == ['[2,"c1","A",{}]']
    assert session.receive('[3,"c1",{}]', 32.0) == [Answered("c1", "A", "{}")]


def test_an_id_in_use_is_not_used_again() -> None:
    session = a_session()
    session.call("A", "{}", 0.0, message_id="x")
    session.call("A", "{}", 0.0, message_id="y")
    for used in ("x", "y"):
        with pytest.raises(OCPPUsageError, match=f"^message id {used} is in use$"):
            session.call("A", "{}", 0.0, message_id=used)
        with pytest.raises(OCPPUsageError, match=f"^message id {used} is in use$"):
            session.send("N", "{}", message_id=used)


@pytest.mark.parametrize("message_id", ["", "-1", "i" * 37])
def test_an_id_of_ours_follows_the_rules(message_id: str) -> None:
    session = Session(lambda: message_id)
    with pytest.raises(OCPPUsageError, match=r"^not a message id: '"):
        session.call("A", "{}", 0.0)
    with pytest.raises(OCPPUsageError, match=r"^not a message id: '"):
        a_session().send("N", "{}", message_id=message_id)
    assert session.to_send() == []


def test_an_id_of_36_characters_will_do() -> None:
    assert a_session().call("A", "{}", 0.0, message_id="i" * 36) == "i" * 36


# SEND.


def test_a_send_goes_out_at_once_and_has_its_own_id() -> None:
    session = a_session()
    session.call("A", "{}", 0.0)
    assert session.send("N", '{"a":1}') == "c2"
    assert session.send("N", "{}", message_id="own") == "own"
    assert session.to_send() == ['[2,"c1","A",{}]', '[6,"c2","N",{"a":1}]', '[6,"own","N",{}]']
    assert session.outstanding == "c1"


@pytest.mark.parametrize("dialect", [OCPP_2_0_1, OCPP_1_6])
def test_older_peers_are_sent_no_send(dialect: Dialect) -> None:
    session = a_session(dialect)
    with pytest.raises(OCPPUsageError, match=f"^{dialect.subprotocol} has no SEND$"):
        session.send("N", "{}")
    assert session.to_send() == []


def test_a_send_of_the_peers_is_handed_on_and_cannot_be_answered() -> None:
    session = a_session()
    assert session.receive('[6,"s1","N",{}]', 0.0) == [Send("s1", "N", "{}")]
    assert list(session.handling) == []
    with pytest.raises(OCPPUsageError):
        session.answer("s1", "{}")
    assert session.to_send() == []


# The close.


def test_the_close_abandons_every_call() -> None:
    session = a_session()
    session.call("A", "{}", 0.0)
    session.call("B", "{}", 0.0)
    session.receive('[2,"s1","C",{}]', 0.0)
    assert session.closed is False
    assert session.close("cut") == [
        Abandoned("c1", "A", True, "cut"),
        Abandoned("c2", "B", False, "cut"),
    ]
    assert session.closed is True
    assert session.close("again") == []
    assert session.to_send() == []
    assert session.deadline() is None
    assert list(session.handling) == []
    assert session.expire(1000.0) == []


def test_an_answer_after_the_close_goes_nowhere() -> None:
    session = a_session()
    session.receive('[2,"s1","C",{}]', 0.0)
    session.close("cut")
    assert session.answer("s1", "{}") is False
    assert session.refuse("s1", ErrorCode.GENERIC_ERROR) is False
    assert session.refuse_result("s1", ErrorCode.GENERIC_ERROR) is False
    assert session.to_send() == []


def test_nothing_can_be_started_after_the_close() -> None:
    session = a_session()
    session.close("cut")
    with pytest.raises(OCPPConnectionError, match=r"^the connection is closed$"):
        session.call("A", "{}", 0.0)
    with pytest.raises(OCPPConnectionError, match=r"^the connection is closed$"):
        session.send("N", "{}")


def test_an_answer_that_comes_after_the_close_is_dropped() -> None:
    session = a_session()
    session.call("A", "{}", 0.0)
    session.close("cut")
    (event,) = session.receive('[3,"c1",{}]', 0.0)
    assert event == Ignored(Trouble.CLOSED, None, None, "the connection is closed")


def test_a_binary_frame_is_dropped() -> None:
    assert a_session().receive_binary() == [Ignored(Trouble.BINARY, None, None, "OCPP-J is text")]


def test_bytes_are_taken_like_text() -> None:
    session = a_session()
    assert session.receive(b'[2,"s1","A",{}]', 0.0) == [Call("s1", "A", "{}")]
