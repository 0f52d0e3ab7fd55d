"""Functional block L: Firmware management."""

from __future__ import annotations

from ocpp21 import (
    CsmsCalls,
    CsmsFirmwareManagementHandler,
    FirmwareStatusEnumType,
    FirmwareStatusNotificationRequest,
    FirmwareStatusNotificationResponse,
    PublishFirmwareStatusEnumType,
    PublishFirmwareStatusNotificationRequest,
    PublishFirmwareStatusNotificationResponse,
)
from ocppj import CallContext
from ocppref.csms.handlers.block import Block
from ocppref.csms.storage.jobs import Status

_UPDATES = {
    FirmwareStatusEnumType.INSTALLED: Status.SUCCEEDED,
    FirmwareStatusEnumType.DOWNLOAD_FAILED: Status.FAILED,
    FirmwareStatusEnumType.INSTALLATION_FAILED: Status.FAILED,
    FirmwareStatusEnumType.INSTALL_VERIFICATION_FAILED: Status.FAILED,
    FirmwareStatusEnumType.INVALID_SIGNATURE: Status.FAILED,
}
_PUBLICATIONS = {
    PublishFirmwareStatusEnumType.PUBLISHED: Status.SUCCEEDED,
    PublishFirmwareStatusEnumType.DOWNLOAD_FAILED: Status.FAILED,
    PublishFirmwareStatusEnumType.INVALID_CHECKSUM: Status.FAILED,
    PublishFirmwareStatusEnumType.PUBLISH_FAILED: Status.FAILED,
}


class FirmwareManagement(Block, CsmsFirmwareManagementHandler):
    """How updates get on. Without a requestId there is no update: the station was only asked."""

    async def on_firmware_status_notification(
        self, request: FirmwareStatusNotificationRequest, context: CallContext[CsmsCalls]
    ) -> FirmwareStatusNotificationResponse:
        """L01, L02."""
        await self.keep(context, request)
        if request.request_id is not None:
            end = _UPDATES.get(request.status)
            await self.tell_job(context, request.request_id, request.status.value, end)
        return FirmwareStatusNotificationResponse()

    async def on_publish_firmware_status_notification(
        self, request: PublishFirmwareStatusNotificationRequest, context: CallContext[CsmsCalls]
    ) -> PublishFirmwareStatusNotificationResponse:
        """L03."""
        await self.keep(context, request)
        if request.request_id is not None:
            end = _PUBLICATIONS.get(request.status)
            await self.tell_job(context, request.request_id, request.status.value, end)
        return PublishFirmwareStatusNotificationResponse()
