"""What a session does about everything that a peer gets wrong: one table.

A row says for which trouble, in which type of frame, what happens and why. `rule` cites the text
that asks for it; where there is none it names the nearest one, and `why` says what we chose.
Two rules stand above the rows: an error is never answered with an error, and a SEND is never
answered at all.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from ocppj.core.dialects import DIALECTS, Dialect
from ocppj.core.frames import MessageType
from ocppj.core.troubles import Trouble
from ocppj.errors import ErrorCode

Types = tuple[MessageType | None, ...]


@dataclass(frozen=True, slots=True)
class Row:
    """One line of the table. A type of None is a frame whose type is missing or unknown.

    `code` is what the peer is told: by a CALLRESULTERROR if the frame was a CALLRESULT, else by a
    CALLERROR, with the id "-1" where its own cannot be read. None: nothing is sent. Where
    `ends_call` says so, our CALL of that id is over as `Spoiled`.
    """

    troubles: tuple[Trouble, ...]
    types: Types
    code: ErrorCode | None
    rule: str
    why: str
    ends_call: bool = False
    versions: tuple[str, ...] = tuple(DIALECTS)

    def keys(self) -> Iterator[tuple[Trouble, MessageType | None]]:
        """Every pair that the row is about."""
        return ((trouble, kind) for trouble in self.troubles for kind in self.types)


_NO_TYPE: Types = (None,)
_CALL: Types = (MessageType.CALL,)
_RESULT: Types = (MessageType.CALLRESULT,)
_ERROR: Types = (MessageType.CALLERROR,)
_ANSWERS: Types = (MessageType.CALLRESULT, MessageType.CALLERROR)
_RESULT_ERROR: Types = (MessageType.CALLRESULTERROR,)
_SEND: Types = (MessageType.SEND,)

_NO_HEAD = (Trouble.NOT_JSON, Trouble.NO_ID, Trouble.LONG_ID)
_BAD_BODY = (Trouble.TOO_DEEP, Trouble.BROKEN_BODY, Trouble.WRONG_LENGTH)

TABLE: tuple[Row, ...] = (
    # Nothing is known of the frame.
    Row(
        (Trouble.NOT_UTF8,),
        _NO_TYPE,
        ErrorCode.RPC_FRAMEWORK_ERROR,
        "OCPP 2.1 Part 4, 4.1.2 and 4.2.3",
        "A frame is UTF-8. RFC 6455, 8.1 lets a shell close with 1007 before it comes to this.",
    ),
    Row(
        (Trouble.NOT_JSON, Trouble.TOO_DEEP),
        _NO_TYPE,
        ErrorCode.RPC_FRAMEWORK_ERROR,
        "OCPP 2.1 Part 4, 4.2.3 and 4.3",
        'The id cannot be read: CALLERROR with "-1". OCPP 1.6 is silent; it gets the same.',
    ),
    Row(
        (Trouble.NOT_AN_ARRAY, Trouble.NO_TYPE),
        _NO_TYPE,
        ErrorCode.RPC_FRAMEWORK_ERROR,
        "OCPP 2.1 Part 4, 4.1.3 and 4.2.3",
        "JSON, but no RPC frame. Any id in it would be a guess.",
    ),
    Row(
        (Trouble.UNKNOWN_TYPE,),
        _NO_TYPE,
        None,
        "OCPP 2.1 Part 4, 4.1.3 and 4.4; OCPP-J 1.6, 4.1.3",
        "The receiver is to ignore it: later versions may add types.",
        versions=("ocpp2.1", "ocpp1.6"),
    ),
    Row(
        (Trouble.UNKNOWN_TYPE,),
        _NO_TYPE,
        ErrorCode.MESSAGE_TYPE_NOT_SUPPORTED,
        "OCPP 2.0.1 Part 4, 4.4",
        "Only this version wants an answer, so that the sender falls back. Types 5 and 6 too.",
        versions=("ocpp2.0.1",),
    ),
    Row(
        (Trouble.BINARY,),
        _NO_TYPE,
        None,
        "OCPP 2.1 Part 4, 4.1.2",
        "Part 4 defines text only and says nothing of binary frames. Text goes on working.",
    ),
    Row(
        (Trouble.CLOSED,),
        _NO_TYPE,
        None,
        "RFC 6455, 1.4",
        "Once closed, what still arrives is discarded.",
    ),
    # A CALL that cannot be taken.
    Row(
        _NO_HEAD,
        _CALL,
        ErrorCode.RPC_FRAMEWORK_ERROR,
        "OCPP 2.1 Part 4, 4.1.4, 4.2.3 and 4.3",
        'No usable id: "-1". A long one is not echoed: the field holds 36 characters.',
    ),
    Row(
        (Trouble.TOO_DEEP, Trouble.BROKEN_BODY),
        _CALL,
        ErrorCode.FORMAT_VIOLATION,
        "OCPP 2.1 Part 4, 4.2.3 and 4.3",
        "The id was readable, the payload is not: the sender learns which CALL it was.",
    ),
    Row(
        (Trouble.WRONG_LENGTH, Trouble.NO_ACTION),
        _CALL,
        ErrorCode.RPC_FRAMEWORK_ERROR,
        "OCPP 2.1 Part 4, 4.2.1 and 4.3",
        "Not a valid RPC request.",
    ),
    Row(
        (Trouble.NO_OBJECT,),
        _CALL,
        ErrorCode.FORMAT_VIOLATION,
        "OCPP 2.1 Part 4, 4.1.5 and 4.3",
        "A payload is an object. null passes as an empty one, as 4.1.5 tolerates it.",
    ),
    Row(
        (Trouble.DUPLICATE_CALL,),
        _CALL,
        ErrorCode.RPC_FRAMEWORK_ERROR,
        "OCPP 2.1 Part 4, 4.2.3",
        "4.2.3 names it among the reasons, without a code. After the answer an id may return.",
    ),
    Row(
        (Trouble.TOO_MANY_CALLS,),
        _CALL,
        ErrorCode.GENERIC_ERROR,
        "OCPP 2.1 Part 4, 4.1.1 and 4.3",
        "A peer sends one CALL at a time, but after its own time-out the next. Hence a bound.",
    ),
    # An answer to our CALL.
    Row(
        _NO_HEAD,
        _ANSWERS,
        None,
        "OCPP 2.1 Part 4, 4.1.4",
        "No CALL can be told from it. Silent in Part 4; the CALL runs into its time-out.",
    ),
    Row(
        (*_BAD_BODY, Trouble.NO_OBJECT),
        _RESULT,
        ErrorCode.FORMAT_VIOLATION,
        "OCPP 2.1 Part 4, 4.2.3; Part 2, FR.06",
        "There will be no other answer, so the CALL ends now.",
        ends_call=True,
    ),
    Row(
        (*_BAD_BODY, Trouble.BAD_ERROR),
        _ERROR,
        None,
        "OCPP 2.1 Part 4, 4.1.1 and 4.2.3",
        "The CALL was refused, only how is not readable. An error is not answered with one.",
        ends_call=True,
    ),
    Row(
        (Trouble.LATE_ANSWER,),
        _ANSWERS,
        None,
        "OCPP 2.1 Part 4, 4.1.1",
        "After its time-out the CALL is over. Part 4 is silent on what comes later.",
    ),
    Row(
        (Trouble.UNASKED_ANSWER,),
        _ANSWERS,
        None,
        "OCPP 2.1 Part 4, 4.1.4",
        "Part 4 is silent. Most often a second answer, or one from before a reconnect.",
    ),
    Row(
        (Trouble.UNREAD_BY_PEER,),
        _ERROR,
        None,
        "OCPP 2.1 Part 4, 4.2.3",
        'CALLERROR "-1". It may be about our CALL, answer or SEND: guessing could end the wrong.',
    ),
    # What is never answered.
    Row(
        (*_NO_HEAD, *_BAD_BODY, Trouble.BAD_ERROR),
        _RESULT_ERROR,
        None,
        "OCPP 2.1 Part 4, 4.2.3",
        "It ends an exchange. Part 4 is silent; an error is not answered with one.",
        versions=("ocpp2.1",),
    ),
    Row(
        (*_NO_HEAD, *_BAD_BODY, Trouble.NO_ACTION, Trouble.NO_OBJECT),
        _SEND,
        None,
        "OCPP 2.1 Part 4, 4.2.4",
        "A SEND gets neither CALLRESULT nor CALLERROR, valid or not.",
        versions=("ocpp2.1",),
    ),
)

_INDEX: Mapping[str, Mapping[tuple[Trouble, MessageType | None], Row]] = {
    version: {key: row for row in TABLE if version in row.versions for key in row.keys()}
    for version in DIALECTS
}


def reaction_to(trouble: Trouble, kind: MessageType | None, dialect: Dialect) -> Row:
    """The row for `trouble` in a frame of type `kind` on a connection that speaks `dialect`."""
    return _INDEX[dialect.subprotocol][trouble, kind]
