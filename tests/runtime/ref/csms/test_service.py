"""The CSMS as a whole: handlers of the user's own, and what keeps it from starting."""

from __future__ import annotations

import socket

import pytest
from tests.runtime.ref.csms.running import BEGIN, csms_at, event, in_loop, until

import ocpp21
from ocpp21 import (
    CsmsAvailabilityHandler,
    CsmsCalls,
    DataTransferRequest,
    DataTransferResponse,
    DataTransferStatusEnumType,
    HeartbeatRequest,
    HeartbeatResponse,
    StatusNotificationRequest,
)
from ocpp21.actions import DATA_TRANSFER
from ocppj import CallContext, DataTransferRouter, RoutingError
from ocppref.csms.errors import ListenError
from ocppref.csms.parts import Parts

STATUS = StatusNotificationRequest(
    timestamp=BEGIN, connector_status="Occupied", evse_id=1, connector_id=1
)


class _Clock(CsmsAvailabilityHandler):
    """Lives in the year of the tests."""

    async def on_heartbeat(
        self, request: HeartbeatRequest, context: CallContext[CsmsCalls]
    ) -> HeartbeatResponse:
        return HeartbeatResponse(current_time=BEGIN)


class _Curious(_Clock):
    """Wants the parts of the CSMS."""

    def __init__(self, parts: Parts) -> None:
        self.parts = parts

    async def on_heartbeat(
        self, request: HeartbeatRequest, context: CallContext[CsmsCalls]
    ) -> HeartbeatResponse:
        assert self.parts.stations[context.identity].is_connected
        return HeartbeatResponse(current_time=BEGIN)


@pytest.mark.parametrize("handler", [_Clock(), _Clock, _Curious])
@in_loop
async def test_a_handler_of_the_users_own_goes_before_ours(
    sqlite_url: str, handler: object
) -> None:
    made = _Clock() if handler is _Clock else handler
    async with csms_at(sqlite_url, handlers=(made,)) as served:
        await served.add_station()
        async with served.station() as station:
            assert (await station.calls.heartbeat(HeartbeatRequest())).current_time == BEGIN
            await station.calls.status_notification(STATUS)
        [evse] = (await served.get("/stations/CS001"))["evses"]
        assert evse["connectors"][0]["status"] == "Occupied"


class _Misspelt:
    async def on_hartbeat(self, request: object, context: object) -> object:
        return None


@in_loop
async def test_a_misspelt_handler_is_told_at_the_start(sqlite_url: str) -> None:
    with pytest.raises(RoutingError, match="did you mean on_heartbeat"):
        async with csms_at(sqlite_url, handlers=(_Misspelt(),)):
            pass


@in_loop
async def test_a_vendor_is_answered_and_others_are_told_apart(sqlite_url: str) -> None:
    vendors = DataTransferRouter(ocpp21.CSMS, DATA_TRANSFER)

    @vendors.vendor("com.example", "Echo")
    async def echo(
        request: DataTransferRequest, context: CallContext[CsmsCalls]
    ) -> DataTransferResponse:
        return DataTransferResponse(status=DataTransferStatusEnumType.ACCEPTED, data=request.data)

    async with csms_at(sqlite_url, vendors=vendors) as served:
        await served.add_station()
        async with served.station() as station:

            async def send(vendor: str, message: str) -> DataTransferResponse:
                request = DataTransferRequest(vendor_id=vendor, message_id=message, data={"a": [1]})
                return await station.calls.data_transfer(request)

            assert (await send("com.example", "Echo")).data == {"a": [1]}
            assert (await send("com.example", "Other")).status == "UnknownMessageId"
            assert (await send("org.other", "Echo")).status == "UnknownVendorId"


@pytest.mark.parametrize("option", ["port", "http_port"])
@in_loop
async def test_a_port_in_use_is_told(sqlite_url: str, option: str) -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]
        name = f"--{option.replace('_', '-')}"
        with pytest.raises(ListenError, match=f"{name}: .*{port}: .*in use"):
            async with csms_at(sqlite_url, **{option: port}):
                pass


@in_loop
async def test_connections_are_seen_and_remembered(database_url: str) -> None:
    async with csms_at(database_url) as served:
        await served.add_station()
        assert (await served.get("/stations/CS001"))["connected"] is False
        async with served.station():
            shown = await served.get("/stations/CS001")
            assert shown["connected"] is True
            assert shown["boot"]["chargingStation"]["model"] == "X1"
            assert shown["ocppVersion"] == "2.1"
        live = served.service.parts.stations["CS001"]
        await until(lambda: not live.is_connected)
    async with csms_at(database_url) as served:
        shown = await served.get("/stations/CS001")
        assert (shown["connected"], shown["lastSeen"] is not None) == (False, True)
        [connection] = await served.get("/stations/CS001/connections")
        assert connection["closeCode"] == 1000 and connection["closedAt"] is not None


@in_loop
async def test_a_newer_connection_is_the_one_that_counts(sqlite_url: str) -> None:
    async with csms_at(sqlite_url) as served:
        await served.add_station()
        async with served.station() as old:
            first = await old.connected()
            async with served.station() as new:
                await first.wait_closed()
                assert (await served.get("/stations/CS001"))["connected"] is True
                await new.calls.transaction_event(event("Started", 0))
