"""A handler must answer with the response of its own Action."""

# mypy says: incompatible with return type "Coroutine[Any, Any, BootNotificationResponse]"
# pyright says: Return type mismatch

from __future__ import annotations

from ocpp21 import BootNotificationRequest, CsmsCalls, CsmsHandler, HeartbeatResponse
from ocppj.contract import CallContext


class Csms(CsmsHandler):
    async def on_boot_notification(  # error
        self, request: BootNotificationRequest, context: CallContext[CsmsCalls]
    ) -> HeartbeatResponse:
        raise NotImplementedError
