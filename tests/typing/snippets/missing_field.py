"""A required field cannot be left out."""

# mypy says: Missing named argument "reason" for "BootNotificationRequest"
# pyright says: Argument missing for parameter "reason"

from __future__ import annotations

from ocpp21 import BootNotificationRequest, ChargingStationType

BootNotificationRequest(charging_station=ChargingStationType(model="M", vendor_name="V"))  # error
