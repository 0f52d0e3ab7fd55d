"""What errors of msgspec's mean, and how structs are written."""

from __future__ import annotations

import json
from types import ModuleType
from typing import Annotated, Any, Literal

import pytest
from msgspec import Meta, Struct
from msgspec.json import decode
from tests.runtime.wrong_payloads import HUGE, STATUS, TIME, WRONG, Wrong

from ocppj import msgspec_models
from ocppj.classify import Fault, Findings, validation_error
from ocppj.errors import OCPPUsageError, OCPPValidationError


def found_in(model: type[object], text: str) -> Findings | None:
    """What is wrong with a text that is known to be wrong."""
    found = msgspec_models.reader(model, lambda found: found)(text)
    assert not isinstance(found, tuple)
    return found


@pytest.mark.parametrize("wrong", WRONG, ids=lambda wrong: f"{wrong.pointer} {wrong.reason}")
def test_faults(msgspec_package: ModuleType, wrong: Wrong) -> None:
    model = msgspec_package.ACTIONS[wrong.action].request
    found = found_in(model, wrong.text)
    assert found is not None
    error = validation_error(found)
    assert (error.code, error.pointer, error.reason) == (wrong.code, wrong.pointer, wrong.reason)


@pytest.mark.parametrize("number", ["1e400", "9" * 400])
def test_a_number_beyond_all_bounds(msgspec_package: ModuleType, number: str) -> None:
    text = json.dumps({**STATUS, "evseId": 0}).replace(": 0", f": {number}")
    found = found_in(msgspec_package.StatusNotificationRequest, text)
    assert found is not None
    error = validation_error(found)
    assert (error.pointer, error.reason) == ("/evseId", HUGE)


def test_a_place_that_msgspec_tells_in_part(msgspec_package: ModuleType) -> None:
    text = '{"vendorId":"v","data":{"a":1e400}}'
    found = found_in(msgspec_package.DataTransferRequest, text)
    assert found is not None
    error = validation_error(found)
    assert (error.pointer, error.reason) == ("/data", HUGE)


@pytest.mark.parametrize("key", ["k - at `$bar", "k - at `$.evseId", " - at `$"])
def test_a_key_that_looks_like_a_place(msgspec_package: ModuleType, key: str) -> None:
    found = found_in(msgspec_package.StatusNotificationRequest, json.dumps({**STATUS, key: 1}))
    assert found is not None
    [finding] = found.findings
    assert (finding.fault, finding.path) == (Fault.UNKNOWN_KEY, (key,))


@pytest.mark.parametrize(
    "text",
    [
        "{",
        '{"customData":{"vendorId":"v","x":NaN}}',
        '{"customData":{"vendorId":"v","x":"\\ud800"}}',
        '{"customData":{"vendorId":"v","x":"\ud800"}}',
        '{"customData":{"vendorId":"v","x":' + "[" * 100_000 + "]" * 100_000 + "}}",
        "",
    ],
)
def test_what_is_no_json_has_no_findings(msgspec_package: ModuleType, text: str) -> None:
    assert found_in(msgspec_package.HeartbeatRequest, text) is None


class Checked(Struct):
    """What a user may add to a package."""

    number: Annotated[float, Meta(gt=1, lt=9)] = 2
    text: Annotated[str, Meta(min_length=2)] = "xx"
    letter: Literal["a", "b"] = "a"
    coded: Annotated[str, Meta(pattern="^[a-z]*$")] = "x"
    inner: Checked | None = None

    def __post_init__(self) -> None:
        if self.number % 0.5:
            raise ValueError("Expected a multiple of 0.5 for `number`")

    @classmethod
    def read_json(cls, text: str) -> Checked:
        return decode(text, type=cls)


@pytest.mark.parametrize(
    ("payload", "fault", "reason"),
    [
        ({"number": 1.0}, Fault.OUT_OF_RANGE, "out of range, the bound is 1.0"),
        ({"number": 9.0}, Fault.OUT_OF_RANGE, "out of range, the bound is 9.0"),
        ({"number": 1.3}, Fault.NOT_A_MULTIPLE, "not a multiple of 0.5"),
        ({"text": "x"}, Fault.TOO_SHORT, "shorter than 2 characters"),
        ({"letter": "c"}, Fault.NOT_IN_LIST, "not one of the values in the list"),
        ({"coded": "SECRET"}, Fault.OTHER, "not valid"),
    ],
)
@pytest.mark.parametrize("deep", [False, True])
def test_faults_of_users_own_structs(
    payload: object, fault: Fault, reason: str, deep: bool
) -> None:
    found = found_in(Checked, json.dumps({"inner": payload} if deep else payload))
    assert found is not None
    assert found.findings[0].fault is fault
    assert found.findings[0].path[:1] == (("inner",) if deep else found.findings[0].path[:1])
    assert validation_error(found).reason == reason


