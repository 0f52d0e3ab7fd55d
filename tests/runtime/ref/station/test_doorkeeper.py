"""What a rejected station answers."""

from __future__ import annotations

import asyncio

import pytest
from tests.requirements import requirement
from tests.runtime.ref.station.bench import lab
from tests.runtime.ref.station.tester import boot_answer

from ocpp21 import (
    ChargingStationCalls,
    ChargingStationHandler,
    ClearCacheRequest,
    ClearCacheResponse,
    ClearCacheStatusEnumType,
    GetLocalListVersionRequest,
)
from ocppj import CallContext, ErrorCode, OCPPCallError
from ocppj.testing import in_virtual_time
from ocppref.station.doorkeeper import Doorkeeper


class Cache(ChargingStationHandler):
    async def on_clear_cache(
        self, request: ClearCacheRequest, context: CallContext[ChargingStationCalls]
    ) -> ClearCacheResponse:
        return ClearCacheResponse(status=ClearCacheStatusEnumType.ACCEPTED)


class Misspelt:
    async def on_clear_cash(self, request: object, context: object) -> None: ...


@requirement("B03.FR.08")
@in_virtual_time
async def test_rejected_it_answers_everything_with_a_security_error() -> None:
    async with lab() as the:
        the.tester.answers["BootNotification"] = boot_answer("Rejected", interval=100)
        station = the.bench()
        station.start([Doorkeeper(station.registration, [Cache()])])
        await the.tester.seen("BootNotification")
        await asyncio.sleep(1)
        with pytest.raises(OCPPCallError) as raised:
            await the.to_station.clear_cache(ClearCacheRequest())
        assert raised.value.code is ErrorCode.SECURITY_ERROR
        with pytest.raises(OCPPCallError) as raised:  # whether there is a handler or not
            await the.to_station.get_local_list_version(GetLocalListVersionRequest())
        assert raised.value.code is ErrorCode.SECURITY_ERROR
        await station.close()


@requirement("B02.FR.01")
@pytest.mark.parametrize("status", ["Pending", "Accepted"])
def test_otherwise_it_lets_everything_through(status: str) -> None:
    @in_virtual_time
    async def run() -> None:
        async with lab() as the:
            the.tester.answers["BootNotification"] = boot_answer(status)
            station = the.bench()
            station.start([Doorkeeper(station.registration, [Cache()])])
            await the.tester.seen("BootNotification")
            await asyncio.sleep(1)
            response = await the.to_station.clear_cache(ClearCacheRequest())
            assert response.status is ClearCacheStatusEnumType.ACCEPTED
            with pytest.raises(OCPPCallError) as raised:
                await the.to_station.get_local_list_version(GetLocalListVersionRequest())
            assert raised.value.code is ErrorCode.NOT_SUPPORTED
            await station.close()

    run()


@in_virtual_time
async def test_handlers_that_do_not_fit_are_noticed_at_once() -> None:
    async with lab() as the:
        station = the.bench()
        with pytest.raises(TypeError, match=r"Misspelt\.on_clear_cash is no Action"):
            Doorkeeper(station.registration, [Misspelt()])
        with pytest.raises(TypeError, match=r"Cache\.on_clear_cache is there twice"):
            Doorkeeper(station.registration, [Cache(), Cache()])
