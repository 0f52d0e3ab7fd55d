"""What Charging Stations send, a module for each functional block of OCPP."""

from __future__ import annotations

from ocppref.csms.handlers.authorization import Authorization
from ocppref.csms.handlers.availability import Availability
from ocppref.csms.handlers.battery_swapping import BatterySwapping
from ocppref.csms.handlers.certificate_management import CertificateManagement
from ocppref.csms.handlers.der_control import DERControl
from ocppref.csms.handlers.diagnostics import Diagnostics
from ocppref.csms.handlers.display_message import DisplayMessage
from ocppref.csms.handlers.firmware_management import FirmwareManagement
from ocppref.csms.handlers.meter_values import MeterValues
from ocppref.csms.handlers.provisioning import Provisioning
from ocppref.csms.handlers.reservation import Reservation
from ocppref.csms.handlers.security import Security
from ocppref.csms.handlers.smart_charging import SmartCharging
from ocppref.csms.handlers.transactions import Transactions
from ocppref.csms.parts import Parts

BLOCKS = (
    Security,
    Provisioning,
    Authorization,
    Transactions,
    Availability,
    Reservation,
    MeterValues,
    SmartCharging,
    FirmwareManagement,
    CertificateManagement,
    Diagnostics,
    DisplayMessage,
    DERControl,
    BatterySwapping,
)
"""All of them but DataTransfer, which a `DataTransferRouter` handles."""


def make_handlers(parts: Parts) -> list[object]:
    """A handler for each block."""
    return [block(parts) for block in BLOCKS]
