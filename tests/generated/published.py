"""The schemas as they were published, and jsonschema as their judge."""

from __future__ import annotations

import json
from collections.abc import Iterator
from functools import cache

from jsonschema import Draft6Validator, FormatChecker, ValidationError

from ocppgen.json_values import JsonObject, JsonValue, pointer
from ocppgen.source import bundle

_FORMATS = FormatChecker()
SCHEMAS: dict[str, JsonObject] = {
    name.removesuffix(".json"): file.schema for name, file in bundle.load().files.items()
}
"""By message name: "BootNotificationRequest"."""

MESSAGES = tuple(SCHEMAS)


@cache
def validator(message: str) -> Draft6Validator:
    """The judge of one message, which checks date-times too."""
    return Draft6Validator(SCHEMAS[message], format_checker=_FORMATS)


def is_valid(message: str, text: str) -> bool:
    """What the schema says to a text, with numbers read as Python's json reads them."""
    return bool(validator(message).is_valid(json.loads(text)))


def errors(message: str, value: JsonValue) -> set[tuple[str, str]]:
    """All that the schema finds wrong in a value: where, as a JSON pointer, and which keyword.

    A missing or unknown key is named itself, not the object that it is missing in.
    """
    return {
        (pointer(*error.absolute_path, *key), error.validator)
        for error in validator(message).iter_errors(value)
        for key in _keys(error)
    }


def _keys(error: ValidationError) -> Iterator[tuple[str, ...]]:
    """The keys that an error is about, in one-tuples; () if it is about the value as a whole."""
    if error.validator == "additionalProperties":
        yield from ((key,) for key in error.instance.keys() - error.schema["properties"].keys())
    elif error.validator == "required":
        # jsonschema makes one error for each missing key and names it in the message only.
        yield from ((key,) for key in error.validator_value if error.message.startswith(repr(key)))
    else:
        yield ()
