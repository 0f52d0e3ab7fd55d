"""Codecs: text to model and back, with either kind of models."""

from __future__ import annotations

import json
import subprocess
import sys
from collections.abc import Iterator
from types import ModuleType
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from tests.benchmarks.payloads import PAYLOADS, text
from tests.runtime.wrong_payloads import STATUS, TIME

import ocpp21
from ocppj.classify import Fault, describe
from ocppj.errors import DESCRIPTION_LIMIT, ErrorCode, OCPPUsageError, OCPPValidationError
from ocppj.lenient import EVERY_REPAIR
from ocppj.payloads import STRICT, Codec, NotJSONError, Options, Payloads


def request_codec(package: ModuleType, action: str, options: Options = STRICT) -> Codec[Any]:
    return Payloads(package.CSMS, options).request(package.ACTIONS[action])


def error_of(codec: Codec[Any], text: str) -> OCPPValidationError:
    with pytest.raises(OCPPValidationError) as caught:
        codec.read(text)
    return caught.value


@pytest.mark.parametrize("action", PAYLOADS)
def test_messages_go_through_unchanged(package: ModuleType, action: str) -> None:
    codec = request_codec(package, action)
    for _ in range(2):  # the first time the type is loaded
        model, repairs = codec.read(text(action))
        assert type(model) is package.ACTIONS[action].request
        assert repairs == ()
        assert json.loads(codec.write(model)) == PAYLOADS[action]


def test_what_is_written_is_compact_and_holds_what_was_set_only(package: ModuleType) -> None:
    codec = request_codec(package, "Heartbeat")
    assert codec.write(package.HeartbeatRequest()) == "{}"
    row = package.GetVariableDataType(
        component=package.ComponentType(name="c"), variable=package.VariableType(name="v")
    )
    written = request_codec(package, "GetVariables").write(
        package.GetVariablesRequest(get_variable_data=[row])
    )
    assert written == ('{"getVariableData":[{"component":{"name":"c"},"variable":{"name":"v"}}]}')


def test_answers_have_codecs_too(package: ModuleType) -> None:
    codec = Payloads(package.CSMS).response(package.ACTIONS["Heartbeat"])
    model, _ = codec.read(f'{{"currentTime":"{TIME}"}}')
    assert type(model) is package.HeartbeatResponse
    assert codec.write(model) == f'{{"currentTime":"{TIME}"}}'


def test_a_send_has_a_codec(package: ModuleType) -> None:
    codec = request_codec(package, "NotifyPeriodicEventStream")
    payload = {"id": 1, "pending": 0, "basetime": TIME, "data": [{"t": 0, "v": "5"}]}
    model, _ = codec.read(json.dumps(payload))
    assert json.loads(codec.write(model)) == payload


def test_each_message_has_one_codec(package: ModuleType) -> None:
    payloads = Payloads(package.CSMS)
    spec, other = package.ACTIONS["Heartbeat"], package.ACTIONS["BootNotification"]
    assert payloads.request(spec) is payloads.request(spec)
    assert payloads.response(spec) is payloads.response(spec)
    assert payloads.request(spec) is not payloads.request(other)
    assert payloads.request(spec) is not payloads.response(spec)


def test_a_type_is_loaded_once_and_when_needed(package: ModuleType) -> None:
    loaded: list[type[object]] = []

    def load() -> type[Any]:
        loaded.append(package.HeartbeatRequest)
        return loaded[-1]

    codec = request_codec(package, "Heartbeat")
    counted = Codec(load, codec._library, STRICT)
    assert loaded == []
    counted.write(package.HeartbeatRequest())
    counted.read("{}")
    assert len(loaded) == 1
    early = Codec(load, codec._library, STRICT)
    early.bind()
    early.read("{}")
    assert len(loaded) == 2


@pytest.mark.parametrize("options", [STRICT, Options(repairs=EVERY_REPAIR)])
def test_null_stands_for_a_payload_without_fields(package: ModuleType, options: Options) -> None:
    # OCPP 2.1 Part 4, 4.1.5
    assert request_codec(package, "Heartbeat", options).read("null")[1] == ()
    error = error_of(request_codec(package, "StatusNotification", options), " null ")
    assert error.code is ErrorCode.OCCURRENCE_CONSTRAINT_VIOLATION


