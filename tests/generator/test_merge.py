"""From schemas to named types. What is refused, and how, is golden: tests/golden/bad."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from ocppgen.diagnostics import GeneratorError
from ocppgen.json_values import JsonObject
from ocppgen.schema import merge
from ocppgen.schema.definitions import Definitions
from ocppgen.schema.structure import references, walk
from ocppgen.source import bundle, wheel
from ocppgen.source.bundle import SchemaBundle, SchemaFile

from .golden_texts import BUNDLES


def merged(feature: str) -> Definitions:
    """The types of one mini-bundle."""
    return merge.merge(bundle.load(BUNDLES / feature))


def made(**schemas: JsonObject) -> SchemaBundle:
    """A bundle of these schemas."""
    return SchemaBundle.of("x", (SchemaFile(f"{k}.json", k, v) for k, v in schemas.items()))


@pytest.fixture(scope="module", params=["v16", "v201", "v21"])
def version(request: pytest.FixtureRequest) -> tuple[str, Definitions]:
    """Each bundle of the wheel, merged."""
    folder = str(request.param)
    return folder, merge.merge(bundle.load(wheel.schemas(folder)))


def test_bundles_of_the_wheel_have_the_known_number_of_types(
    version: tuple[str, Definitions],
) -> None:
    folder, definitions = version
    messages = [each for each in definitions.types.values() if each.is_message]
    count = {"v16": (78, 64), "v201": (128, 143), "v21": (181, 232)}[folder]
    assert (len(messages), len(definitions.types) - len(messages)) == count


def test_every_reference_leads_to_a_type(version: tuple[str, Definitions]) -> None:
    types = version[1].types
    assert list(types) == sorted(types)
    for each in types.values():
        assert references(each.schema) <= types.keys()
        assert each.sources == tuple(sorted(each.sources))


def test_every_type_is_an_object_or_an_enum_without_others_inside(
    version: tuple[str, Definitions],
) -> None:
    for each in version[1].types.values():
        assert each.schema.get("type") == "object" or "enum" in each.schema
        assert not {"definitions", "$schema", "$id", "id", "comment"} & each.schema.keys()
        inside = [inner for steps, inner in walk(each.schema) if steps]
        assert not [one for one in inside if one.get("type") == "object" or "enum" in one]


def test_messages_are_called_as_their_files() -> None:
    types = merge.merge(bundle.load()).types
    assert types["BootNotificationRequest"].sources == ("BootNotificationRequest.json",)
    assert types["NotifyPeriodicEventStream"].is_message
    assert "NotifyPeriodicEventStreamRequest" not in types
    assert len(types["CustomDataType"].sources) == 181


def test_requests_of_1_6_get_their_suffix() -> None:
    types = merged("ocpp_1_6").types
    assert [name for name, each in types.items() if each.is_message] == [
        "GetDiagnosticsRequest",
        "GetDiagnosticsResponse",
        "RemoteStartTransactionRequest",
        "RemoteStartTransactionResponse",
    ]
    assert types["GetDiagnosticsRequest"].sources == ("GetDiagnostics.json",)


def test_old_suffixes_are_understood() -> None:
    empty: JsonObject = {"type": "object", "properties": {}}
    files = (SchemaFile(f"Reset.{end}.json", "", empty) for end in ("req", "conf"))
    assert list(merge.merge(SchemaBundle.of("x", files)).types) == ["ResetRequest", "ResetResponse"]


def test_one_type_for_one_name_whatever_its_description() -> None:
    crate = merged("shared_type").types["CrateType"]
    assert crate.sources == ("MeterValuesRequest.json", "MeterValuesResponse.json")
    assert crate.schema["description"] == "A crate that is sent."


def test_order_and_spelling_of_numbers_are_no_difference() -> None:
    def side(*names: str, low: float) -> JsonObject:
        properties: JsonObject = {name: {"type": "integer", "minimum": low} for name in names}
        shared: JsonObject = {"type": "object", "properties": properties, "required": list(names)}
        return {"type": "object", "properties": {}, "definitions": {"PairType": shared}}

    both = made(ResetRequest=side("a", "b", low=0), ResetResponse=side("b", "a", low=0.0))
    assert merge.merge(both).types["PairType"].sources == (
        "ResetRequest.json",
        "ResetResponse.json",
    )


def test_properties_called_like_annotations_count() -> None:
    def with_title(kind: str) -> JsonObject:
        shared: JsonObject = {"type": "object", "properties": {"title": {"type": kind}}}
        return {"type": "object", "properties": {}, "definitions": {"BookType": shared}}

    both = made(ResetRequest=with_title("string"), ResetResponse=with_title("number"))
    with pytest.raises(GeneratorError, match='/properties/title/type is "number" here and "str'):
        merge.merge(both)


def test_merging_leaves_the_bundle_as_it_was() -> None:
    before = bundle.load(BUNDLES / "inline_types")
    text = json.dumps({name: file.schema for name, file in before.files.items()}, default=dict)
    merge.merge(before)
    after = json.dumps({name: file.schema for name, file in before.files.items()}, default=dict)
    assert after == text


def test_one_fault_in_a_shared_definition_is_told_once() -> None:
    word: JsonObject = {"type": "object", "properties": {"w": {"type": "string", "min": 1}}}
    schema: JsonObject = {"type": "object", "properties": {}, "definitions": {"WordType": word}}
    with pytest.raises(GeneratorError) as caught:
        merge.merge(made(ResetRequest=schema, ResetResponse=schema))
    assert [str(each) for each in caught.value.diagnostics] == [
        'merge: ResetRequest.json#/definitions/WordType/properties/w/min: unknown keyword "min"'
    ]


@pytest.mark.parametrize("path", sorted(BUNDLES.iterdir()), ids=lambda path: path.name)
def test_every_mini_bundle_can_be_merged(path: Path) -> None:
    definitions = merge.merge(bundle.load(path))
    assert any(each.is_message for each in definitions.types.values())
