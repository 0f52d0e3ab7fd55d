"""What is taken up again after a break, a boot or a restart; and what is told about tokens."""

from __future__ import annotations

import asyncio
from datetime import UTC, datetime, timedelta
from typing import Any

from tests.requirements import requirement
from tests.runtime.ref.csms.running import boot, csms_at, event, in_loop, token, until
from tests.runtime.ref.csms.station_side import StationSide

from ocpp21 import AuthorizeRequest, FirmwareStatusNotificationRequest, HeartbeatRequest
from ocpp21 import FirmwareStatusEnumType as Firmware

ACTIONS = "/stations/CS001/actions"
ACCEPTED = {"status": "Accepted"}


@requirement("L01.FR.20")
@in_loop
async def test_a_job_goes_on_after_the_csms_was_restarted(database_url: str) -> None:
    side = StationSide(UpdateFirmware=ACCEPTED, TriggerMessage=ACCEPTED)
    body = {"firmware": {"location": "http://h/a", "retrieveDateTime": "2025-01-01T00:00:00Z"}}
    async with csms_at(database_url) as served:
        await served.add_station()
        async with served.station(handlers=side):
            await served.post(f"{ACTIONS}/UpdateFirmware", body)
            number = side.requests("UpdateFirmware")[0].request_id
    side = StationSide(TriggerMessage=ACCEPTED)
    async with csms_at(database_url) as served:
        async with served.station(handlers=side, booted=False) as station:
            await station.calls.heartbeat(HeartbeatRequest())
            asked = await side.came("TriggerMessage")
            assert asked.requested_message == "FirmwareStatusNotification"
            await station.calls.firmware_status_notification(
                FirmwareStatusNotificationRequest(status=Firmware.INSTALLED, request_id=number)
            )
        job = await served.get(f"/jobs/{number}")
        assert (job["status"], job["detail"]) == ("succeeded", "Installed")
        other = (await served.get("/jobs/1"))["requestId"]
        assert other != number


@requirement("E14.FR.01")
@in_loop
async def test_gaps_are_asked_about_again_after_a_restart(database_url: str) -> None:
    async with csms_at(database_url) as served:
        await served.add_station()
        async with served.station() as station:
            await station.calls.transaction_event(event("Started", 0))
        async with served.station(handlers=_Silent(), booted=False) as station:
            await station.calls.transaction_event(event("Ended", 2))
    side = StationSide(GetTransactionStatus={"messagesInQueue": False})
    async with csms_at(database_url) as served:
        async with served.station(handlers=side, booted=False) as station:
            await station.calls.heartbeat(HeartbeatRequest())
            asked = await side.came("GetTransactionStatus")
            assert asked.transaction_id == "T1"


class _Silent:
    """Goes down before it has answered."""

    async def on_get_transaction_status(self, request: Any, context: Any) -> Any:
        await asyncio.Event().wait()


@requirement("N04.FR.19")
@in_loop
async def test_monitors_are_read_again_after_a_boot(database_url: str) -> None:
    def results(request: Any) -> dict[str, Any]:
        data = request.set_monitoring_data[0]
        result = {
            "id": 7,
            "status": "Accepted",
            "type": data.type.value,
            "severity": data.severity,
            "component": {"name": "C"},
            "variable": {"name": "V"},
        }
        return {"setMonitoringResult": [result]}

    monitor = {
        "value": 1.0,
        "type": "Delta",
        "severity": 1,
        "component": {"name": "C"},
        "variable": {"name": "V"},
    }
    side = StationSide(
        SetVariableMonitoring=results, GetMonitoringReport={"status": "EmptyResultSet"}
    )
    async with csms_at(database_url) as served:
        await served.add_station()
        async with served.station(handlers=side) as station:
            body = {"setMonitoringData": [monitor]}
            await served.post(f"{ACTIONS}/SetVariableMonitoring", body)
            [held] = await served.get("/stations/CS001/monitors")
            assert held["variableMonitoring"][0]["id"] == 7
            assert side.requests("GetMonitoringReport") == []
            await station.calls.boot_notification(boot())
            await side.came("GetMonitoringReport")
            while await served.get("/stations/CS001/monitors"):
                pass


@in_loop
async def test_a_report_that_a_boot_has_cut_off_is_over(sqlite_url: str) -> None:
    side = StationSide(GetReport=ACCEPTED, GetBaseReport=ACCEPTED)
    async with csms_at(sqlite_url) as served:
        await served.add_station()
        async with served.station(handlers=side) as station:
            await side.came("GetBaseReport")
            await served.post(f"{ACTIONS}/GetReport", {})
            number = side.requests("GetReport")[0].request_id
            assert (await served.get(f"/jobs/{number}"))["status"] == "running"
            await station.calls.boot_notification(boot())
            while (job := await served.get(f"/jobs/{number}"))["status"] == "running":
                pass
            assert (job["status"], job["detail"]) == ("failed", "Rebooted")


