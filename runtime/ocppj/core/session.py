"""One connection's conversation: who may speak, who waits for whom, and what an odd frame means.

A `Session` does no input or output and has no clock. Text goes in with the time it came, events
and text to send come out. The same class serves both sides, as OCPP-J is symmetric.

    events = session.receive(text, now)         # then handle them, and send what there is:
    for text in session.to_send(): ...          # after every call of any method
    session.deadline()                          # when to call expire(now), at the latest
    session.answer(message_id, payload)         # the answer to a Call among the events

It never raises on anything that a peer sends, nor for an answer that comes after the close.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Collection, Mapping

from ocppj.core.decoder import Data, decode, explain
from ocppj.core.dialects import OCPP_2_1, Dialect
from ocppj.core.events import (
    Abandoned,
    Answered,
    Event,
    Failed,
    Ignored,
    Refused,
    ResultRefused,
    Spoiled,
    TimedOut,
)
from ocppj.core.frames import (
    NO_ID,
    Call,
    CallError,
    CallResult,
    CallResultError,
    Frame,
    MessageType,
    Send,
    details_text,
    encode,
    read_details,
    result_text,
)
from ocppj.core.message_ids import MESSAGE_ID_LIMIT
from ocppj.core.outgoing import OutgoingCall, OutgoingCalls, Step
from ocppj.core.reactions import reaction_to
from ocppj.core.troubles import Trouble, Unreadable
from ocppj.errors import (
    NO_DETAILS,
    ErrorCode,
    OCPPBusyError,
    OCPPConnectionError,
    OCPPUsageError,
)


class Session:
    """The state of one connection.

    `new_id` makes the ids of our CALLs and SENDs (`random_ids` is made for it), `timeout` is how
    long a CALL may stay without an answer, in the unit of every `now`. At most `queue_limit` CALLs
    of ours wait for their turn, at most `handling_limit` of the peer's are handled at a time.
    """

    __slots__ = (
        "_closed",
        "_dialect",
        "_handling",
        "_handling_limit",
        "_new_id",
        "_out",
        "_outgoing",
        "_timeout",
    )

    def __init__(
        self,
        new_id: Callable[[], str],
        *,
        dialect: Dialect = OCPP_2_1,
        timeout: float = 30.0,
        queue_limit: int = 100,
        handling_limit: int = 16,
    ) -> None:
        self._new_id = new_id
        self._dialect = dialect
        self._timeout = timeout
        self._outgoing = OutgoingCalls(queue_limit)
        self._handling: dict[str, str] = {}
        self._handling_limit = handling_limit
        self._out: list[str] = []
        self._closed = False

    @property
    def closed(self) -> bool:
        """Whether `close` was called."""
        return self._closed

    @property
    def outstanding(self) -> str | None:
        """The id of our CALL that waits for its answer."""
        call = self._outgoing.outstanding
        return call.message_id if call else None

    @property
    def queued(self) -> int:
        """How many CALLs of ours wait for their turn."""
        return len(self._outgoing)

    @property
    def handling(self) -> Collection[str]:
        """The ids of the peer's CALLs that want an answer, oldest first."""
        return self._handling.keys()

    def to_send(self) -> list[str]:
        """The texts to send, in order. They are handed out once."""
        out = self._out
        self._out = []
        return out

    def deadline(self) -> float | None:
        """When the outstanding CALL times out; None if there is none."""
        call = self._outgoing.outstanding
        return call.deadline if call else None

    # What we start.

    def call(
        self,
        action: str,
        payload: str,
        now: float,
        *,
        timeout: float | None = None,
        message_id: str | None = None,
    ) -> str:
        """Start a CALL, or put it in line; gives its id. One event will end it.

        `message_id` is for a retry under the first id (OCPP 2.1 Part 4, 4.1.4 allows it); the
        time runs once the CALL is sent. Raises `OCPPBusyError` where the line is at its bound,
        `OCPPConnectionError` after the close, `OCPPUsageError` for a bad id or time-out.
        """
        self._require_open()
        wait = self._timeout if timeout is None else timeout
        if not 0 < wait < math.inf:
            raise OCPPUsageError(f"a time-out is a positive number, not {wait}")
        if self._outgoing.full:
            raise OCPPBusyError(f"{action}: {len(self._outgoing)} CALLs wait already")
        own = self._own_id(message_id)
        self._outgoing.add(OutgoingCall(own, action, payload, wait))
        self._send_next(now)
        return own

    def send(self, action: str, payload: str, *, message_id: str | None = None) -> str:
        """Send a SEND at once, whatever is outstanding; gives its id. Nothing will end it.

        Raises `OCPPConnectionError` after the close, `OCPPUsageError` for a bad id and on a
        version that has no SEND.
        """
        self._require_open()
        if not self._dialect.speaks(MessageType.SEND):
            raise OCPPUsageError(f"{self._dialect.subprotocol} has no SEND")
        own = self._own_id(message_id)
        self._out.append(encode(Send(own, action, payload)))
        return own

    def withdraw(self, message_id: str) -> bool:
        """Take back a CALL that waits for its turn, without an event; False if it does not.

        One that is outstanding stays so: the peer will answer it, and only then comes the next.
        """
        return self._outgoing.withdraw(message_id)

    # What the peer started.

    def answer(self, message_id: str, payload: str) -> bool:
        """Answer a CALL with a CALLRESULT; False if the connection has closed meanwhile.

        Raises `OCPPUsageError` if no such CALL is being handled: each is answered once.
        """
        if self._handling.pop(message_id, None) is None:
            return self._nothing_to_answer(message_id)
        self._out.append(result_text(message_id, payload))
        return True

    def refuse(
        self,
        message_id: str,
        code: ErrorCode | str,
        description: str = "",
        details: Mapping[str, object] = NO_DETAILS,
    ) -> bool:
        """Answer a CALL with a CALLERROR; otherwise like `answer`."""
        if message_id not in self._handling:
            return self._nothing_to_answer(message_id)
        text = details_text(details)  # may raise: then the CALL is still to be answered
        del self._handling[message_id]
        self._send_error(message_id, code, description, text)
        return True

    def refuse_result(
        self,
        message_id: str,
        code: ErrorCode | str,
        description: str = "",
        details: Mapping[str, object] = NO_DETAILS,
    ) -> bool:
        """Say with a CALLRESULTERROR that the answer to our CALL of that id cannot be used.

        The CALL is over all the same. False, and nothing is sent, after the close and to a peer
        whose version has no CALLRESULTERROR.
        """
        if self._closed or not self._dialect.speaks(MessageType.CALLRESULTERROR):
            return False
        frame = CallResultError(
            message_id, self._dialect.spell(code), description, details_text(details)
        )
        self._out.append(encode(frame))
        return True

    def unreadable(self, read: Call | Send | Answered) -> list[Event]:
        """Say that the payload of an event is not even JSON, as `receive` does not look into it.

        The frame is read again with care, and the peer told what is wrong with it, unless it was
        a SEND. Raises `OCPPUsageError` for a CALL that has its answer already.
        """
        frame = CallResult(read.message_id, read.payload) if isinstance(read, Answered) else read
        kind, message_id = frame.message_type, frame.message_id
        found = explain(frame) or Unreadable(
            Trouble.BROKEN_BODY, "the payload is no JSON object that can be read", kind, message_id
        )
        code = reaction_to(found.trouble, kind, self._dialect).code
        if code is None:
            return [_ignored(found)]
        tell = self.refuse if isinstance(frame, Call) else self.refuse_result
        told = tell(message_id, code, found.description)
        return [_refused(found, message_id, code) if told else _ignored(found)]

    # What happens.

    def receive(self, data: Data, now: float) -> list[Event]:
        """Take the text of one frame, and say what it means. Never raises."""
        frame = decode(data)
        if type(frame) is Call and not self._handling and not self._closed:
            self._handling[frame.message_id] = frame.action  # the way of nearly all frames
            return [frame]
        if self._closed:
            return self._react(Unreadable(Trouble.CLOSED, "the connection is closed"))
        kind = frame.message_type
        if kind is not None and not self._dialect.speaks(kind):
            frame = Unreadable(
                Trouble.UNKNOWN_TYPE, f"{kind.name} is not spoken here", None, frame.message_id
            )
        return self._take(frame, now)

    def receive_binary(self) -> list[Event]:
        """Take a binary frame, whatever is in it. OCPP-J has none."""
        return self._react(Unreadable(Trouble.BINARY, "OCPP-J is text"))

    def expire(self, now: float) -> list[Event]:
        """Give up what should have been answered by `now`."""
        call = self._outgoing.expire(now)
        if call is None:
            return []
        self._send_next(now)
        return [TimedOut(call.message_id, call.action)]

    def close(self, reason: str) -> list[Event]:
        """End everything: the connection is gone. A second time nothing happens."""
        self._closed = True
        self._handling.clear()
        self._out.clear()
        return [
            Abandoned(call.message_id, call.action, sent, reason)
            for call, sent in self._outgoing.close()
        ]

    def _take(self, frame: Frame | Unreadable, now: float) -> list[Event]:
        match frame:
            case Call():
                return self._take_call(frame)
            case CallResult():
                return self._take_result(frame, now)
            case CallError():
                return self._take_error(frame, now)
            case CallResultError(message_id, code, description, details):
                said = read_details(details)
                return [ResultRefused(message_id, ErrorCode.read(code), description, said)]
            case Send():
                return [frame]
        return self._take_unreadable(frame, now)

    def _take_call(self, call: Call) -> list[Event]:
        message_id = call.message_id
        if message_id in self._handling:
            return self._react(_wrong_moment(Trouble.DUPLICATE_CALL, call))
        if len(self._handling) >= self._handling_limit:
            return self._react(_wrong_moment(Trouble.TOO_MANY_CALLS, call))
        self._handling[message_id] = call.action
        return [call]

    def _take_result(self, result: CallResult, now: float) -> list[Event]:
        call = self._outgoing.end(result.message_id, Step.RESULT)
        if call is None:
            return self._take_unasked(result)
        self._send_next(now)
        return [Answered(result.message_id, call.action, result.payload)]

    def _take_error(self, error: CallError, now: float) -> list[Event]:
        call = self._outgoing.end(error.message_id, Step.ERROR)
        if call is None:
            return self._take_unasked(error)
        self._send_next(now)
        code, details = ErrorCode.read(error.code), read_details(error.details)
        return [Failed(error.message_id, call.action, code, error.description, details)]

    def _take_unreadable(self, found: Unreadable, now: float) -> list[Event]:
        row = reaction_to(found.trouble, found.message_type, self._dialect)
        if not row.ends_call:
            return self._react(found)
        call = self._outgoing.end(found.message_id, Step.SPOIL)
        if call is None:
            return self._take_unasked(found)
        if row.code is not None:
            self.refuse_result(call.message_id, row.code, found.description)
        self._send_next(now)
        return [Spoiled(call.message_id, call.action, found.trouble, found.description)]

    def _take_unasked(self, answer: CallResult | CallError | Unreadable) -> list[Event]:
        """An answer to none of our CALLs that are under way."""
        trouble = Trouble.UNASKED_ANSWER
        if isinstance(answer, CallError) and answer.message_id == NO_ID:
            trouble = Trouble.UNREAD_BY_PEER
        elif self._outgoing.is_late(answer.message_id):
            trouble = Trouble.LATE_ANSWER
        return self._react(_wrong_moment(trouble, answer))

    def _react(self, found: Unreadable) -> list[Event]:
        """Do what the table of reactions says, where no CALL of ours ends by it."""
        code = reaction_to(found.trouble, found.message_type, self._dialect).code
        if code is None:
            return [_ignored(found)]
        message_id = found.message_id or NO_ID
        self._send_error(message_id, code, found.description)
        return [_refused(found, message_id, code)]

    def _send_next(self, now: float) -> None:
        call = self._outgoing.start_next(now)
        if call is not None:
            self._out.append(encode(Call(call.message_id, call.action, call.payload)))

    def _send_error(
        self, message_id: str, code: ErrorCode | str, description: str, details: str = "{}"
    ) -> None:
        spelt = self._dialect.spell(code)
        self._out.append(encode(CallError(message_id, spelt, description, details)))

    def _nothing_to_answer(self, message_id: str) -> bool:
        if not self._closed:
            raise OCPPUsageError(f"no CALL {message_id} waits for an answer")
        return False

    def _require_open(self) -> None:
        if self._closed:
            raise OCPPConnectionError("the connection is closed")

    def _own_id(self, given: str | None) -> str:
        """An id for something of ours; it may not be that of a CALL that is not over."""
        own = self._new_id() if given is None else given
        if not 0 < len(own) <= MESSAGE_ID_LIMIT or own == NO_ID:
            raise OCPPUsageError(f"not a message id: {own[:MESSAGE_ID_LIMIT]!r}")
        if own in self._outgoing:
            raise OCPPUsageError(f"message id {own} is in use")
        return own


def _wrong_moment(trouble: Trouble, frame: Frame | Unreadable) -> Unreadable:
    return Unreadable(trouble, trouble.value, frame.message_type, frame.message_id)


def _ignored(found: Unreadable) -> Ignored:
    return Ignored(found.trouble, found.message_type, found.message_id, found.description)


def _refused(found: Unreadable, message_id: str, code: ErrorCode) -> Refused:
    return Refused(found.trouble, found.message_type, message_id, found.description, code)
