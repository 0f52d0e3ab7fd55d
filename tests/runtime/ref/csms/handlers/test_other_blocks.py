"""What else stations send, and what becomes of it."""

from __future__ import annotations

from typing import Any

import pytest
from tests.requirements import requirement
from tests.runtime.ref.csms.running import BEGIN, Served, csms_at, in_loop, token
from tests.runtime.ref.csms.station_side import StationSide

import ocpp21
from ocpp21 import (
    AuthorizeRequest,
    ComponentType,
    EventDataType,
    EVSEType,
    NotifyEventRequest,
    OCSPRequestDataType,
    SecurityEventNotificationRequest,
    VariableType,
)
from ocppj import CallSpec, Side
from ocppref.csms.storage import holdings
from ocppref.csms.storage.holdings import Kind

_AT = "2025-06-01T12:00:00Z"
_HASH = {
    "hashAlgorithm": "SHA256",
    "issuerNameHash": "a",
    "issuerKeyHash": "b",
    "serialNumber": "1",
}
_OCSP = {**_HASH, "responderURL": "http://example.com"}


async def _call(station: Any, action: str, payload: dict[str, Any]) -> dict[str, Any]:
    """Send a request by its name on the wire; the answer likewise."""
    spec = ocpp21.ACTIONS[action]
    request = spec.request.model_validate(payload)  # type: ignore[attr-defined]
    response = await getattr(station.calls, spec.method)(request)
    shown: dict[str, Any] = response.model_dump(by_alias=True, exclude_none=True, mode="json")
    return shown


async def _held(served: Served, kind: Kind) -> list[dict[str, Any]]:
    store = served.service.parts.store
    return await store.read(lambda c: holdings.read_all(c, "CS001", kind))


@requirement("C04.FR.01", "C04.FR.02", "C09.FR.10", "C01.FR.19")
@in_loop
async def test_tokens_are_judged(database_url: str) -> None:
    async with csms_at(database_url) as served:
        await served.add_station()
        await served.add_token("1234", "KeyCode")
        async with served.station() as station:

            async def status(shown: ocpp21.IdTokenType) -> str:
                answer = await station.calls.authorize(AuthorizeRequest(id_token=shown))
                assert answer.id_token_info.evse_id is None
                return answer.id_token_info.status

            assert await status(token("1234", "KeyCode")) == "Accepted"
            assert await status(token("9999", "KeyCode")) == "Invalid"
            assert await status(token("1234")) == "Unknown"


@requirement("C07.FR.17")
@in_loop
async def test_a_contract_that_nobody_here_can_verify_is_not_accepted(database_url: str) -> None:
    async with csms_at(database_url) as served:
        await served.add_station()
        await served.add_token("DE-1", "eMAID")
        async with served.station() as station:
            contract = OCSPRequestDataType.model_validate(_OCSP)
            for shown in (
                {"certificate": "-----BEGIN CERTIFICATE-----"},
                {"iso15118_certificate_hash_data": [contract]},
            ):
                request = AuthorizeRequest(id_token=token("DE-1", "eMAID"), **shown)
                answer = await station.calls.authorize(request)
                assert answer.certificate_status == "CertChainError"
                assert answer.id_token_info.status == "Invalid"


@pytest.mark.parametrize(
    ("action", "payload", "expected"),
    [
        ("SignCertificate", {"csr": "x"}, {"status": "Rejected"}),
        (
            "VatNumberValidation",
            {"vatNumber": "NL1", "evseId": 2},
            {"status": "Rejected", "vatNumber": "NL1", "evseId": 2},
        ),
        (
            "Get15118EVCertificate",
            {"iso15118SchemaVersion": "v", "action": "Install", "exiRequest": "x"},
            {"status": "Failed", "exiResponse": ""},
        ),
        ("GetCertificateStatus", {"ocspRequestData": _OCSP}, {"status": "Failed"}),
        (
            "PullDynamicScheduleUpdate",
            {"chargingProfileId": 1},
            {"status": "Rejected"},
        ),
        (
            "NotifyEVChargingNeeds",
            {"evseId": 1, "chargingNeeds": {"requestedEnergyTransfer": "DC"}},
            {"status": "Rejected"},
        ),
        (
            "NotifyEVChargingNeeds",
            {
                "evseId": 1,
                "chargingNeeds": {
                    "requestedEnergyTransfer": "DC",
                    "controlMode": "ScheduledControl",
                },
            },
            {"status": "NoChargingProfile"},
        ),
    ],
)
@requirement("C18.FR.10", "M06.FR.01", "M06.FR.04", "K15.FR.02")
@in_loop
async def test_what_the_csms_cannot_do_it_does_not_pretend(
    sqlite_url: str, action: str, payload: dict[str, Any], expected: dict[str, Any]
) -> None:
    async with csms_at(sqlite_url) as served:
        await served.add_station()
        async with served.station() as station:
            answer = await _call(station, action, payload)
            answer.pop("statusInfo", None)
            assert answer == expected


