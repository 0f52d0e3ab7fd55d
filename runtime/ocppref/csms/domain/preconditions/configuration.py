"""Rules for variables, network profiles, resets, firmware and local lists (blocks A, B, D, L)."""

from __future__ import annotations

from collections.abc import Iterator

from ocpp21 import (
    AttributeEnumType,
    ComponentType,
    ResetRequest,
    SendLocalListRequest,
    SetNetworkProfileRequest,
    SetVariablesRequest,
    UpdateFirmwareRequest,
    VariableType,
)
from ocppref.csms.domain.preconditions.problem import Problem
from ocppref.csms.domain.preconditions.situation import Situation, is_on

_PRIORITY = ("OCPPCommCtrlr", "NetworkConfigurationPriority")


def check_set_variables(request: SetVariablesRequest, situation: Situation) -> Iterator[Problem]:
    """No attribute twice; none of a network profile that is in use."""
    listed = _listed_slots(situation)
    seen: set[tuple[str, AttributeEnumType]] = set()
    for place, each in enumerate(request.set_variable_data):
        pointer = f"/setVariableData/{place}"
        key = (_name_of(each.component, each.variable), each.attribute_type)
        if key in seen:
            yield Problem("B05.FR.13", pointer, "this attribute of the variable is there already")
        seen.add(key)
        component = each.component
        is_profile = component.name.lower() == "networkconfiguration"
        if is_profile and (component.instance or "") in listed:
            yield Problem(
                "B09.FR.21", pointer, "the slot is in NetworkConfigurationPriority: it is in use"
            )


def check_network_profile(
    request: SetNetworkProfileRequest, situation: Situation
) -> Iterator[Problem]:
    """No lower security, unless the station allows that (B09.FR.04, B09.FR.31)."""
    wanted, reached = request.connection_data.security_profile, situation.security_profile
    allowed = is_on(situation.value("SecurityCtrlr", "AllowSecurityProfileDowngrade"))
    if reached is not None and wanted < reached and not allowed:
        pointer = "/connectionData/securityProfile"
        yield Problem("B09.FR.04", pointer, f"the station has reached security profile {reached}")


def check_reset(request: ResetRequest, situation: Situation) -> Iterator[Problem]:
    """An EVSE alone only where it says that it can be reset."""
    evse_id = request.evse_id
    if evse_id is None:
        return
    if is_on(situation.value("EVSE", "AllowReset", evse_id=evse_id)) is False:
        yield Problem("B11.FR.10", "/evseId", "AllowReset of this EVSE is false")


def check_firmware(request: UpdateFirmwareRequest, situation: Situation) -> Iterator[Problem]:
    """A certificate without a signature, or the other way round, proves nothing."""
    firmware = request.firmware
    if (firmware.signing_certificate is None) != (firmware.signature is None):
        reason = "signingCertificate and signature belong together"
        yield Problem("L01.FR.12", "/firmware", reason)


def check_local_list(request: SendLocalListRequest, situation: Situation) -> Iterator[Problem]:
    """A version, and no token twice."""
    if request.version_number < 1:
        yield Problem("D01.FR.18", "/versionNumber", "a version is greater than 0")
    seen: set[tuple[str, str]] = set()
    for place, each in enumerate(request.local_authorization_list or ()):
        key = (each.id_token.type, each.id_token.id_token.lower())
        if key in seen:
            pointer = f"/localAuthorizationList/{place}/idToken"
            yield Problem("D01.FR.06", pointer, "this token is there already")
        seen.add(key)


def _listed_slots(situation: Situation) -> set[str]:
    text = situation.value(*_PRIORITY) or ""
    return {slot.strip() for slot in text.split(",") if slot.strip()}


def _name_of(component: ComponentType, variable: VariableType) -> str:
    return f"{component.write_json()}{variable.write_json()}".lower()
