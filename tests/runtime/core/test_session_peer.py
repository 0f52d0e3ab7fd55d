"""A session and what its peer starts, answers, or gets wrong."""

from __future__ import annotations

import json

import pytest
from tests.runtime.core.talk import a_session

from ocppj.core.dialects import OCPP_1_6, OCPP_2_0_1, Dialect
from ocppj.core.events import (
    Answered,
    Ignored,
    Refused,
    ResultRefused,
    Spoiled,
)
from ocppj.core.frames import Call, MessageType, Send
from ocppj.core.session import Session
from ocppj.core.troubles import Trouble
from ocppj.errors import ErrorCode, OCPPUsageError

# CALLs of the peer's.


def test_a_call_of_the_peers_is_answered() -> None:
    session = a_session()
    assert session.receive('[2,"s1","Heartbeat",{}]', 0.0) == [Call("s1", "Heartbeat", "{}")]
    assert list(session.handling) == ["s1"]
    assert session.answer("s1", '{"currentTime":"..."}') is True
    assert session.to_send() == ['[3,"s1",{"currentTime":"..."}]']
    assert list(session.handling) == []


def test_an_odd_id_is_echoed_as_it_came() -> None:
    session = a_session()
    session.receive('[2,"a\\"b\\\\\\u00e9","Heartbeat",{}]', 0.0)
    session.answer('a"b\\é', "{}")
    (text,) = session.to_send()
    assert json.loads(text) == [3, 'a"b\\é', {}]


def test_crossing_calls_do_not_wait_for_each_other() -> None:
    ours, theirs = a_session(prefix="a"), a_session(prefix="b")
    ours.call("A", "{}", 0.0)
    theirs.call("B", "{}", 0.0)
    (to_them,), (to_us,) = ours.to_send(), theirs.to_send()
    assert ours.receive(to_us, 1.0) == [Call("b1", "B", "{}")]
    assert theirs.receive(to_them, 1.0) == [Call("a1", "A", "{}")]
    ours.answer("b1", "{}")
    theirs.answer("a1", "{}")
    (to_them,), (to_us,) = ours.to_send(), theirs.to_send()
    assert ours.receive(to_us, 2.0) == [Answered("a1", "A", "{}")]
    assert theirs.receive(to_them, 2.0) == [Answered("b1", "B", "{}")]


def test_both_sides_may_use_the_same_id_at_once() -> None:
    session = a_session()
    session.call("A", "{}", 0.0)
    assert session.receive('[2,"c1","B",{}]', 0.0) == [Call("c1", "B", "{}")]
    assert session.receive('[3,"c1",{}]', 1.0) == [Answered("c1", "A", "{}")]
    session.to_send()
    session.answer("c1", "{}")
    assert session.to_send() == ['[3,"c1",{}]']


def test_a_call_is_refused() -> None:
    session = a_session()
    session.receive('[2,"s1","Reset",{}]', 0.0)
    assert session.refuse("s1", ErrorCode.NOT_SUPPORTED, "no", {"a": 1}) is True
    assert session.to_send() == ['[4,"s1","NotSupported","no",{"a":1}]']
    assert list(session.handling) == []


def test_a_refusal_needs_no_more_than_a_code() -> None:
    session = a_session()
    session.receive('[2,"s1","Reset",{}]', 0.0)
    session.refuse("s1", "com.example.Odd")
    assert session.to_send() == ['[4,"s1","com.example.Odd","",{}]']


def test_1_6_reads_its_own_spelling() -> None:
    session = a_session(OCPP_1_6)
    session.receive('[2,"s1","Reset",{}]', 0.0)
    session.refuse("s1", ErrorCode.OCCURRENCE_CONSTRAINT_VIOLATION)
    assert session.to_send() == ['[4,"s1","OccurenceConstraintViolation","",{}]']


def test_a_call_is_answered_once() -> None:
    session = a_session()
    for first in (session.answer, session.refuse):
        session.receive('[2,"s1","Reset",{}]', 0.0)
        first("s1", "{}")
        for second in (session.answer, session.refuse):
            with pytest.raises(OCPPUsageError, match=r"^no CALL s1 waits for an answer$"):
                second("s1", "{}")
    assert len(session.to_send()) == 2


def test_details_that_are_not_json_leave_the_call_to_be_answered() -> None:
    session = a_session()
    session.receive('[2,"s1","Reset",{}]', 0.0)
    with pytest.raises(OCPPUsageError):
        session.refuse("s1", ErrorCode.INTERNAL_ERROR, details={"a": object()})
    assert session.to_send() == []
    assert session.refuse("s1", ErrorCode.INTERNAL_ERROR) is True


def test_an_id_may_return_once_it_is_answered() -> None:
    session = a_session()
    for _ in range(2):
        assert session.receive('[2,"s1","Reset",{}]', 0.0) == [Call("s1", "Reset", "{}")]
        session.answer("s1", "{}")


