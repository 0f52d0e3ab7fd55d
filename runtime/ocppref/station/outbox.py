"""What has to reach the CSMS, however long there is no connection (E04, E11 to E13, A04)."""

from __future__ import annotations

import json
import logging
from collections import defaultdict
from dataclasses import dataclass
from typing import TypeAlias

from ocpp21 import (
    NotifyEventRequest,
    TransactionEventEnumType,
    TransactionEventRequest,
    TransactionEventResponse,
    TriggerReasonEnumType,
)
from ocppj import OCPPCallError, OCPPConnectionError, OCPPError
from ocppref.station.device_model import variables
from ocppref.station.device_model.model import DeviceModel
from ocppref.station.lane import Entry, Lane
from ocppref.station.link import Link, NotRegistered
from ocppref.station.messages import Message, spec_of
from ocppref.station.registration import Registration
from ocppref.station.signals import Signal
from ocppref.station.store import Store
from ocppref.station.tasks import Tasks
from ocppref.station.time import StationClock

LOG = logging.getLogger("ocppref.station")

CAPACITY = 10_000
"""So many TransactionEvents are kept before memory counts as low (E12.FR.04)."""

_LONGEST_WAIT = 600.0  # seconds, between two tries of what is not about a transaction
_MILDEST = 9

# J02.FR.12: only these may be missed.
_METER_TRIGGERS = (
    TriggerReasonEnumType.METER_VALUE_CLOCK,
    TriggerReasonEnumType.METER_VALUE_PERIODIC,
)


@dataclass(frozen=True, slots=True)
class Answered:
    """A TransactionEvent as it was delivered, and what the CSMS said."""

    request: TransactionEventRequest
    response: TransactionEventResponse


