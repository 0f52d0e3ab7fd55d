"""Variables, reports of them in parts, and monitors."""

from __future__ import annotations

import asyncio
from typing import Any

from tests.requirements import requirement
from tests.runtime.ref.conformance.scenes import ask, scene
from tests.runtime.ref.station.stage import Stage

from ocppj.testing import in_virtual_time


def _variable(component: str, variable: str, **more: Any) -> dict[str, Any]:
    return {"component": {"name": component}, "variable": {"name": variable}, **more}


async def _set(the: Stage, *variables: dict[str, Any]) -> list[str]:
    answer = await ask(the, "SetVariables", {"setVariableData": list(variables)})
    return [each.attribute_status.value for each in answer.set_variable_result]


async def _get(the: Stage, *variables: dict[str, Any]) -> list[tuple[str, str | None]]:
    answer = await ask(the, "GetVariables", {"getVariableData": list(variables)})
    return [
        (each.attribute_status.value, each.attribute_value) for each in answer.get_variable_result
    ]


@requirement("B05.FR.04", "B05.FR.05", "B05.FR.07", "B05.FR.10")
@in_virtual_time
async def test_setting_variables_good_and_bad() -> None:
    async with scene() as the:
        await the.booted()
        found = await _set(
            the,
            _variable("TxCtrlr", "EVConnectionTimeOut", attributeValue="77"),
            _variable("TxCtrlr", "EVConnectionTimeOut", attributeValue="soon"),
            _variable("TxCtrlr", "Nothing", attributeValue="1"),
            _variable("NothingCtrlr", "Nothing", attributeValue="1"),
            _variable("ClockCtrlr", "DateTime", attributeValue="2025-01-01T00:00:00Z"),
            _variable("TxCtrlr", "EVConnectionTimeOut", attributeValue="1", attributeType="Target"),
        )
        assert found == [
            "Accepted",
            "Rejected",
            "UnknownVariable",
            "UnknownComponent",
            "Rejected",
            "NotSupportedAttributeType",
        ]
        [value] = await _get(the, _variable("TxCtrlr", "EVConnectionTimeOut"))
        assert value == ("Accepted", "77")
        await the.station.power_cycle()
        await the.booted(2)
        assert (await _get(the, _variable("TxCtrlr", "EVConnectionTimeOut")))[0][1] == "77"


@requirement("B06.FR.01", "B06.FR.04", "B06.FR.06", "B06.FR.07", "B06.FR.09")
@in_virtual_time
async def test_getting_variables_good_and_bad() -> None:
    async with scene() as the:
        await the.booted()
        found = await _get(
            the,
            _variable("OCPPCommCtrlr", "HeartbeatInterval"),
            _variable("OCPPCommCtrlr", "Nothing"),
            _variable("NothingCtrlr", "Nothing"),
            _variable("SecurityCtrlr", "BasicAuthPassword"),
            _variable("OCPPCommCtrlr", "HeartbeatInterval", attributeType="MinSet"),
        )
        assert [status for status, _ in found] == [
            "Accepted",
            "UnknownVariable",
            "UnknownComponent",
            "Rejected",
            "NotSupportedAttributeType",
        ]
        assert found[0][1] == "300" and found[3][1] in (None, "")


@requirement("B07.FR.01", "B07.FR.03", "B07.FR.08")
@in_virtual_time
async def test_a_full_inventory_in_parts() -> None:
    async with scene(evses=3) as the:
        await the.booted()
        request = {"requestId": 9, "reportBase": "FullInventory"}
        assert (await ask(the, "GetBaseReport", request)).status == "Accepted"
        await the.tester.seen("NotifyReport", where=lambda each: not each.tbc)
        parts = the.tester.of("NotifyReport")
        assert len(parts) > 1
        assert [each.seq_no for each in parts] == list(range(len(parts)))
        assert [bool(each.tbc) for each in parts] == [True] * (len(parts) - 1) + [False]
        assert {each.request_id for each in parts} == {9}
        found = [_name(each) for part in parts for each in part.report_data or ()]
        assert len(found) == len(set(found)) > 100
        for name in ("AvailabilityState", "Power"):
            evses = {evse for component, evse, variable, _ in found if variable == name}
            assert evses >= {1, 2, 3}


def _name(data: Any) -> tuple[str, Any, str, Any]:
    component, variable = data.component, data.variable
    evse = None if component.evse is None else component.evse.id
    at = None if component.evse is None else component.evse.connector_id
    return (f"{component.name}/{component.instance}", evse, variable.name, (variable.instance, at))


@requirement("B08.FR.01", "B08.FR.03")
@in_virtual_time
async def test_a_report_of_what_is_asked_for() -> None:
    async with scene() as the:
        await the.booted()
        request = {
            "requestId": 3,
            "componentVariable": [_variable("TxCtrlr", "TxStartPoint")],
        }
        assert (await ask(the, "GetReport", request)).status == "Accepted"
        report = await the.tester.seen("NotifyReport")
        [data] = report.report_data
        assert data.variable.name == "TxStartPoint" and not report.tbc
        nothing = {"requestId": 4, "componentVariable": [_variable("TxCtrlr", "Nothing")]}
        assert (await ask(the, "GetReport", nothing)).status == "EmptyResultSet"


def _monitor(component: dict[str, Any], variable: str, kind: str, value: float) -> dict[str, Any]:
    return {
        "component": component,
        "variable": {"name": variable},
        "type": kind,
        "value": value,
        "severity": 4,
    }


@requirement("N04.FR.01", "N04.FR.02", "N02.FR.01", "N06.FR.01", "N06.FR.02", "N07.FR.01")
@in_virtual_time
async def test_monitors_are_set_reported_triggered_and_cleared() -> None:
    evse = {"name": "EVSE", "evse": {"id": 1}}
    async with scene() as the:
        await the.booted()
        asked = {
            "setMonitoringData": [
                _monitor(evse, "Power", "UpperThreshold", 1000.0),
                _monitor(evse, "Nothing", "UpperThreshold", 1.0),
                _monitor({"name": "Nothing"}, "Nothing", "UpperThreshold", 1.0),
                _monitor({"name": "HeartbeatCtrlr"}, "Enabled", "UpperThreshold", 1.0),
            ]
        }
        answer = await ask(the, "SetVariableMonitoring", asked)
        statuses = [each.status.value for each in answer.set_monitoring_result]
        assert statuses[:3] == ["Accepted", "UnknownVariable", "UnknownComponent"]
        number = answer.set_monitoring_result[0].id
        assert (await ask(the, "GetMonitoringReport", {"requestId": 5})).status == "Accepted"
        report = await the.tester.seen("NotifyMonitoringReport", where=lambda each: not each.tbc)
        assert report.request_id == 5
        await the.charge()
        await asyncio.sleep(10)
        events = [
            each
            for event in the.tester.of("NotifyEvent")
            for each in event.event_data
            if each.variable_monitoring_id == number
        ]
        assert [each.trigger.value for each in events] == ["Alerting"]
        assert events[0].event_notification_type == "CustomMonitor"
        cleared = await ask(the, "ClearVariableMonitoring", {"id": [number, 9999]})
        found = [each.status.value for each in cleared.clear_monitoring_result]
        assert found == ["Accepted", "NotFound"]
