"""Conformance: what a CSMS asks a Charging Station for, and what becomes of it."""

from __future__ import annotations

from typing import Any

import pytest
from tests.requirements import requirement
from tests.runtime.ref.csms.conformance.tester import CUSTOM, NOW, Payload, Probe, joined
from tests.runtime.ref.csms.running import Served, csms_at, in_loop

ACCEPTED: Payload = {"status": "Accepted"}
TEXT = {"format": "UTF8", "content": "hello"}


async def _send(served: Served, action: str, body: Payload) -> Any:
    answer = await served.post(f"/stations/CS001/actions/{action}", body)
    assert answer.status_code == 200, answer.text
    return answer.json()


async def _job(served: Served, request: Payload) -> tuple[str, str]:
    job = await served.get(f"/jobs/{request['requestId']}")
    return job["status"], job["detail"]


def _variable(name: str, value: str, component: str = "Test") -> Payload:
    return {
        "component": {"name": component},
        "variable": {"name": name},
        "variableAttribute": [{"value": value, "mutability": "ReadWrite"}],
        "variableCharacteristics": {"dataType": "string", "supportsMonitoring": False},
    }


async def _report(station: Probe, request_id: int, parts: list[list[Payload]]) -> None:
    for number, data in enumerate(parts):
        report = {"requestId": request_id, "generatedAt": NOW, "seqNo": number}
        more = {"reportData": data, "tbc": number < len(parts) - 1}
        assert await station.call("NotifyReport", {**report, **more}) == {}


@requirement("F06.FR.04")
@in_loop
async def test_a_trigger_brings_the_message(sqlite_url: str) -> None:
    async with csms_at(sqlite_url) as served:
        await served.add_station()
        async with joined(served, answers={"TriggerMessage": ACCEPTED}) as station:
            body = {"requestedMessage": "StatusNotification", "evse": {"id": 1, "connectorId": 1}}
            answer = await _send(served, "TriggerMessage", {**body, "customData": CUSTOM})
            assert answer == {"status": "Accepted", "customData": CUSTOM}
            asked = await station.wait_for("TriggerMessage")
            assert asked == {**body, "customData": CUSTOM}


@requirement("G03.FR.03")
@in_loop
async def test_an_availability_that_is_scheduled_comes_later(sqlite_url: str) -> None:
    async with csms_at(sqlite_url) as served:
        await served.add_station()
        scheduled = {"ChangeAvailability": {"status": "Scheduled"}}
        async with joined(served, answers=scheduled) as station:
            place = {"id": 1, "connectorId": 1}
            await station.event("Started", 0, evse=place)
            body = {"operationalStatus": "Inoperative", "evse": {"id": 1}}
            assert (await _send(served, "ChangeAvailability", body))["status"] == "Scheduled"
            await station.event("Ended", 1)
            status = {"timestamp": NOW, "connectorStatus": "Unavailable"}
            await station.call("StatusNotification", {**status, "evseId": 1, "connectorId": 1})
        [evse] = (await served.get("/stations/CS001"))["evses"]
        assert evse["connectors"][0]["status"] == "Unavailable"


@requirement("H01.FR.01", "H04.FR.01")
@in_loop
async def test_a_reservation_expires_or_is_used(sqlite_url: str) -> None:
    token = {"idToken": "ABCD", "type": "ISO14443"}
    async with csms_at(sqlite_url) as served:
        await served.add_station()
        async with joined(served, answers={"ReserveNow": ACCEPTED}) as station:
            for number in (0, 1):
                body = {"expiryDateTime": "2040-01-01T00:00:00Z", "idToken": token, "evseId": 1}
                await _send(served, "ReserveNow", body)
                id = (await station.wait_for("ReserveNow", number))["id"]
                if number == 0:
                    update = {"reservationId": id, "reservationUpdateStatus": "Expired"}
                    await station.call("ReservationStatusUpdate", update)
                else:
                    await station.event("Started", 0, reservationId=id, evse={"id": 1})
        held = await served.get("/stations/CS001/reservations")
        held.sort(key=lambda each: each["id"])
        assert [each["status"] for each in held] == ["Expired", "Used"]
        assert (await served.get("/transactions/CS001/T1"))["reservationId"] == held[1]["id"]


