"""Functional block L: UpdateFirmware. Publishing firmware is for Local Controllers."""

from __future__ import annotations

from ocpp21 import ChargingStationCalls, UpdateFirmwareRequest, UpdateFirmwareResponse
from ocppj import CallContext
from ocppref.station.firmware import Firmware


class FirmwareManagementHandler:
    """UpdateFirmware."""

    def __init__(self, *, firmware: Firmware) -> None:
        self._firmware = firmware

    async def on_update_firmware(
        self, request: UpdateFirmwareRequest, context: CallContext[ChargingStationCalls]
    ) -> UpdateFirmwareResponse:
        """L01, L02."""
        response = self._firmware.judge(request)
        context.after_answer(lambda: self._firmware.perform(request, response.status))
        return response
