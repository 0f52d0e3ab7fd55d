"""A call takes the request of its own Action and gives its response."""

# mypy says: has incompatible type "HeartbeatRequest"; expected "BootNotificationRequest"
# mypy says: "BootNotificationResponse" has no attribute "status_inof"
# mypy says: Cannot infer value of type parameter "RequestT" of "call" of "Caller"
# pyright says: "HeartbeatRequest" is not assignable to "BootNotificationRequest"
# pyright says: Cannot access attribute "status_inof" for class "BootNotificationResponse"
# pyright says: cannot be assigned to parameter "request" of type "RequestT@call"

from __future__ import annotations

from ocpp21 import BootNotificationRequest, ChargingStationCalls, HeartbeatRequest
from ocpp21.actions import BOOT_NOTIFICATION
from ocppj.contract import Caller


async def run(calls: ChargingStationCalls, caller: Caller, boot: BootNotificationRequest) -> None:
    await calls.boot_notification(HeartbeatRequest())  # error
    answer = await calls.boot_notification(boot)
    print(answer.status_inof)  # error
    await caller.call(BOOT_NOTIFICATION, HeartbeatRequest(), None)  # error
