"""A conversation played from one side, without input or output and without a clock.

    script.start(now)                   # then, after this and after every other call:
    for text in script.to_send(): ...
    script.deadline()                   # when to call wake(now), at the latest; None: never
    script.finished                     # and script.report() says how it went

The frames of our side are sent in the recorded order, each only after all that the peer had said
before it in the recording. What the peer says is matched with the recording: its answers by the
ids of our CALLs, which are sent again as they were; its CALLs and SENDs, which have new ids, by
their Action and order. Our answers then go out with the ids that came. A CALL that comes earlier
than in the recording is answered at once: the peer may be waiting for that.
"""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass

from ocppj.contract import Side
from ocppj.core import (
    Call,
    CallError,
    CallResult,
    CallResultError,
    Frame,
    Send,
    Unreadable,
    decode,
    encode,
)
from ocppj.errors import ErrorCode, OCPPUsageError
from ocppj.recording import Conversation, Recorded
from ocppj.replay.report import Changed, Difference, Missing, Report, Unexpected, Unsent, compare


@dataclass(frozen=True, slots=True)
class Pace:
    """How time passes.

    `speed` is that of the recording times so much; None is no waiting at all: all is sent as soon
    as its turn has come. A frame of the peer's is given up `patience` seconds after its turn.
    """

    speed: float | None = None
    patience: float = 5.0

    def __post_init__(self) -> None:
        if self.patience <= 0 or (self.speed is not None and self.speed <= 0):
            raise OCPPUsageError("speed and patience are positive numbers")


@dataclass(slots=True)
class _Line:
    """A frame of the recording. `done`: it was sent, has come, or has been given up."""

    recorded: Recorded
    frame: Frame | Unreadable
    ours: bool
    done: bool = False


class Script:
    """Plays `conversation` as `side`. Properties in `ignored` may differ (see `compare`)."""

    def __init__(
        self,
        conversation: Conversation,
        side: Side,
        *,
        pace: Pace = Pace(),
        ignored: Collection[str] = (),
    ) -> None:
        self._identity = conversation.identity
        self._pace = pace
        self._ignored = ignored
        self._lines = [
            _Line(each, decode(each.text), each.sender is side) for each in conversation.frames
        ]
        self._at = 0
        self._began = self._turn = 0.0
        self._ids: dict[str, str | None] = {
            line.frame.message_id: None
            for line in self._lines
            if not line.ours and isinstance(line.frame, Call)
        }
        self._out: list[str] = []
        self._sent = self._received = 0
        self._differences: list[Difference] = []
        self._closed: str | None = None

    @property
    def finished(self) -> bool:
        """Whether there is nothing more to send or to wait for."""
        return self._at == len(self._lines)

    def report(self) -> Report:
        """How it went so far."""
        found = tuple(self._differences)
        return Report(self._identity, self._sent, self._received, found, self._closed)

    def to_send(self) -> list[str]:
        """The texts to send, in order. They are handed out once."""
        out, self._out = self._out, []
        return out

    def deadline(self) -> float | None:
        """When the next frame is to be sent, or no longer waited for; None once it is finished."""
        if self.finished:
            return None
        line = self._lines[self._at]
        due = self._due(line)
        return due if line.ours else max(due, self._turn) + self._pace.patience

    def start(self, now: float) -> None:
        """The connection is open."""
        self._began = self._turn = now
        self.wake(now)

    def wake(self, now: float) -> None:
        """Do what is due."""
        while not self.finished:
            line = self._lines[self._at]
            if not line.done:
                deadline = self.deadline()
                if deadline is not None and now < deadline:
                    return
                self._pass(line)
            self._at += 1
            self._turn = now

    def receive(self, data: str | bytes, now: float) -> None:
        """Take a message of the peer's."""
        self._received += 1
        text = data if isinstance(data, str) else data.decode(errors="replace")
        frame = decode(data)
        index = self._expected(frame)
        if index is None:
            self._refuse(frame, text)
            return
        line = self._lines[index]
        line.done = True
        pointers = compare(line.frame, frame, self._ignored)
        if pointers:
            self._differences.append(Changed(line.recorded, text, pointers))
        if isinstance(frame, Call) and isinstance(line.frame, Call):
            self._ids[line.frame.message_id] = frame.message_id
            if index > self._at:
                self._answer(line.frame.message_id, index)
        self.wake(now)

    def lose(self, reason: str) -> None:
        """The peer is gone."""
        if self.finished:
            return
        self._closed = reason
        for line in self._lines[self._at :]:
            if not line.done:
                self._give_up(line)
        self._at = len(self._lines)

    def _due(self, line: _Line) -> float:
        if self._pace.speed is None:
            return self._turn
        passed = line.recorded.time - self._lines[0].recorded.time
        return self._began + max(0.0, passed) / self._pace.speed

    def _pass(self, line: _Line) -> None:
        """A line's time has come, or has passed."""
        if line.ours:
            self._send(line)
        else:
            self._give_up(line)

    def _give_up(self, line: _Line) -> None:
        line.done = True
        self._differences.append((Unsent if line.ours else Missing)(line.recorded))

    def _send(self, line: _Line) -> None:
        frame = line.frame
        text = line.recorded.text
        if isinstance(frame, CallResult | CallError) and frame.message_id in self._ids:
            live = self._ids[frame.message_id]
            if live is None:
                self._give_up(line)
                return
            text = encode(frame._replace(message_id=live))
        line.done = True
        self._say(text)

    def _say(self, text: str) -> None:
        self._out.append(text)
        self._sent += 1

    def _answer(self, message_id: str, after: int) -> None:
        """Answer a CALL that came before its turn."""
        for line in self._lines[after:]:
            answers = isinstance(line.frame, CallResult | CallError) and not line.done
            if line.ours and answers and line.frame.message_id == message_id:
                self._send(line)
                return

    def _refuse(self, frame: Frame | Unreadable, text: str) -> None:
        self._differences.append(Unexpected(text))
        if isinstance(frame, Call):
            code = ErrorCode.NOT_SUPPORTED.value
            self._say(encode(CallError(frame.message_id, code, "not in the recording")))

    def _expected(self, frame: Frame | Unreadable) -> int | None:
        """The first line that the peer has not said yet and that `frame` can stand for."""
        mark = _mark(frame, frame.message_id)
        for index in range(self._at, len(self._lines)):
            line = self._lines[index]
            if not line.ours and not line.done and self._mark_of(line.frame) == mark:
                return index
        return None

    def _mark_of(self, frame: Frame | Unreadable) -> tuple[object, ...]:
        own = frame.message_id
        if isinstance(frame, CallResultError) and own is not None:
            own = self._ids.get(own) or own  # it has the id of the peer's own CALL
        return _mark(frame, own)


def _mark(frame: Frame | Unreadable, message_id: str | None) -> tuple[object, ...]:
    """What a frame and the one that was recorded have in common."""
    match frame:
        case Call() | Send():
            return frame.message_type, frame.action
        case CallResult() | CallError():
            return "answer", message_id
        case CallResultError():
            return "answer to an answer", message_id
        case _:
            return ("unreadable",)
