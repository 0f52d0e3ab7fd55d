"""What is known to be so once a Charging Station has answered a CALL."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime
from typing import TypeAlias

from sqlalchemy import Connection

from ocpp21 import (
    CancelReservationRequest,
    CancelReservationResponse,
    ClearDisplayMessageRequest,
    ClearDisplayMessageResponse,
    GetVariablesResponse,
    ReserveNowRequest,
    ReserveNowResponse,
    SetDisplayMessageRequest,
    SetDisplayMessageResponse,
    SetVariablesRequest,
    SetVariablesResponse,
)
from ocppref.csms.operations.passwords import is_password
from ocppref.csms.storage import device_model, holdings, reservations
from ocppref.csms.storage.device_model import NewValue
from ocppref.csms.storage.holdings import Kind

Keep: TypeAlias = Callable[[Connection, str, datetime], None]
"""Keeps it: with the identity of the station, and the time."""


def effect_of(request: object, response: object) -> Keep | None:
    """What is to be kept of an answer; None if there is nothing."""
    match request, response:
        case SetVariablesRequest(), SetVariablesResponse():
            return _values(_set_values(request, response))
        case _, GetVariablesResponse():
            return _values(_got_values(response))
        case ReserveNowRequest(), ReserveNowResponse(status="Accepted"):
            return _reservation(request)
        case CancelReservationRequest(), CancelReservationResponse(status="Accepted"):
            return _cancellation(request)
        case SetDisplayMessageRequest(), SetDisplayMessageResponse(status="Accepted"):
            return _message(request)
        case ClearDisplayMessageRequest(), ClearDisplayMessageResponse(status="Accepted"):
            return _no_message(request)
        case _:
            return None


def _set_values(request: SetVariablesRequest, response: SetVariablesResponse) -> list[NewValue]:
    accepted = {
        (each.attribute_type, device_model.key_of(each.component, each.variable))
        for each in response.set_variable_result
        if each.attribute_status == "Accepted"
    }
    return [
        NewValue(each.component, each.variable, each.attribute_type.value, each.attribute_value)
        for each in request.set_variable_data
        if (each.attribute_type, device_model.key_of(each.component, each.variable)) in accepted
        and not is_password(each.component, each.variable)
    ]


def _got_values(response: GetVariablesResponse) -> list[NewValue]:
    return [
        NewValue(each.component, each.variable, each.attribute_type.value, each.attribute_value)
        for each in response.get_variable_result
        if each.attribute_status == "Accepted" and each.attribute_value is not None
    ]


def _values(values: list[NewValue]) -> Keep:
    def keep(connection: Connection, station: str, now: datetime) -> None:
        for value in values:
            device_model.note_value(connection, station, value)

    return keep


def _reservation(request: ReserveNowRequest) -> Keep:
    def keep(connection: Connection, station: str, now: datetime) -> None:
        text, until = request.write_json(), request.expiry_date_time
        reservations.save(connection, station, request.id, until, text, now)

    return keep


def _cancellation(request: CancelReservationRequest) -> Keep:
    def keep(connection: Connection, station: str, now: datetime) -> None:
        reservations.end(connection, station, request.reservation_id, "Canceled", now)

    return keep


def _message(request: SetDisplayMessageRequest) -> Keep:
    def keep(connection: Connection, station: str, now: datetime) -> None:
        held = {str(request.message.id): request.message.write_json()}
        holdings.save(connection, station, Kind.DISPLAY_MESSAGE, held, now)

    return keep


def _no_message(request: ClearDisplayMessageRequest) -> Keep:
    def keep(connection: Connection, station: str, now: datetime) -> None:
        holdings.remove(connection, station, Kind.DISPLAY_MESSAGE, [str(request.id)])

    return keep
