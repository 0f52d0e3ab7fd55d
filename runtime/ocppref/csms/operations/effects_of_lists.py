"""What is known once a Charging Station has answered for each element of a request apart."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime

from ocpp21 import (
    ClearMonitoringStatusEnumType,
    ClearTariffsRequest,
    ClearTariffsResponse,
    ClearVariableMonitoringRequest,
    ClearVariableMonitoringResponse,
    EventNotificationEnumType,
    GetLocalListVersionRequest,
    GetLocalListVersionResponse,
    GetPeriodicEventStreamRequest,
    GetPeriodicEventStreamResponse,
    GetVariablesRequest,
    GetVariablesResponse,
    MonitoringDataType,
    SetMonitoringDataType,
    SetMonitoringStatusEnumType,
    SetVariableMonitoringRequest,
    SetVariableMonitoringResponse,
    SetVariablesRequest,
    SetVariablesResponse,
    TariffClearStatusEnumType,
    VariableMonitoringType,
)
from ocppref.csms.operations.passwords import is_password
from ocppref.csms.storage import Connection, device_model, holdings
from ocppref.csms.storage.device_model import NewValue
from ocppref.csms.storage.holdings import Kind


def set_values(
    request: SetVariablesRequest,
    response: SetVariablesResponse,
    connection: Connection,
    station: str,
    now: datetime,
) -> None:
    """B05: what was accepted has its new value; a password is nobody's to read."""
    accepted = {
        (each.attribute_type, device_model.key_of(each.component, each.variable))
        for each in response.set_variable_result
        if each.attribute_status == "Accepted"
    }
    values = (
        NewValue(each.component, each.variable, each.attribute_type.value, each.attribute_value)
        for each in request.set_variable_data
        if (each.attribute_type, device_model.key_of(each.component, each.variable)) in accepted
        and not is_password(each.component, each.variable)
    )
    _note(connection, station, values)


def note_values(
    request: GetVariablesRequest,
    response: GetVariablesResponse,
    connection: Connection,
    station: str,
    now: datetime,
) -> None:
    """B06."""
    values = (
        NewValue(each.component, each.variable, each.attribute_type.value, each.attribute_value)
        for each in response.get_variable_result
        if each.attribute_status == "Accepted" and each.attribute_value is not None
    )
    _note(connection, station, values)


def set_monitors(
    request: SetVariableMonitoringRequest,
    response: SetVariableMonitoringResponse,
    connection: Connection,
    station: str,
    now: datetime,
) -> None:
    """N04: the station gives the ids. Its results come in the order of the request."""
    accepted = SetMonitoringStatusEnumType.ACCEPTED
    pairs = zip(request.set_monitoring_data, response.set_monitoring_result, strict=False)
    held = {
        str(result.id): _monitor(data, result.id).write_json()
        for data, result in pairs
        if result.status is accepted and result.id is not None
    }
    holdings.save(connection, station, Kind.MONITOR, held, now)


def clear_monitors(
    request: ClearVariableMonitoringRequest,
    response: ClearVariableMonitoringResponse,
    connection: Connection,
    station: str,
    now: datetime,
) -> None:
    """N06: those that are not found are not there either."""
    rejected = ClearMonitoringStatusEnumType.REJECTED
    gone = [str(r.id) for r in response.clear_monitoring_result if r.status is not rejected]
    holdings.remove(connection, station, Kind.MONITOR, gone)


def clear_tariffs(
    request: ClearTariffsRequest,
    response: ClearTariffsResponse,
    connection: Connection,
    station: str,
    now: datetime,
) -> None:
    """I10: without ids, all of the EVSE, or of the station, were meant."""
    cleared = TariffClearStatusEnumType.REJECTED
    results = response.clear_tariffs_result
    ids = {each.tariff_id for each in results if each.status is not cleared}
    if request.tariff_ids is None and None in ids:
        ids = {str(each["tariffId"]) for each in _tariffs(connection, station)}
    at = request.evse_id
    keys = [
        f"{each['evseId']}/{each['tariffId']}"
        for each in _tariffs(connection, station)
        if each["tariffId"] in ids and (at is None or each["evseId"] == at)
    ]
    holdings.remove(connection, station, Kind.TARIFF, keys)


def check_list_version(
    request: GetLocalListVersionRequest,
    response: GetLocalListVersionResponse,
    connection: Connection,
    station: str,
    now: datetime,
) -> None:
    """D02: version 0 is no list."""
    if response.version_number == 0:
        holdings.clear(connection, station, Kind.LOCAL_LIST)


def replace_streams(
    request: GetPeriodicEventStreamRequest,
    response: GetPeriodicEventStreamResponse,
    connection: Connection,
    station: str,
    now: datetime,
) -> None:
    """N12: these, and no others."""
    streams = {str(each.id): each.write_json() for each in response.constant_stream_data or ()}
    holdings.clear(connection, station, Kind.EVENT_STREAM)
    holdings.save(connection, station, Kind.EVENT_STREAM, streams, now)


def _note(connection: Connection, station: str, values: Iterable[NewValue]) -> None:
    for value in values:
        device_model.note_value(connection, station, value)


def _tariffs(connection: Connection, station: str) -> list[dict[str, object]]:
    return holdings.read_all(connection, station, Kind.TARIFF)


def _monitor(data: SetMonitoringDataType, number: int) -> MonitoringDataType:
    """A monitor as a report would have it."""
    monitor = VariableMonitoringType(
        id=number,
        transaction=data.transaction,
        value=data.value,
        type=data.type,
        severity=data.severity,
        event_notification_type=EventNotificationEnumType.CUSTOM_MONITOR,
    )
    return MonitoringDataType(
        component=data.component, variable=data.variable, variable_monitoring=[monitor]
    )
