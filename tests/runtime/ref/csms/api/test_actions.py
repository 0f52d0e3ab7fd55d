"""An endpoint for each Action: what is checked before anything is sent, and what is sent."""

from __future__ import annotations

import asyncio
from typing import Any

import pytest
from tests.requirements import requirement
from tests.runtime.ref.csms.running import BEGIN, csms_at, event, in_loop
from tests.runtime.ref.csms.station_side import StationSide

import ocpp21
from ocpp21 import ComponentType, NotifyReportRequest, ReportDataType, VariableAttributeType
from ocppj import CallSpec, Side

ACTIONS = "/stations/CS001/actions"


@in_loop
async def test_each_action_is_described_with_its_own_messages(sqlite_url: str) -> None:
    async with csms_at(sqlite_url) as served:
        described = (await served.http.get(f"{served.service.http_url}/openapi.json")).json()
    schemas = described["components"]["schemas"]
    ours = [
        spec
        for spec in ocpp21.ACTIONS.values()
        if isinstance(spec, CallSpec) and spec.direction.allows(Side.CSMS)
    ]
    assert len(ours) == 55
    for spec in ours:
        shown = described["paths"][f"/api/v1/stations/{{identity}}/actions/{spec.name}"]["post"]
        body = shown["requestBody"]["content"]["application/json"]["schema"]
        answer = shown["responses"]["200"]["content"]["application/json"]["schema"]
        assert body == {"$ref": f"#/components/schemas/{spec.request_name}"}
        assert answer == {"$ref": f"#/components/schemas/{spec.response_name}"}
        assert {spec.request_name, spec.response_name} <= set(schemas)
        assert len(shown["summary"]) > 15
        assert {"404", "409", "422", "502", "504"} <= set(shown["responses"])
    assert "requestId" not in schemas["GetLogRequest"]["required"]
    for reference in _references(described):
        assert reference.removeprefix("#/components/schemas/") in schemas


def _references(value: Any) -> list[str]:
    if isinstance(value, dict):
        own = [value["$ref"]] if isinstance(value.get("$ref"), str) else []
        return own + [each for inner in value.values() for each in _references(inner)]
    if isinstance(value, list):
        return [each for inner in value for each in _references(inner)]
    return []


@pytest.mark.parametrize(
    ("body", "pointer"),
    [
        ('{"type": "OnIdle", "evseId": 99999999999999999999999}', "/evseId"),
        ('{"type": "OnIdle", "evseId": NaN}', ""),
        ('{"type": "OnIdle"', ""),
        ("[]", ""),
        ("[" * 100_000, ""),
        ('{"type": "OnIdle", "evseId": "1"}', "/evseId"),
    ],
)
@in_loop
async def test_a_body_that_is_no_payload_is_refused(
    sqlite_url: str, body: str, pointer: str
) -> None:
    async with csms_at(sqlite_url) as served:
        await served.add_station()
        answer = await served.http.post(f"{ACTIONS}/Reset", content=body)
        assert answer.status_code == 422
        assert answer.json()["detail"][0]["pointer"] == pointer


@requirement("F03.FR.01", "F06.FR.13", "F06.FR.01")
@in_loop
async def test_what_breaks_a_rule_is_not_sent(sqlite_url: str) -> None:
    side = StationSide(RequestStopTransaction={"status": "Accepted"})
    async with csms_at(sqlite_url) as served:
        await served.add_station()
        async with served.station(handlers=side) as station:
            trigger = {"requestedMessage": "StatusNotification"}
            answer = await served.post(f"{ACTIONS}/TriggerMessage", trigger)
            assert answer.status_code == 422
            [problem] = answer.json()["detail"]
            assert (problem["requirement"], problem["pointer"]) == (
                "F06.FR.13",
                "/evse/connectorId",
            )
            stop = {"transactionId": "T1"}
            answer = await served.post(f"{ACTIONS}/RequestStopTransaction", stop)
            assert answer.status_code == 422
            await station.calls.transaction_event(event("Started", 0))
            answer = await served.post(f"{ACTIONS}/RequestStopTransaction", stop)
            assert (answer.status_code, answer.json()) == (200, {"status": "Accepted"})
            assert side.requests("TriggerMessage") == []
            assert len(side.requests("RequestStopTransaction")) == 1


def _limit(action: str, items: int) -> ReportDataType:
    return ReportDataType(
        component=ComponentType(name="DeviceDataCtrlr"),
        variable=ocpp21.VariableType(name="ItemsPerMessage", instance=action),
        variable_attribute=[VariableAttributeType(value=str(items))],
    )


@requirement("B05.FR.11", "B06.FR.05", "B08.FR.06")
@in_loop
async def test_what_is_too_much_for_the_station_is_split_and_joined(database_url: str) -> None:
    def results(request: Any) -> dict[str, Any]:
        taken = [
            {
                "attributeStatus": "Accepted",
                "component": {"name": "C"},
                "variable": {"name": each.variable.name},
            }
            for each in request.set_variable_data
        ]
        return {"setVariableResult": taken}

    side = StationSide(SetVariables=results, GetReport={"status": "Accepted"})
    async with csms_at(database_url) as served:
        await served.add_station()
        async with served.station(handlers=side) as station:
            limits = [_limit("SetVariables", 2), _limit("GetReport", 2)]
            await station.calls.notify_report(
                NotifyReportRequest(request_id=0, generated_at=BEGIN, seq_no=0, report_data=limits)
            )
            names = [f"V{number}" for number in range(5)]
            data = [
                {"component": {"name": "C"}, "variable": {"name": name}, "attributeValue": "1"}
                for name in names
            ]
            answer = await served.post(f"{ACTIONS}/SetVariables", {"setVariableData": data})
            told = [each["variable"]["name"] for each in answer.json()["setVariableResult"]]
            assert told == names
            sizes = [len(each.set_variable_data) for each in side.requests("SetVariables")]
            assert sizes == [2, 2, 1]
            wanted = [{"component": {"name": "C"}, "variable": {"name": name}} for name in names]
            answer = await served.post(f"{ACTIONS}/GetReport", {"componentVariable": wanted})
            assert answer.json() == {"status": "Accepted"}
            numbers = [each.request_id for each in side.requests("GetReport")]
            assert len(set(numbers)) == 3
            for number in numbers:
                assert (await served.get(f"/jobs/{number}"))["status"] == "running"


@in_loop
async def test_a_request_that_is_refused_uses_up_no_number(sqlite_url: str) -> None:
    side = StationSide(ReserveNow={"status": "Accepted"})
    good = {
        "idToken": {"idToken": "A", "type": "Central"},
        "expiryDateTime": "2099-01-01T00:00:00Z",
    }
    async with csms_at(sqlite_url) as served:
        await served.add_station()
        async with served.station(handlers=side):
            past = {**good, "expiryDateTime": "2001-01-01T00:00:00Z"}
            assert (await served.post(f"{ACTIONS}/ReserveNow", past)).status_code == 422
            await asyncio.gather(*(served.post(f"{ACTIONS}/ReserveNow", good) for _ in range(5)))
            assert sorted(each.id for each in side.requests("ReserveNow")) == [1, 2, 3, 4, 5]
