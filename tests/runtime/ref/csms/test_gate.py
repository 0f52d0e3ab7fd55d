"""What a station may send before its boot is accepted."""

from __future__ import annotations

import pytest
from tests.requirements import requirement
from tests.runtime.ref.csms.running import BEGIN, boot, csms_at, in_loop
from tests.runtime.ref.csms.station_side import StationSide

from ocpp21 import HeartbeatRequest, NotifyReportRequest, StatusNotificationRequest
from ocppj import OCPPCallError

HEARTBEAT = HeartbeatRequest()
STATUS = StatusNotificationRequest(
    timestamp=BEGIN, connector_status="Occupied", evse_id=1, connector_id=1
)


@requirement("B01.FR.02", "B01.FR.10", "G02.FR.03")
@in_loop
async def test_before_its_boot_a_station_may_send_nothing_else(database_url: str) -> None:
    async with csms_at(database_url) as served:
        await served.add_station()
        async with served.station(booted=False) as station:
            with pytest.raises(OCPPCallError, match="SecurityError"):
                await station.calls.heartbeat(HEARTBEAT)
            response = await station.calls.boot_notification(boot())
            assert (response.status, response.interval) == ("Accepted", 300)
            assert (await station.calls.heartbeat(HEARTBEAT)).current_time.year > 2024


@in_loop
async def test_an_accepted_boot_outlives_the_socket_and_the_csms(database_url: str) -> None:
    async with csms_at(database_url) as served:
        await served.add_station(heartbeatInterval=77)
        async with served.station(booted=False) as station:
            assert (await station.calls.boot_notification(boot())).interval == 77
        async with served.station(booted=False) as station:
            await station.calls.heartbeat(HEARTBEAT)
    async with csms_at(database_url) as served:
        async with served.station(booted=False) as station:
            await station.calls.heartbeat(HEARTBEAT)


@requirement("B03.FR.03", "B03.FR.07")
@in_loop
async def test_a_rejected_station_is_left_alone(database_url: str) -> None:
    async with csms_at(database_url, retry_interval=5) as served:
        await served.add_station(registration="Rejected")
        side = StationSide(TriggerMessage={"status": "Accepted"})
        async with served.station(handlers=side, booted=False) as station:
            response = await station.calls.boot_notification(boot())
            assert (response.status, response.interval) == ("Rejected", 5)
            with pytest.raises(OCPPCallError, match="SecurityError"):
                await station.calls.heartbeat(HEARTBEAT)
            body = {"requestedMessage": "Heartbeat"}
            answer = await served.post("/stations/CS001/actions/TriggerMessage", body)
            assert answer.status_code == 409
            assert not side.asked


@requirement("B02.FR.01", "B02.FR.09")
@in_loop
async def test_a_pending_station_sends_what_it_is_asked_for(database_url: str) -> None:
    side = StationSide(
        TriggerMessage=lambda r: {
            "status": "Accepted" if r.requested_message == "Heartbeat" else "Rejected"
        },
        GetBaseReport={"status": "Accepted"},
    )
    async with csms_at(database_url) as served:
        await served.add_station(registration="Pending")
        async with served.station(handlers=side) as station:

            async def trigger(message: str) -> None:
                body = {"requestedMessage": message}
                await served.post("/stations/CS001/actions/TriggerMessage", body)

            with pytest.raises(OCPPCallError, match="SecurityError"):
                await station.calls.heartbeat(HEARTBEAT)
            await trigger("StatusNotification")
            with pytest.raises(OCPPCallError, match="SecurityError"):
                await station.calls.status_notification(STATUS)
            await trigger("Heartbeat")
            await station.calls.heartbeat(HEARTBEAT)
            report = NotifyReportRequest(request_id=1, generated_at=BEGIN, seq_no=0)
            with pytest.raises(OCPPCallError, match="SecurityError"):
                await station.calls.notify_report(report)
            body = {"reportBase": "FullInventory"}
            await served.post("/stations/CS001/actions/GetBaseReport", body)
            await station.calls.notify_report(report)
            await served.put("/stations/CS001", {"registration": "Accepted"})
            assert (await station.calls.boot_notification(boot())).status == "Accepted"