@requirement("B07.FR.09", "B07.FR.14")
@in_loop
async def test_a_report_in_three_parts_is_complete_with_the_third(database_url: str) -> None:
    async with csms_at(database_url) as served:
        await served.add_station()
        async with joined(served, answers={"GetBaseReport": ACCEPTED}) as station:
            asked = await station.wait_for("GetBaseReport")  # of a station that is new
            assert asked["reportBase"] == "FullInventory"
            parts = [[_variable(f"V{n}", str(n))] for n in range(3)]
            await _report(station, asked["requestId"], parts)
            assert await _job(served, asked) == ("succeeded", "complete")
        shown = await served.get("/stations/CS001/variables")
        values = {e["variable"]["name"]: e["variableAttribute"][0]["value"] for e in shown}
        assert values == {"V0": "0", "V1": "1", "V2": "2"}


@requirement("B05.FR.11", "B06.FR.16")
@in_loop
async def test_more_variables_than_a_message_may_have_are_split(sqlite_url: str) -> None:
    def taken(request: Payload) -> Payload:
        found = request["setVariableData"]
        return {
            "setVariableResult": [
                {
                    "component": each["component"],
                    "variable": each["variable"],
                    "attributeStatus": "Rejected" if each["attributeValue"] == "4" else "Accepted",
                }
                for each in found
            ]
        }

    answers = {"GetBaseReport": ACCEPTED, "SetVariables": taken}
    async with csms_at(sqlite_url) as served:
        await served.add_station()
        async with joined(served, answers=answers) as station:
            limit = {
                **_variable("ItemsPerMessage", "3", "DeviceDataCtrlr"),
                "variable": {"name": "ItemsPerMessage", "instance": "SetVariables"},
            }
            asked = await station.wait_for("GetBaseReport")
            await _report(station, asked["requestId"], [[limit]])
            data = [
                {
                    "component": {"name": "Test"},
                    "variable": {"name": f"V{number}"},
                    "attributeValue": str(number),
                }
                for number in range(7)
            ]
            answer = await _send(served, "SetVariables", {"setVariableData": data})
            sizes = [len(p["setVariableData"]) for a, p in station.asked if a == "SetVariables"]
            assert sizes == [3, 3, 1]
            results = answer["setVariableResult"]
            assert [each["variable"]["name"] for each in results] == [f"V{n}" for n in range(7)]
            assert [each["attributeStatus"] for each in results].index("Rejected") == 4


@requirement("N04.FR.01", "N07.FR.02")
@in_loop
async def test_a_monitor_is_installed_and_its_event_comes(sqlite_url: str) -> None:
    place = {"component": {"name": "Test"}, "variable": {"name": "V"}}

    def installed(request: Payload) -> Payload:
        [data] = request["setMonitoringData"]
        result = {"id": 5, "type": data["type"], "severity": data["severity"], **place}
        return {"setMonitoringResult": [{**result, "status": "Accepted"}]}

    async with csms_at(sqlite_url) as served:
        await served.add_station()
        async with joined(served, answers={"SetVariableMonitoring": installed}) as station:
            data = {"value": 40, "type": "UpperThreshold", "severity": 4, **place}
            await _send(served, "SetVariableMonitoring", {"setMonitoringData": [data]})
            held = await served.get("/stations/CS001/monitors")
            assert '"UpperThreshold"' in str(held).replace("'", '"')
            event = {
                "eventId": 1,
                "timestamp": NOW,
                "trigger": "Alerting",
                "actualValue": "41",
                "eventNotificationType": "CustomMonitor",
                "variableMonitoringId": 5,
                **place,
            }
            notified = {"generatedAt": NOW, "seqNo": 0, "tbc": False, "eventData": [event]}
            assert await station.call("NotifyEvent", notified) == {}
        [shown] = await served.get("/stations/CS001/events")
        assert '"actualValue": "41"' in str(shown).replace("'", '"')


