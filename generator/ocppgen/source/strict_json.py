"""JSON as RFC 8259 means it, with errors that say where: what the standard library lets pass."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from typing import NoReturn

from ..diagnostics import Diagnostic, GeneratorError, Severity
from ..json_values import JsonValue, pointer

_BOM = b"\xef\xbb\xbf"
_SURROGATE = re.compile(r"\\u[dD][89a-fA-F]")
_Pairs = list[tuple[str, JsonValue]]


_SAVE_AGAIN = "Save the file again as UTF-8 JSON, without a byte order mark."
_DOWNLOAD = "Download or unpack the file again."
_CORRECT = "Correct the file, or download it again."


class _Refused(ValueError):
    """Found while parsing; the message and the hint are for the user."""

    def __init__(self, message: str, hint: str = _CORRECT) -> None:
        super().__init__(message)
        self.hint = hint


class _PairsKept(list[tuple[str, JsonValue]]):
    """A JSON object with its keys as written, doubles included."""


def parse(raw: bytes, stage: str, file: str) -> JsonValue:
    """Parse one file.

    Raises GeneratorError for what is not UTF-8, has a byte order mark, is no JSON, repeats a key,
    or holds a number or character that cannot be written again.
    """
    text = ""
    try:
        text = _decode(raw)
        value: JsonValue = _DECODER.decode(text)
        _refuse_surrogates(text, value)
    except json.JSONDecodeError as error:
        raise _error(stage, file, *_broken(error, text)) from None
    except _DuplicateKey as error:
        raise _error(stage, file, str(error), "Keep one of the two.", _find_twin(text)) from None
    except RecursionError:
        raise _error(stage, file, "the JSON is nested too deeply", _CORRECT) from None
    except _Refused as error:
        raise _error(stage, file, str(error), error.hint) from None
    return value


def _error(
    stage: str, file: str, message: str, hint: str, where: str | None = None
) -> GeneratorError:
    return GeneratorError(Diagnostic(Severity.ERROR, stage, message, file, where, hint))


def _decode(raw: bytes) -> str:
    if raw.startswith(_BOM):
        message = "the file begins with a byte order mark (BOM), which JSON does not allow"
        raise _Refused(message, _SAVE_AGAIN)
    try:
        return raw.decode("utf-8")
    except UnicodeDecodeError as error:
        message = f"the file is not UTF-8: byte 0x{raw[error.start]:02x} at offset {error.start}"
        raise _Refused(message, _SAVE_AGAIN) from None


def _broken(error: json.JSONDecodeError, text: str) -> tuple[str, str]:
    """Message and hint."""
    if not text.strip():
        return "the file is empty", _DOWNLOAD
    place = f"line {error.lineno}, column {error.colno}"
    if error.msg.startswith("Unterminated string"):
        return f"the JSON ends too early: the string from {place} has no end", _DOWNLOAD
    if error.pos >= len(text.rstrip()):
        return f"the JSON ends too early, at {place}", _DOWNLOAD
    return f"not JSON: {error.msg[0].lower()}{error.msg[1:]}, at {place}", _CORRECT


class _DuplicateKey(_Refused):
    """An object has one key twice."""


def _unique(pairs: _Pairs) -> dict[str, JsonValue]:
    found = dict(pairs)
    if len(found) != len(pairs):
        keys = [key for key, _ in pairs]
        twin = next(key for key in keys if keys.count(key) > 1)
        raise _DuplicateKey(f'the key "{twin}" stands twice in one object')
    return found


def _no_constant(name: str) -> NoReturn:
    raise _Refused(f"{name} is no JSON number")


def _finite(digits: str) -> float:
    number = float(digits)
    if number in (float("inf"), float("-inf")):
        raise _Refused(f"the number {digits[:20]} is out of range")
    return number


def _short(digits: str) -> int:
    if len(digits) > 100:
        raise _Refused(f"the number {digits[:20]}... is out of range")
    return int(digits)


_DECODER = json.JSONDecoder(
    object_pairs_hook=_unique, parse_constant=_no_constant, parse_float=_finite, parse_int=_short
)
_KEEPING_DECODER = json.JSONDecoder(object_pairs_hook=_PairsKept)


def _refuse_surrogates(text: str, value: JsonValue) -> None:
    if _SURROGATE.search(text):
        try:
            json.dumps(value, ensure_ascii=False).encode()
        except UnicodeEncodeError:
            raise _Refused("a string holds half of a surrogate pair (\\ud800 to \\udfff)") from None


def _find_twin(text: str) -> str:
    """The pointer of the first object that has a key twice. Parses again: errors may be slow."""
    return next(pointer(*steps) for steps in _twins(_KEEPING_DECODER.decode(text), ()))


def _twins(value: object, steps: tuple[str | int, ...]) -> Iterator[tuple[str | int, ...]]:
    if isinstance(value, _PairsKept):
        keys = [key for key, _ in value]
        yield from ((*steps, key) for key in keys if keys.count(key) > 1)
        for key, inner in value:
            yield from _twins(inner, (*steps, key))
    elif isinstance(value, list):
        for index, inner in enumerate(value):
            yield from _twins(inner, (*steps, index))
