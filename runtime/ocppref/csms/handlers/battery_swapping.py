"""Functional block S: Battery swapping."""

from __future__ import annotations

from ocpp21 import (
    BatterySwapEventEnumType,
    BatterySwapRequest,
    BatterySwapResponse,
    CsmsBatterySwappingHandler,
    CsmsCalls,
)
from ocppj import CallContext
from ocppref.csms.handlers.block import Block
from ocppref.csms.storage.jobs import Status

_ENDS = {
    BatterySwapEventEnumType.BATTERY_OUT: Status.SUCCEEDED,
    BatterySwapEventEnumType.BATTERY_OUT_TIMEOUT: Status.FAILED,
}


class BatterySwapping(Block, CsmsBatterySwappingHandler):
    """Batteries that come in and go out."""

    async def on_battery_swap(
        self, request: BatterySwapRequest, context: CallContext[CsmsCalls]
    ) -> BatterySwapResponse:
        """S03. A swap that the CSMS has asked for has the requestId of that."""
        await self.keep(context, request)
        end = _ENDS.get(request.event_type)
        await self.tell_job(context, request.request_id, request.event_type.value, end)
        return BatterySwapResponse()
