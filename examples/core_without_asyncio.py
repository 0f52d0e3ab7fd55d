"""A Charging Station on a blocking socket: the core of OCPP-J, without asyncio.

    python examples/core_without_asyncio.py ws://127.0.0.1:9000/ocpp CS001

The core takes in texts and the time, and gives out events and texts. Who carries them is open:
here it is the blocking client of websockets.
"""

from __future__ import annotations

import random
import sys
import time
from typing import TypeVar

from websockets.sync.client import ClientConnection, connect
from websockets.typing import Subprotocol

import ocpp21
from ocpp21 import (
    BootNotificationRequest,
    BootReasonEnumType,
    ChargingStationType,
    HeartbeatRequest,
)
from ocpp21.actions import BOOT_NOTIFICATION, HEARTBEAT
from ocppj import CallSpec, ErrorCode
from ocppj.core import Answered, Call, Ended, Event, Session, random_ids
from ocppj.payloads import Payloads

RequestT = TypeVar("RequestT")
ResponseT = TypeVar("ResponseT")


class BlockingStation:
    """One connection, on which one CALL at a time is made and waited for."""

    def __init__(self, websocket: ClientConnection) -> None:
        self._websocket = websocket
        self._session = Session(random_ids(random.SystemRandom().getrandbits))
        self._payloads = Payloads(ocpp21.CHARGING_STATION)

    def ask(self, spec: CallSpec[RequestT, ResponseT], request: RequestT) -> ResponseT:
        """Make a CALL. Meanwhile what the CSMS starts is dealt with."""
        text = self._payloads.request(spec).write(request)
        message_id = self._session.call(spec.name, text, time.monotonic(), timeout=10)
        while True:
            for event in self._events():
                if isinstance(event, Ended) and event.message_id == message_id:
                    return self._answer(spec, event)
                self._take(event)

    def _events(self) -> list[Event]:
        """Send what there is to send, then wait for a frame, or for the time-out of our CALL."""
        for text in self._session.to_send():
            self._websocket.send(text)
        deadline = self._session.deadline()
        wait = None if deadline is None else max(0.0, deadline - time.monotonic())
        try:
            return self._session.receive(self._websocket.recv(wait), time.monotonic())
        except TimeoutError:
            return self._session.expire(time.monotonic())

    def _answer(self, spec: CallSpec[RequestT, ResponseT], event: Ended) -> ResponseT:
        if not isinstance(event, Answered):
            sys.exit(f"{spec.name} was not answered: {event}")
        response, _ = self._payloads.response(spec).read(event.payload)
        return response

    def _take(self, event: Event) -> None:
        if isinstance(event, Call):  # the session waits for its answer
            print(f"refused: {event.action}")
            self._session.refuse(event.message_id, ErrorCode.NOT_SUPPORTED, "a small station")


def main(url: str, identity: str) -> None:
    machine = ChargingStationType(model="X1", vendor_name="Example")
    boot = BootNotificationRequest(reason=BootReasonEnumType.POWER_UP, charging_station=machine)
    with connect(f"{url}/{identity}", subprotocols=[Subprotocol("ocpp2.1")]) as websocket:
        station = BlockingStation(websocket)
        print(f"booted: {station.ask(BOOT_NOTIFICATION, boot).status}")
        print(f"the CSMS has {station.ask(HEARTBEAT, HeartbeatRequest()).current_time:%Y}")


if __name__ == "__main__":
    main(*sys.argv[1:3])
