"""Whole conversations drawn at random: the rules hold whatever happens."""

from __future__ import annotations

import random
from collections import Counter
from itertools import count

from hypothesis import given
from hypothesis import strategies as st
from hypothesis.stateful import (
    Bundle,
    RuleBasedStateMachine,
    consumes,
    initialize,
    invariant,
    multiple,
    precondition,
    rule,
)
from tests.runtime.core.talk import a_session
from tests.runtime.core.texts import all_texts

from ocppj.core.decoder import decode
from ocppj.core.events import Abandoned, Answered, Event, Failed, Spoiled, TimedOut
from ocppj.core.frames import Call, CallError, CallResult, Send
from ocppj.core.session import Session
from ocppj.errors import ErrorCode, OCPPBusyError

ENDS = (Answered, Failed, Spoiled, TimedOut, Abandoned)
QUEUE_LIMIT = 3
TIMEOUT = 10.0


class Conversation(RuleBasedStateMachine):
    """One session against a peer that may send anything at any time."""

    theirs = Bundle("theirs")

    @initialize()
    def begin(self) -> None:
        self.session = a_session(queue_limit=QUEUE_LIMIT, handling_limit=3, timeout=TIMEOUT)
        self.now = 0.0
        self.names = count(1)
        self.started: list[str] = []
        self.sent: list[str] = []
        self.withdrawn: set[str] = set()
        self.ended: Counter[str] = Counter()
        self.on_the_wire: set[str] = set()
        self.open_calls: set[str] = set()
        self.answers: Counter[str] = Counter()

    def take(self, events: list[Event]) -> list[Event]:
        for event in events:
            if isinstance(event, ENDS):
                self.ended[event.message_id] += 1
                self.on_the_wire.discard(event.message_id)
        for text in self.session.to_send():
            self.look_at(decode(text))
        return events

    def look_at(self, frame: object) -> None:
        if isinstance(frame, Call):
            assert not self.on_the_wire, "a second CALL while one is outstanding"
            self.on_the_wire.add(frame.message_id)
            self.sent.append(frame.message_id)
        elif isinstance(frame, CallResult | CallError):
            self.answers[frame.message_id] += 1

    @rule()
    def call(self) -> None:
        try:
            message_id = self.session.call("A", "{}", self.now)
        except OCPPBusyError:
            assert self.session.queued == QUEUE_LIMIT
            assert self.session.outstanding is not None
        else:
            self.started.append(message_id)
        self.take([])

    @rule()
    def send(self) -> None:
        self.session.send("N", "{}")
        self.take([])

    @precondition(lambda self: self.session.queued)
    @rule(data=st.data())
    def withdraw(self, data: st.DataObject) -> None:
        waiting = [name for name in self.started if name not in self.sent]
        message_id = data.draw(st.sampled_from(waiting))
        was_waiting = message_id not in self.withdrawn
        assert self.session.withdraw(message_id) is was_waiting
        self.withdrawn.add(message_id)

    @rule(
        text=st.sampled_from(
            ['[3,"{}",{{}}]', '[4,"{}","E","",{{}}]', '[3,"{}",[]]', '[4,"{}",', '[5,"{}","E"]']
        ),
        data=st.data(),
    )
    def answer_of_the_peer(self, text: str, data: st.DataObject) -> None:
        message_id = data.draw(st.sampled_from(["x", *self.started]))
        before = self.session.outstanding
        events = self.take(self.session.receive(text.format(message_id), self.now))
        ends = [event.message_id for event in events if isinstance(event, ENDS)]
        hit = message_id == before and not text.startswith("[5")
        assert ends == ([message_id] if hit else [])

    @rule(target=theirs)
    def call_of_the_peer(self) -> object:
        message_id = f"p{next(self.names)}"
        events = self.take(self.session.receive(f'[2,"{message_id}","B",{{}}]', self.now))
        if events == [Call(message_id, "B", "{}")]:
            self.open_calls.add(message_id)
            return message_id
        assert len(self.open_calls) == 3
        return multiple()

    @rule(message_id=consumes(theirs), refuse=st.booleans())
    def answer(self, message_id: str, refuse: bool) -> None:
        if refuse:
            assert self.session.refuse(message_id, ErrorCode.GENERIC_ERROR)
        else:
            assert self.session.answer(message_id, "{}")
        self.open_calls.discard(message_id)
        self.take([])
        assert self.answers[message_id] == 1

    @rule(text=all_texts)
    def anything(self, text: str) -> None:
        for event in self.take(self.session.receive(text, self.now)):
            if isinstance(event, Call):
                self.open_calls.add(event.message_id)

    @rule(step=st.floats(min_value=0.0, max_value=2 * TIMEOUT))
    def wait(self, step: float) -> None:
        self.now += step
        deadline = self.session.deadline()
        events = self.take(self.session.expire(self.now))
        due = deadline is not None and deadline <= self.now
        assert [type(event) for event in events] == ([TimedOut] if due else [])

    @invariant()
    def at_most_one_is_outstanding_and_the_order_is_kept(self) -> None:
        if not hasattr(self, "session"):
            return
        assert self.sent == [name for name in self.started if name in self.sent]
        assert self.on_the_wire == (
            {self.session.outstanding} if self.session.outstanding else set()
        )
        assert all(times == 1 for times in self.ended.values())
        assert set(self.session.handling) == self.open_calls
        waiting = set(self.started) - set(self.sent) - self.withdrawn
        assert self.session.queued == len(waiting) <= QUEUE_LIMIT
        assert not waiting or self.session.outstanding
        assert (self.session.deadline() is None) is (self.session.outstanding is None)

    def teardown(self) -> None:
        if not hasattr(self, "session"):
            return
        self.take(self.session.close("over"))
        assert set(self.ended) == set(self.started) - self.withdrawn
        assert all(times == 1 for times in self.ended.values())


