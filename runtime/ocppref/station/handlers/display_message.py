"""Functional block O: messages on the display."""

from __future__ import annotations

from collections.abc import Sequence
from functools import partial

from ocpp21 import (
    ChargingStationCalls,
    ChargingStationDisplayMessageHandler,
    ClearDisplayMessageRequest,
    ClearDisplayMessageResponse,
    GetDisplayMessagesRequest,
    GetDisplayMessagesResponse,
    GetDisplayMessagesStatusEnumType,
    MessageInfoType,
    NotifyDisplayMessagesRequest,
    SetDisplayMessageRequest,
    SetDisplayMessageResponse,
)
from ocppj import CallContext
from ocppref.station.display import Display

Context = CallContext[ChargingStationCalls]
_Status = GetDisplayMessagesStatusEnumType

PART = 10
"""So many messages are told of in one NotifyDisplayMessages."""


class DisplayMessageHandler(ChargingStationDisplayMessageHandler):
    """SetDisplayMessage, GetDisplayMessages and ClearDisplayMessage."""

    def __init__(self, *, display: Display) -> None:
        self._display = display

    async def on_set_display_message(
        self, request: SetDisplayMessageRequest, context: Context
    ) -> SetDisplayMessageResponse:
        """O01, O02, O06."""
        return self._display.set(request.message)

    async def on_clear_display_message(
        self, request: ClearDisplayMessageRequest, context: Context
    ) -> ClearDisplayMessageResponse:
        """O05."""
        return ClearDisplayMessageResponse(status=self._display.clear(request.id))

    async def on_get_display_messages(
        self, request: GetDisplayMessagesRequest, context: Context
    ) -> GetDisplayMessagesResponse:
        """O03, O04."""
        found = self._display.find(request)
        if not found:  # O03.FR.06, O04.FR.02
            return GetDisplayMessagesResponse(status=_Status.UNKNOWN)
        context.after_answer(partial(_deliver, request.request_id, found, context.peer))
        return GetDisplayMessagesResponse(status=_Status.ACCEPTED)  # O03.FR.01, O04.FR.01


async def _deliver(
    request_id: int, messages: Sequence[MessageInfoType], csms: ChargingStationCalls
) -> None:
    for start in range(0, len(messages), PART):  # O03.FR.03
        part = NotifyDisplayMessagesRequest(
            request_id=request_id,
            message_info=list(messages[start : start + PART]),
            tbc=start + PART < len(messages),  # O03.FR.04
        )
        await csms.notify_display_messages(part)