def test_calls_of_the_peers_are_handled_beside_each_other_up_to_a_bound() -> None:
    session = a_session()
    for number in range(16):
        (event,) = session.receive(f'[2,"{number}","A",{{}}]', 0.0)
        assert isinstance(event, Call)
    assert list(session.handling) == [str(number) for number in range(16)]
    (event,) = session.receive('[2,"more","A",{}]', 0.0)
    assert isinstance(event, Refused)
    session.answer("7", "{}")
    (event,) = session.receive('[2,"more","A",{}]', 0.0)
    assert isinstance(event, Call)
    ids = iter(range(1000))
    session = Session(lambda: str(next(ids)))
    events = [session.receive(f'[2,"{number}","A",{{}}]', 0.0)[0] for number in range(17)]
    assert [type(event) for event in events] == [Call] * 16 + [Refused]


# Results that cannot be used.


def test_a_result_is_refused() -> None:
    session = a_session()
    assert session.refuse_result("c1", ErrorCode.FORMAT_VIOLATION, "bad", {"a": 1}) is True
    assert session.refuse_result("c1", "com.example.Odd") is True
    assert session.to_send() == [
        '[5,"c1","FormatViolation","bad",{"a":1}]',
        '[5,"c1","com.example.Odd","",{}]',
    ]


@pytest.mark.parametrize("dialect", [OCPP_2_0_1, OCPP_1_6])
def test_older_peers_are_sent_no_callresulterror(dialect: Dialect) -> None:
    session = a_session(dialect)
    assert session.refuse_result("c1", ErrorCode.FORMAT_VIOLATION) is False
    assert session.to_send() == []


def test_the_peer_refuses_a_result() -> None:
    session = a_session()
    (event,) = session.receive('[5,"s1","FormatViolation","bad",{"a":1}]', 0.0)
    assert event == ResultRefused("s1", ErrorCode.FORMAT_VIOLATION, "bad", {"a": 1})
    assert session.to_send() == []


# Payloads that turn out not to be JSON.


def test_a_call_whose_payload_does_not_parse_is_refused() -> None:
    session = a_session()
    (call,) = session.receive('[2,"s1","A",{"a":}]', 0.0)
    assert isinstance(call, Call)
    (event,) = session.unreadable(call)
    assert event == Refused(
        Trouble.BROKEN_BODY,
        MessageType.CALL,
        "s1",
        "not JSON at character 17",
        ErrorCode.FORMAT_VIOLATION,
    )
    assert session.to_send() == ['[4,"s1","FormatViolation","not JSON at character 17",{}]']
    with pytest.raises(OCPPUsageError):
        session.unreadable(call)


def test_a_call_with_too_many_elements_is_refused_as_such() -> None:
    session = a_session()
    (call,) = session.receive('[2,"s1","A",{},{}]', 0.0)
    assert isinstance(call, Call)
    (event,) = session.unreadable(call)
    assert isinstance(event, Refused)
    assert (event.trouble, event.code) == (Trouble.WRONG_LENGTH, ErrorCode.RPC_FRAMEWORK_ERROR)


def test_a_result_whose_payload_does_not_parse_is_refused() -> None:
    session = a_session()
    session.call("A", "{}", 0.0)
    session.to_send()
    (answered,) = session.receive('[3,"c1",{{}]', 0.0)
    assert isinstance(answered, Answered)
    (event,) = session.unreadable(answered)
    assert isinstance(event, Refused)
    assert (event.trouble, event.message_type, event.message_id) == (
        Trouble.BROKEN_BODY,
        MessageType.CALLRESULT,
        "c1",
    )
    ((kind, message_id, code, description, _),) = map(json.loads, session.to_send())
    assert (kind, message_id, code, description) == (5, "c1", event.code, event.description)


def test_a_result_with_too_many_elements_is_refused_as_such() -> None:
    session = a_session()
    session.call("A", "{}", 0.0)
    (answered,) = session.receive('[3,"c1",{},{}]', 0.0)
    assert isinstance(answered, Answered)
    (event,) = session.unreadable(answered)
    assert isinstance(event, Refused)
    assert event.trouble is Trouble.WRONG_LENGTH


def test_2_0_1_is_not_told_that_its_result_does_not_parse() -> None:
    session = a_session(OCPP_2_0_1)
    session.call("A", "{}", 0.0)
    session.to_send()
    (answered,) = session.receive('[3,"c1",{{}]', 0.0)
    assert isinstance(answered, Answered)
    (event,) = session.unreadable(answered)
    assert isinstance(event, Ignored)
    assert (event.trouble, event.message_id) == (Trouble.BROKEN_BODY, "c1")
    assert session.to_send() == []


def test_a_send_whose_payload_does_not_parse_is_dropped() -> None:
    session = a_session()
    (send,) = session.receive('[6,"s1","N",{{}]', 0.0)
    assert isinstance(send, Send)
    (event,) = session.unreadable(send)
    assert isinstance(event, Ignored)
    assert (event.trouble, event.message_type) == (Trouble.BROKEN_BODY, MessageType.SEND)
    assert session.to_send() == []


