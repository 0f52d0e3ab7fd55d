"""What a CSMS must not send."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any

import pytest
from tests.requirements import requirement

import ocpp21
from ocpp21 import ChargingProfileType, TariffType
from ocppref.csms.domain.preconditions import HeldProfile, find_problems

NOW = datetime(2025, 6, 1, tzinfo=UTC)
_ID = {"idToken": "ABCD", "type": "ISO14443"}


@dataclass
class _Known:
    """A station of which this is known."""

    now: datetime = NOW
    security_profile: int | None = None
    values: Mapping[str, str] = field(default_factory=dict)
    transactions: Mapping[str, int | None] = field(default_factory=dict)
    held: list[HeldProfile] = field(default_factory=list)
    needs: bool = False
    tariffs: Mapping[str, TariffType] = field(default_factory=dict)

    def value(
        self, component: str, variable: str, *, instance: str = "", evse_id: int | None = None
    ) -> str | None:
        place = component if evse_id is None else f"{component}#{evse_id}"
        return self.values.get(f"{place}.{variable}")

    def open_transactions(self) -> Mapping[str, int | None]:
        return self.transactions

    def profiles(self) -> list[HeldProfile]:
        return self.held

    def has_charging_needs(self) -> bool:
        return self.needs

    def tariff(self, tariff_id: str) -> TariffType | None:
        return self.tariffs.get(tariff_id)


def _broken(action: str, payload: dict[str, Any], **known: Any) -> list[str]:
    spec: Any = ocpp21.ACTIONS[action]
    request = spec.request.read_json(json.dumps(payload))
    return [each.requirement for each in find_problems(request, _Known(**known))]


def _variable(component: str = "C", instance: str | None = None, **more: Any) -> dict[str, Any]:
    of = {"name": component} if instance is None else {"name": component, "instance": instance}
    return {"component": of, "variable": {"name": "V"}, "attributeValue": "1", **more}


def _schedule(*starts: int, **more: Any) -> dict[str, Any]:
    periods = [{"startPeriod": each, "limit": 10.0} for each in starts or (0,)]
    return {"id": 1, "chargingRateUnit": "A", "chargingSchedulePeriod": periods, **more}


def _profile(purpose: str = "TxDefaultProfile", **more: Any) -> dict[str, Any]:
    return {
        "id": 5,
        "stackLevel": 0,
        "chargingProfilePurpose": purpose,
        "chargingProfileKind": "Relative",
        "chargingSchedule": [_schedule()],
        **more,
    }


def _set(evse_id: int = 1, purpose: str = "TxDefaultProfile", **more: Any) -> dict[str, Any]:
    return {"evseId": evse_id, "chargingProfile": _profile(purpose, **more)}


def _held(evse_id: int = 1, **more: Any) -> HeldProfile:
    profile = {**_profile(), "id": 9, **more}
    return HeldProfile(evse_id, ChargingProfileType.read_json(json.dumps(profile)))


_PHASE = [{"startPeriod": 0, "limit": 1.0, "phaseToUse": 1, "numberPhases": 3}]
_PHASE_1 = [{"startPeriod": 0, "limit": 1.0, "phaseToUse": 1, "numberPhases": 1}]
_TARIFF = {"tariffId": "T", "currency": "EUR"}
_OLD = TariffType(tariff_id="T", currency="USD")
_TX = {"transactions": {"T1": 1}}


_CASES: list[tuple[str, str, dict[str, Any], dict[str, Any]]] = [
    ("B05.FR.13", "SetVariables", {"setVariableData": [_variable(), _variable("c")]}, {}),
    (
        "B09.FR.21",
        "SetVariables",
        {"setVariableData": [_variable("NetworkConfiguration", "1")]},
        {"values": {"OCPPCommCtrlr.NetworkConfigurationPriority": "0,1"}},
    ),
    ("D01.FR.18", "SendLocalList", {"versionNumber": 0, "updateType": "Full"}, {}),
    (
        "D01.FR.06",
        "SendLocalList",
        {
            "versionNumber": 1,
            "updateType": "Full",
            "localAuthorizationList": [{"idToken": _ID}, {"idToken": {**_ID, "idToken": "abcd"}}],
        },
        {},
    ),
    ("F03.FR.08", "RequestStopTransaction", {"transactionId": "T2"}, _TX),
    ("F06.FR.13", "TriggerMessage", {"requestedMessage": "StatusNotification"}, {}),
    (
        "F01.FR.09",
        "RequestStartTransaction",
        {"idToken": _ID, "remoteStartId": 1, "chargingProfile": _profile()},
        {},
    ),
    (
        "F01.FR.11",
        "RequestStartTransaction",
        {
            "idToken": _ID,
            "remoteStartId": 1,
            "chargingProfile": _profile("TxProfile", transactionId="T1"),
        },
        {},
    ),
    (
        "H01.FR.19",
        "ReserveNow",
        {"id": 1, "expiryDateTime": "2025-06-02T00:00:00Z", "idToken": _ID},
        {"values": {"ReservationCtrlr.NonEvseSpecific": "false"}},
    ),
    ("K01.FR.03", "SetChargingProfile", _set(1, "TxProfile"), _TX),
    ("K01.FR.09", "SetChargingProfile", _set(2, "TxProfile", transactionId="T1"), _TX),
    ("K01.FR.16", "SetChargingProfile", _set(0, "TxProfile", transactionId="T1"), _TX),
    ("K01.FR.22", "SetChargingProfile", _set(0, "ChargingStationExternalConstraints"), {}),
    ("K01.FR.38", "SetChargingProfile", _set(0, "ChargingStationMaxProfile"), {}),
    ("K01.FR.06", "SetChargingProfile", _set(), {"held": [_held()]}),
    (
        "K01.FR.39",
        "SetChargingProfile",
        _set(1, "TxProfile", transactionId="T1"),
        {**_TX, "held": [_held(chargingProfilePurpose="TxProfile", transactionId="T1")]},
    ),
    (
        "K01.FR.19",
        "SetChargingProfile",
        _set(chargingSchedule=[_schedule(chargingSchedulePeriod=_PHASE)]),
        {},
    ),
    (
        "K01.FR.20",
        "SetChargingProfile",
        _set(chargingSchedule=[_schedule(chargingSchedulePeriod=_PHASE_1)]),
        {"values": {"SmartChargingCtrlr.ACPhaseSwitchingSupported": "false"}},
    ),
    (
        "K01.FR.26",
        "SetChargingProfile",
        _set(),
        {"values": {"SmartChargingCtrlr.RateUnit": "W"}},
    ),
    ("K01.FR.31", "SetChargingProfile", _set(chargingSchedule=[_schedule(1)]), {}),
    ("K01.FR.34", "SetChargingProfile", _set(chargingSchedule=[_schedule(), _schedule()]), {}),
    ("K01.FR.35", "SetChargingProfile", _set(chargingSchedule=[_schedule(0, 9, 5)]), {}),
    ("K01.FR.40", "SetChargingProfile", _set(chargingProfileKind="Absolute"), {}),
    (
        "K01.FR.41",
        "SetChargingProfile",
        _set(chargingSchedule=[_schedule(startSchedule="2025-06-01T00:00:00Z")]),
        {},
    ),
    (
        "K01.FR.70",
        "SetChargingProfile",
        _set(1, "PriorityCharging", chargingSchedule=[_schedule(duration=60)]),
        {},
    ),
    (
        "K01.FR.80",
        "SetChargingProfile",
        _set(),
        {"values": {"SmartChargingCtrlr.MaxExternalConstraintsId": "5"}},
    ),
    (
        "K28.FR.01",
        "SetChargingProfile",
        _set(chargingProfileKind="Dynamic", chargingSchedule=[_schedule(0, 5)]),
        {},
    ),
    ("K09.FR.03", "GetChargingProfiles", {"requestId": 1, "chargingProfile": {}}, {}),
    ("K10.FR.02", "ClearChargingProfile", {}, {}),
    ("K10.FR.02", "ClearChargingProfile", {"chargingProfileCriteria": {}}, {}),
    (
        "K10.FR.06",
        "ClearChargingProfile",
        {
            "chargingProfileCriteria": {
                "chargingProfilePurpose": "ChargingStationExternalConstraints"
            }
        },
        {},
    ),
    ("K21.FR.02", "UsePriorityCharging", {"transactionId": "T2", "activate": True}, _TX),
    (
        "K28.FR.11",
        "UpdateDynamicSchedule",
        {"chargingProfileId": 9, "scheduleUpdate": {"limit": 1.0}},
        {"held": [_held()]},
    ),
    (
        "I08.FR.08",
        "SetDefaultTariff",
        {"evseId": 0, "tariff": _TARIFF},
        {"tariffs": {"T": _OLD}},
    ),
    ("I11.FR.04", "ChangeTransactionTariff", {"transactionId": "T2", "tariff": _TARIFF}, _TX),
    (
        "N01.FR.27",
        "GetLog",
        {"requestId": 1, "logType": "SecurityLog", "log": {"remoteLocation": "http://h/a#b"}},
        {},
    ),
    (
        "N01.FR.28",
        "GetLog",
        {"requestId": 1, "logType": "SecurityLog", "log": {"remoteLocation": "http://h/?a=/"}},
        {},
    ),
    ("N09.FR.04", "CustomerInformation", {"requestId": 1, "report": True, "clear": False}, {}),
    (
        "N10.FR.08",
        "CustomerInformation",
        {
            "requestId": 1,
            "report": False,
            "clear": True,
            "idToken": _ID,
            "customerIdentifier": "X",
        },
        {},
    ),
    (
        "N11.FR.09",
        "SetVariableMonitoring",
        {
            "setMonitoringData": [
                {
                    "value": 1.0,
                    "type": "Delta",
                    "severity": 1,
                    "component": {"name": "C"},
                    "variable": {"name": "V"},
                    "periodicEventStream": {},
                }
            ]
        },
        {},
    ),
    (
        "O02.FR.12",
        "SetDisplayMessage",
        {
            "message": {
                "id": 1,
                "priority": "AlwaysFront",
                "transactionId": "T2",
                "message": {"format": "UTF8", "content": "Hi"},
            }
        },
        _TX,
    ),
    (
        "B09.FR.04",
        "SetNetworkProfile",
        {
            "configurationSlot": 1,
            "connectionData": {
                "ocppInterface": "Wired0",
                "ocppTransport": "JSON",
                "messageTimeout": 30,
                "ocppCsmsUrl": "ws://h",
                "securityProfile": 1,
            },
        },
        {"security_profile": 2},
    ),
    (
        "SetDERControlRequest",
        "SetDERControl",
        {
            "isDefault": True,
            "controlId": "C",
            "controlType": "FixedVar",
            "gradient": {"priority": 1, "gradient": 1.0, "softGradient": 1.0},
        },
        {},
    ),
]
_SAME = {"N10.FR.08": "N09.FR.04"}  # two rules that say the same


@pytest.mark.parametrize(
    ("rule", "action", "payload", "known"),
    [
        pytest.param(*each, marks=[requirement(each[0])] if "FR" in each[0] else [])
        for each in _CASES
    ],
)
def test_what_breaks_a_rule_is_found(
    rule: str, action: str, payload: dict[str, Any], known: dict[str, Any]
) -> None:
    assert _SAME.get(rule, rule) in _broken(action, payload, **known)


@pytest.mark.parametrize(
    ("action", "payload", "known"),
    [
        ("SetVariables", {"setVariableData": [_variable(), _variable(attributeType="Target")]}, {}),
        ("SetVariables", {"setVariableData": [_variable("NetworkConfiguration", "2")]}, {}),
        ("RequestStopTransaction", {"transactionId": "T1"}, _TX),
        ("SetChargingProfile", _set(1, "TxProfile", transactionId="T1"), _TX),
        ("SetChargingProfile", _set(), {"held": [_held(2), _held(stackLevel=1), _held(id=5)]}),
        (
            "SetChargingProfile",
            _set(validFrom="2025-07-01T00:00:00Z"),
            {"held": [_held(validTo="2025-07-01T00:00:00Z")]},
        ),
        (
            "SetChargingProfile",
            _set(chargingSchedule=[_schedule(), _schedule()]),
            {"needs": True},
        ),
        ("ClearChargingProfile", {"chargingProfileId": 0}, {}),
        ("ClearChargingProfile", {"chargingProfileCriteria": {"stackLevel": 0}}, {}),
        (
            "SetDefaultTariff",
            {"evseId": 0, "tariff": {**_TARIFF, "currency": "USD"}},
            {"tariffs": {"T": _OLD}},
        ),
        ("Reset", {"type": "OnIdle", "evseId": 1}, {"values": {"EVSE#1.AllowReset": "true"}}),
        ("GetCompositeSchedule", {"duration": 1, "evseId": 0, "chargingRateUnit": "A"}, {}),
    ],
)
def test_what_keeps_the_rules_may_go(
    action: str, payload: dict[str, Any], known: dict[str, Any]
) -> None:
    assert _broken(action, payload, **known) == []
