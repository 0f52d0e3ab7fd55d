"""The table of reactions: it is whole, and a session does what each of its rows says."""

from __future__ import annotations

import json
from dataclasses import dataclass

import pytest
from tests.runtime.core.talk import a_session

from ocppj.core.dialects import DIALECTS, OCPP_1_6, OCPP_2_0_1, OCPP_2_1, Dialect
from ocppj.core.events import Event, Ignored, Refused, Spoiled
from ocppj.core.frames import MessageType
from ocppj.core.reactions import TABLE, Row, reaction_to
from ocppj.core.session import Session
from ocppj.core.troubles import Trouble

CALL, RESULT, ERROR = MessageType.CALL, MessageType.CALLRESULT, MessageType.CALLERROR
RESULT_ERROR, SEND = MessageType.CALLRESULTERROR, MessageType.SEND
DEEP = '{"a":' + "[" * 200_000 + "]" * 200_000 + "}"
LONG = "i" * 37
ALL = (OCPP_2_1, OCPP_2_0_1, OCPP_1_6)
NEW = (OCPP_2_1,)


@dataclass(frozen=True)
class Case:
    """What a peer sends, and what follows: nothing, or an error to it; and whether c1 ends."""

    trouble: Trouble
    kind: MessageType | None
    sent: str | bytes | None  # None: a binary frame
    answer: tuple[int, str, str] | None = None  # type, id and code
    ends_call: bool = False
    dialects: tuple[Dialect, ...] = ALL


RPC, FORMAT = "RpcFrameworkError", "FormatViolation"
T = Trouble

