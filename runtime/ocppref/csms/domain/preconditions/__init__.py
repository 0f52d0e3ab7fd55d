"""What has to be so before the CSMS sends a request: a module for each part of OCPP.

A rule that needs to know what a Charging Station has says nothing where that is not known: then
the station decides.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any, TypeAlias

import ocpp21
from ocppref.csms.domain.preconditions import (
    configuration,
    diagnostics,
    energy,
    profiles,
    sessions,
    tariffs,
)
from ocppref.csms.domain.preconditions.problem import Problem
from ocppref.csms.domain.preconditions.situation import HeldProfile, Situation

__all__ = ["HeldProfile", "Problem", "Situation", "find_problems"]

# Each rule takes the request that it is filed under.
_Rule: TypeAlias = Callable[[Any, Situation], Iterator[Problem]]

_RULES: dict[type[object], _Rule] = {
    ocpp21.SetVariablesRequest: configuration.check_set_variables,
    ocpp21.SetNetworkProfileRequest: configuration.check_network_profile,
    ocpp21.ResetRequest: configuration.check_reset,
    ocpp21.UpdateFirmwareRequest: configuration.check_firmware,
    ocpp21.SendLocalListRequest: configuration.check_local_list,
    ocpp21.RequestStartTransactionRequest: sessions.check_start,
    ocpp21.RequestStopTransactionRequest: sessions.check_stop,
    ocpp21.CostUpdatedRequest: sessions.check_cost,
    ocpp21.ReserveNowRequest: sessions.check_reservation,
    ocpp21.TriggerMessageRequest: sessions.check_trigger,
    ocpp21.SetDisplayMessageRequest: sessions.check_display_message,
    ocpp21.SetChargingProfileRequest: profiles.check_profile,
    ocpp21.ClearChargingProfileRequest: profiles.check_clearing,
    ocpp21.GetChargingProfilesRequest: profiles.check_criteria,
    ocpp21.GetCompositeScheduleRequest: profiles.check_composite,
    ocpp21.UsePriorityChargingRequest: profiles.check_priority,
    ocpp21.UpdateDynamicScheduleRequest: profiles.check_dynamic,
    ocpp21.SetDefaultTariffRequest: tariffs.check_default,
    ocpp21.ChangeTransactionTariffRequest: tariffs.check_change,
    ocpp21.GetLogRequest: diagnostics.check_log,
    ocpp21.SetVariableMonitoringRequest: diagnostics.check_monitors,
    ocpp21.CustomerInformationRequest: diagnostics.check_customer,
    ocpp21.AdjustPeriodicEventStreamRequest: diagnostics.check_stream,
    ocpp21.SetDERControlRequest: energy.check_control,
}


def find_problems(request: object, situation: Situation) -> list[Problem]:
    """Why a request must not be sent; nothing if it may."""
    rule = _RULES.get(type(request))
    return [] if rule is None else list(rule(request, situation))
