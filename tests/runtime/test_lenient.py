"""Repairs of what real stations send, with either kind of models."""

from __future__ import annotations

import json
from collections.abc import Iterable
from datetime import UTC, datetime
from types import ModuleType
from typing import Any

import pytest
from tests.runtime.wrong_payloads import STATUS, TIME

from ocppj.errors import ErrorCode, OCPPValidationError
from ocppj.lenient import EVERY_REPAIR, Repair, RepairName, is_listed, unlisted
from ocppj.payloads import Codec, NotJSONError, Options, Payloads

DROPPED = RepairName.UNKNOWN_KEY_DROPPED
UTC_TAKEN = RepairName.DATE_TIME_TAKEN_AS_UTC
FROM_STRING = RepairName.NUMBER_READ_FROM_STRING
NULL = RepairName.NULL_TAKEN_AS_ABSENT
KEPT = RepairName.UNLISTED_VALUE_KEPT

STARTED = {
    "eventType": "Started",
    "timestamp": TIME,
    "triggerReason": "CablePluggedIn",
    "seqNo": 0,
    "transactionInfo": {"transactionId": "t"},
}


def a_codec(package: ModuleType, action: str, chosen: Iterable[RepairName]) -> Codec[Any]:
    payloads = Payloads(package.CSMS, Options(repairs=frozenset(chosen)))
    return payloads.request(package.ACTIONS[action])


def read(
    package: ModuleType,
    action: str,
    payload: object,
    chosen: Iterable[RepairName] = EVERY_REPAIR,
) -> tuple[Any, tuple[Repair, ...]]:
    return a_codec(package, action, chosen).read(json.dumps(payload))


def refused(
    package: ModuleType,
    action: str,
    payload: object,
    chosen: Iterable[RepairName] = EVERY_REPAIR,
) -> OCPPValidationError:
    with pytest.raises(OCPPValidationError) as caught:
        read(package, action, payload, chosen)
    return caught.value


def a_sample(**changed: object) -> dict[str, object]:
    """MeterValues with a sample in which something is different: as deep as it gets."""
    sample = {"value": 1.5, **changed}
    return {"evseId": 1, "meterValue": [{"timestamp": TIME, "sampledValue": [sample]}]}


CASES = [
    (DROPPED, "Heartbeat", {"colour": "red"}, "/colour", {}),
    (DROPPED, "Heartbeat", {"a b": {"x": [1]}}, "/?", {}),
    (DROPPED, "MeterValues", a_sample(unit=None), "/meterValue/0/sampledValue/0/unit", a_sample()),
    (UTC_TAKEN, "StatusNotification", {**STATUS, "timestamp": TIME[:-1]}, "/timestamp", STATUS),
    (
        UTC_TAKEN,
        "StatusNotification",
        {**STATUS, "timestamp": "2025-01-31t12:00:00.000"},
        "/timestamp",
        STATUS,
    ),
    (FROM_STRING, "StatusNotification", {**STATUS, "evseId": "1"}, "/evseId", STATUS),
    (FROM_STRING, "StatusNotification", {**STATUS, "evseId": "1.0"}, "/evseId", STATUS),
    (
        FROM_STRING,
        "MeterValues",
        a_sample(value="-15e-1"),
        "/meterValue/0/sampledValue/0/value",
        a_sample(value=-1.5),
    ),
    (NULL, "StatusNotification", {**STATUS, "customData": None}, "/customData", STATUS),
    (
        NULL,
        "MeterValues",
        a_sample(measurand=None),
        "/meterValue/0/sampledValue/0/measurand",
        a_sample(),
    ),
    (
        KEPT,
        "StatusNotification",
        {**STATUS, "connectorStatus": "Sleeping"},
        "/connectorStatus",
        {**STATUS, "connectorStatus": "Sleeping"},
    ),
    (
        KEPT,
        "MeterValues",
        a_sample(measurand="Noise"),
        "/meterValue/0/sampledValue/0/measurand",
        a_sample(measurand="Noise"),
    ),
]


@pytest.mark.parametrize(("name", "action", "payload", "pointer", "means"), CASES)
def test_a_repair(
    package: ModuleType, name: RepairName, action: str, payload: object, pointer: str, means: object
) -> None:
    model, repairs = read(package, action, payload, [name])
    assert repairs == (Repair(name, pointer),)
    assert json.loads(model.write_json()) == means