@pytest.mark.parametrize("options", [STRICT, Options(repairs=EVERY_REPAIR)])
@pytest.mark.parametrize(
    "text", ["", "{", "{},{}", "{}]", '{"a":NaN}', '{"a":"\\ud800"}', "{'a':1}"]
)
def test_what_is_no_json_is_told_apart(package: ModuleType, text: str, options: Options) -> None:
    error = error_of(request_codec(package, "Heartbeat", options), text)
    assert type(error) is NotJSONError
    assert error.code is ErrorCode.FORMAT_VIOLATION


def test_the_codes_can_be_chosen(package: ModuleType) -> None:
    options = Options(codes={Fault.UNKNOWN_KEY: ErrorCode.PROTOCOL_ERROR})
    codec = request_codec(package, "Heartbeat", options)
    assert error_of(codec, '{"colour":1}').code is ErrorCode.PROTOCOL_ERROR
    wrong = error_of(codec, '{"customData":1}')
    assert wrong.code is ErrorCode.TYPE_CONSTRAINT_VIOLATION


def test_an_instance_of_anything_else_is_not_written(package: ModuleType) -> None:
    codec = Payloads(package.CSMS).response(package.ACTIONS["Heartbeat"])
    with pytest.raises(OCPPUsageError, match="HeartbeatResponse is wanted here"):
        codec.write(package.HeartbeatRequest())


def _spoiled(package: ModuleType) -> Any:
    status, _ = request_codec(package, "StatusNotification").read(json.dumps(STATUS))
    vars_or_slots = object.__setattr__ if hasattr(status, "__dict__") else setattr
    vars_or_slots(status, "connector_status", "Sleeping")
    return status


def test_what_was_changed_is_sent_as_it_is(package: ModuleType) -> None:
    written = request_codec(package, "StatusNotification").write(_spoiled(package))
    assert json.loads(written) == {**STATUS, "connectorStatus": "Sleeping"}


def test_what_was_changed_is_found_where_that_is_asked_for(package: ModuleType) -> None:
    codec = request_codec(package, "StatusNotification", Options(check_outgoing=True))
    good, _ = codec.read(json.dumps(STATUS))
    assert json.loads(codec.write(good)) == STATUS
    with pytest.raises(OCPPValidationError) as caught:
        codec.write(_spoiled(package))
    assert caught.value.pointer == "/connectorStatus"


def test_what_is_checked_on_the_way_out_is_not_repaired(package: ModuleType) -> None:
    options = Options(check_outgoing=True, repairs=EVERY_REPAIR)
    codec = request_codec(package, "StatusNotification", options)
    with pytest.raises(OCPPValidationError):
        codec.write(_spoiled(package))


@pytest.mark.parametrize("options", [STRICT, Options(repairs=EVERY_REPAIR)])
@pytest.mark.parametrize("text", ["{", '{"colour":1,"customData":"hunter2"}'])
def test_errors_hold_on_to_nothing(package: ModuleType, options: Options, text: str) -> None:
    error = error_of(request_codec(package, "Heartbeat", options), text)
    assert (error.__context__, error.__cause__) == (None, None)


def test_repairs_are_told_of(package: ModuleType) -> None:
    codec = request_codec(package, "StatusNotification", Options(repairs=EVERY_REPAIR))
    model, repairs = codec.read(json.dumps({**STATUS, "connectorStatus": "Sleeping", "x": 1}))
    assert sorted(each.pointer for each in repairs) == ["/connectorStatus", "/x"]
    assert model.connector_status == "Sleeping"


def test_repairs_come_to_an_end(msgspec_package: ModuleType) -> None:
    codec = request_codec(msgspec_package, "Heartbeat", Options(repairs=EVERY_REPAIR))
    payload = {f"k{index}": index for index in range(1000)}
    assert error_of(codec, json.dumps(payload)).reason == "unknown key"


# Whatever stands at whatever place: no value gets into an error.