@in_loop
async def test_certificates_of_a_vehicle_are_not_said_to_be_good(sqlite_url: str) -> None:
    async with csms_at(sqlite_url) as served:
        await served.add_station()
        async with served.station() as station:
            request = {"certificateHashData": _HASH, "source": "OCSP", "urls": ["http://x"]}
            answer = await _call(
                station, "GetCertificateChainStatus", {"certificateStatusRequests": [request] * 2}
            )
            assert [each["status"] for each in answer["certificateStatus"]] == ["Failed", "Failed"]


@requirement("A04.FR.02", "A04.FR.03")
@in_loop
async def test_security_events_of_any_type_are_kept(database_url: str) -> None:
    async with csms_at(database_url) as served:
        await served.add_station()
        async with served.station() as station:
            for kind in ("MemoryExhaustion", "Something'; DROP TABLE stations; --"):
                await station.calls.security_event_notification(
                    SecurityEventNotificationRequest(type=kind, timestamp=BEGIN)
                )
    async with csms_at(database_url) as served:
        shown = await served.get("/stations/CS001/security-events", limit=1)
        assert shown[0]["type"] == "Something'; DROP TABLE stations; --"
        assert len(await served.get("/stations/CS001/security-events")) == 2


def _event(name: str, variable: str, value: str, minute: int = 0, **place: Any) -> EventDataType:
    return EventDataType(
        event_id=minute,
        timestamp=BEGIN.replace(minute=minute),
        trigger="Delta",
        actual_value=value,
        event_notification_type="HardWiredNotification",
        component=ComponentType(name=name, **place),
        variable=VariableType(name=variable),
    )


@requirement("N07.FR.03", "N08.FR.02", "G05.FR.03")
@in_loop
async def test_both_styles_of_a_connectors_state_are_understood(database_url: str) -> None:
    async with csms_at(database_url) as served:
        await served.add_station()
        async with served.station() as station:
            place = EVSEType(id=2, connector_id=1)
            data = [
                _event("Connector", "AvailabilityState", "Occupied", 5, evse=place),
                _event("connector", "availabilitystate", "Available", 1, evse=place),
                _event("ChargingStation", "Problem", "true", 2),
            ]
            await station.calls.notify_event(
                NotifyEventRequest(generated_at=BEGIN, seq_no=0, event_data=data)
            )
            await _call(
                station,
                "StatusNotification",
                {"timestamp": _AT, "connectorStatus": "Faulted", "evseId": 1, "connectorId": 1},
            )
            assert [
                (evse["id"], evse["connectors"][0]["status"])
                for evse in (await served.get("/stations/CS001"))["evses"]
            ] == [(1, "Faulted"), (2, "Occupied")]
            events = await served.get("/stations/CS001/events")
            assert [each["eventId"] for each in events] == [2, 1, 5]


@pytest.mark.parametrize(
    ("action", "request_body", "notice", "steps", "end"),
    [
        (
            "GetLog",
            {"logType": "SecurityLog", "log": {"remoteLocation": "http://x"}},
            "LogStatusNotification",
            ["Uploading", "Uploaded", "Idle"],
            ("succeeded", "Uploaded"),
        ),
        (
            "GetLog",
            {"logType": "SecurityLog", "log": {"remoteLocation": "http://x"}},
            "LogStatusNotification",
            ["AcceptedCanceled"],
            ("canceled", "AcceptedCanceled"),
        ),
        (
            "UpdateFirmware",
            {"firmware": {"location": "http://x", "retrieveDateTime": _AT}},
            "FirmwareStatusNotification",
            ["Downloading", "Downloaded", "Installing", "Installed"],
            ("succeeded", "Installed"),
        ),
        (
            "UpdateFirmware",
            {"firmware": {"location": "http://x", "retrieveDateTime": _AT}},
            "FirmwareStatusNotification",
            ["Downloading", "InvalidSignature"],
            ("failed", "InvalidSignature"),
        ),
        (
            "PublishFirmware",
            {"location": "http://x", "checksum": "0" * 32},
            "PublishFirmwareStatusNotification",
            ["Downloading", "Published"],
            ("succeeded", "Published"),
        ),
    ],
)
@in_loop
async def test_a_job_follows_what_the_station_tells_of_it(
    sqlite_url: str,
    action: str,
    request_body: dict[str, Any],
    notice: str,
    steps: list[str],
    end: tuple[str, str],
) -> None:
    side = StationSide(**{action: {"status": "Accepted"}})
    async with csms_at(sqlite_url) as served:
        await served.add_station()
        await served.add_station("CS002")
        async with served.station(handlers=side) as station, served.station("CS002") as other:
            assert (await served.post(f"/stations/CS001/actions/{action}", request_body)).is_success
            number = side.requests(action)[0].request_id
            await _call(other, notice, {"status": "Idle"})
            extra = {"location": ["http://y"]} if "Published" in steps else {}
            for step in steps:
                said = {"status": step, "requestId": number}
                await _call(other, notice, said)
                await _call(station, notice, {**said, **(extra if step == "Published" else {})})
            job = await served.get(f"/jobs/{number}")
            assert (job["status"], job["detail"], job["kind"]) == (*end, action)
            assert [each["status"] for each in job["history"]] == ["Accepted", *steps]