@pytest.mark.parametrize(("name", "action", "payload", "pointer", "means"), CASES)
def test_a_repair_is_off_unless_chosen(
    package: ModuleType, name: RepairName, action: str, payload: object, pointer: str, means: object
) -> None:
    assert refused(package, action, payload, EVERY_REPAIR - {name}).pointer == pointer
    assert refused(package, action, payload, []).pointer == pointer


@pytest.mark.parametrize(
    ("action", "payload", "pointer"),
    [
        ("StatusNotification", {**STATUS, "timestamp": "2025-02-30T12:00:00"}, "/timestamp"),
        ("StatusNotification", {**STATUS, "timestamp": "2025-01-31 12:00:00"}, "/timestamp"),
        ("StatusNotification", {**STATUS, "timestamp": "2025-01-31T12:00"}, "/timestamp"),
        ("StatusNotification", {**STATUS, "timestamp": TIME[:-1] + "\n"}, "/timestamp"),
        ("StatusNotification", {**STATUS, "timestamp": 5}, "/timestamp"),
        ("StatusNotification", {**STATUS, "evseId": "1.5"}, "/evseId"),
        ("StatusNotification", {**STATUS, "evseId": "-1"}, "/evseId"),
        ("StatusNotification", {**STATUS, "evseId": ""}, "/evseId"),
        ("StatusNotification", {**STATUS, "evseId": "01"}, "/evseId"),
        ("StatusNotification", {**STATUS, "evseId": "one"}, "/evseId"),
        ("StatusNotification", {**STATUS, "evseId": "NaN"}, "/evseId"),
        ("StatusNotification", {**STATUS, "evseId": "1e400"}, "/evseId"),
        ("StatusNotification", {**STATUS, "evseId": "9" * 400}, "/evseId"),
        ("StatusNotification", {**STATUS, "evseId": None}, "/evseId"),
        ("StatusNotification", {**STATUS, "connectorStatus": 5}, "/connectorStatus"),
        ("MeterValues", {"evseId": 1, "meterValue": [None]}, "/meterValue/0"),
        ("MeterValues", a_sample(value=True), "/meterValue/0/sampledValue/0/value"),
        ("Heartbeat", [], ""),
    ],
)
def test_what_no_repair_mends(
    package: ModuleType, action: str, payload: object, pointer: str
) -> None:
    assert refused(package, action, payload).pointer == pointer


@pytest.mark.parametrize(
    ("custom", "error"),
    [
        ({"vendorId": None}, "TypeConstraintViolation at /customData/vendorId"),
        ({"vendorId": 5}, "TypeConstraintViolation at /customData/vendorId"),
        ({}, "OccurrenceConstraintViolation at /customData/vendorId"),
        ("text", "TypeConstraintViolation at /customData"),
    ],
)
def test_custom_data_is_not_mended(package: ModuleType, custom: object, error: str) -> None:
    assert str(refused(package, "Heartbeat", {"customData": custom})).startswith(f"{error}:")


def test_custom_data_comes_through_as_it_was(package: ModuleType) -> None:
    custom = {
        "vendorId": "v",
        "null": None,
        "number": "5",
        "time": TIME[:-1],
        "deep": [{"a": 10**30}],
    }
    model, repairs = read(package, "Heartbeat", {"colour": 1, "customData": custom})
    assert repairs == (Repair(DROPPED, "/colour"),)
    assert json.loads(model.write_json()) == {"customData": custom}


def test_any_json_value_comes_through_as_it_was(package: ModuleType) -> None:
    data = {"a": None, "b": ["5", {"c": TIME[:-1]}]}
    payload = {"vendorId": "v", "data": data, "colour": 1}
    model, _ = read(package, "DataTransfer", payload)
    assert model.data == data