@requirement("O04.FR.01", "O04.FR.06")
@in_loop
async def test_display_messages_come_in_parts(sqlite_url: str) -> None:
    async with csms_at(sqlite_url) as served:
        await served.add_station()
        async with joined(served, answers={"GetDisplayMessages": ACCEPTED}) as station:
            await _send(served, "GetDisplayMessages", {})
            asked = await station.wait_for("GetDisplayMessages")
            for number in (1, 2):
                message = {"id": number, "priority": "NormalCycle", "message": TEXT}
                part = {"requestId": asked["requestId"], "messageInfo": [message]}
                await station.call("NotifyDisplayMessages", {**part, "tbc": number == 1})
            assert (await _job(served, asked))[0] == "succeeded"
        shown = await served.get("/stations/CS001/display-messages")
        assert [each["id"] for each in shown] == [1, 2]


@pytest.mark.parametrize(
    ("statuses", "end"),
    [
        (("Uploading", "Uploaded"), ("succeeded", "Uploaded")),
        (("Uploading", "UploadFailure"), ("failed", "UploadFailure")),
    ],
)
@requirement("N01.FR.07")
@in_loop
async def test_a_log_is_followed_to_its_end(
    sqlite_url: str, statuses: tuple[str, ...], end: tuple[str, str]
) -> None:
    async with csms_at(sqlite_url) as served:
        await served.add_station()
        async with joined(served, answers={"GetLog": ACCEPTED}) as station:
            log = {"remoteLocation": "https://127.0.0.1/logs"}
            await _send(served, "GetLog", {"logType": "DiagnosticsLog", "log": log})
            asked = await station.wait_for("GetLog")
            for status in statuses:
                told = {"status": status, "requestId": asked["requestId"]}
                assert await station.call("LogStatusNotification", told) == {}
            assert await _job(served, asked) == end


@requirement("L01.FR.20")
@in_loop
async def test_firmware_is_followed_to_its_end_across_a_reboot(sqlite_url: str) -> None:
    async with csms_at(sqlite_url) as served:
        await served.add_station()
        firmware = {"location": "https://127.0.0.1/fw", "retrieveDateTime": NOW}
        async with joined(served, answers={"UpdateFirmware": ACCEPTED}) as station:
            await _send(served, "UpdateFirmware", {"firmware": firmware})
            asked = await station.wait_for("UpdateFirmware")
            for status in ("Downloading", "Downloaded", "Installing"):
                told = {"status": status, "requestId": asked["requestId"]}
                await station.call("FirmwareStatusNotification", told)
            assert (await _job(served, asked))[0] == "running"
    async with csms_at(sqlite_url) as served, joined(served) as station:
        told = {"status": "Installed", "requestId": asked["requestId"]}
        await station.call("FirmwareStatusNotification", told)
        assert await _job(served, asked) == ("succeeded", "Installed")


@requirement("P02.FR.06", "P02.FR.07")
@in_loop
async def test_an_unknown_vendor_is_told_so(sqlite_url: str) -> None:
    async with csms_at(sqlite_url) as served:
        await served.add_station()
        async with joined(served) as station:
            answer = await station.call("DataTransfer", {"vendorId": "com.nobody", "data": [1]})
            assert answer["status"] == "UnknownVendorId"


@in_loop
async def test_a_send_is_taken_and_never_answered(sqlite_url: str) -> None:
    async with csms_at(sqlite_url) as served:
        await served.add_station()
        async with joined(served) as station:
            parameters = {"interval": 5, "values": 2}
            stream = {"id": 1, "variableMonitoringId": 5, "params": parameters}
            opened = await station.call("OpenPeriodicEventStream", {"constantStreamData": stream})
            assert opened["status"] in ("Accepted", "Rejected")
            sent = {"id": 1, "pending": 0, "basetime": NOW, "data": [{"t": 0, "v": "1"}]}
            await station.send("NotifyPeriodicEventStream", sent)
            await station.send("NotifyPeriodicEventStream", {"nonsense": True})
            await station.call("Heartbeat", {})  # nothing came in between: `joined` looks
