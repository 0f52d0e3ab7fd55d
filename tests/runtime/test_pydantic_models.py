"""What errors of pydantic's mean, and how models are written."""

from __future__ import annotations

import json
from collections.abc import Callable
from types import ModuleType
from typing import Annotated, Any, Literal

import pytest
from pydantic import BaseModel, Field, field_validator
from tests.runtime.wrong_payloads import HUGE, STATUS, WRONG, Wrong

from ocppj import pydantic_models
from ocppj.classify import Fault, Findings, validation_error
from ocppj.errors import OCPPUsageError, OCPPValidationError


def found_in(model: type[object], text: str) -> Findings | None:
    """What is wrong with a text that is known to be wrong."""
    found = pydantic_models.reader(model, lambda found: found)(text)
    assert not isinstance(found, tuple)
    return found


@pytest.mark.parametrize("wrong", WRONG, ids=lambda wrong: f"{wrong.pointer} {wrong.reason}")
def test_faults(pydantic_package: ModuleType, wrong: Wrong) -> None:
    model = pydantic_package.ACTIONS[wrong.action].request
    found = found_in(model, wrong.text)
    assert found is not None
    error = validation_error(found)
    assert (error.code, error.pointer, error.reason) == (wrong.code, wrong.pointer, wrong.reason)


@pytest.mark.parametrize("number", ["1e400", "9" * 400])
def test_a_number_beyond_all_bounds(pydantic_package: ModuleType, number: str) -> None:
    text = json.dumps({**STATUS, "evseId": 0}).replace(": 0", f": {number}")
    found = found_in(pydantic_package.StatusNotificationRequest, text)
    assert found is not None
    error = validation_error(found)
    assert (error.pointer, error.reason) == ("/evseId", HUGE)


@pytest.mark.parametrize("number", ["1e400", "9" * 400])
def test_a_number_beyond_all_bounds_among_any_values(
    pydantic_package: ModuleType, number: str
) -> None:
    text = f'{{"vendorId":"v","data":{{"a":{number}}}}}'
    found = found_in(pydantic_package.DataTransferRequest, text)
    assert found is not None
    assert (found.findings[0].path, validation_error(found).reason) == (("data",), HUGE)


@pytest.mark.parametrize(
    "text",
    [
        "{",
        '{"a":1,}',
        '{"customData":{"vendorId":"v","x":NaN}}',
        '{"customData":{"vendorId":"v","x":"\\ud800"}}',
        '{"customData":{"vendorId":"v","x":"\ud800"}}',
        '{"customData":{"vendorId":"v","x":' + "[" * 100_000 + "]" * 100_000 + "}}",
        "{} {}",
        "",
    ],
)
def test_what_is_no_json_has_no_findings(pydantic_package: ModuleType, text: str) -> None:
    assert found_in(pydantic_package.HeartbeatRequest, text) is None


def test_of_very_many_faults_the_first_are_looked_at(pydantic_package: ModuleType) -> None:
    text = json.dumps({f"k{index}": 0 for index in range(3000)})
    found = found_in(pydantic_package.HeartbeatRequest, text)
    assert found is not None
    assert (len(found.findings), found.count) == (1000, 3000)
    assert found.findings[0].path == ("k0",)


class Checked(BaseModel):
    """What a user may add to a package."""

    number: Annotated[float, Field(gt=1, lt=9, multiple_of=0.5)] = 2
    text: Annotated[str, Field(min_length=2)] = "xx"
    letter: Literal["a", "b"] = "a"
    even: int = 0

    @field_validator("even")
    @classmethod
    def _even(cls, value: int) -> int:
        if value % 2:
            raise ValueError(f"{value} is odd")
        return value


@pytest.mark.parametrize(
    ("payload", "fault", "reason"),
    [
        ({"number": 1.0}, Fault.OUT_OF_RANGE, "out of range, the bound is 1.0"),
        ({"number": 9.0}, Fault.OUT_OF_RANGE, "out of range, the bound is 9.0"),
        ({"number": 1.3}, Fault.NOT_A_MULTIPLE, "not a multiple of 0.5"),
        ({"text": "x"}, Fault.TOO_SHORT, "shorter than 2 characters"),
        ({"letter": "c"}, Fault.NOT_IN_LIST, "not one of the values in the list"),
        ({"even": 77777}, Fault.OTHER, "not valid"),
    ],
)
def test_faults_of_users_own_models(payload: object, fault: Fault, reason: str) -> None:
    found = found_in(Checked, json.dumps(payload))
    assert found is not None
    assert found.findings[0].fault is fault
    assert validation_error(found).reason == reason