def test_many_repairs_are_told_of_one_by_one(package: ModuleType) -> None:
    info = {"transactionId": "t", "chargingState": "Dreaming", "timeSpentCharging": "7", "x": 1}
    payload = {
        **STARTED,
        "timestamp": TIME[:-1],
        "offline": None,
        "seqNo": "3",
        "transactionInfo": info,
        "y": 2,
    }
    model, repairs = read(package, "TransactionEvent", payload)
    assert sorted(repairs, key=lambda each: each.pointer) == [
        Repair(NULL, "/offline"),
        Repair(FROM_STRING, "/seqNo"),
        Repair(UTC_TAKEN, "/timestamp"),
        Repair(KEPT, "/transactionInfo/chargingState"),
        Repair(FROM_STRING, "/transactionInfo/timeSpentCharging"),
        Repair(DROPPED, "/transactionInfo/x"),
        Repair(DROPPED, "/y"),
    ]
    assert model.timestamp == datetime(2025, 1, 31, 12, tzinfo=UTC)
    assert (model.seq_no, model.transaction_info.time_spent_charging) == (3, 7)
    assert model.transaction_info.charging_state == "Dreaming"


def test_pydantics_repairs_come_in_the_order_of_the_document(pydantic_package: ModuleType) -> None:
    payload = {"z": 1, **STATUS, "evseId": "1", "a": 2}
    _, repairs = read(pydantic_package, "StatusNotification", payload)
    assert [each.pointer for each in repairs] == ["/z", "/evseId", "/a"]


def test_a_clean_message_needs_none(package: ModuleType) -> None:
    model, repairs = read(package, "StatusNotification", STATUS)
    assert repairs == ()
    assert json.loads(model.write_json()) == STATUS


def test_what_is_left_is_counted(pydantic_package: ModuleType) -> None:
    payload = {"timestamp": TIME[:-1], "evseId": True, "connectorId": "1", "x": 1}
    error = refused(pydantic_package, "StatusNotification", payload)
    assert error.pointer == "/evseId"
    assert error.reason == "an integer is wanted (and 1 more)"


def test_a_required_field_that_is_null_is_missing(package: ModuleType) -> None:
    error = refused(package, "StatusNotification", {**STATUS, "evseId": None})
    assert error.code is ErrorCode.OCCURRENCE_CONSTRAINT_VIOLATION


def test_no_json_is_not_mended(package: ModuleType) -> None:
    codec = a_codec(package, "Heartbeat", EVERY_REPAIR)
    with pytest.raises(NotJSONError):
        codec.read('{"colour":}')


def test_more_than_a_thousand_repairs(pydantic_package: ModuleType) -> None:
    payload = {f"k{index}": index for index in range(2500)}
    _, repairs = read(pydantic_package, "Heartbeat", payload)
    assert len(repairs) == 2500


def test_with_msgspec_a_hundred_repairs_are_done(msgspec_package: ModuleType) -> None:
    payload = {f"k{index}": index for index in range(100)}
    _, repairs = read(msgspec_package, "Heartbeat", payload)
    assert len(repairs) == 100
    assert refused(msgspec_package, "Heartbeat", {**payload, "k": 1}).reason == "unknown key"


@pytest.mark.parametrize("text", ["Sleeping", "available", "AVAILABLE", ""])
def test_a_text_outside_the_list_keeps_the_fields_type(package: ModuleType, text: str) -> None:
    model, _ = read(package, "StatusNotification", {**STATUS, "connectorStatus": text})
    status = model.connector_status
    enum = package.ConnectorStatusEnumType
    assert isinstance(status, enum)
    assert (status.value, status.name, f"{status}") == (text, text, text)
    assert status == text and status != enum.AVAILABLE
    assert not is_listed(status)
    assert text not in [each.value for each in enum]


def test_a_text_in_the_list_is_listed(package: ModuleType) -> None:
    model, _ = read(package, "StatusNotification", STATUS)
    assert is_listed(model.connector_status)


def test_a_field_without_an_enum_gets_the_text() -> None:
    assert unlisted("a", "b") == "b"
    assert type(unlisted("a", "b")) is str


@pytest.mark.parametrize("number", ["1e400", "9" * 400])
def test_a_repaired_message_may_still_hold_what_is_out_of_range(
    package: ModuleType, number: str
) -> None:
    codec = a_codec(package, "StatusNotification", EVERY_REPAIR)
    text = json.dumps({"x": 1, **STATUS, "evseId": 0}).replace('Id": 0', f'Id": {number}')
    with pytest.raises(OCPPValidationError) as caught:
        codec.read(text)
    assert "out of range" in caught.value.reason
