from __future__ import annotations

from tests.requirements import requirement
from tests.runtime.ref.station.tester import virtual_date

from ocpp21 import (
    ComponentType,
    EventNotificationEnumType,
    EventTriggerEnumType,
    NotifyEventRequest,
    VariableType,
)
from ocppj import LoopClock
from ocppj.testing import in_virtual_time
from ocppref.station.events import Events
from ocppref.station.store import MemoryStore, Store
from ocppref.station.time import StationClock


class Posted:
    def __init__(self) -> None:
        self.messages: list[NotifyEventRequest] = []

    def post(self, message: NotifyEventRequest) -> None:
        self.messages.append(message)


def happen(store: Store, posted: Posted, times: int) -> list[int]:
    events = Events(store=store, clock=StationClock(LoopClock(), virtual_date), outbox=posted)
    return [
        events.notify(
            ComponentType(name="Connector"),
            VariableType(name="AvailabilityState"),
            actual_value="Occupied",
            trigger=EventTriggerEnumType.DELTA,
            notification_type=EventNotificationEnumType.HARD_WIRED_NOTIFICATION,
            severity=8,
        )
        for _ in range(times)
    ]


@in_virtual_time
async def test_no_number_is_given_twice_whatever_happens_in_between() -> None:
    store, posted = MemoryStore(), Posted()
    given = [number for _ in range(3) for number in happen(store, posted, 1001)]
    assert len(set(given)) == len(given)
    assert given == sorted(given)
    assert [message.event_data[0].event_id for message in posted.messages] == given


@requirement("N07.FR.02")
@in_virtual_time
async def test_an_event_is_a_message_of_its_own_and_the_first_of_it() -> None:
    posted = Posted()
    happen(MemoryStore(), posted, 2)
    assert [(message.seq_no, message.tbc) for message in posted.messages] == [(0, False)] * 2