def test_an_example_of_the_list_is_found(pydantic_package: ModuleType) -> None:
    found = found_in(Checked, '{"letter":"c"}')
    assert found is not None
    assert found.findings[0].example == "a"


def test_what_is_read_is_written_again(pydantic_package: ModuleType) -> None:
    model = pydantic_package.StatusNotificationRequest
    read = pydantic_models.reader(model, lambda found: found)(json.dumps(STATUS))
    assert isinstance(read, tuple)
    assert json.loads(pydantic_models.writer(model)(read[0])) == STATUS


def test_what_was_changed_is_written_without_a_word(pydantic_package: ModuleType) -> None:
    model = pydantic_package.StatusNotificationRequest
    changed = model.read_json(json.dumps(STATUS))
    vars(changed)["connector_status"] = "Sleeping"  # pydantic would warn, and show the value
    assert '"Sleeping"' in pydantic_models.writer(model)(changed)


def test_python_names_do_not_count_on_the_wire(pydantic_package: ModuleType) -> None:
    found = found_in(pydantic_package.HeartbeatRequest, '{"custom_data":{"vendorId":"v"}}')
    assert found is not None
    assert found.findings[0].fault is Fault.UNKNOWN_KEY


def test_an_error_raised_over_findings_does_not_hold_on_to_pydantics() -> None:
    def give_up(found: Findings | None) -> Findings:
        raise OCPPUsageError("given up")

    with pytest.raises(OCPPUsageError) as caught:
        pydantic_models.reader(Checked, give_up)("{")
    assert caught.value.__context__ is None


Change = Callable[[Any], None]


def _set_object(model: Any) -> None:
    model.connector_status = object()


def _set_text(model: Any) -> None:
    model.timestamp = "secret"


def _set_surrogate(model: Any) -> None:
    model.connector_status = "\ud800"


@pytest.mark.parametrize("change", [_set_object, _set_text, _set_surrogate])
def test_what_cannot_be_written_is_an_error_without_values(
    pydantic_package: ModuleType, change: Change
) -> None:
    model = pydantic_package.StatusNotificationRequest
    broken = model.read_json(json.dumps(STATUS))
    change(broken)
    with pytest.raises(OCPPValidationError) as caught:
        pydantic_models.writer(model)(broken)
    assert caught.value.reason == "no JSON can be made of this StatusNotificationRequest"
    assert (caught.value.__context__, caught.value.__cause__) == (None, None)


def test_another_message_is_not_written(pydantic_package: ModuleType) -> None:
    write = pydantic_models.writer(pydantic_package.HeartbeatRequest)
    with pytest.raises(OCPPUsageError, match="HeartbeatRequest is wanted here, not NoneType"):
        write(None)


def test_a_value_deep_in_a_model_is_changed_past_validation(pydantic_package: ModuleType) -> None:
    component = pydantic_package.ComponentType(name="c", evse=pydantic_package.EVSEType(id=1))
    variable = pydantic_package.VariableType(name="v")
    row = pydantic_package.GetVariableDataType(component=component, variable=variable)
    request = pydantic_package.GetVariablesRequest(get_variable_data=[row])
    path = ("getVariableData", 0, "component", "evse", "id")
    pydantic_models.put(request, path, lambda value: f"was {value}")
    assert request.get_variable_data[0].component.evse.id == "was 1"


def test_an_item_of_a_list_is_changed(pydantic_package: ModuleType) -> None:
    model = pydantic_package.ComponentCriterionEnumType
    request = pydantic_package.GetReportRequest(
        request_id=1, component_criteria=[model.ACTIVE, model.PROBLEM]
    )
    pydantic_models.put(request, ("componentCriteria", 1), lambda value: "x")
    assert request.component_criteria == [model.ACTIVE, "x"]
