"""What a peer might put in one place of a message, good and bad, by the schema of the place."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from typing import cast

from ocppgen.json_values import JsonObject, JsonValue

from .date_time_texts import DATE_TIMES, DATE_TIMES_OURS_ONLY

DATE_TIME = "date-time"
_LONE_SURROGATE = "a\ud800"


@dataclass(frozen=True, slots=True)
class Candidate:
    """A value and what is tried with it; `ours_only` as in `wire_cases.Case`."""

    kind: str
    value: JsonValue
    ours_only: bool = False

    def with_value(self, value: JsonValue) -> Candidate:
        """The same attempt, seen from the value that it stands in."""
        return replace(self, value=value)


def raw(text: str) -> str:
    """A value that stands in the JSON text as it is here; json.dumps would write it otherwise."""
    return f"<raw:{text}>"


def definitions(schema: JsonObject) -> Mapping[str, JsonObject]:
    """The named schemas that a published schema brings along."""
    return cast(Mapping[str, JsonObject], schema.get("definitions", {}))


def properties(schema: JsonObject) -> Mapping[str, JsonObject]:
    """The schemas of an object's fields."""
    return cast(Mapping[str, JsonObject], schema.get("properties", {}))


def required(schema: JsonObject) -> list[str]:
    """The names of an object's required fields."""
    return cast(list[str], schema.get("required", []))


def items(schema: JsonObject) -> JsonObject:
    """The schema of a list's items."""
    return cast(JsonObject, schema["items"])


def fewest(schema: JsonObject) -> int:
    """How many items a list must have."""
    return _bound(schema, "minItems") or 0


def _bound(schema: JsonObject, key: str) -> int | None:
    bound = cast(float | None, schema.get(key))
    return None if bound is None else int(bound)


def small(schema: JsonObject) -> JsonValue:
    """A small good value for what is neither an object nor a list."""
    if "enum" in schema:
        return cast(list[JsonValue], schema["enum"])[0]
    if schema.get("format") == DATE_TIME:
        return "2025-01-31T12:00:00Z"
    values: dict[JsonValue, JsonValue] = {"string": "", "boolean": False}
    return values.get(schema.get("type"), max(0, _bound(schema, "minimum") or 0))


def large(schema: JsonObject) -> JsonValue:
    """The largest good value for what is neither an object nor a list."""
    if "enum" in schema:
        return cast(list[JsonValue], schema["enum"])[-1]
    if schema.get("format") == DATE_TIME:
        return "9999-12-31T23:59:59.999999999+14:00"
    if schema.get("type") == "string":
        return "😀" * (_bound(schema, "maxLength") or 100)
    if schema.get("type") == "boolean":
        return True
    highest = _bound(schema, "maximum")
    return 2**31 - 1 if highest is None else highest


def scalars(schema: JsonObject) -> Iterator[Candidate]:
    """Good and bad values for what is neither an object nor a list."""
    if "enum" in schema:
        return _enums(schema)
    if schema.get("format") == DATE_TIME:
        return _date_times()
    match schema.get("type"):
        case "string":
            return _strings(schema)
        case "boolean":
            return _booleans()
        case "integer":
            return _integers(schema)
        case "number":
            return _numbers(schema)
    assert not schema.keys() - {"description", "comment", "javaType"}, schema
    return _anything()


def _named(**values: JsonValue) -> Iterator[Candidate]:
    for name, value in values.items():
        yield Candidate(name.replace("_", " "), value)


def _wrong_types(text: JsonValue = "x") -> Iterator[Candidate]:
    """One value of each JSON type; those of the right type are left to whoever asks."""
    yield from _named(
        null=None, true=True, zero=0, one=1, one_and_a_half=1.5, text=text, empty_list=[],
        empty_object={},
    )  # fmt: skip


def _strings(schema: JsonObject) -> Iterator[Candidate]:
    yield from _wrong_types()
    yield from _named(
        empty_text="", list_of_text=["x"], quotes='"\\/<>', line_break="x\r\n",
        control_characters="\u0000\u001f\u007f\u2028",
    )  # fmt: skip
    yield Candidate("lone surrogate", _LONE_SURROGATE[1:], ours_only=True)
    most = _bound(schema, "maxLength")
    if most is not None:
        for kind, letter in {"Latin": "é", "astral": "😀"}.items():
            yield Candidate(f"longest {kind} text", letter * most)
            yield Candidate(f"too long {kind} text", letter * (most + 1))
        # Two code points that look like one character.
        yield Candidate("too many combining characters", ("e\u0301" * most)[: most + 1])


def _enums(schema: JsonObject) -> Iterator[Candidate]:
    values = cast(list[str], schema["enum"])
    yield from _wrong_types()
    for kind, value in {"first": values[0], "last": values[-1]}.items():
        yield Candidate(f"{kind} value", value)
        yield Candidate(f"{kind} value in lower case", value.lower())
        yield Candidate(f"{kind} value in upper case", value.upper())
        yield Candidate(f"{kind} value and a space", f"{value} ")
        yield Candidate(f"{kind} value and a line break", f"{value}\n")
        yield Candidate(f"{kind} value in a list", [value])
        yield Candidate(f"{kind} value shortened", value[:-1])
    yield Candidate("lone surrogate", _LONE_SURROGATE, ours_only=True)


def _date_times() -> Iterator[Candidate]:
    yield from _wrong_types()
    yield from _named(seconds_since_1970=1738324800, with_fraction=1738324800.5)
    for text in DATE_TIMES:
        yield Candidate(f"date-time {text!r}", text)
    for text in DATE_TIMES_OURS_ONLY:
        yield Candidate(f"date-time {text!r}", text, ours_only=True)
    yield Candidate("lone surrogate", _LONE_SURROGATE, ours_only=True)


