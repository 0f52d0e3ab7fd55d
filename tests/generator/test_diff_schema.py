"""No break goes unreported: random pairs of bundles, random messages, and a validator as judge."""

from __future__ import annotations

import copy
from typing import Any

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from hypothesis.strategies import DataObject, SearchStrategy
from jsonschema import Draft6Validator

from ocppgen.diff.changes import Diff
from ocppgen.diff.compare import compare
from ocppgen.diff.rules import Impact
from ocppgen.schema.definitions import Definitions, TypeDefinition

Schema = dict[str, Any]
Types = dict[str, Schema]
WORDS = ("Red", "red", "Blue", "Bluish", "R")


def limits(**values: list[float]) -> SearchStrategy[Schema]:
    """All of the limits most of the time, else some, so that two of one kind often meet."""
    keys = {name: st.sampled_from(each) for name, each in values.items()}
    every = st.fixed_dictionaries(keys)
    return st.one_of(every, every, st.fixed_dictionaries({}, optional=keys))


BOUNDS = limits(minimum=[0, 1.0], maximum=[1, 2, 3.0])
LENGTHS = limits(maxLength=[1, 3, 6])
COUNTS = limits(minItems=[0, 1], maxItems=[1, 2])
ENUMS = st.lists(st.sampled_from(WORDS), min_size=1, max_size=3, unique=True).map(
    lambda values: {"type": "string", "enum": values}
)
KINDS: dict[str, SearchStrategy[Schema]] = {
    "integer": BOUNDS.map(lambda some: {"type": "integer", **some}),
    "number": BOUNDS.map(lambda some: {"type": "number", **some}),
    "string": st.one_of(LENGTHS.map(lambda some: {"type": "string", **some}), ENUMS),
    "boolean": st.just({"type": "boolean"}),
}
LEAVES = st.one_of(*KINDS.values(), st.just({}))


def objects(fields: SearchStrategy[Schema]) -> SearchStrategy[Schema]:
    @st.composite
    def draw_object(draw: st.DrawFn) -> Schema:
        properties = draw(st.dictionaries(st.sampled_from("abc"), fields, max_size=3))
        required = [name for name in sorted(properties) if draw(st.booleans())]
        schema = {"type": "object", "properties": properties, "required": required}
        return schema if draw(st.booleans()) else {**schema, "additionalProperties": False}

    return draw_object()


CUP = objects(LEAVES)
REFERENCES = st.sampled_from(["CupType", "HueEnumType"]).map(
    lambda name: {"$ref": f"#/definitions/{name}"}
)
FIELDS = st.one_of(LEAVES, REFERENCES)
KINDS["array"] = st.builds(
    lambda items, some: {"type": "array", "items": items, **some}, FIELDS, COUNTS
)
BUNDLES = st.fixed_dictionaries(
    {"CupType": CUP, "HueEnumType": ENUMS, "PourTea": objects(st.one_of(FIELDS, KINDS["array"]))}
)


@st.composite
def neighbours(draw: st.DrawFn) -> tuple[Types, Types]:
    """Two bundles with one difference, or none: more would hide one that is overlooked."""
    old: Types = draw(BUNDLES)
    new = copy.deepcopy(old)
    name = draw(st.sampled_from(sorted(old)))
    if name == "HueEnumType":
        new[name] = draw(ENUMS)
    else:
        draw(st.sampled_from([change_field, drop_field, change_required, change_closed]))(
            draw, new[name]
        )
    return (old, new) if draw(st.booleans()) else (new, old)


@st.composite
def one_field(draw: st.DrawFn) -> tuple[Types, Types]:
    """Two bundles of one message with one field, most often of one kind."""
    types = {"CupType": draw(CUP), "HueEnumType": draw(ENUMS)}
    kind = KINDS[draw(st.sampled_from(sorted(KINDS)))]
    old, new = (
        {"type": "object", "properties": {"a": field}, "required": ["a"]}
        for field in (draw(kind), draw(st.one_of(kind, kind, FIELDS)))
    )
    return {**types, "PourTea": old}, {**types, "PourTea": new}