def test_what_is_no_json_after_the_first_fault_has_no_findings() -> None:
    assert found_in(Checked, '{"letter":"c",') is None


def test_an_error_raised_over_findings_does_not_hold_on_to_msgspecs() -> None:
    def give_up(found: Findings | None) -> Findings:
        raise OCPPUsageError("given up")

    with pytest.raises(OCPPUsageError) as caught:
        msgspec_models.reader(Checked, give_up)("{")
    assert caught.value.__context__ is None


def test_an_example_of_the_list_is_found(msgspec_package: ModuleType) -> None:
    found = found_in(Checked, '{"letter":"c"}')
    assert found is not None
    assert found.findings[0].example == "a"


def test_an_example_deep_in_a_message_is_found(msgspec_package: ModuleType) -> None:
    sample = {"value": 1, "measurand": "Nope"}
    payload = {"evseId": 1, "meterValue": [{"timestamp": TIME, "sampledValue": [sample]}]}
    found = found_in(msgspec_package.MeterValuesRequest, json.dumps(payload))
    assert found is not None
    assert found.findings[0].example in [str(x) for x in msgspec_package.MeasurandEnumType]


@pytest.mark.parametrize(
    "key", ["a` - at `$.evseId", "- at `$.x`", "`", "x` - at `$[0]`", "\n", "$.a[...]"]
)
def test_keys_made_to_confuse_do_no_harm(msgspec_package: ModuleType, key: str) -> None:
    found = found_in(msgspec_package.StatusNotificationRequest, json.dumps({**STATUS, key: 1}))
    assert found is not None
    assert validation_error(found).reason in ("unknown key", "not valid")


@pytest.mark.parametrize("value", ["x' - at `$.evseId`", "x - at `$`", "`", "\n'"])
def test_values_made_to_confuse_do_no_harm(msgspec_package: ModuleType, value: str) -> None:
    text = json.dumps({**STATUS, "connectorStatus": value})
    found = found_in(msgspec_package.StatusNotificationRequest, text)
    assert found is not None
    assert validation_error(found).reason in (
        "not one of the values in the list",
        "a string is wanted",
        "not valid",
    )


def _a_status(package: ModuleType, **values: object) -> Any:
    read = package.StatusNotificationRequest.read_json(json.dumps(STATUS))
    for name, value in values.items():
        setattr(read, name, value)
    return read


@pytest.mark.parametrize("broken", [{"connector_status": object()}, {"custom_data": "\ud800"}])
def test_what_cannot_be_written_is_an_error_without_values(
    msgspec_package: ModuleType, broken: dict[str, object]
) -> None:
    write = msgspec_models.writer(msgspec_package.StatusNotificationRequest)
    with pytest.raises(OCPPValidationError) as caught:
        write(_a_status(msgspec_package, **broken))
    assert caught.value.reason == "no JSON can be made of this StatusNotificationRequest"
    assert (caught.value.__context__, caught.value.__cause__) == (None, None)


def test_another_message_is_not_written(msgspec_package: ModuleType) -> None:
    write = msgspec_models.writer(msgspec_package.HeartbeatRequest)
    with pytest.raises(OCPPUsageError, match="HeartbeatRequest is wanted here, not NoneType"):
        write(None)


def test_a_value_deep_in_a_struct_is_changed(msgspec_package: ModuleType) -> None:
    component = msgspec_package.ComponentType(name="c", evse=msgspec_package.EVSEType(id=1))
    variable = msgspec_package.VariableType(name="v")
    row = msgspec_package.GetVariableDataType(component=component, variable=variable)
    request = msgspec_package.GetVariablesRequest(get_variable_data=[row])
    path = ("getVariableData", 0, "component", "evse", "id")
    msgspec_models.put(request, path, lambda value: f"was {value}")
    assert request.get_variable_data[0].component.evse.id == "was 1"


def test_an_item_of_a_list_is_changed(msgspec_package: ModuleType) -> None:
    model = msgspec_package.ComponentCriterionEnumType
    request = msgspec_package.GetReportRequest(
        request_id=1, component_criteria=[model.ACTIVE, model.PROBLEM]
    )
    msgspec_models.put(request, ("componentCriteria", 1), lambda value: "x")
    assert request.component_criteria == [model.ACTIVE, "x"]
