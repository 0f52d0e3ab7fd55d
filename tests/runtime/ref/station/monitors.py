"""Monitors, as a CSMS sets them."""

from __future__ import annotations

from typing import Any

from tests.runtime.ref.station.stage import Stage

import ocpp21
from ocppref.station.device_model import variables
from ocppref.station.device_model.handles import Handle

POWER = variables.EVSE_POWER.at(evse=1)
LEVEL = variables.LOCAL_AUTH_LIST_ENTRIES


def monitor(handle: Handle[Any], kind: str, value: float, **more: Any) -> dict[str, Any]:
    """One element of SetVariableMonitoring."""
    key = handle.key
    return {
        "component": key.place.component_type(),
        "variable": key.variable_type(),
        "type": kind,
        "value": value,
        "severity": 3,
        **more,
    }


async def put(stage: Stage, *wanted: dict[str, Any]) -> list[Any]:
    """Set monitors; gives the results."""
    request = ocpp21.SetVariableMonitoringRequest.model_validate({"set_monitoring_data": wanted})
    answer = await stage.to_station.set_variable_monitoring(request)
    return list(answer.set_monitoring_result)


async def add(stage: Stage, *args: Any, **more: Any) -> int:
    """Set one monitor that is accepted; gives its id."""
    [result] = await put(stage, monitor(*args, **more))
    assert result.status.value == "Accepted", result
    assert result.id is not None
    return int(result.id)


async def clear(stage: Stage, *ids: int) -> list[str]:
    """Clear monitors; gives the statuses."""
    request = ocpp21.ClearVariableMonitoringRequest(id=list(ids))
    answer = await stage.to_station.clear_variable_monitoring(request)
    return [each.status.value for each in answer.clear_monitoring_result]


async def choose(stage: Stage, base: str) -> None:
    """Set the base."""
    request = ocpp21.SetMonitoringBaseRequest.model_validate({"monitoring_base": base})
    answer = await stage.to_station.set_monitoring_base(request)
    assert answer.status.value == "Accepted"


async def report(stage: Stage, **criteria: Any) -> dict[int, Any]:
    """Ask for the monitors, by their ids."""
    stage.tester.received.clear()
    request = ocpp21.GetMonitoringReportRequest.model_validate({"request_id": 7, **criteria})
    answer = await stage.to_station.get_monitoring_report(request)
    if answer.status.value != "Accepted":
        assert answer.status.value == "EmptyResultSet"
        return {}
    await stage.tester.seen("NotifyMonitoringReport", where=lambda part: not part.tbc)
    return {
        each.id: each
        for part in stage.tester.of("NotifyMonitoringReport")
        for data in part.monitor
        for each in data.variable_monitoring
    }


def events(stage: Stage, monitoring_id: int | None = None) -> list[Any]:
    """What monitors have told so far."""
    return [
        event
        for message in stage.tester.of("NotifyEvent")
        for event in message.event_data
        if event.variable_monitoring_id is not None
        and monitoring_id in (None, event.variable_monitoring_id)
    ]


def write(stage: Stage, handle: Handle[Any], value: object) -> None:
    """The station changes a variable by itself."""
    controller = stage.station.controller
    assert controller is not None
    controller.core.model.write(handle, value)
