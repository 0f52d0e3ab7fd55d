"""The eight payloads that codecs are compared on."""

from __future__ import annotations

import json
from collections.abc import Mapping

_TIME = "2025-06-01T10:00:00.123Z"

_MEASURANDS = (
    ("Energy.Active.Import.Register", None, 12345678.9, "Wh"),
    ("Power.Active.Import", "L1", 3680.5, "W"),
    ("Power.Active.Import", "L2", 3681.0, "W"),
    ("Current.Import", "L1", 16.02, "A"),
    ("Current.Import", "L2", 15.98, "A"),
    ("Voltage", "L1-N", 230.1, "V"),
    ("Voltage", "L2-N", 229.7, "V"),
)


def _sample(measurand: str, phase: str | None, value: float, unit: str) -> dict[str, object]:
    sample: dict[str, object] = {
        "value": value,
        "context": "Sample.Periodic",
        "measurand": measurand,
        "location": "Outlet",
        "unitOfMeasure": {"unit": unit, "multiplier": 0},
    }
    return sample if phase is None else {**sample, "phase": phase}


_METER_VALUE = {"timestamp": _TIME, "sampledValue": [_sample(*row) for row in _MEASURANDS]}

_REPORT_ROW = {
    "component": {"name": "EVSE", "evse": {"id": 1}},
    "variable": {"name": "AvailabilityState"},
    "variableAttribute": [{"type": "Actual", "value": "Available", "mutability": "ReadOnly"}],
    "variableCharacteristics": {"dataType": "OptionList", "supportsMonitoring": True},
}

PAYLOADS: Mapping[str, Mapping[str, object]] = {
    "BootNotification": {
        "reason": "PowerUp",
        "chargingStation": {
            "model": "Model X1",
            "vendorName": "Vendor",
            "serialNumber": "SN-0001-2345",
            "firmwareVersion": "1.4.2",
            "modem": {"iccid": "8931089318104314834", "imsi": "204043710313833"},
        },
    },
    "Heartbeat": {},
    "StatusNotification": {
        "timestamp": _TIME,
        "connectorStatus": "Available",
        "evseId": 1,
        "connectorId": 1,
    },
    "Authorize": {"idToken": {"idToken": "04A1B2C3D4E5F6", "type": "ISO14443"}},
    "TransactionEvent": {
        "eventType": "Updated",
        "timestamp": _TIME,
        "triggerReason": "MeterValuePeriodic",
        "seqNo": 7,
        "offline": False,
        "numberOfPhasesUsed": 2,
        "transactionInfo": {
            "transactionId": "8f6f6c1e-6c0c-4c43-8a3c-5e0b9c6d1a11",
            "chargingState": "Charging",
            "timeSpentCharging": 1200,
        },
        "evse": {"id": 1, "connectorId": 1},
        "idToken": {"idToken": "04A1B2C3D4E5F6", "type": "ISO14443"},
        "meterValue": [_METER_VALUE],
    },
    "MeterValues": {"evseId": 1, "meterValue": [_METER_VALUE]},
    "NotifyReport": {
        "requestId": 42,
        "generatedAt": _TIME,
        "seqNo": 0,
        "reportData": [_REPORT_ROW] * 100,
    },
    "SetChargingProfile": {
        "evseId": 1,
        "chargingProfile": {
            "id": 5,
            "stackLevel": 0,
            "chargingProfilePurpose": "TxDefaultProfile",
            "chargingProfileKind": "Absolute",
            "chargingSchedule": [
                {
                    "id": 1,
                    "chargingRateUnit": "W",
                    "startSchedule": _TIME,
                    "chargingSchedulePeriod": [
                        {"startPeriod": i * 900, "limit": 11000.0 - i * 50} for i in range(24)
                    ],
                }
            ],
        },
    },
}


def text(action: str) -> str:
    """The payload as a peer sends it."""
    return json.dumps(PAYLOADS[action], separators=(",", ":"))


def frame(action: str) -> str:
    """The payload in its CALL."""
    return f'[2,"8f6f6c1e-6c0c-4c43-8a3c-5e0b9c6d1a12","{action}",{text(action)}]'
