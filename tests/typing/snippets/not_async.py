"""A handler must be a coroutine function."""

# mypy says: incompatible with return type "Coroutine[Any, Any, BootNotificationResponse]"
# pyright says: override returns type "BootNotificationResponse"

from __future__ import annotations

from ocpp21 import BootNotificationRequest, BootNotificationResponse, CsmsCalls, CsmsHandler
from ocppj.contract import CallContext


class Csms(CsmsHandler):
    def on_boot_notification(  # error
        self, request: BootNotificationRequest, context: CallContext[CsmsCalls]
    ) -> BootNotificationResponse:
        raise NotImplementedError
