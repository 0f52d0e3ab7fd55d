"""Handlers of both sides, for tests of what is between them."""

from __future__ import annotations

import asyncio
from datetime import UTC, datetime

import ocpp21
from ocpp21 import (
    ChargingStationCalls,
    ChargingStationHandler,
    CsmsCalls,
    CsmsHandler,
    DataTransferRequest,
    DataTransferResponse,
    DataTransferStatusEnumType,
    HeartbeatRequest,
    HeartbeatResponse,
    ResetEnumType,
    ResetRequest,
    ResetResponse,
    ResetStatusEnumType,
)
from ocppj.contract import CallContext

BOTH = (ocpp21.CSMS, ocpp21.CHARGING_STATION)
NOW = datetime(2025, 6, 1, 12, 0, tzinfo=UTC)
RESET = ResetRequest(type=ResetEnumType.IMMEDIATE)


class Clerk(CsmsHandler):
    """A CSMS that knows the time, and takes its time for a DataTransfer."""

    async def on_heartbeat(
        self, request: HeartbeatRequest, context: CallContext[CsmsCalls]
    ) -> HeartbeatResponse:
        return HeartbeatResponse(current_time=NOW)

    async def on_data_transfer(
        self, request: DataTransferRequest, context: CallContext[CsmsCalls]
    ) -> DataTransferResponse:
        assert isinstance(request.data, int | float)
        await asyncio.sleep(request.data)
        return DataTransferResponse(status=DataTransferStatusEnumType.ACCEPTED)


class Box(ChargingStationHandler):
    """A Charging Station that counts resets, and asks for the time before each."""

    def __init__(self) -> None:
        self.resets = 0

    async def on_reset(
        self, request: ResetRequest, context: CallContext[ChargingStationCalls]
    ) -> ResetResponse:
        self.resets += 1
        await context.peer.heartbeat(HeartbeatRequest())
        return ResetResponse(status=ResetStatusEnumType.ACCEPTED)


def transfer(seconds: float) -> DataTransferRequest:
    """A CALL that takes so long to handle."""
    return DataTransferRequest(vendor_id="com.example", data=seconds)
