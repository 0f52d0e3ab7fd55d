"""A queue of messages that are kept until they are delivered, one after the other."""

from __future__ import annotations

import logging
from collections import deque
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import Protocol

from ocppj import OCPPBusyError, OCPPConnectionError, OCPPError, Timer
from ocppref.station.link import Link, NotRegistered
from ocppref.station.messages import Message, from_text, spec_of, to_text
from ocppref.station.signals import Signal
from ocppref.station.store import Store
from ocppref.station.tasks import Tasks
from ocppref.station.time import StationClock

LOG = logging.getLogger("ocppref.station")

_BUSY_WAIT = 1.0  # seconds: so many CALLs wait for their turn that there was no place for another


class Policy(Protocol):
    """What a lane is about, and what is done about failures."""

    @property
    def kind(self) -> str:
        """The kind of its entries in the store."""
        ...

    def again(self, error: OCPPError, tries: int) -> float | None:
        """Seconds to wait after so many tries of which this is the error; None to give up."""
        ...

    def to_send(self, message: Message, offline: bool) -> Message:
        """What is sent for a message. `offline`: whether it ever waited while there was no link."""
        ...

    def delivered(self, message: Message, response: object) -> None:
        """It was answered. This is in the transaction that takes it from the queue."""
        ...


@dataclass(slots=True)
class Entry:
    """A message that waits. `message` is there until it takes too much room."""

    key: str
    text: str
    message: Message | None
    offline: bool
    tries: int = 0

    def read(self) -> Message:
        """The message. Raises ValueError if what was kept cannot be read."""
        return from_text(self.text) if self.message is None else self.message


class Lane:
    """Delivers in the order in which messages came in; each is kept until it is answered.

    It sends while the link is ready. What is in the store at the start was left by an earlier
    power-on, and has been offline.
    """

    def __init__(
        self, policy: Policy, *, store: Store, link: Link, clock: StationClock, tasks: Tasks
    ) -> None:
        self.emptied: Signal[None] = Signal()
        self.entries: deque[Entry] = deque(
            Entry(key, text, None, offline=True) for key, text in store.load(policy.kind).items()
        )
        self._policy = policy
        self._store = store
        self._link = link
        self._clock = clock
        self._tasks = tasks
        self._last = int(self.entries[-1].key) if self.entries else 0
        self._timer: Timer | None = None
        self.busy = False
        """Whether the first entry is under way."""

    def start(self) -> None:
        """Mark what waits when the link goes."""
        self._link.went_offline.connect(lambda _: self._went_offline())

    def close(self) -> None:
        """Send no more."""
        self._stop_waiting()

    def add(self, message: Message, after: Callable[[Entry], object] | None = None) -> None:
        """Keep a message, and send it when it is its turn: once the store has committed it."""
        self._last += 1
        entry = Entry(f"{self._last:012}", to_text(message), None, offline=not self._link.online)
        if self._link.online:
            entry.message = message
        self._store.put(self._policy.kind, entry.key, entry.text)

        def committed() -> None:
            self.entries.append(entry)
            if after is not None:
                after(entry)
            self.go()

        self._store.after_commit(committed)

    def drop(self, entries: Iterable[Entry]) -> None:
        """Forget some."""
        dropped = {entry.key for entry in entries}
        with self._store.transaction():
            for key in dropped:
                self._store.delete(self._policy.kind, key)
        self.entries = deque(entry for entry in self.entries if entry.key not in dropped)

    def go(self) -> None:
        """Deliver, as far as that is possible now."""
        if self.entries and not self.busy and self._timer is None and self._link.ready:
            self.busy = True
            self._tasks.spawn(self._deliver(), f"delivery of {self._policy.kind}")

    async def _deliver(self) -> None:
        try:
            while self.entries and self._timer is None and self._link.ready:
                if not await self._send(self.entries[0]):
                    break
        finally:
            self.busy = False
        if not self.entries:
            self.emptied.emit(None)

    async def _send(self, entry: Entry) -> bool:
        """Whether to go on with the next one."""
        try:
            message = entry.read()
        except (ValueError, KeyError) as error:
            LOG.error("%s %s cannot be read, and is lost: %s", self._policy.kind, entry.key, error)
            self.drop([entry])
            return True
        shown = self._policy.to_send(message, entry.offline)
        try:
            response = await self._link.call(spec_of(shown), shown, None)
        except (OCPPConnectionError, NotRegistered):
            return False  # it waits for the next connection
        except OCPPBusyError:
            self._wait(_BUSY_WAIT)
        except OCPPError as error:
            self._failed(entry, error)
        else:
            self._delivered(entry, shown, response)
        return True

    def _failed(self, entry: Entry, error: OCPPError) -> None:
        entry.tries += 1
        seconds = self._policy.again(error, entry.tries)
        if seconds is None:
            LOG.warning("%s %s is given up: %s", self._policy.kind, entry.key, error)
            self.drop([entry])
        else:
            self._wait(seconds)

    def _delivered(self, entry: Entry, message: Message, response: object) -> None:
        try:
            with self._store.transaction():
                self._store.delete(self._policy.kind, entry.key)
                self._policy.delivered(message, response)
        except Exception:  # what others make of the answer must not have it delivered once more
            LOG.exception("the answer to %s %s was not taken", self._policy.kind, entry.key)
            self._store.delete(self._policy.kind, entry.key)
        self.entries.remove(entry)

    def _wait(self, seconds: float) -> None:
        self._timer = self._clock.call_later(seconds, self._waited)

    def _waited(self) -> None:
        self._timer = None
        self.go()

    def _stop_waiting(self) -> None:
        if self._timer is not None:
            self._timer.cancel()
            self._timer = None

    def _went_offline(self) -> None:
        self._stop_waiting()  # the next connection is a reason to try at once
        for entry in self.entries:
            entry.offline = True  # E11.FR.07
            entry.message = None