TestConversation = Conversation.TestCase


class Link:
    """Two sessions, and a network between them that drops, delays, doubles and cuts."""

    def __init__(self, seed: int, faults: float, cut_after: int | None) -> None:
        self.random = random.Random(seed)
        self.faults = faults
        self.cut_after = cut_after
        self.sides = (a_session(prefix="a", timeout=5.0), a_session(prefix="b", timeout=7.0))
        self.flying: list[tuple[float, int, int, str]] = []
        self.numbers = count()
        self.now = 0.0
        self.started: list[str] = []
        self.ended: list[str] = []

    def run(self) -> None:
        for turn in range(40):
            if turn == self.cut_after:
                self.cut()
            self.start_something()
            self.step()
        while self.step():
            pass

    def start_something(self) -> None:
        side = self.random.choice(self.sides)
        if side.closed:
            return
        if self.random.random() < 0.2:
            side.send("N", "{}")
        else:
            self.started.append(side.call("A", "{}", self.now))

    def step(self) -> bool:
        """Carry the next text or let the next deadline pass; False when there is neither."""
        self.collect()
        times = [moment for moment, *_ in self.flying]
        times += [moment for side in self.sides if (moment := side.deadline()) is not None]
        if not times:
            return False
        self.now = max(self.now, min(times))
        while self.flying and min(self.flying)[0] <= self.now:
            item = min(self.flying)
            self.flying.remove(item)
            self.take(item[2], self.sides[item[2]].receive(item[3], self.now))
        for number, side in enumerate(self.sides):
            self.take(number, side.expire(self.now))
        return True

    def collect(self) -> None:
        for number, side in enumerate(self.sides):
            for text in side.to_send():
                self.put(1 - number, text)

    def put(self, receiver: int, text: str) -> None:
        delay = 0.1
        if self.random.random() < self.faults:
            kind = self.random.choice(["drop", "delay", "double", "spoil"])
            if kind == "drop":
                return
            if kind == "delay":
                delay = self.random.uniform(0.1, 20.0)
            elif kind == "double":
                self.flying.append((self.now + 0.2, next(self.numbers), receiver, text))
            else:
                text = text[: self.random.randrange(len(text))]
        self.flying.append((self.now + delay, next(self.numbers), receiver, text))

    def take(self, number: int, events: list[Event]) -> None:
        side = self.sides[number]
        for event in events:
            if isinstance(event, ENDS):
                self.ended.append(event.message_id)
            elif isinstance(event, Call):
                self.handle(side, event)
            else:
                assert not isinstance(event, Send) or event.action == "N"

    def handle(self, side: Session, call: Call) -> None:
        """Answer or refuse, or never answer; the other side's time-out is for that."""
        kind = self.random.random()
        if kind < 0.7:
            assert side.answer(call.message_id, "{}")
        elif kind < 0.9:
            assert side.refuse(call.message_id, ErrorCode.INTERNAL_ERROR, "no")

    def cut(self) -> None:
        self.flying.clear()
        for number, side in enumerate(self.sides):
            self.take(number, side.close("cut"))


@given(
    seed=st.integers(0, 2**32),
    faults=st.sampled_from([0.0, 0.1, 0.5, 1.0]),
    cut_after=st.none() | st.integers(0, 39),
)
def test_two_sessions_come_to_rest_on_any_network(
    seed: int, faults: float, cut_after: int | None
) -> None:
    link = Link(seed, faults, cut_after)
    link.run()
    assert sorted(link.ended) == sorted(link.started)  # every CALL ended, and once
    assert not link.flying
    for side in link.sides:
        assert side.outstanding is None
        assert side.queued == 0
        assert side.deadline() is None
        assert side.to_send() == []
