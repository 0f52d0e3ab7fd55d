"""What is known to be so once a Charging Station has answered a CALL."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime
from functools import partial
from typing import Any, TypeAlias

import ocpp21
from ocppref.csms.operations import effects_of_lists as lists
from ocppref.csms.operations import effects_of_requests as requests
from ocppref.csms.storage import Connection

Keep: TypeAlias = Callable[[Connection, str, datetime], None]
"""Keeps it: with the identity of the station, and the time."""

_Work: TypeAlias = Callable[[Any, Any, Connection, str, datetime], None]

# What an accepted request changes: each takes the request, the response, and what `Keep` takes.
_WHEN_ACCEPTED: dict[type[object], _Work] = {
    ocpp21.CancelReservationRequest: requests.cancel_reservation,
    ocpp21.ChangeTransactionTariffRequest: requests.change_tariff,
    ocpp21.ClearChargingProfileRequest: requests.clear_profiles,
    ocpp21.ClearDERControlRequest: requests.clear_control,
    ocpp21.ClearDisplayMessageRequest: requests.clear_message,
    ocpp21.DeleteCertificateRequest: requests.delete_certificate,
    ocpp21.GetTariffsRequest: requests.replace_tariffs,
    ocpp21.GetInstalledCertificateIdsRequest: requests.replace_certificates,
    ocpp21.RequestStartTransactionRequest: requests.start,
    ocpp21.ReserveNowRequest: requests.reserve,
    ocpp21.SendLocalListRequest: requests.update_list,
    ocpp21.SetChargingProfileRequest: requests.set_profile,
    ocpp21.SetDERControlRequest: requests.set_control,
    ocpp21.SetDefaultTariffRequest: requests.set_tariff,
    ocpp21.SetDisplayMessageRequest: requests.set_message,
    ocpp21.SetNetworkProfileRequest: requests.set_network_profile,
}
# Where each element of the answer says what became of it.
_ALWAYS: dict[type[object], _Work] = {
    ocpp21.ClearTariffsRequest: lists.clear_tariffs,
    ocpp21.ClearVariableMonitoringRequest: lists.clear_monitors,
    ocpp21.GetLocalListVersionRequest: lists.check_list_version,
    ocpp21.GetPeriodicEventStreamRequest: lists.replace_streams,
    ocpp21.GetVariablesRequest: lists.note_values,
    ocpp21.SetVariableMonitoringRequest: lists.set_monitors,
    ocpp21.SetVariablesRequest: lists.set_values,
}


def effect_of(request: object, response: object) -> Keep | None:
    """What is to be kept of an answer; None if there is nothing."""
    work = _ALWAYS.get(type(request))
    if work is None and getattr(response, "status", None) == "Accepted":
        work = _WHEN_ACCEPTED.get(type(request))
    return None if work is None else partial(work, request, response)
