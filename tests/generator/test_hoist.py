"""Names for what has none: nested objects and enums, as OCPP 1.6 has them."""

from __future__ import annotations

import pytest

from ocppgen.json_values import JsonObject
from ocppgen.schema import hoist, merge
from ocppgen.schema.definitions import Definitions, TypeDefinition
from ocppgen.schema.hoist_names import own_name
from ocppgen.schema.structure import references
from ocppgen.source import bundle, wheel
from ocppgen.source.bundle import SchemaBundle, SchemaFile

from .golden_texts import BUNDLES

ON_OFF: JsonObject = {"type": "string", "enum": ["On", "Off"]}
YES_NO: JsonObject = {"type": "string", "enum": ["Yes", "No"]}


def an_object(**properties: JsonObject) -> JsonObject:
    """A schema with these properties."""
    return {"type": "object", "properties": properties}


def hoisted(**messages: JsonObject) -> dict[str, set[str]]:
    """The references of every type that comes out, by its name."""
    types = merge.merge(
        SchemaBundle.of("x", (SchemaFile(f"{k}.json", k, v) for k, v in messages.items()))
    ).types
    return {name: references(each.schema) for name, each in types.items()}


@pytest.fixture(scope="module")
def old() -> Definitions:
    """OCPP 1.6."""
    return merge.merge(bundle.load(wheel.schemas("v16")))


@pytest.mark.parametrize(
    ("owner", "prop", "is_object", "name"),
    [
        ("Reset", "type", False, "ResetType"),
        ("BootNotification", "status", False, "BootNotificationStatus"),
        ("FirmwareStatusNotification", "status", False, "FirmwareStatus"),
        ("StatusNotification", "status", False, "StatusNotificationStatus"),
        ("Reset", "chargingRateUnit", False, "ChargingRateUnit"),
        ("Reset", "idTagInfo", True, "IdTagInfo"),
        ("Reset", "csChargingProfiles", True, "CsChargingProfile"),
        ("Reset", "tariff-entries", True, "TariffEntry"),
        ("Reset", "busStatus", True, "BusStatus"),
        ("Reset", "EVSE", True, "ResetEVSE"),
        ("Reset", "evseID", True, "EvseID"),
    ],
)
def test_names_of_properties(owner: str, prop: str, is_object: bool, name: str) -> None:
    assert own_name(owner, prop, is_object) == name


def test_ocpp_1_6_has_pleasant_names(old: Definitions) -> None:
    refs = {name: references(each.schema) for name, each in old.types.items()}
    assert refs["BootNotificationResponse"] == {"BootNotificationStatus"}
    assert refs["AuthorizeResponse"] == {"IdTagInfo"}
    assert refs["StartTransactionResponse"] == {"IdTagInfo"}
    assert refs["SetChargingProfileRequest"] == {"ChargingProfile"}
    assert refs["RemoteStartTransactionRequest"] == {"ChargingProfile"}
    assert refs["ChargingSchedule"] == {"ChargingRateUnit", "ChargingSchedulePeriod"}
    assert refs["DiagnosticsStatusNotificationRequest"] == {"DiagnosticsStatus"}


def test_types_with_two_shapes_in_1_6_are_told_apart(old: Definitions) -> None:
    # "Hertz" is a unit in MeterValues, and is none in StopTransaction.
    assert references(old.types["MeterValue"].schema) == {"MeterValuesSampledValue"}
    assert references(old.types["TransactionData"].schema) == {"StopTransactionSampledValue"}
    for name in ("MeterValuesSampledValue", "StopTransactionSampledValue"):
        assert "SampledValueMeasurand" in references(old.types[name].schema)


def test_sources_are_all_files_that_lead_to_a_type(old: Definitions) -> None:
    assert old.types["ChargingRateUnit"].sources == (
        "GetCompositeSchedule.json",
        "GetCompositeScheduleResponse.json",
        "RemoteStartTransaction.json",
        "SetChargingProfile.json",
    )
    assert old.types["IdTagInfoStatus"].sources == old.types["IdTagInfo"].sources


