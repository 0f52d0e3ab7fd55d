"""A field that does not exist can be neither set nor read."""

# mypy says: Unexpected keyword argument "resaon" for "BootNotificationRequest"; did you mean
# mypy says: "BootNotificationRequest" has no attribute "resaon"
# mypy says: Unexpected keyword argument "vendorName" for "ChargingStationType"
# pyright says: No parameter named "resaon"
# pyright says: Cannot access attribute "resaon" for class "BootNotificationRequest"
# pyright says: No parameter named "vendorName"

from __future__ import annotations

from ocpp21 import BootNotificationRequest, BootReasonEnumType, ChargingStationType

STATION = ChargingStationType(model="M", vendor_name="V")
BootNotificationRequest(  # error: mypy
    charging_station=STATION,
    reason=BootReasonEnumType.POWER_UP,
    resaon=BootReasonEnumType.POWER_UP,  # error: pyright
)
ChargingStationType(model="M", vendor_name="V", vendorName="V")  # error


def read(request: BootNotificationRequest) -> str:
    return request.resaon  # error