@in_loop
async def test_external_limits_hold_until_they_are_cleared(database_url: str) -> None:
    async with csms_at(database_url) as served:
        await served.add_station()
        async with served.station() as station:
            for source, evse in (("EMS", {}), ("EMS", {"evseId": 1}), ("SO", {})):
                limit = {"chargingLimitSource": source}
                await _call(station, "NotifyChargingLimit", {"chargingLimit": limit, **evse})
            assert len(await _held(served, Kind.EXTERNAL_LIMIT)) == 3
            await _call(station, "ClearedChargingLimit", {"chargingLimitSource": "EMS"})
            held = await _held(served, Kind.EXTERNAL_LIMIT)
            assert [each.get("evseId") for each in held] == [1, None]


@in_loop
async def test_a_report_of_all_monitors_replaces_those_that_were_known(database_url: str) -> None:
    def monitor(number: int) -> dict[str, Any]:
        return {
            "component": {"name": "EVSE"},
            "variable": {"name": "Power"},
            "variableMonitoring": [
                {
                    "id": number,
                    "transaction": False,
                    "value": 1,
                    "type": "Delta",
                    "severity": 5,
                    "eventNotificationType": "CustomMonitor",
                }
            ],
        }

    side = StationSide(GetMonitoringReport={"status": "Accepted"})
    async with csms_at(database_url) as served:
        await served.add_station()
        async with served.station(handlers=side) as station:

            async def report(body: dict[str, Any], *numbers: int) -> list[int]:
                await served.post("/stations/CS001/actions/GetMonitoringReport", body)
                number = side.requests("GetMonitoringReport")[-1].request_id
                said = {"requestId": number, "seqNo": 0, "generatedAt": _AT}
                said["monitor"] = [monitor(each) for each in numbers]
                await _call(station, "NotifyMonitoringReport", said)
                found = await served.get("/stations/CS001/monitors")
                return sorted(each["variableMonitoring"][0]["id"] for each in found)

            assert await report({}, 1, 2) == [1, 2]
            assert await report({"monitoringCriteria": ["DeltaMonitoring"]}, 3) == [1, 2, 3]
            assert await report({}, 4) == [4]


@in_loop
async def test_messages_and_profiles_are_collected_from_parts(database_url: str) -> None:
    def message(number: int) -> dict[str, Any]:
        return {
            "id": number,
            "priority": "NormalCycle",
            "message": {"format": "UTF8", "content": "x"},
        }

    def profile(number: int) -> dict[str, Any]:
        period = {"startPeriod": 0, "limit": 1}
        schedule = {"id": 1, "chargingRateUnit": "W", "chargingSchedulePeriod": [period]}
        return {
            "id": number,
            "stackLevel": 0,
            "chargingProfilePurpose": "TxDefaultProfile",
            "chargingProfileKind": "Relative",
            "chargingSchedule": [schedule],
        }

    accepted = {"status": "Accepted"}
    side = StationSide(GetDisplayMessages=accepted, GetChargingProfiles=accepted)
    async with csms_at(database_url) as served:
        await served.add_station()
        async with served.station(handlers=side) as station:
            for action, body in (
                ("GetDisplayMessages", {}),
                ("GetChargingProfiles", {"chargingProfile": {"stackLevel": 0}}),
            ):
                await served.post(f"/stations/CS001/actions/{action}", body)
            one = side.requests("GetDisplayMessages")[0].request_id
            two = side.requests("GetChargingProfiles")[0].request_id
            for tbc, number in ((True, 1), (False, 2)):
                said = {"requestId": one, "tbc": tbc, "messageInfo": [message(number)]}
                await _call(station, "NotifyDisplayMessages", said)
                said = {
                    "requestId": two,
                    "tbc": tbc,
                    "evseId": 1,
                    "chargingLimitSource": "CSO",
                    "chargingProfile": [profile(number)],
                }
                await _call(station, "ReportChargingProfiles", said)
            for number in (one, two):
                assert (await served.get(f"/jobs/{number}"))["status"] == "succeeded"
            shown = await served.get("/stations/CS001/display-messages")
            assert [each["id"] for each in shown] == [1, 2]
            shown = await served.get("/stations/CS001/charging-profiles")
            assert [each["chargingProfile"][0]["id"] for each in shown] == [1, 2]


