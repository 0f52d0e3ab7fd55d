"""The strategies that the package brings along, as somebody uses them who tests a handler."""

from __future__ import annotations

import json
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any, TypeVar

import pytest
from hypothesis import find, given, settings
from hypothesis.strategies import SearchStrategy

import ocpp21
from ocpp21.testing import Broken, JsonValue, broken, instances, valid

T = TypeVar("T")


def _drawn(strategy: SearchStrategy[T], times: int = 300) -> list[T]:
    """Many examples, the same ones each time."""
    found: list[T] = []

    @settings(max_examples=times, derandomize=True, deadline=None, database=None)
    @given(strategy)
    def collect(example: T) -> None:
        found.append(example)

    collect()
    return found


@given(instances(ocpp21.BootNotificationRequest))
def test_instances_are_models(request: ocpp21.BootNotificationRequest) -> None:
    assert isinstance(request, ocpp21.BootNotificationRequest)
    assert ocpp21.BootNotificationRequest.read_json(request.write_json()) == request


@given(valid(ocpp21.EVSEType))
def test_datatypes_have_strategies_too(payload: dict[str, JsonValue]) -> None:
    assert ocpp21.EVSEType.read_json(json.dumps(payload))


def test_subclass_of_a_message_has_its_strategies() -> None:
    class Renamed(ocpp21.HeartbeatRequest):
        pass

    assert isinstance(find(instances(Renamed), lambda request: True), Renamed)


@pytest.mark.parametrize("strategy", [valid, instances, broken])
@pytest.mark.parametrize("type_", [int, ocpp21.BootReasonEnumType, Broken])
def test_other_classes_are_refused_by_name(
    strategy: Callable[[type[Any]], object], type_: type[object]
) -> None:
    expected = f"^{type_.__name__} is no message or datatype of ocpp21$"
    with pytest.raises(TypeError, match=expected):
        strategy(type_)


def test_without_hypothesis_the_import_says_what_to_install() -> None:
    program = "import sys; sys.modules['hypothesis'] = None; import ocpp21.testing"
    root = Path(ocpp21.__file__).parents[1]

    done = subprocess.run(
        [sys.executable, "-c", program], cwd=root, capture_output=True, text=True, check=False
    )

    assert done.returncode == 1
    assert done.stderr.splitlines()[-1] == (
        "ImportError: ocpp21.testing needs hypothesis, which is not installed: "
        "pip install hypothesis"
    )


def test_simplest_example_has_the_required_fields_only() -> None:
    simplest = find(valid(ocpp21.BootNotificationRequest), lambda payload: True)

    assert simplest == {
        "chargingStation": {"model": "", "vendorName": ""},
        "reason": "ApplicationReset",
    }


def test_valid_texts_and_numbers_reach_their_bounds() -> None:
    reasons = [str(payload["reasonCode"]) for payload in _drawn(valid(ocpp21.StatusInfoType))]
    charges = [payload["soC"] for payload in _drawn(valid(ocpp21.BatteryDataType))]
    intervals = [payload["interval"] for payload in _drawn(valid(ocpp21.BootNotificationResponse))]

    assert max(map(len, reasons)) == 20
    assert any(len(reason) == 20 and min(reason) > "\uffff" for reason in reasons)
    assert {0, 100} <= set(charges)
    assert any(isinstance(interval, float) for interval in intervals)
    assert any(isinstance(interval, int) and interval >= 2**63 for interval in intervals)


def test_valid_lists_have_every_size() -> None:
    requests = _drawn(valid(ocpp21.GetReportRequest))

    criteria = [payload.get("componentCriteria", []) for payload in requests]

    assert {len(each) for each in criteria if isinstance(each, list)} == {0, 1, 2, 3, 4}


def test_valid_date_times_are_spelt_in_every_way() -> None:
    times = [str(payload["currentTime"]) for payload in _drawn(valid(ocpp21.HeartbeatResponse))]

    assert any("t" in time and time.endswith("z") for time in times)
    assert any(time.endswith("-23:59") for time in times)
    assert any(time.startswith("0001-") for time in times)
    assert any(len(time.partition(".")[2]) == len("123456789Z") for time in times)


def test_valid_payloads_have_null_where_it_may_stand() -> None:
    transfers = _drawn(valid(ocpp21.DataTransferRequest))
    vendors = [payload.get("customData") for payload in _drawn(valid(ocpp21.HeartbeatRequest))]

    assert any(transfer.get("data", 0) is None for transfer in transfers)
    assert any(isinstance(vendor, dict) and None in vendor.values() for vendor in vendors)


def _value(case: Broken) -> object:
    """What stands at the pointer, or "missing"."""
    found: Any = case.payload
    for step in case.pointer.split("/")[1:]:
        if isinstance(found, dict) and step not in found:
            return "missing"
        found = found[int(step)] if isinstance(found, list) else found[step]
    return found


# How many different values must be seen, by place and rule.
_FAULTS: list[tuple[type[object], dict[tuple[str, str], int]]] = [
    (
        ocpp21.HeartbeatResponse,
        {
            ("/currentTime", "required"): 1,
            ("/currentTime", "type"): 4,
            ("/currentTime", "format"): 15,
            ("/noSuchField", "additionalProperties"): 3,
            ("/current_time", "additionalProperties"): 1,
            ("/customData/vendorId", "maxLength"): 2,
        },
    ),
    (
        ocpp21.BootNotificationResponse,
        {
            ("/interval", "type"): 5,
            ("/status", "enum"): 5,
            ("/status", "type"): 3,
            ("/statusInfo/reasonCode", "maxLength"): 2,
            ("/statusInfo/reasonCode", "required"): 1,
        },
    ),
    (
        ocpp21.TariffConditionsFixedType,
        {
            ("/dayOfWeek", "minItems"): 1,
            ("/dayOfWeek", "maxItems"): 2,
            ("/dayOfWeek/0", "type"): 2,
            ("/dayOfWeek/1", "enum"): 1,
        },
    ),
    (ocpp21.BatteryDataType, {("/soC", "minimum"): 2, ("/soC", "maximum"): 2}),
    (ocpp21.TaxRateType, {("/tax", "type"): 5}),
    (ocpp21.GetTransactionStatusResponse, {("/messagesInQueue", "type"): 3}),
]


@pytest.mark.parametrize(("type_", "expected"), _FAULTS)
def test_broken_payloads_have_every_kind_of_fault(
    type_: type[object], expected: dict[tuple[str, str], int]
) -> None:
    seen: dict[tuple[str, str], set[str]] = {}
    for case in _drawn(broken(type_), 1000):
        seen.setdefault((case.pointer, case.rule), set()).add(repr(_value(case)))

    rare = {place for place, least in expected.items() if len(seen.get(place, ())) < least}

    assert not rare
    assert all("None" in seen[place] for place in expected if place[1] == "type")


def test_faults_lie_at_every_depth() -> None:
    cases = _drawn(broken(ocpp21.SetChargingProfileRequest), 150)

    depths = {case.pointer.count("/") for case in cases}
    assert len(depths) >= 6
    assert max(depths) >= 8


def test_a_drawn_payload_may_be_changed_without_harm() -> None:
    @given(broken(ocpp21.GetReportRequest))
    def spoil(case: Broken) -> None:
        assert "spoilt" not in json.dumps(case.payload)
        for value in (case.payload, *case.payload.values()):
            if isinstance(value, list):
                value.append("spoilt")
            elif isinstance(value, dict):
                value["spoilt"] = True

    spoil()