class Outbox:
    """Keeps messages until the CSMS has answered them.

    TransactionEvents have a queue of their own, as their rules are their own. `answered` is emitted
    in the store's transaction that takes one from the queue.
    """

    def __init__(
        self,
        *,
        store: Store,
        model: DeviceModel,
        clock: StationClock,
        tasks: Tasks,
        link: Link,
        registration: Registration,
        capacity: int = CAPACITY,
    ) -> None:
        self.answered: Signal[Answered] = Signal()
        self._model = model
        self._tasks = tasks
        self._link = link
        self._store = store
        self._registration = registration
        events, others = _Events(self), _Others()
        self._events = Lane(events, store=store, link=link, clock=clock, tasks=tasks)
        self._others = Lane(others, store=store, link=link, clock=clock, tasks=tasks)
        self._capacity = self._thin_at = capacity

    @property
    def emptied(self) -> Signal[None]:
        """Emitted when the last TransactionEvent that waited was answered or given up."""
        return self._events.emptied

    def start(self) -> None:
        """Deliver whenever the CSMS takes messages."""
        for lane in (self._events, self._others):
            lane.start()
        self._registration.accepted.connect(lambda _: self._go())
        self._link.came_online.connect(lambda _: self._go())

    def close(self) -> None:
        """Deliver no more. What waits is in the store."""
        for lane in (self._events, self._others):
            lane.close()

    def add(self, event: TransactionEventRequest) -> None:
        """Have an event delivered, after all before it, and whatever comes between.

        Call it in the `store.transaction()` in which your own record of the event is kept.
        """
        self._events.add(event, lambda _: self._thin())

    def queue(self, message: Message) -> None:
        """Have any other request delivered, whatever comes between."""
        self._others.add(message)

    def post(self, message: Message) -> None:
        """Send a request if there is a connection. If not, it waits for one only if it is to.

        It is to with QueueAllMessages, and a NotifyEvent by OfflineQueuingSeverity.
        """
        # What is kept does not overtake what waits already.
        waits = self._others.entries or not self._link.ready
        if waits and self._is_kept(message):
            self.queue(message)
        elif self._link.ready:
            self._tasks.spawn(self._post(message), spec_of(message).name)

    def pending(self, transaction_id: str | None = None) -> int:
        """How many TransactionEvents wait, of that transaction or of all."""
        if transaction_id is None:
            return len(self._events.entries)
        return sum(_transaction_of(entry) == transaction_id for entry in self._events.entries)

    @property
    def waiting(self) -> int:
        """How many messages wait, of all kinds."""
        return len(self._events.entries) + len(self._others.entries)

    def _go(self) -> None:
        self._events.go()
        self._others.go()

    async def _post(self, message: Message) -> None:
        try:
            await self._link.call(spec_of(message), message, None)
        except (OCPPConnectionError, NotRegistered):
            if self._is_kept(message):
                self.queue(message)

    def _is_kept(self, message: Message) -> bool:
        if self._model[variables.QUEUE_ALL_MESSAGES]:
            return True
        if not isinstance(message, NotifyEventRequest):
            return False
        worst = min(
            _MILDEST if event.severity is None else event.severity for event in message.event_data
        )
        return worst <= self._model[variables.OFFLINE_QUEUING_SEVERITY]

    # TransactionEvents

    def wait_after(self, tries: int) -> float | None:
        """Seconds until an event is sent again that failed so often; None to give it up."""
        if tries >= self._model[variables.MESSAGE_ATTEMPTS_TRANSACTION_EVENT]:
            return None  # E13.FR.04
        # E13.FR.03
        return float(self._model[variables.MESSAGE_ATTEMPT_INTERVAL_TRANSACTION_EVENT] * tries)

    def _thin(self) -> None:
        """Memory is low: let every other of those events go that may be missed (E12.FR.05)."""
        lane = self._events
        if len(lane.entries) <= self._thin_at or self._link.online:
            return
        dropped = _every_other(list(lane.entries)[1 if lane.busy else 0 :])
        lane.drop(dropped)
        LOG.warning("memory is low: %d meter messages are left out", len(dropped))
        self._thin_at = max(self._capacity, len(lane.entries) + self._capacity // 10)


class _Events:
    """How TransactionEvents are dealt with."""

    kind = "outbox"

    def __init__(self, outbox: Outbox) -> None:
        self._outbox = outbox

    def again(self, error: OCPPError, tries: int) -> float | None:
        return self._outbox.wait_after(tries)

    def to_send(self, message: Message, offline: bool) -> Message:
        assert isinstance(message, TransactionEventRequest)
        # E04.FR.03, E11.FR.07
        return message.model_copy(update={"offline": True}) if offline else message

    def delivered(self, message: Message, response: object) -> None:
        assert isinstance(message, TransactionEventRequest)
        assert isinstance(response, TransactionEventResponse)
        self._outbox.answered.emit(Answered(message, response))


class _Others:
    """How other messages are dealt with."""

    kind = "outbox.others"

    def again(self, error: OCPPError, tries: int) -> float | None:
        if isinstance(error, OCPPCallError):
            return None  # the CSMS has got it, and does not want it
        return min(60.0 * tries, _LONGEST_WAIT)  # A04.FR.02

    def to_send(self, message: Message, offline: bool) -> Message:
        return message

    def delivered(self, message: Message, response: object) -> None:
        """Nobody waits for it."""


_Sheddable: TypeAlias = "dict[str, list[Entry]]"


def _every_other(entries: list[Entry]) -> list[Entry]:
    """Of those that may be missed the first, third, fifth... of each transaction."""
    sheddable: _Sheddable = defaultdict(list)
    for entry in entries:
        event = entry.read()
        assert isinstance(event, TransactionEventRequest)
        if _may_be_missed(event):
            sheddable[event.transaction_info.transaction_id].append(entry)
    return [entry for each in sheddable.values() for entry in each[::2]]


def _may_be_missed(event: TransactionEventRequest) -> bool:
    if event.event_type is not TransactionEventEnumType.UPDATED:
        return False
    tells_once = (event.id_token, event.evse, event.reservation_id)
    return event.trigger_reason in _METER_TRIGGERS and tells_once == (None, None, None)


def _transaction_of(entry: Entry) -> str:
    if isinstance(entry.message, TransactionEventRequest):
        return entry.message.transaction_info.transaction_id
    payload = json.loads(entry.text)["payload"]
    return str(payload["transactionInfo"]["transactionId"])
