"""TriggerMessage, of functional block F Remote Control."""

from __future__ import annotations

from ocpp21 import ChargingStationCalls, TriggerMessageRequest, TriggerMessageResponse
from ocppj import CallContext
from ocppref.station.triggers import Triggers

Context = CallContext[ChargingStationCalls]


class TriggerMessageHandler:
    """TriggerMessage."""

    def __init__(self, *, triggers: Triggers) -> None:
        self._triggers = triggers

    async def on_trigger_message(
        self, request: TriggerMessageRequest, context: Context
    ) -> TriggerMessageResponse:
        """F06."""
        response, plan = self._triggers.answer(request)
        if plan is not None:
            context.after_answer(plan)  # F06.FR.04
        return response
