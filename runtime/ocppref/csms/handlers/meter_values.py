"""Functional block J: Meter values."""

from __future__ import annotations

from ocpp21 import CsmsCalls, CsmsMeterValuesHandler, MeterValuesRequest, MeterValuesResponse
from ocppj import CallContext
from ocppref.csms.handlers.block import Block


class MeterValues(Block, CsmsMeterValuesHandler):
    """Meter values outside of transactions."""

    async def on_meter_values(
        self, request: MeterValuesRequest, context: CallContext[CsmsCalls]
    ) -> MeterValuesResponse:
        """J01.FR.18: always answered, or the station may send it again."""
        await self.keep(context, request)
        return MeterValuesResponse()