def change_field(draw: st.DrawFn, schema: Schema) -> None:
    name = draw(st.sampled_from("abc"))
    kind = KINDS.get(schema["properties"].get(name, {}).get("type"), LEAVES)
    schema["properties"][name] = draw(st.one_of(kind, LEAVES))


def drop_field(draw: st.DrawFn, schema: Schema) -> None:
    name = draw(st.sampled_from("abc"))
    schema["properties"].pop(name, None)
    schema["required"] = [each for each in schema["required"] if each != name]


def change_required(draw: st.DrawFn, schema: Schema) -> None:
    schema["required"] = [name for name in sorted(schema["properties"]) if draw(st.booleans())]


def change_closed(draw: st.DrawFn, schema: Schema) -> None:
    if schema.pop("additionalProperties", True):
        schema["additionalProperties"] = False


def values(schema: Schema, types: Types) -> SearchStrategy[Any]:
    """Documents near the schema's limits; not all of them valid."""
    if "$ref" in schema:
        return values(types[schema["$ref"].rpartition("/")[2]], types)
    match schema.get("type"):
        case "object":
            return members(schema, types)
        case "array":
            return st.lists(values(schema["items"], types), max_size=3)
        case "string":
            return st.sampled_from(schema.get("enum", [*WORDS, "", "Periwinkle"]))
        case "boolean":
            return st.booleans()
        case "integer":
            return st.integers(-1, 4)
    return st.sampled_from([-1, 0.5, 1, 2.5, 4] + ([] if schema else ["Red", None, True, {}]))


def members(schema: Schema, types: Types) -> SearchStrategy[Any]:
    fields = {name: values(field, types) for name, field in schema["properties"].items()}
    required = {name: fields.pop(name) for name in schema["required"]}
    # A sender's own key: in the table, one that no bundle knows.
    further = {} if "additionalProperties" in schema else {"more": st.just("x")}
    return st.fixed_dictionaries(required, optional={**fields, **further})


def valid(types: Types, document: object) -> bool:
    schema = {**types["PourTea"], "definitions": types}
    return Draft6Validator(schema).is_valid(document)


def merged(types: Types) -> Definitions:
    return Definitions.of(
        TypeDefinition(name, schema, (), name == "PourTea") for name, schema in types.items()
    )


def breaks_sender(diff: Diff) -> bool:
    return any(change.sender is Impact.BREAKING for change in diff.changes)


def breaks_receiver(diff: Diff) -> bool:
    return any(change.receiver is Impact.BREAKING for change in diff.changes)


SETTINGS = settings(
    max_examples=150,
    derandomize=True,
    deadline=None,
    database=None,
    suppress_health_check=[HealthCheck.too_slow],
)


@settings(SETTINGS, max_examples=1000)
@given(pair=st.one_of(one_field(), neighbours()), data=st.data())
def test_what_the_other_side_refuses_is_reported(
    pair: tuple[Types, Types], data: DataObject
) -> None:
    old, new = pair
    diff = compare(merged(old), merged(new))
    for _ in range(6):
        sent = data.draw(values(old["PourTea"], old))
        if valid(old, sent) and not valid(new, sent):
            assert breaks_sender(diff), sent
        sent = data.draw(values(new["PourTea"], new))
        if valid(new, sent) and not valid(old, sent):
            assert breaks_receiver(diff), sent


@SETTINGS
@given(old=BUNDLES, new=BUNDLES)
def test_the_way_back_swaps_the_sides(old: Types, new: Types) -> None:
    there, back = compare(merged(old), merged(new)), compare(merged(new), merged(old))
    assert there.breaking_for_sender == back.breaking_for_receiver
    assert there.breaking_for_receiver == back.breaking_for_sender


@SETTINGS
@given(bundle=BUNDLES)
def test_nothing_differs_from_itself(bundle: Types) -> None:
    assert compare(merged(bundle), merged(bundle)).changes == ()
