"""GetLog, of functional block N Diagnostics."""

from __future__ import annotations

from ocpp21 import ChargingStationCalls, GetLogRequest, GetLogResponse
from ocppj import CallContext
from ocppref.station.logs import Logs


class LogsHandler:
    """GetLog."""

    def __init__(self, *, logs: Logs) -> None:
        self._logs = logs

    async def on_get_log(
        self, request: GetLogRequest, context: CallContext[ChargingStationCalls]
    ) -> GetLogResponse:
        """N01."""
        response = self._logs.judge(request)
        context.after_answer(lambda: self._logs.perform(request.request_id))
        return response
