"""Bodies that are payloads of OCPP: read as strictly as those of stations."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from typing import TypeVar, cast

from pydantic import ValidationError

from ocpp21 import HeartbeatRequest
from ocppref.csms.api.problems import InvalidError, problems_of

T = TypeVar("T")

_INT64 = 2**63


def read_object(body: bytes) -> dict[str, object]:
    """The JSON object of a body. Raises `InvalidError`."""
    try:
        found = json.loads(body, parse_constant=_refuse)
    except (ValueError, RecursionError):
        raise _invalid("", "this is no JSON") from None
    if not isinstance(found, dict):
        raise _invalid("", "this is no JSON object")
    for pointer in _too_large(found, ""):
        raise _invalid(pointer, "a whole number of more than 64 bit cannot be kept")
    return found


def read_message(kind: type[T], payload: Mapping[str, object]) -> T:
    """A message from its payload. Raises `InvalidError`."""
    model = cast(type[HeartbeatRequest], kind)  # all of them are read in the same way
    try:
        return cast(T, model.read_json(json.dumps(payload)))
    except ValidationError as error:
        raise InvalidError(problems_of(error)) from None
    except RecursionError:
        raise _invalid("", "this is nested too deeply") from None


def _refuse(constant: str) -> object:
    raise ValueError(f"{constant} is no JSON")


def _invalid(pointer: str, reason: str) -> InvalidError:
    return InvalidError([{"pointer": pointer, "reason": reason}])


def _too_large(value: object, pointer: str) -> Iterator[str]:
    """Where an integer is that no database keeps."""
    waiting = [(pointer, value)]
    while waiting:
        at, each = waiting.pop()
        if isinstance(each, dict):
            waiting.extend((f"{at}/{key}", inner) for key, inner in each.items())
        elif isinstance(each, list):
            waiting.extend((f"{at}/{place}", inner) for place, inner in enumerate(each))
        elif isinstance(each, int) and not -_INT64 <= each < _INT64:
            yield at
