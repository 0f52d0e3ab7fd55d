"""A call in the wrong direction does not exist."""

# mypy says: "CsmsCalls" has no attribute "boot_notification"
# mypy says: "ChargingStationCalls" has no attribute "get_base_report"
# pyright says: Cannot access attribute "boot_notification" for class "CsmsCalls"
# pyright says: Cannot access attribute "get_base_report" for class "ChargingStationCalls"

from __future__ import annotations

from ocpp21 import (
    BootNotificationRequest,
    ChargingStationCalls,
    CsmsCalls,
    GetBaseReportRequest,
)
from ocppj.contract import CallContext


async def from_the_csms(context: CallContext[CsmsCalls], request: BootNotificationRequest) -> None:
    await context.peer.boot_notification(request)  # error


async def from_the_station(calls: ChargingStationCalls, request: GetBaseReportRequest) -> None:
    await calls.get_base_report(request)  # error
