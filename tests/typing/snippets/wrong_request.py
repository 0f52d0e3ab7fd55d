"""A handler must take the request of its own Action."""

# mypy says: Argument 1 of "on_boot_notification" is incompatible with supertype
# pyright says: Parameter 2 type mismatch

from __future__ import annotations

from ocpp21 import BootNotificationResponse, CsmsCalls, CsmsHandler, HeartbeatRequest
from ocppj.contract import CallContext


class Csms(CsmsHandler):
    async def on_boot_notification(  # error: pyright
        self,
        request: HeartbeatRequest,  # error: mypy
        context: CallContext[CsmsCalls],
    ) -> BootNotificationResponse:
        raise NotImplementedError