@requirement("N11.FR.04", "N13.FR.02", "N15.FR.02")
@in_loop
async def test_an_event_stream_is_opened_filled_and_closed(database_url: str) -> None:
    async with csms_at(database_url) as served:
        await served.add_station()
        async with served.station() as station:
            stream = {"id": 4, "params": {"interval": 1}, "variableMonitoringId": 9}
            opened = await _call(station, "OpenPeriodicEventStream", {"constantStreamData": stream})
            assert opened == {"status": "Accepted"}
            assert await _held(served, Kind.EVENT_STREAM) == [stream]
            said = {"id": 4, "pending": 0, "basetime": _AT, "data": [{"t": 0, "v": "1"}]}
            message = ocpp21.NotifyPeriodicEventStream.model_validate(said)
            await station.calls.notify_periodic_event_stream(message)
            await _call(station, "ClosePeriodicEventStream", {"id": 4})
            assert await _held(served, Kind.EVENT_STREAM) == []
            sent = (await served.get("/stations/CS001/messages"))[::-1]
            kinds = [each["frame"][:2] for each in sent if each["direction"] == "out"]
            assert "[4" not in kinds and "[5" not in kinds


@requirement("J01.FR.18")
@in_loop
async def test_what_is_only_kept_is_answered(database_url: str) -> None:
    value = {"timestamp": _AT, "sampledValue": [{"value": 1}]}
    battery = {"evseId": 1, "serialNumber": "B1", "soC": 50, "soH": 90}
    who = {"idToken": "ABCD", "type": "ISO14443"}
    messages: list[tuple[str, dict[str, Any]]] = [
        ("MeterValues", {"evseId": 1, "meterValue": [value]}),
        ("NotifyDERAlarm", {"controlType": "LimitMaxDischarge", "timestamp": _AT}),
        ("NotifyDERStartStop", {"controlId": "c", "started": True, "timestamp": _AT}),
        ("ReportDERControl", {"requestId": 1}),
        ("NotifyPriorityCharging", {"transactionId": "T1", "activated": True}),
        (
            "NotifySettlement",
            {"pspRef": "p", "status": "Settled", "settlementAmount": 1, "settlementTime": _AT},
        ),
        (
            "BatterySwap",
            {"batteryData": [battery], "eventType": "BatteryIn", "idToken": who, "requestId": 1},
        ),
        (
            "NotifyCustomerInformation",
            {"data": "x", "seqNo": 0, "generatedAt": _AT, "requestId": 1},
        ),
        ("ReservationStatusUpdate", {"reservationId": 1, "reservationUpdateStatus": "Expired"}),
    ]
    async with csms_at(database_url) as served:
        await served.add_station()
        async with served.station() as station:
            for action, payload in messages:
                assert await _call(station, action, payload) == {}, action


def test_every_action_of_a_station_has_a_handler() -> None:
    from ocppref.csms.gate import gated
    from ocppref.csms.handlers import BLOCKS
    from ocppref.csms.stations import Stations

    blocks = [block.__new__(block) for block in BLOCKS]
    found = {name for name in vars(gated(blocks, Stations())) if name.startswith("on_")}
    wanted = {
        spec.handler
        for name, spec in ocpp21.ACTIONS.items()
        if spec.direction.allows(Side.CHARGING_STATION) and name != "DataTransfer"
    }
    assert found == wanted
    assert len(wanted) == 36
    assert all(isinstance(ocpp21.ACTIONS[n], CallSpec) for n in ("Heartbeat", "DataTransfer"))


@in_loop
async def test_custom_data_is_taken_anywhere(sqlite_url: str) -> None:
    async with csms_at(sqlite_url) as served:
        await served.add_station()
        async with served.station() as station:
            vendor = {"vendorId": "com.example", "more": {"x": None}}
            await _call(
                station,
                "SecurityEventNotification",
                {"type": "X", "timestamp": _AT, "customData": vendor},
            )
            [shown] = await served.get("/stations/CS001/security-events")
            assert shown["customData"] == vendor
