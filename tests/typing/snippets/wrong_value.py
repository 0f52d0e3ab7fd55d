"""A value must have the type of its field."""

# mypy says: incompatible type "str"; expected "BootReasonEnumType"
# mypy says: "type[BootReasonEnumType]" has no attribute "POWERUP"
# pyright says: cannot be assigned to parameter "reason" of type "BootReasonEnumType"
# pyright says: Cannot access attribute "POWERUP" for class "type[BootReasonEnumType]"

from __future__ import annotations

from ocpp21 import BootNotificationRequest, BootReasonEnumType, ChargingStationType

STATION = ChargingStationType(model="M", vendor_name="V")
BootNotificationRequest(charging_station=STATION, reason="PowerUp")  # error
BootNotificationRequest(charging_station=STATION, reason=BootReasonEnumType.POWERUP)  # error
