"""Functional block P Data Transfer: by vendor and message.

transfers = data_transfer_router()

@transfers.vendor("com.example", "Ping")
async def ping(
    request: DataTransferRequest, context: CallContext[ChargingStationCalls]
) -> DataTransferResponse: ...

async with Station(config, data_transfer=transfers) as station: ...
"""

from __future__ import annotations

from typing import TypeAlias

import ocpp21
from ocpp21 import ChargingStationCalls, DataTransferRequest, DataTransferResponse
from ocpp21.actions import DATA_TRANSFER
from ocppj import DataTransferRouter

VendorRouter: TypeAlias = DataTransferRouter[
    DataTransferRequest, DataTransferResponse, ChargingStationCalls
]
"""What hands DataTransfer on to the functions of vendors."""


def data_transfer_router() -> VendorRouter:
    """A router that knows no vendor yet: all are answered with UnknownVendorId (P01.FR.05)."""
    return DataTransferRouter(ocpp21.CHARGING_STATION, DATA_TRANSFER)