def _booleans() -> Iterator[Candidate]:
    yield from _wrong_types()
    yield from _named(
        text_true="true", text_false="false", text_one="1", yes="yes", on="on", one_point_zero=1.0
    )


def _not_finite() -> Iterator[Candidate]:
    for text in ("NaN", "Infinity", "-Infinity", "-1e400", str(10**400)):
        kind = "10**400" if len(text) > 20 else text
        yield Candidate(kind, raw(text), ours_only=True)


def _bounds(schema: JsonObject) -> Iterator[Candidate]:
    for key, outwards in (("minimum", -1), ("maximum", 1)):
        bound = _bound(schema, key)
        if bound is not None:
            yield Candidate(key, bound)
            yield Candidate(f"{key}, as a float", float(bound))
            yield Candidate(f"one beyond {key}", bound + outwards)
            yield Candidate(f"one beyond {key}, as a float", float(bound + outwards))
            yield Candidate(f"half beyond {key}", bound + outwards / 2)
            yield Candidate(f"far beyond {key}", bound + outwards * 10**30)


def _integers(schema: JsonObject) -> Iterator[Candidate]:
    yield from _wrong_types()
    yield from _bounds(schema)
    yield from _not_finite()
    yield from _number_texts()
    yield from _named(
        one_point_zero=1.0, minus_zero=raw("-0"), minus_zero_point_zero=-0.0, thousand=raw("1e3"),
        with_large_exponent=raw("1E+2"), with_small_exponent=raw("1e-3"), seven=7,
        tenth=0.1, beyond_32_bit=2**31, most_of_64_bit=2**63 - 1, beyond_64_bit=2**63,
        least_of_64_bit=-(2**63), below_64_bit=-(2**63) - 1, beyond_128_bit=2**128,
        beyond_64_bit_as_float=1e19, largest_float=1.7976931348623157e308, list_of_one=[1],
    )  # fmt: skip


def _number_texts() -> Iterator[Candidate]:
    for text in ("1", "1.0", "1.5", "1e3", "NaN"):
        yield Candidate(f"text {text!r}", text)


def _numbers(schema: JsonObject) -> Iterator[Candidate]:
    yield from _wrong_types()
    yield from _bounds(schema)
    yield from _not_finite()
    yield from _number_texts()
    yield from _named(
        one_point_zero=1.0, minus_zero=raw("-0"), minus_zero_point_zero=-0.0, thousand=raw("1e3"),
        tenth=0.1, many_decimals=230.123456789, beyond_32_bit=2**31, exact=2**53,
        beyond_128_bit=2**128, largest_float=1.7976931348623157e308, smallest_float=5e-324,
        vanishing=raw("1e-400"), list_of_one=[1.5],
    )  # fmt: skip


def _anything() -> Iterator[Candidate]:
    yield from _wrong_types()
    yield from _not_finite()
    yield from _named(
        nested={"a": [{"b": None}], "": {}}, beyond_64_bit=2**64, minus_zero=-0.0,
        largest_float=1.7976931348623157e308, date_time="2025-01-31T12:00:00.123456Z",
    )  # fmt: skip
    yield Candidate("lone surrogate", _LONE_SURROGATE, ours_only=True)
    yield Candidate("NaN inside", {"a": [raw("NaN")]}, ours_only=True)


def arrays(schema: JsonObject, item: JsonValue) -> Iterator[Candidate]:
    """Good and bad lists of good items, and what is no list."""
    yield from _wrong_types()
    least, most = fewest(schema), _bound(schema, "maxItems")
    yield from _named(item_alone=item, object_of_items={"0": item}, list_in_list=[[item]])
    yield Candidate("fewest items", [item] * least)
    yield Candidate("two equal items", [item] * 2)
    yield Candidate("null behind an item", [item, None])
    if least:
        yield Candidate("too few items", [item] * (least - 1))
    if most is not None:
        yield Candidate("most items", [item] * most)
        yield Candidate("too many items", [item] * (most + 1))


def objects(schema: JsonObject, least: Mapping[str, JsonValue]) -> Iterator[Candidate]:
    """Objects with keys too many, and what is no object; `least` is a good one."""
    yield from _wrong_types()
    yield from _named(object_in_list=[dict(least)], fewest_fields=dict(least))
    keys: dict[str, JsonValue] = {"noSuchField": 1, "nullField": None, "": "x", "model_config": {}}
    yield Candidate("further keys", {**least, **keys})
    for key, value in keys.items():
        yield Candidate(f"further key {key!r}", {**least, key: value})
    if schema.get("additionalProperties") is not False:
        yield from _open_objects(least)


def _open_objects(least: Mapping[str, JsonValue]) -> Iterator[Candidate]:
    keys: dict[str, JsonValue] = {
        "__class__": "x", "model_fields_set": [], "self": 1, "a/b~c": [None, {"d": None}],
    }  # fmt: skip
    for key, value in keys.items():
        yield Candidate(f"further key {key!r}", {**least, key: value})
    for key in (_LONE_SURROGATE, _LONE_SURROGATE[1:]):
        yield Candidate("lone surrogate in a key", {**least, key: 1}, ours_only=True)
    for candidate in (*_not_finite(), Candidate("lone surrogate", _LONE_SURROGATE)):
        wrong = {**least, "noSuchField": [candidate.value]}
        yield Candidate(f"further key with {candidate.kind}", wrong, ours_only=True)