CASES = (
    Case(T.NOT_UTF8, None, b"[2,\xff", (4, "-1", RPC)),
    Case(T.NOT_JSON, None, "hello", (4, "-1", RPC)),
    Case(T.TOO_DEEP, None, "[" * 200_000, (4, "-1", RPC)),
    Case(T.NOT_AN_ARRAY, None, '{"messageId":"m"}', (4, "-1", RPC)),
    Case(T.NO_TYPE, None, '["2","m","A",{}]', (4, "-1", RPC)),
    Case(T.UNKNOWN_TYPE, None, '[7,"m","A",{}]', dialects=(OCPP_2_1, OCPP_1_6)),
    Case(
        T.UNKNOWN_TYPE,
        None,
        '[7,"m","A",{}]',
        (4, "m", "MessageTypeNotSupported"),
        dialects=(OCPP_2_0_1,),
    ),
    Case(T.BINARY, None, None),
    Case(T.CLOSED, None, '[2,"m","A",{}]'),
    Case(T.NOT_JSON, CALL, "[2,", (4, "-1", RPC)),
    Case(T.NO_ID, CALL, '[2,7,"A",{}]', (4, "-1", RPC)),
    Case(T.LONG_ID, CALL, f'[2,"{LONG}","A",{{}}]', (4, "-1", RPC)),
    Case(T.TOO_DEEP, CALL, f'[2,"m","A",{DEEP} ]', (4, "m", FORMAT)),
    Case(T.BROKEN_BODY, CALL, '[2,"m","A",{', (4, "m", FORMAT)),
    Case(T.WRONG_LENGTH, CALL, '[2,"m","A"]', (4, "m", RPC)),
    Case(T.NO_ACTION, CALL, '[2,"m",null,{}]', (4, "m", RPC)),
    Case(T.NO_OBJECT, CALL, '[2,"m","A",[]]', (4, "m", FORMAT)),
    Case(T.DUPLICATE_CALL, CALL, '[2,"h1","A",{}]', (4, "h1", RPC)),
    Case(T.TOO_MANY_CALLS, CALL, '[2,"h3","A",{}]', (4, "h3", "GenericError")),
    Case(T.NOT_JSON, RESULT, "[3,"),
    Case(T.NO_ID, RESULT, "[3,null,{}]"),
    Case(T.LONG_ID, RESULT, f'[3,"{LONG}",{{}}]'),
    Case(T.NOT_JSON, ERROR, "[4,"),
    Case(T.NO_ID, ERROR, "[4,null]"),
    Case(T.LONG_ID, ERROR, f'[4,"{LONG}","GenericError","",{{}}]'),
    Case(T.TOO_DEEP, RESULT, f'[3,"c1",{DEEP} ]', (5, "c1", FORMAT), ends_call=True),
    Case(T.BROKEN_BODY, RESULT, '[3,"c1",{', (5, "c1", FORMAT), ends_call=True),
    Case(T.WRONG_LENGTH, RESULT, '[3,"c1","A",{}]', (5, "c1", FORMAT), ends_call=True),
    Case(T.NO_OBJECT, RESULT, '[3,"c1",[]]', (5, "c1", FORMAT), ends_call=True),
    Case(T.TOO_DEEP, ERROR, f'[4,"c1","E","",{DEEP}]', ends_call=True),
    Case(T.BROKEN_BODY, ERROR, '[4,"c1","E","', ends_call=True),
    Case(T.WRONG_LENGTH, ERROR, '[4,"c1"]', ends_call=True),
    Case(T.BAD_ERROR, ERROR, '[4,"c1",7,"",{}]', ends_call=True),
    Case(T.LATE_ANSWER, RESULT, '[3,"late",{}]'),
    Case(T.LATE_ANSWER, ERROR, '[4,"late","E","",{}]'),
    Case(T.UNASKED_ANSWER, RESULT, '[3,"x",{}]'),
    Case(T.UNASKED_ANSWER, ERROR, '[4,"x","E","",{}]'),
    Case(T.UNREAD_BY_PEER, ERROR, '[4,"-1","E","",{}]'),
    *(
        Case(trouble, RESULT_ERROR, text, dialects=NEW)
        for trouble, text in {
            T.NOT_JSON: "[5,",
            T.NO_ID: "[5,null]",
            T.LONG_ID: f'[5,"{LONG}"]',
            T.TOO_DEEP: f'[5,"c1","E","",{DEEP}]',
            T.BROKEN_BODY: '[5,"c1","E","',
            T.WRONG_LENGTH: '[5,"c1"]',
            T.BAD_ERROR: '[5,"c1",7,"",{}]',
        }.items()
    ),
    *(
        Case(trouble, SEND, text, dialects=NEW)
        for trouble, text in {
            T.NOT_JSON: "[6,",
            T.NO_ID: '[6,null,"N",{}]',
            T.LONG_ID: f'[6,"{LONG}","N",{{}}]',
            T.TOO_DEEP: f'[6,"m","N",{DEEP} ]',
            T.BROKEN_BODY: '[6,"m","N",{',
            T.WRONG_LENGTH: '[6,"m","N"]',
            T.NO_ACTION: '[6,"m",7,{}]',
            T.NO_OBJECT: '[6,"m","N",[]]',
        }.items()
    ),
)


def prepared(case: Case, dialect: Dialect) -> Session:
    """A session with "late" timed out, c1 outstanding, c2 in line, h1 and h2 being handled."""
    session = a_session(dialect, handling_limit=2)
    session.call("A", "{}", 0.0, message_id="late", timeout=1.0)
    session.expire(1.0)
    session.call("Reset", "{}", 2.0)
    session.call("Reset", "{}", 2.0)
    session.receive('[2,"h1","A",{}]', 2.0)
    if case.trouble in (T.DUPLICATE_CALL, T.TOO_MANY_CALLS):
        session.receive('[2,"h2","A",{}]', 2.0)
    if case.trouble is T.CLOSED:
        session.close("over")
    session.to_send()
    return session


def played(case: Case, dialect: Dialect) -> tuple[Event, list[list[object]]]:
    """The one event, and the frames that are sent."""
    session = prepared(case, dialect)
    if case.sent is None:
        (event,) = session.receive_binary()
    else:
        (event,) = session.receive(case.sent, 3.0)
    return event, [json.loads(text) for text in session.to_send()]


