"""Texts to be judged: for every place of a schema everything that a peer might put there.

They come from the schema as it was published, and not from anything that was generated, so that
two independent readings are compared.
"""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass

from ocppgen.json_values import JsonObject, JsonValue, pointer

from . import wire_values
from .wire_values import Candidate

_RAW = re.compile(r'"<raw:([^>]*)>"')


@dataclass(frozen=True, slots=True)
class Case:
    """A text, the place in it that is tried out, and what stands there.

    `ours_only` marks what JSON Schema cannot refuse, but we do: numbers that are no JSON or no
    finite number, lone surrogates, a newline after a date-time.
    """

    message: str
    place: str
    kind: str
    text: str
    ours_only: bool

    def __str__(self) -> str:
        return f"{self.message} {self.place or '/'}: {self.kind}: {self.text[:300]}"


@dataclass(frozen=True, slots=True)
class _Value:
    """A JSON value that is good but for what stands at `steps`."""

    steps: tuple[str | int, ...]
    candidate: Candidate

    def inside(self, step: str | int, outer: JsonValue) -> _Value:
        return _Value((step, *self.steps), self.candidate.with_value(outer))


@dataclass(frozen=True, slots=True)
class MessageSchema:
    """One published schema. `python_names` gives the Python names of a type by wire name."""

    name: str
    schema: JsonObject
    python_names: Callable[[str], Mapping[str, str]]

    def cases(self) -> Iterator[Case]:
        """A minimal and a maximal instance, and every place with every kind of value."""
        yield self._case(_Value((), Candidate("minimal", self.minimal(self.schema))))
        yield self._case(_Value((), Candidate("maximal", self._maximal(self.schema))))
        for value in self._values(self.schema, self.name):
            yield self._case(value)

    def _case(self, value: _Value) -> Case:
        candidate = value.candidate
        text = _RAW.sub(r"\1", json.dumps(candidate.value))
        place = pointer(*value.steps)
        return Case(self.name, place, candidate.kind, text, candidate.ours_only)

    def resolve(self, schema: JsonObject) -> tuple[JsonObject, str]:
        """The schema that a reference leads to and its name; without a reference, itself."""
        name = str(schema.get("$ref", "")).rpartition("/")[2]
        return (wire_values.definitions(self.schema)[name], name) if name else (schema, "")

    def minimal(self, schema: JsonObject) -> JsonValue:
        """The smallest good value."""
        schema, _ = self.resolve(schema)
        if schema.get("type") == "object":
            fields = wire_values.properties(schema)
            return {name: self.minimal(fields[name]) for name in wire_values.required(schema)}
        if schema.get("type") == "array":
            return [self.minimal(wire_values.items(schema))] * wire_values.fewest(schema)
        return wire_values.small(schema)

    def _maximal(self, schema: JsonObject) -> JsonValue:
        """A good value with every field, each as large as it may be; of lists one item only."""
        schema, _ = self.resolve(schema)
        if schema.get("type") == "object":
            fields = wire_values.properties(schema)
            return {name: self._maximal(field) for name, field in fields.items()}
        if schema.get("type") == "array":
            return [self._maximal(wire_values.items(schema))]
        return wire_values.large(schema)

    def _values(self, schema: JsonObject, owner: str) -> Iterator[_Value]:
        schema, name = self.resolve(schema)
        match schema.get("type"):
            case "object":
                yield from self._objects(schema, name or owner)
            case "array":
                yield from self._arrays(schema, name or owner)
            case _:
                for candidate in wire_values.scalars(schema):
                    yield _Value((), candidate)

    def _objects(self, schema: JsonObject, type_name: str) -> Iterator[_Value]:
        least = self.minimal(schema)
        assert isinstance(least, dict)
        for candidate in wire_values.objects(schema, least):
            yield _Value((), candidate)
        names = self.python_names(type_name)
        for key, field in wire_values.properties(schema).items():
            yield from self._keys(key, names[key], least, field)
            for value in self._values(field, type_name):
                yield value.inside(key, {**least, key: value.candidate.value})

    def _keys(
        self, key: str, python_name: str, least: Mapping[str, JsonValue], field: JsonObject
    ) -> Iterator[_Value]:
        """The key left out, and spelt otherwise, with a good value."""
        others = {name: value for name, value in least.items() if name != key}
        good = self.minimal(field)
        if key in least:
            yield _Value((key,), Candidate("missing", others))
        yield _Value((key,), Candidate("set to its smallest value", {**others, key: good}))
        spellings = {"in upper case": key.upper()}
        if python_name != key:
            spellings["by its Python name"] = python_name
            both = {**others, key: good, python_name: good}
            yield _Value((python_name,), Candidate("by both names", both))
        for kind, spelling in spellings.items():
            yield _Value((spelling,), Candidate(f"key {kind}", {**others, spelling: good}))

    def _arrays(self, schema: JsonObject, owner: str) -> Iterator[_Value]:
        inner = wire_values.items(schema)
        for candidate in wire_values.arrays(schema, self.minimal(inner)):
            yield _Value((), candidate)
        for value in self._values(inner, owner):
            yield value.inside(0, [value.candidate.value])
