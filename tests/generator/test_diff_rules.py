"""The table of verdicts, each row against a JSON Schema validator that knows nothing of it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

import pytest
from jsonschema import Draft6Validator, FormatChecker

from ocppgen.diff.rules import RULES, ChangeKind, Impact
from ocppgen.diff.schema import World, compare_schemas
from ocppgen.json_values import JsonObject, JsonValue

K = ChangeKind


@dataclass(frozen=True)
class Row:
    """One change of a schema, and for each side it breaks a document that shows it.

    `from_old` is right for the old schema and refused by the new one: it breaks the sender.
    `from_new` is right for the new schema and refused by the old one: it breaks the receiver.
    Empty where that side is not broken; `both` then are documents that suit both.
    """

    kind: ChangeKind
    old: JsonObject
    new: JsonObject
    from_old: tuple[JsonValue, ...] = ()
    from_new: tuple[JsonValue, ...] = ()
    both: tuple[JsonValue, ...] = ()
    types: Mapping[str, JsonObject] = field(default_factory=dict)


def tea(required: tuple[str, ...] = (), closed: bool = True, **fields: JsonObject) -> JsonObject:
    shape: JsonObject = {"type": "object", "properties": fields, "required": required}
    return {**shape, "additionalProperties": False} if closed else shape


def text(**constraints: JsonValue) -> JsonObject:
    return {"type": "string", **constraints}


def whole(**constraints: JsonValue) -> JsonObject:
    return {"type": "integer", **constraints}


def listed(items: JsonObject, **constraints: JsonValue) -> JsonObject:
    return {"type": "array", "items": items, **constraints}


DAWN = "2025-01-01T06:00:00Z"
ONE, TWO = listed(whole(), maxItems=1), listed(whole(), maxItems=2)
MINT, MINT_ROSE = text(enum=("Mint",)), text(enum=("Mint", "Rose"))
NUMBER: JsonObject = {"type": "number"}
ROWS = (
    Row(K.OPTIONAL_FIELD_ADDED, tea(), tea(cup=whole()), (), ({"cup": 1},), ({},)),
    Row(K.REQUIRED_FIELD_ADDED, tea(), tea(("cup",), cup=whole()), ({},), ({"cup": 1},)),
    Row(K.OPTIONAL_FIELD_REMOVED, tea(cup=whole()), tea(), ({"cup": 1},), (), ({},)),
    Row(K.REQUIRED_FIELD_REMOVED, tea(("cup",), cup=whole()), tea(), ({"cup": 1},), ({},)),
    Row(
        K.OPEN_OPTIONAL_FIELD_ADDED,
        tea(closed=False),
        tea(closed=False, cup=whole()),
        both=({}, {"cup": 1}, {"more": "x"}),
    ),
    Row(
        K.OPEN_REQUIRED_FIELD_ADDED,
        tea(closed=False),
        tea(("cup",), closed=False, cup=whole()),
        from_old=({},),
        both=({"cup": 1},),
    ),
    Row(
        K.OPEN_OPTIONAL_FIELD_REMOVED,
        tea(closed=False, cup=whole()),
        tea(closed=False),
        both=({}, {"cup": 1}, {"more": "x"}),
    ),
    Row(
        K.OPEN_REQUIRED_FIELD_REMOVED,
        tea(("cup",), closed=False, cup=whole()),
        tea(closed=False),
        from_new=({},),
        both=({"cup": 1},),
    ),
    Row(
        K.FIELD_NOW_REQUIRED,
        tea(cup=whole()),
        tea(("cup",), cup=whole()),
        from_old=({},),
        both=({"cup": 1},),
    ),
    Row(
        K.FIELD_NOW_OPTIONAL,
        tea(("cup",), cup=whole()),
        tea(cup=whole()),
        from_new=({},),
        both=({"cup": 1},),
    ),
    Row(K.OBJECT_OPENED, tea(), tea(closed=False), from_new=({"more": 1},), both=({},)),
    Row(K.OBJECT_CLOSED, tea(closed=False), tea(), from_old=({"more": 1},), both=({},)),
    Row(K.KIND_WIDENED, whole(), NUMBER, from_new=(1.5,), both=(1,)),
    Row(K.KIND_WIDENED, text(), {}, from_new=(None, 1), both=("a",)),
    Row(K.KIND_NARROWED, NUMBER, whole(), from_old=(1.5,), both=(1,)),
    Row(K.KIND_NARROWED, {}, text(), from_old=(None, 1), both=("a",)),
    Row(K.KIND_CHANGED, whole(), text(), (1,), ("a",)),
    Row(K.KIND_CHANGED, whole(), listed(whole()), (1,), ([1],)),
    Row(
        K.REFERENCE_CHANGED,
        {"$ref": "#/definitions/CupType"},
        {"$ref": "#/definitions/MugType"},
        both=(1,),
        types={"CupType": whole(), "MugType": whole()},
    ),
    Row(K.CONSTRAINT_ADDED, text(), text(maxLength=2), ("abc",), (), ("ab",)),
    Row(
        K.CONSTRAINT_ADDED,
        text(),
        text(format="date-time"),
        ("noon",),
        (),
        (DAWN,),
    ),
    Row(K.CONSTRAINT_ADDED, whole(), whole(minimum=0.0), (-1,), (), (0,)),
    Row(K.CONSTRAINT_ADDED, whole(), whole(multipleOf=2), (3,), (), (4,)),
    Row(K.CONSTRAINT_REMOVED, text(maxLength=2), text(), (), ("abc",), ("ab",)),
    Row(K.CONSTRAINT_REMOVED, text(format="date-time"), text(), (), ("noon",)),
    Row(K.CONSTRAINT_REMOVED, listed(whole(), minItems=1), listed(whole()), (), ([],), ([1],)),
    Row(K.CONSTRAINT_NARROWED, text(maxLength=3), text(maxLength=2), ("abc",), (), ("ab",)),
    Row(K.CONSTRAINT_NARROWED, whole(maximum=3), whole(maximum=2), (3,), (), (2,)),
    Row(K.CONSTRAINT_NARROWED, whole(minimum=1), whole(minimum=2), (1,), (), (2,)),
    Row(K.CONSTRAINT_NARROWED, TWO, ONE, ([1, 2],)),
    Row(K.CONSTRAINT_NARROWED, listed(whole(), minItems=1), listed(whole(), minItems=2), ([1],)),
    Row(K.CONSTRAINT_NARROWED, whole(multipleOf=2), whole(multipleOf=4), (2,), (), (4,)),
    Row(K.CONSTRAINT_WIDENED, text(maxLength=2), text(maxLength=3), (), ("abc",), ("ab",)),
    Row(K.CONSTRAINT_WIDENED, whole(maximum=2), whole(maximum=3), (), (3,), (2,)),
    Row(K.CONSTRAINT_WIDENED, whole(minimum=2), whole(minimum=1), (), (1,), (2,)),
    Row(
        K.CONSTRAINT_WIDENED,
        listed(whole(), maxItems=1),
        listed(whole(), maxItems=2),
        (),
        ([1, 2],),
    ),
    Row(K.CONSTRAINT_WIDENED, whole(multipleOf=4), whole(multipleOf=2), (), (2,), (4,)),
    Row(K.CONSTRAINT_CHANGED, whole(multipleOf=2), whole(multipleOf=3), (2,), (3,), (6,)),
    Row(K.CONSTRAINT_CHANGED, text(pattern="^a"), text(pattern="^b"), ("a",), ("b",)),
    Row(K.VALUES_LISTED, text(), text(enum=("Black",)), ("Green",), (), ("Black",)),
    Row(K.VALUES_UNLISTED, text(enum=("Black",)), text(), (), ("Green",), ("Black",)),
    Row(K.VALUE_ADDED, MINT, MINT_ROSE, (), ("Rose",), ("Mint",)),
    Row(K.VALUE_REMOVED, MINT_ROSE, MINT, ("Rose",), (), ("Mint",)),
    Row(
        K.VALUE_RENAMED,
        text(enum=("EarlGrey",)),
        text(enum=("Earl-Grey",)),
        ("EarlGrey",),
        ("Earl-Grey",),
    ),
)

# Whole messages and types, and what a value means, are beyond any validator.
BEYOND = {
    K.ACTION_ADDED: (Impact.COMPATIBLE, Impact.BREAKING),
    K.ACTION_REMOVED: (Impact.BREAKING, Impact.COMPATIBLE),
    K.MESSAGE_ADDED: (Impact.BREAKING, Impact.BREAKING),
    K.MESSAGE_REMOVED: (Impact.BREAKING, Impact.BREAKING),
    K.TYPE_ADDED: (Impact.COMPATIBLE, Impact.COMPATIBLE),
    K.TYPE_REMOVED: (Impact.COMPATIBLE, Impact.COMPATIBLE),
    K.TYPE_RENAMED: (Impact.COMPATIBLE, Impact.COMPATIBLE),
    K.DEFAULT_ADDED: (Impact.COMPATIBLE, Impact.BREAKING),
    K.DEFAULT_REMOVED: (Impact.BREAKING, Impact.COMPATIBLE),
    K.DEFAULT_CHANGED: (Impact.BREAKING, Impact.BREAKING),
}
IDS = [f"{row.kind.value}-{index}" for index, row in enumerate(ROWS)]


def accepts(row: Row, schema: JsonObject, document: JsonValue) -> bool:
    whole_schema = {"allOf": [plain(schema)], "definitions": plain(row.types)}
    return Draft6Validator(whole_schema, format_checker=FormatChecker()).is_valid(document)


def plain(value: JsonValue) -> JsonValue:
    """Tuples as lists, which is what the validator takes for JSON."""
    if isinstance(value, Mapping):
        return {key: plain(item) for key, item in value.items()}
    return [plain(item) for item in value] if isinstance(value, tuple) else value


@pytest.mark.parametrize("row", ROWS, ids=IDS)
def test_the_documents_prove_the_row(row: Row) -> None:
    for document in row.from_old:
        assert (accepts(row, row.old, document), accepts(row, row.new, document)) == (True, False)
    for document in row.from_new:
        assert (accepts(row, row.old, document), accepts(row, row.new, document)) == (False, True)
    for document in row.both:
        assert (accepts(row, row.old, document), accepts(row, row.new, document)) == (True, True)


@pytest.mark.parametrize("row", ROWS, ids=IDS)
def test_the_verdict_is_what_the_documents_prove(row: Row) -> None:
    world = World(row.types, row.types, {})
    (difference,) = compare_schemas(row.old, row.new, world)
    assert difference.kind is row.kind
    rule = RULES[row.kind]
    assert (rule.sender is Impact.BREAKING) is bool(row.from_old)
    assert (rule.receiver is Impact.BREAKING) is bool(row.from_new)


@pytest.mark.parametrize("kind", BEYOND)
def test_verdicts_beyond_a_validator(kind: ChangeKind) -> None:
    assert (RULES[kind].sender, RULES[kind].receiver) == BEYOND[kind]


def test_every_kind_has_a_rule_and_a_test() -> None:
    assert set(RULES) == set(ChangeKind) == {row.kind for row in ROWS} | set(BEYOND)


@pytest.mark.parametrize(
    "kind, back",
    [
        (K.ACTION_ADDED, K.ACTION_REMOVED),
        (K.OPTIONAL_FIELD_ADDED, K.OPTIONAL_FIELD_REMOVED),
        (K.REQUIRED_FIELD_ADDED, K.REQUIRED_FIELD_REMOVED),
        (K.OPEN_OPTIONAL_FIELD_ADDED, K.OPEN_OPTIONAL_FIELD_REMOVED),
        (K.OPEN_REQUIRED_FIELD_ADDED, K.OPEN_REQUIRED_FIELD_REMOVED),
        (K.FIELD_NOW_REQUIRED, K.FIELD_NOW_OPTIONAL),
        (K.OBJECT_OPENED, K.OBJECT_CLOSED),
        (K.KIND_NARROWED, K.KIND_WIDENED),
        (K.CONSTRAINT_ADDED, K.CONSTRAINT_REMOVED),
        (K.CONSTRAINT_NARROWED, K.CONSTRAINT_WIDENED),
        (K.VALUES_LISTED, K.VALUES_UNLISTED),
        (K.VALUE_ADDED, K.VALUE_REMOVED),
        (K.DEFAULT_ADDED, K.DEFAULT_REMOVED),
    ],
)
def test_the_way_back_swaps_the_sides(kind: ChangeKind, back: ChangeKind) -> None:
    there, again = RULES[kind], RULES[back]
    assert (there.sender, there.receiver) == (again.receiver, again.sender)
