"""Messages of a vendor's own, as DataTransfer: each goes to a function that is made for it.

python examples/custom_handler.py
"""

from __future__ import annotations

import ocpp21
import ocppj
from ocpp21 import (
    ChargingStationCalls,
    CsmsCalls,
    CsmsHandler,
    DataTransferRequest,
    DataTransferResponse,
    DataTransferStatusEnumType,
)
from ocpp21.actions import DATA_TRANSFER
from ocppj import CallContext, DataTransferRouter, ErrorCode, OCPPCallError, Refusal

VENDOR = "com.example"

transfers = DataTransferRouter(ocpp21.CSMS, DATA_TRANSFER)


@transfers.vendor(VENDOR, "Temperature")
async def take_temperature(
    request: DataTransferRequest, context: CallContext[CsmsCalls]
) -> DataTransferResponse:
    """The data is any JSON value, which nobody has checked yet."""
    match request.data:
        case {"celsius": int() | float() as celsius}:
            print(f"{context.identity} has {celsius} degrees")
            return DataTransferResponse(
                status=DataTransferStatusEnumType.ACCEPTED, data={"ok": True}
            )
        case _:
            raise Refusal(ErrorCode.PROPERTY_CONSTRAINT_VIOLATION, "/data: celsius is missing")


@transfers.vendor(VENDOR)
async def take_any_other(
    request: DataTransferRequest, context: CallContext[CsmsCalls]
) -> DataTransferResponse:
    """All the other messages of this vendor."""
    print(f"{context.identity} sends {request.message_id}")
    return DataTransferResponse(status=DataTransferStatusEnumType.REJECTED)


class Csms(CsmsHandler):
    """The standard's own messages are handled here, beside the router."""


async def transfer(csms: ChargingStationCalls, request: DataTransferRequest) -> None:
    try:
        response = await csms.data_transfer(request)
    except OCPPCallError as error:
        print(f"station: {error}")
    else:
        print(f"station: {response.status}, {response.data}")


async def main() -> None:
    async with (
        ocppj.serve_csms([Csms(), transfers], bindings=[ocpp21.CSMS], port=0) as csms,
        ocppj.connect_station(
            [],
            f"ws://127.0.0.1:{csms.port}",
            identity="CS001",
            bindings=[ocpp21.CHARGING_STATION],
        ) as station,
    ):
        await station.connected()
        for request in (
            DataTransferRequest(vendor_id=VENDOR, message_id="Temperature", data={"celsius": 41.5}),
            DataTransferRequest(vendor_id=VENDOR, message_id="Temperature"),
            DataTransferRequest(vendor_id=VENDOR, message_id="Humidity", data=30),
            DataTransferRequest(vendor_id="org.example"),
        ):
            await transfer(station.calls, request)


if __name__ == "__main__":
    ocppj.run(main())