@in_loop
async def test_a_job_of_which_nothing_is_heard_is_over_at_last(sqlite_url: str) -> None:
    side = StationSide(GetReport=ACCEPTED, GetLog=ACCEPTED)
    log = {"logType": "SecurityLog", "log": {"remoteLocation": "http://h/"}}
    async with csms_at(sqlite_url) as served:
        await served.add_station()
        async with served.station(handlers=side):
            await served.post(f"{ACTIONS}/GetReport", {})
            await served.post(f"{ACTIONS}/GetLog", log)
            later = datetime.now(UTC) + timedelta(hours=2)
            late = await served.service.parts.follow_up.expire(later)
            assert [job.kind for job in late] == ["GetReport"]
            number = side.requests("GetReport")[0].request_id
            assert (await served.get(f"/jobs/{number}"))["detail"] == "TimedOut"


@requirement("C01.FR.24")
@in_loop
async def test_nobody_charges_beside_one_who_may_not_any_more(database_url: str) -> None:
    async with csms_at(database_url) as served:
        await served.add_station()
        for name in ("FIRST", "SECOND"):
            await served.add_token(name)
        async with served.station() as station:
            await station.calls.transaction_event(
                event("Started", 0, evse=1, id_token=token("FIRST"))
            )

            async def status(name: str) -> str:
                request = AuthorizeRequest(id_token=token(name))
                return (await station.calls.authorize(request)).id_token_info.status.value

            assert await status("SECOND") == "Accepted"
            await served.put("/tokens/ISO14443/FIRST", {"status": "Blocked"})
            assert (await status("SECOND"), await status("FIRST")) == ("NotAtThisTime", "Blocked")
            await station.calls.transaction_event(event("Ended", 1))
            assert await status("SECOND") == "Accepted"


@in_loop
async def test_a_token_may_be_let_charge_at_two_places(sqlite_url: str) -> None:
    for allowed, expected in ((False, "ConcurrentTx"), (True, "Accepted")):
        async with csms_at(sqlite_url, concurrent_tx=allowed) as served:
            await served.add_station()
            await served.add_token()
            async with served.station() as station:
                names = (f"{expected}1", f"{expected}2")
                for place, name in enumerate(names):
                    told = await station.calls.transaction_event(
                        event(
                            "Started",
                            0,
                            name,
                            evse=place + 1,
                            id_token=token(),
                            timestamp=datetime.now(UTC),
                        )
                    )
                assert told.id_token_info is not None
                assert told.id_token_info.status == expected
                for name in names:
                    await station.calls.transaction_event(
                        event("Ended", 1, name, timestamp=datetime.now(UTC))
                    )


@in_loop
async def test_a_stream_that_piles_up_is_made_faster(database_url: str) -> None:
    from ocpp21 import (
        ConstantStreamDataType,
        NotifyPeriodicEventStream,
        OpenPeriodicEventStreamRequest,
        PeriodicEventStreamParamsType,
        StreamDataElementType,
    )

    side = StationSide(AdjustPeriodicEventStream=ACCEPTED)
    async with csms_at(database_url) as served:
        await served.add_station()
        async with served.station(handlers=side) as station:
            params = PeriodicEventStreamParamsType(interval=10)
            data = ConstantStreamDataType(id=3, params=params, variable_monitoring_id=1)
            await station.calls.open_periodic_event_stream(
                OpenPeriodicEventStreamRequest(constant_stream_data=data)
            )
            for pending in (5, 6, 7):
                await station.calls.notify_periodic_event_stream(
                    NotifyPeriodicEventStream(
                        id=3,
                        pending=pending,
                        basetime=datetime.now(UTC),
                        data=[StreamDataElementType(t=0.0, v="1")],
                    )
                )
            asked = await side.came("AdjustPeriodicEventStream")
            assert (asked.id, asked.params.interval) == (3, 5)
            await until(lambda: len(side.requests("AdjustPeriodicEventStream")) == 1)


@requirement("G02.FR.04")
@in_loop
async def test_a_station_that_is_silent_counts_as_idle(sqlite_url: str) -> None:
    async with csms_at(sqlite_url, heartbeat_interval=30, idle_after=60) as served:
        await served.add_station()
        async with served.station():
            station = served.service.parts.stations["CS001"]
            now = datetime.now(UTC)
            assert not station.is_idle(now + timedelta(seconds=80))
            assert station.is_idle(now + timedelta(seconds=100))
            assert (await served.get("/stations/CS001"))["idle"] is False
