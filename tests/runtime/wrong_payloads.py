"""Payloads with one thing wrong, and what is to be said of them. True of any library of models."""

from __future__ import annotations

import json
from typing import NamedTuple

TIME = "2025-01-31T12:00:00Z"
STATUS = {"timestamp": TIME, "connectorStatus": "Available", "evseId": 1, "connectorId": 2}
READING = {"evseId": 1, "meterValue": [{"timestamp": TIME, "sampledValue": [{"value": 1.5}]}]}
TARIFF = {"tariffId": "t", "currency": "EUR"}


class Wrong(NamedTuple):
    """The message, its payload, and the code, the place and the reason that are wanted."""

    action: str
    payload: object
    code: str
    pointer: str
    reason: str

    @property
    def text(self) -> str:
        return json.dumps(self.payload)


def _status(code: str, key: str, reason: str, value: object) -> Wrong:
    return Wrong("StatusNotification", {**STATUS, key: value}, code, f"/{key}", reason)


def _sample(code: str, key: str, reason: str, value: object) -> Wrong:
    sample = {"value": 1.5, key: value}
    payload = {"evseId": 1, "meterValue": [{"timestamp": TIME, "sampledValue": [sample]}]}
    return Wrong("MeterValues", payload, code, f"/meterValue/0/sampledValue/0/{key}", reason)


TYPE = "TypeConstraintViolation"
PROPERTY = "PropertyConstraintViolation"
OCCURRENCE = "OccurrenceConstraintViolation"
NO_DATE_TIME = "not a date-time with offset, such as 2025-01-31T12:00:00Z"
HUGE = "out of range, the bound is that of a 64-bit float"

WRONG = (
    _status(TYPE, "evseId", "an integer is wanted", "1"),
    _status(TYPE, "evseId", "an integer is wanted", 1.5),
    _status(TYPE, "evseId", "an integer is wanted", True),
    _status(TYPE, "connectorStatus", "a string is wanted", 5),
    _status(TYPE, "timestamp", "a string is wanted", 1738324800),
    _status(TYPE, "timestamp", "a string is wanted", ["x"]),
    _status(TYPE, "customData", "an object is wanted", "x"),
    _status(
        TYPE,
        "customData",
        "an object is wanted; a field without value is left out, not null",
        None,
    ),
    _status(PROPERTY, "evseId", "out of range, the bound is 0", -1),
    _status(PROPERTY, "connectorStatus", "not one of the values in the list", "Nope"),
    _status(PROPERTY, "timestamp", NO_DATE_TIME, "2025-01-31T12:00:00"),
    _status(PROPERTY, "timestamp", NO_DATE_TIME, "2025-02-30T12:00:00Z"),
    _status(PROPERTY, "timestamp", NO_DATE_TIME, "yesterday"),
    _status("FormatViolation", "colour", "unknown key", "red"),
    _sample(TYPE, "value", "a number is wanted", "1.5"),
    _sample(TYPE, "unitOfMeasure", "an object is wanted", []),
    _sample(PROPERTY, "measurand", "not one of the values in the list", "Nope"),
    _sample("FormatViolation", "unit", "unknown key", "Wh"),
    Wrong("MeterValues", {**READING, "meterValue": {}}, TYPE, "/meterValue", "an array is wanted"),
    Wrong(
        "MeterValues",
        {**READING, "meterValue": []},
        OCCURRENCE,
        "/meterValue",
        "fewer than 1 items",
    ),
    Wrong(
        "MeterValues",
        {**READING, "meterValue": [{"timestamp": TIME}]},
        OCCURRENCE,
        "/meterValue/0/sampledValue",
        "required, but missing",
    ),
    Wrong(
        "NotifyMonitoringReport",
        {"requestId": 1, "seqNo": 1, "generatedAt": TIME, "tbc": 1},
        TYPE,
        "/tbc",
        "a boolean is wanted",
    ),
    Wrong(
        "SetDefaultTariff",
        {"evseId": 1, "tariff": {**TARIFF, "currency": "EURO"}},
        PROPERTY,
        "/tariff/currency",
        "longer than 3 characters",
    ),
    Wrong(
        "Authorize",
        {
            "idToken": {"idToken": "t", "type": "Central"},
            "iso15118CertificateHashData": [
                {
                    "hashAlgorithm": "SHA256",
                    "issuerNameHash": "a",
                    "issuerKeyHash": "b",
                    "serialNumber": "c",
                    "responderURL": "d",
                }
            ]
            * 5,
        },
        OCCURRENCE,
        "/iso15118CertificateHashData",
        "more than 4 items",
    ),
    Wrong(
        "Heartbeat",
        {"customData": {}},
        OCCURRENCE,
        "/customData/vendorId",
        "required, but missing",
    ),
    Wrong(
        "Heartbeat",
        {"customData": {"vendorId": 5}},
        TYPE,
        "/customData/vendorId",
        "a string is wanted",
    ),
    Wrong("Heartbeat", [], TYPE, "", "an object is wanted"),
    Wrong("Heartbeat", "x", TYPE, "", "an object is wanted"),
)