def test_a_payload_that_is_json_after_all_is_refused_in_general_terms() -> None:
    session = a_session()
    (call,) = session.receive('[2,"s1","A",{"a":[[]]}]', 0.0)
    assert isinstance(call, Call)
    (event,) = session.unreadable(call)
    assert event == Refused(
        Trouble.BROKEN_BODY,
        MessageType.CALL,
        "s1",
        "the payload is no JSON object that can be read",
        ErrorCode.FORMAT_VIOLATION,
    )


def test_a_send_that_is_json_after_all_is_dropped_under_its_id() -> None:
    session = a_session()
    (event,) = session.unreadable(Send("s1", "N", "{}"))
    assert isinstance(event, Ignored)
    assert (event.trouble, event.message_id) == (Trouble.BROKEN_BODY, "s1")


def test_after_the_close_nobody_is_told_of_an_unreadable_payload() -> None:
    session = a_session()
    (call,) = session.receive('[2,"s1","A",{{}]', 0.0)
    assert isinstance(call, Call)
    session.close("over")
    (event,) = session.unreadable(call)
    assert isinstance(event, Ignored)
    assert session.to_send() == []


# Odd answers.


def test_an_unreadable_answer_to_another_call_ends_nothing() -> None:
    session = a_session()
    session.call("A", "{}", 0.0)
    session.to_send()
    for text in ('[3,"x",[]]', '[4,"x"]', '[3,"x",'):
        (event,) = session.receive(text, 1.0)
        assert isinstance(event, Ignored)
        assert (event.trouble, event.message_id) == (Trouble.UNASKED_ANSWER, "x")
    assert session.outstanding == "c1"
    assert session.to_send() == []


def test_an_unreadable_answer_after_the_timeout_is_late() -> None:
    session = a_session()
    session.call("A", "{}", 0.0)
    session.expire(30.0)
    session.to_send()
    (event,) = session.receive('[3,"c1",[]]', 31.0)
    assert isinstance(event, Ignored)
    assert event.trouble is Trouble.LATE_ANSWER
    assert session.to_send() == []


def test_a_second_answer_is_not_a_late_one() -> None:
    session = a_session()
    session.call("A", "{}", 0.0)
    session.receive('[3,"c1",{}]', 1.0)
    (event,) = session.receive('[3,"c1",{}]', 1.0)
    assert event == Ignored(
        Trouble.UNASKED_ANSWER, MessageType.CALLRESULT, "c1", "answer to no CALL"
    )


def test_the_answer_minus_one_does_not_end_the_outstanding_call() -> None:
    session = a_session()
    session.call("A", "{}", 0.0)
    (event,) = session.receive('[4,"-1","RpcFrameworkError","",{}]', 1.0)
    assert isinstance(event, Ignored)
    assert event.trouble is Trouble.UNREAD_BY_PEER
    assert session.outstanding == "c1"
    (event,) = session.receive('[3,"-1",{}]', 1.0)
    assert isinstance(event, Ignored)
    assert event.trouble is Trouble.UNASKED_ANSWER


def test_an_end_by_an_unreadable_answer_tells_what_was_wrong() -> None:
    session = a_session()
    session.call("A", "{}", 0.0)
    (event,) = session.receive('[3,"c1",7]', 0.0)
    assert event == Spoiled("c1", "A", Trouble.NO_OBJECT, "an element is no JSON object")


def test_a_call_of_the_same_id_is_refused_while_the_first_is_handled() -> None:
    session = a_session()
    session.receive('[2,"s1","A",{}]', 0.0)
    (event,) = session.receive('[2,"s1","A",{}]', 0.0)
    assert isinstance(event, Refused)
    assert event.trouble is Trouble.DUPLICATE_CALL
    assert session.answer("s1", "{}") is True
    assert [json.loads(text)[:2] for text in session.to_send()] == [[4, "s1"], [3, "s1"]]


def test_a_malformed_error_ends_the_call_and_gets_no_answer() -> None:
    session = a_session()
    session.call("A", "{}", 0.0)
    session.to_send()
    (event,) = session.receive('[4,"c1"]', 0.0)
    assert isinstance(event, Spoiled)
    assert session.to_send() == []


def test_what_is_no_frame_is_answered_with_minus_one() -> None:
    session = a_session()
    (event,) = session.receive("hello", 0.0)
    assert isinstance(event, Refused)
    assert event.message_id == "-1"
    assert session.to_send() == ['[4,"-1","RpcFrameworkError","not JSON at character 0",{}]']


def test_a_send_is_an_unknown_type_to_older_peers() -> None:
    (event,) = a_session(OCPP_1_6).receive('[6,"s1","N",{}]', 0.0)
    assert isinstance(event, Ignored)
    assert event.description == "SEND is not spoken here"
