"""Two bundles in, the changes between them out: mini bundles, and the real 2.0.1 against 2.1."""

from __future__ import annotations

import json
from collections import Counter
from importlib.metadata import distribution
from pathlib import Path
from typing import Any

import pytest

from ocppgen.diagnostics import GeneratorError
from ocppgen.diff.changes import Diff, Scope
from ocppgen.diff.compare import compare
from ocppgen.diff.report import ReportFormat, render
from ocppgen.diff.rules import ChangeKind, Impact
from ocppgen.json_values import JsonObject
from ocppgen.schema.definitions import Definitions, TypeDefinition
from ocppgen.source.bundle import SchemaBundle, load

GOLDEN = Path(__file__).parents[1] / "golden" / "diff"
CASES = sorted(folder.name for folder in GOLDEN.iterdir())
FORMATS = {"txt": ReportFormat.TEXT, "md": ReportFormat.MARKDOWN, "json": ReportFormat.JSON}


def golden_diff(case: str) -> Diff:
    return compare(load(GOLDEN / case / "old"), load(GOLDEN / case / "new"))


@pytest.mark.parametrize("suffix", FORMATS)
@pytest.mark.parametrize("case", CASES)
def test_mini_bundles(case: str, suffix: str) -> None:
    expected = (GOLDEN / case / f"expected.{suffix}").read_text(encoding="utf-8")
    assert render(golden_diff(case), FORMATS[suffix]) == expected


def test_mini_bundles_show_every_kind_of_change() -> None:
    assert {change.kind for case in CASES for change in golden_diff(case).changes} == set(
        ChangeKind
    )


def test_descriptions_order_and_ids_are_no_change() -> None:
    assert golden_diff("descriptions_only").changes == ()


@pytest.mark.parametrize("case", CASES)
def test_a_bundle_does_not_differ_from_itself(case: str) -> None:
    bundle = load(GOLDEN / case / "old")
    assert compare(bundle, bundle).changes == ()


def definitions(messages: dict[str, JsonObject], types: dict[str, JsonObject]) -> Definitions:
    return Definitions.of(
        [
            *(TypeDefinition(name, messages[name], (), True) for name in messages),
            *(TypeDefinition(name, types[name], (), False) for name in types),
        ]
    )


def test_compare_takes_merged_definitions() -> None:
    old = definitions({"PourTea": {"type": "object", "additionalProperties": False}}, {})
    new = definitions({"PourTea": {"type": "object"}}, {})
    (change,) = compare(old, new).changes
    assert (change.kind, change.subject) == (ChangeKind.OBJECT_OPENED, "PourTea")


def test_a_change_in_a_shared_type_is_reported_once_with_what_it_reaches() -> None:
    (change,) = (c for c in golden_diff("shared_type").changes if c.subject == "CupType")
    assert change.scope is Scope.TYPE
    assert change.actions == ("PourTea", "RinseCup")
    assert change.messages == ("PourTeaRequest", "RinseCupRequest", "RinseCupResponse")


def test_a_change_that_no_message_of_both_bundles_carries_breaks_nobody() -> None:
    (change,) = (c for c in golden_diff("shared_type").changes if c.subject == "RackType")
    assert change.kind is ChangeKind.OPTIONAL_FIELD_ADDED
    assert (change.sender, change.receiver) == (Impact.COMPATIBLE, Impact.COMPATIBLE)
    assert change.because == "no message that both bundles have carries it"


def test_a_bundle_that_cannot_be_merged_is_an_error() -> None:
    good = load(GOLDEN / "fields" / "old")
    response = good.files["PourTeaResponse.json"]
    with pytest.raises(GeneratorError, match="the response has no request"):
        compare(good, SchemaBundle.of("half", [response]))


def cup(size: int, name: str = "CupType") -> dict[str, JsonObject]:
    return {name: {"type": "object", "properties": {"size": {"type": "integer", "maximum": size}}}}


def pour(target: str, field: str = "cup") -> dict[str, JsonObject]:
    schema: JsonObject = {
        "type": "object",
        "properties": {field: {"$ref": f"#/definitions/{target}"}},
    }
    return {"PourTea": schema}


def test_a_field_that_changed_over_proves_a_rename_whatever_the_names() -> None:
    old = definitions(pour("CupType"), cup(5))
    new = definitions(pour("Beaker"), cup(5, "Beaker"))
    (change,) = compare(old, new).changes
    assert (change.kind, change.difference.before, change.subject) == (
        ChangeKind.TYPE_RENAMED,
        "CupType",
        "Beaker",
    )


def test_two_types_of_one_shape_and_unlike_names_in_other_fields_are_two_types() -> None:
    old = definitions(pour("CupType", "cup"), cup(5))
    new = definitions(pour("Beaker", "jar"), cup(5, "Beaker"))
    kinds = {change.kind for change in compare(old, new).changes}
    assert ChangeKind.TYPE_RENAMED not in kinds
    assert {ChangeKind.TYPE_ADDED, ChangeKind.TYPE_REMOVED} <= kinds


