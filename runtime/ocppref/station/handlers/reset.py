"""Reset, of functional block B Provisioning."""

from __future__ import annotations

from ocpp21 import ChargingStationCalls, ResetRequest, ResetResponse
from ocppj import CallContext
from ocppref.station.reset import Reset


class ResetHandler:
    """Reset."""

    def __init__(self, *, reset: Reset) -> None:
        self._reset = reset

    async def on_reset(
        self, request: ResetRequest, context: CallContext[ChargingStationCalls]
    ) -> ResetResponse:
        """B11.FR.01: answered first."""
        response = self._reset.judge(request)
        context.after_answer(lambda: self._reset.perform(request, response.status))
        return response
