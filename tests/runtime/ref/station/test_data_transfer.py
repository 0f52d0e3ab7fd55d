from __future__ import annotations

from typing import Any

import pytest
from tests.requirements import requirement
from tests.runtime.ref.station.stage import Stage, stage

from ocpp21 import (
    ChargingStationCalls,
    DataTransferRequest,
    DataTransferResponse,
    DataTransferStatusEnumType,
)
from ocppj import CallContext
from ocppj.testing import in_virtual_time
from ocppref.station.handlers.data_transfer import VendorRouter, data_transfer_router
from ocppref.station.hardware import Impossible

VENDOR = "com.example"


def router() -> VendorRouter:
    transfers = data_transfer_router()

    @transfers.vendor(VENDOR, "Echo")
    async def echo(
        request: DataTransferRequest, context: CallContext[ChargingStationCalls]
    ) -> DataTransferResponse:
        return DataTransferResponse(status=DataTransferStatusEnumType.ACCEPTED, data=request.data)

    return transfers


async def send(place: Stage, **fields: Any) -> tuple[str, Any]:
    answer = await place.to_station.data_transfer(DataTransferRequest.model_validate(fields))
    return answer.status.value, answer.data


@requirement("P01.FR.07")
@pytest.mark.parametrize("data", ["a text", 7, {"list": [1, None, True]}])
@in_virtual_time
async def test_a_vendor_handles_his_message(data: Any) -> None:
    async with stage(data_transfer=router()) as place:
        await place.booted()
        for _ in range(2):
            found = await send(place, vendor_id=VENDOR, message_id="Echo", data=data)
            assert found == ("Accepted", data)
            await place.station.power_cycle()
            await place.booted()


@requirement("P01.FR.05")
@in_virtual_time
async def test_nobody_knows_the_vendor() -> None:
    async with stage() as place:
        await place.booted()
        assert await send(place, vendor_id="org.example") == ("UnknownVendorId", None)


@requirement("P01.FR.06")
@in_virtual_time
async def test_the_vendor_does_not_know_the_message() -> None:
    async with stage(data_transfer=router()) as place:
        await place.booted()
        found = await send(place, vendor_id=VENDOR, message_id="Shout")
        assert found == ("UnknownMessageId", None)


@requirement("P01.FR.01", "P02.FR.02")
@in_virtual_time
async def test_what_ocpp_has_a_message_for_is_not_sent_as_data_of_a_vendor() -> None:
    async with stage(data_transfer=router()) as place:
        await place.booted()
        await place.charge()
        await place.station.power_cycle()
        await place.booted(2)
        await place.station.unplug(1)
        await place.tester.seen("TransactionEvent", where=lambda e: e.event_type == "Ended")
        assert place.tester.of("DataTransfer") == []


@requirement("P02.FR.08")
@in_virtual_time
async def test_the_station_sends_data_of_its_own() -> None:
    async with stage() as place:
        await place.booted()
        request = DataTransferRequest(vendor_id=VENDOR, message_id="Hello", data={"name": "CS"})
        answer = await place.station.transfer(request)
        assert answer.status is DataTransferStatusEnumType.ACCEPTED
        assert place.tester.of("DataTransfer") == [request]
        await place.station.close()
        with pytest.raises(Impossible):
            await place.station.transfer(request)
