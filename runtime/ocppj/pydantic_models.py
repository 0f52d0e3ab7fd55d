"""Packages made of pydantic models: how to read and write, and what pydantic's errors mean."""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Iterator, Mapping
from typing import TypeVar, cast

from pydantic import BaseModel, ValidationError

from ocppj.classify import (
    LARGEST,
    Fault,
    Finding,
    Findings,
    Path,
    not_a,
    ordered,
    read_tree,
    unwritable,
)

ModelT = TypeVar("ModelT")
RecoveredT = TypeVar("RecoveredT")

_MOST_FINDINGS = 1000

_TYPES = {
    "string_type": "a string",
    "int_type": "an integer",
    "int_parsing": "an integer",
    "int_from_float": "an integer",
    "float_type": "a number",
    "float_parsing": "a number",
    "bool_type": "a boolean",
    "bool_parsing": "a boolean",
    "list_type": "an array",
    "dict_type": "an object",
    "model_type": "an object",
    "model_attributes_type": "an object",
}
_FAULTS: Mapping[str, Fault] = {
    **dict.fromkeys(_TYPES, Fault.WRONG_TYPE),
    "missing": Fault.MISSING,
    "extra_forbidden": Fault.UNKNOWN_KEY,
    "too_long": Fault.TOO_MANY_ITEMS,
    "too_short": Fault.TOO_FEW_ITEMS,
    "enum": Fault.NOT_IN_LIST,
    "literal_error": Fault.NOT_IN_LIST,
    "string_too_long": Fault.TOO_LONG,
    "string_too_short": Fault.TOO_SHORT,
    "greater_than": Fault.OUT_OF_RANGE,
    "greater_than_equal": Fault.OUT_OF_RANGE,
    "less_than": Fault.OUT_OF_RANGE,
    "less_than_equal": Fault.OUT_OF_RANGE,
    "finite_number": Fault.OUT_OF_RANGE,
    "json_value": Fault.OUT_OF_RANGE,  # of the generated package: in JSON only a number can be so
    "multiple_of": Fault.NOT_A_MULTIPLE,
    "date_time": Fault.NOT_A_DATE_TIME,
    "datetime_type": Fault.NOT_A_DATE_TIME,
    "datetime_parsing": Fault.NOT_A_DATE_TIME,
    "datetime_from_date_parsing": Fault.NOT_A_DATE_TIME,
    "timezone_naive": Fault.NOT_A_DATE_TIME,
}
_BOUNDS = ("max_length", "min_length", "gt", "ge", "lt", "le", "multiple_of")
_QUOTED = re.compile("'([^']*)'").search
_NOT_JSON = frozenset({"json_invalid", "string_unicode"})


def reader(
    model: type[ModelT], recover: Callable[[Findings | None], RecoveredT]
) -> Callable[[str], tuple[ModelT, tuple[()]] | RecoveredT]:
    """A function that makes an instance of `model` from the text of a payload.

    Beside it stands an empty tuple, for repairs. A text that `model` does not take goes to
    `recover`: what is wrong with it, or None if it is no JSON.
    """
    _build(model)
    validate = cast("type[BaseModel]", model).__pydantic_validator__.validate_json

    def read(text: str) -> tuple[ModelT, tuple[()]] | RecoveredT:
        try:
            return validate(text, by_alias=True, by_name=False), ()
        except ValidationError as error:
            found = find(error, text)
        return recover(found)  # out of the handler: no error of ours is to hold pydantic's

    return read


def writer(model: type[ModelT]) -> Callable[[ModelT], str]:
    """A function that writes an instance of `model` as the text of a payload.

    Whether the text follows the schema is not checked: pydantic's warnings would show values.
    """
    _build(model)
    to_json = cast("type[BaseModel]", model).__pydantic_serializer__.to_json

    def write(instance: ModelT) -> str:
        if not isinstance(instance, model):
            raise not_a(model, instance)
        try:
            payload = to_json(instance, by_alias=True, exclude_none=True, warnings=False)
            return payload.decode()
        except (ValueError, TypeError):  # the first is PydanticSerializationError, too
            pass
        raise unwritable(model)

    return write


def find(error: ValidationError, text: str) -> Findings | None:
    """What pydantic found wrong with `text`; None if that is no JSON."""
    entries = list(_entries(error))
    if entries[0]["type"] in _NOT_JSON:
        return None
    try:
        tree = read_tree(text)
    except ValueError:  # NaN and its like, which pydantic reads
        return None
    return ordered(tree, map(_finding, entries), error.error_count())


def put(instance: object, path: Path, change: Callable[[object], object]) -> None:
    """Change the value at `path` of a model, past pydantic's validation."""
    owner = instance
    for step in path[:-1]:
        owner = _fields(owner)[_key(owner, step)]
    key = _key(owner, path[-1])
    _fields(owner)[key] = change(_fields(owner)[key])


def _fields(owner: object) -> dict[str | int, object]:
    return cast("dict[str | int, object]", owner if isinstance(owner, list) else vars(owner))


def _key(owner: object, step: str | int) -> str | int:
    """What stands for a step of a path in a list or in a model."""
    if not isinstance(owner, BaseModel):
        return step
    fields = type(owner).__pydantic_fields__
    return next(name for name, field in fields.items() if step in (field.alias, name))


def _build(model: type[object]) -> None:
    """Make the validator and serializer, which generated models put off."""
    cast("type[BaseModel]", model).model_rebuild()


def _entries(error: ValidationError) -> Iterator[Mapping[str, object]]:
    """What `errors()` gives, but only the first, as of 100,000 it would take seconds."""
    text = error.json(include_url=False, include_input=False)
    decode = json.JSONDecoder().raw_decode
    position = 1
    for _ in range(min(error.error_count(), _MOST_FINDINGS)):
        entry, position = decode(text, position)
        position += 1
        yield entry


def _finding(entry: Mapping[str, object]) -> Finding:
    kind = cast(str, entry["type"])
    path = tuple(cast("list[str | int]", entry["loc"]))
    context = cast("Mapping[str, object]", entry.get("ctx", {}))
    bound = next((str(context[key]) for key in _BOUNDS if key in context), "")
    example = _QUOTED(str(context.get("expected", "")))
    return Finding(
        _FAULTS.get(kind, Fault.OTHER),
        path,
        kind,
        _TYPES.get(kind, bound or LARGEST),
        example[1] if example else "",
    )