def test_equal_shapes_at_equal_names_are_one_type() -> None:
    assert hoisted(A=an_object(switchMode=ON_OFF), B=an_object(switchMode=ON_OFF)) == {
        "A": {"SwitchMode"},
        "B": {"SwitchMode"},
        "SwitchMode": set(),
    }


def test_different_shapes_at_equal_names_are_named_by_action() -> None:
    result = hoisted(Open=an_object(switchMode=ON_OFF), Shut=an_object(switchMode=YES_NO))
    assert result["Open"] == {"OpenSwitchMode"}
    assert result["Shut"] == {"ShutSwitchMode"}


def test_descriptions_are_no_shape() -> None:
    described = {**ON_OFF, "description": "Which way."}
    result = hoisted(A=an_object(switchMode=ON_OFF), B=an_object(switchMode=described))
    assert result["A"] == result["B"] == {"SwitchMode"}


def test_spelling_of_numbers_is_no_shape() -> None:
    first, second = (
        an_object(waterLevel=an_object(depth={"type": "integer", "minimum": low}))
        for low in (0, 0.0)
    )
    result = hoisted(A=first, B=second)
    assert result["A"] == result["B"] == {"WaterLevel"}


def test_request_and_response_are_told_apart() -> None:
    types = merge.merge(bundle.load(BUNDLES / "inline_types")).types
    assert references(types["TriggerMessageRequest"].schema) >= {"TriggerMessageRequestStatus"}
    assert references(types["TriggerMessageResponse"].schema) == {"TriggerMessageResponseStatus"}


def test_same_name_twice_in_one_message_gets_a_number() -> None:
    outer = an_object(**{"switch-mode": ON_OFF, "switchMode": YES_NO})
    assert hoisted(Open=outer)["Open"] == {"OpenSwitchMode", "OpenSwitchMode2"}


def test_names_of_definitions_and_messages_stay_theirs() -> None:
    defined = {**an_object(switchMode=ON_OFF), "definitions": {"SwitchMode": YES_NO}}
    assert hoisted(Open=defined)["Open"] == {"OpenSwitchMode"}
    assert hoisted(Open=an_object(lidState=ON_OFF), LidState=an_object())["Open"] == {
        "OpenLidState"
    }


def test_names_of_python_and_of_the_package_are_avoided() -> None:
    assert hoisted(Open=an_object(valueError=ON_OFF))["Open"] == {"OpenValueError"}
    assert hoisted(Open=an_object(callContext=ON_OFF))["Open"] == {"OpenCallContext"}


def test_nested_objects_in_lists_of_lists() -> None:
    inner = an_object(colour=ON_OFF)
    lists: JsonObject = {"type": "array", "items": {"type": "array", "items": inner}}
    assert hoisted(Paint=an_object(wallParts=lists)) == {
        "Paint": {"WallPart"},
        "WallPart": {"WallPartColour"},
        "WallPartColour": set(),
    }


def test_nested_types_of_definitions_are_named_behind_them() -> None:
    message: JsonObject = {
        **an_object(pump={"$ref": "#/definitions/PumpType"}),
        "definitions": {"PumpType": an_object(mode=ON_OFF)},
    }
    assert hoisted(Fill=message)["PumpType"] == {"PumpMode"}


def test_object_under_a_longer_name_is_the_same_object() -> None:
    wheel_of: JsonObject = an_object(spokeCount={"type": "integer"}, kind=ON_OFF)
    result = hoisted(A=an_object(bigWheel=wheel_of), B=an_object(myBigWheels=wheel_of))
    assert result["A"] == result["B"] == {"BigWheel"}
    assert result["BigWheel"] == {"BigWheelKind"}


def test_definitions_without_nested_types_come_back_as_they_are() -> None:
    each = TypeDefinition("ResetRequest", an_object(), ("ResetRequest.json",), is_message=True)
    definitions = Definitions.of([each])
    assert hoist.hoist(definitions) is definitions


def test_order_of_files_does_not_matter() -> None:
    messages = {"A": an_object(rateUnit=ON_OFF), "B": an_object(rateUnit=YES_NO)}
    assert hoisted(**messages) == hoisted(**dict(reversed(messages.items())))