EACH = [
    pytest.param(case, dialect, id=f"{case.trouble.name}-{case.kind}-{dialect.subprotocol}")
    for case in CASES
    for dialect in case.dialects
]


@pytest.mark.parametrize(("case", "dialect"), EACH)
def test_the_session_reacts_as_the_row_says(case: Case, dialect: Dialect) -> None:
    event, sent = played(case, dialect)
    answer = case.answer
    if answer and answer[0] == RESULT_ERROR and dialect is not OCPP_2_1:
        answer = None  # there is no such type
    if case.ends_call:
        assert isinstance(event, Spoiled)
        assert (event.message_id, event.action, event.trouble) == ("c1", "Reset", case.trouble)
        assert sent.pop() == [2, "c2", "Reset", {}]  # the next in line takes its turn
    elif answer:
        assert isinstance(event, Refused)
        assert (event.trouble, event.message_type, event.message_id, event.code) == (
            case.trouble,
            case.kind,
            *answer[1:],
        )
    else:
        assert isinstance(event, Ignored)
        assert (event.trouble, event.message_type) == (case.trouble, case.kind)
    if answer:
        kind, message_id, code = answer
        assert sent == [[kind, message_id, dialect.spell(code), event.description, {}]]
    else:
        assert sent == []
    assert event.description


@pytest.mark.parametrize(("case", "dialect"), EACH)
def test_the_row_says_the_same_as_the_case(case: Case, dialect: Dialect) -> None:
    row = reaction_to(case.trouble, case.kind, dialect)
    assert row.code == (case.answer[2] if case.answer else None)
    assert row.ends_call is case.ends_call


def test_every_row_has_its_cases() -> None:
    told = {(d.subprotocol, case.trouble, case.kind) for case in CASES for d in case.dialects}
    assert told == {
        (version, *key) for row in TABLE for version in row.versions for key in row.keys()
    }


def test_no_two_rows_are_about_the_same() -> None:
    keys = [(version, *key) for row in TABLE for version in row.versions for key in row.keys()]
    assert len(keys) == len(set(keys))


def test_an_error_and_a_send_are_never_answered() -> None:
    silent = {SEND, ERROR, RESULT_ERROR}
    for row in TABLE:
        if silent & set(row.types):
            assert row.code is None


def test_only_an_answer_ends_a_call() -> None:
    for row in TABLE:
        if row.ends_call:
            assert set(row.types) <= {RESULT, ERROR}


@pytest.mark.parametrize("row", TABLE, ids=lambda row: f"{row.troubles[0].name}-{row.types}")
def test_every_row_cites_its_rule_and_gives_a_reason(row: Row) -> None:
    assert row.rule.startswith(("OCPP 2.", "RFC 6455"))
    assert row.why.endswith(".")
    assert set(row.versions) <= set(DIALECTS)


NEW_TYPES = [
    '[6,"m","N",{}]',
    '[6, "m", "N", {} ]',
    '[6,"m","N",[]]',
    '[5,"m","E","",{}]',
    '[5,"m","E"',
]


@pytest.mark.parametrize("text", NEW_TYPES)
def test_2_0_1_is_told_that_types_5_and_6_are_not_spoken(text: str) -> None:
    session = a_session(OCPP_2_0_1)
    (event,) = session.receive(text, 0.0)
    assert isinstance(event, Refused)
    assert event.trouble is Trouble.UNKNOWN_TYPE
    assert event.message_type is None
    ((kind, message_id, code, description, details),) = map(json.loads, session.to_send())
    assert (kind, message_id, code, details) == (4, "m", "MessageTypeNotSupported", {})
    assert description in ("SEND is not spoken here", "CALLRESULTERROR is not spoken here")


@pytest.mark.parametrize("text", NEW_TYPES)
def test_1_6_ignores_types_5_and_6(text: str) -> None:
    session = a_session(OCPP_1_6)
    (event,) = session.receive(text, 0.0)
    assert isinstance(event, Ignored)
    assert (event.trouble, event.message_id) == (Trouble.UNKNOWN_TYPE, "m")
    assert session.to_send() == []