def test_a_new_name_and_a_new_shape_are_a_change_at_the_field() -> None:
    old = definitions(pour("CupType"), cup(5))
    new = definitions(pour("CupsType"), cup(4, "CupsType"))
    found = [(c.kind, c.difference.path) for c in compare(old, new).changes]
    assert (ChangeKind.CONSTRAINT_NARROWED, "cup.size") in found
    assert (ChangeKind.REFERENCE_CHANGED, "cup") in found


# --- The real bundles of the wheel: every count is derived from the files by other means. ---

WHEEL = Path(str(distribution("ocpp").locate_file("ocpp")))
OLD, NEW = WHEEL / "v201" / "schemas", WHEEL / "v21" / "schemas"
Schema = dict[str, Any]
WORDS = {"description", "javaType", "comment", "$id", "$schema", "title"}


@pytest.fixture(scope="module")
def real() -> Diff:
    return compare(load(OLD), load(NEW))


def named_schemas(folder: Path) -> dict[str, dict[str, Schema]]:
    """Every message and definition by name, as plain JSON."""
    found: dict[str, dict[str, Schema]] = {"messages": {}, "types": {}}
    for file in folder.glob("*.json"):
        schema = json.loads(file.read_text(encoding="utf-8-sig"))
        found["types"] |= schema.pop("definitions", {})
        found["messages"][file.stem] = schema
    return found


def bare(value: object) -> object:
    """The JSON without words; lists of names as sets, and what is a name of a field kept."""
    if not isinstance(value, dict):
        return value
    return {
        key: (
            {name: bare(inner) for name, inner in item.items()}
            if key == "properties"
            else (sorted(item) if key in ("enum", "required") else bare(item))
        )
        for key, item in value.items()
        if key not in WORDS
    }


def test_real_actions(real: Diff) -> None:
    def actions(folder: Path) -> set[str]:
        stems = (file.stem for file in folder.glob("*.json"))
        return {stem.removesuffix("Request") for stem in stems if not stem.endswith("Response")}

    added = {c.subject for c in real.changes if c.kind is ChangeKind.ACTION_ADDED}
    assert added == actions(NEW) - actions(OLD)
    assert len(added) == 27
    assert not [c for c in real.changes if c.kind is ChangeKind.ACTION_REMOVED]


@pytest.mark.parametrize("side, common, same", [("types", 140, 85), ("messages", 128, 86)])
def test_real_schemas_of_both(real: Diff, side: str, common: int, same: int) -> None:
    old, new = named_schemas(OLD)[side], named_schemas(NEW)[side]
    both = old.keys() & new.keys()
    equal = {name for name in both if bare(old[name]) == bare(new[name])}
    scope = Scope.TYPE if side == "types" else Scope.MESSAGE
    changed = {change.subject for change in real.changes if change.scope is scope}
    assert both - changed == equal
    # Of the 85, three enums list the same values in another order.
    assert (len(both), len(equal)) == (common, same)


def test_real_fields_and_values(real: Diff) -> None:
    old, new = named_schemas(OLD), named_schemas(NEW)
    expected: Counter[str] = Counter()
    for side in ("types", "messages"):
        for name in old[side].keys() & new[side].keys():
            expected += count_differences(old[side][name], new[side][name])
    expected["type-added"] = len(new["types"].keys() - old["types"].keys())
    expected["type-removed"] = len(old["types"].keys() - new["types"].keys())
    counted = Counter(change.kind.value for change in real.changes)
    assert {kind: counted[kind] for kind in expected} == dict(expected)


def count_differences(old: Schema, new: Schema) -> Counter[str]:
    """Fields and values that came or went in one schema, by plain set arithmetic."""
    fields = [set(side.get("properties", {})) for side in (old, new)]
    values = [set(side.get("enum", ())) for side in (old, new)]
    required = [set(side.get("required", ())) for side in (old, new)]
    added, kept = fields[1] - fields[0], fields[0] & fields[1]
    return Counter(
        {
            "required-field-added": len(added & required[1]),
            "optional-field-added": len(added - required[1]),
            "field-now-optional": len(kept & required[0] - required[1]),
            "field-now-required": len(kept & required[1] - required[0]),
            "value-added": len(values[1] - values[0]),
            "value-removed": len(values[0] - values[1]),
        }
    )


def test_the_way_back_breaks_receivers_where_the_way_there_breaks_senders(real: Diff) -> None:
    back = compare(load(NEW), load(OLD))
    assert back.breaking_for_receiver == real.breaking_for_sender
    assert back.breaking_for_sender == real.breaking_for_receiver
    assert real.breaking_for_sender > 0