SECRETS = st.integers(10**8, 10**9).map(lambda number: f"S3CR3T{number}")
SECRET_VALUES = st.one_of(
    SECRETS,
    st.integers(10**8, 10**9),
    st.integers(-(10**9), -(10**8)),
    st.floats(1.234567e-8, 1.234568e-8),
    SECRETS.map(lambda secret: [secret]),
    SECRETS.map(lambda secret: {"customData": secret, "colour": [secret]}),
    SECRETS.map(lambda secret: f"2025-01-31T12:00:00 - at `$.{secret}`"),
    SECRETS.map(lambda secret: secret * 300),
)


def places(tree: object, path: tuple[str | int, ...] = ()) -> Iterator[tuple[str | int, ...]]:
    """Every place of a payload where something else could stand."""
    inner = (
        tree.items()
        if isinstance(tree, dict)
        else enumerate(tree) if isinstance(tree, list) else ()
    )
    for step, value in inner:
        yield (*path, step)
        yield from places(value, (*path, step))
    if isinstance(tree, dict):
        yield (*path, "surplus")


PLACES = [(action, path) for action in PAYLOADS for path in places(PAYLOADS[action])]


def spoilt(action: str, path: tuple[str | int, ...], secret: object) -> str:
    tree = json.loads(text(action))
    owner = tree
    for step in path[:-1]:
        owner = owner[step]
    owner[path[-1]] = secret
    return json.dumps(tree)


def shown_by(error: OCPPValidationError) -> str:
    return " ".join([describe(error), str(error), repr(error), repr(vars(error))])


def tokens(secret: object) -> list[str]:
    """What must not be seen."""
    if isinstance(secret, str):
        return [secret[secret.index("S3CR3T") :][:15]]
    if isinstance(secret, list):
        return tokens(secret[0])
    return tokens(secret["colour"]) if isinstance(secret, dict) else [str(secret), repr(secret)]


@pytest.mark.parametrize(
    "options", [STRICT, Options(repairs=EVERY_REPAIR)], ids=["strict", "lenient"]
)
@pytest.mark.parametrize("kind", ["pydantic", "msgspec"])
def test_no_value_gets_into_an_error(
    pydantic_package: ModuleType, msgspec_package: ModuleType, kind: str, options: Options
) -> None:
    package = {"pydantic": pydantic_package, "msgspec": msgspec_package}[kind]
    payloads = Payloads(package.CSMS, options)
    refused = 0

    @given(st.sampled_from(PLACES), SECRET_VALUES)
    def check(place: tuple[str, tuple[str | int, ...]], secret: object) -> None:
        nonlocal refused
        action, path = place
        try:
            payloads.request(package.ACTIONS[action]).read(spoilt(action, path, secret))
        except OCPPValidationError as error:
            refused += 1
            shown = shown_by(error)
            assert not [token for token in tokens(secret) if token in shown]
            assert len(describe(error)) <= DESCRIPTION_LIMIT

    check()
    assert refused > 30


@given(st.text())
def test_no_text_raises_anything_else(text: str) -> None:
    codec = request_codec(ocpp21, "Heartbeat", Options(repairs=EVERY_REPAIR))
    for each in (text, f'{{"customData":{text}}}', json.dumps({text: text})):
        try:
            codec.read(each)
        except OCPPValidationError:
            pass


def test_only_the_library_that_is_needed_is_loaded() -> None:
    script = (
        "import sys, ocppj.payloads, ocppj.routing, ocppj.data_transfer\n"
        "assert not {'pydantic', 'msgspec', 'ocpp21'} & set(sys.modules)\n"
        "import ocpp21\n"
        "payloads = ocppj.payloads.Payloads(ocpp21.CSMS)\n"
        "codec = payloads.request(ocpp21.ACTIONS['Heartbeat'])\n"
        "assert 'ocpp21.messages.availability' not in sys.modules\n"
        "codec.read('{}')\n"
        "assert 'pydantic' in sys.modules and 'msgspec' not in sys.modules\n"
    )
    subprocess.run(
        [sys.executable, "-c", script], check=True, env={"PYTHONPATH": ":".join(sys.path)}
    )
