"""Whether a payload, or the state of the station, is as a scenario expects it.

Expected is a mapping. A name that begins with `/` is a JSON Pointer (RFC 6901) into the whole,
any other a field. A mapping matches one that has all it names, a list one that has something for
each of its items. A mapping of conditions (`at-least`, `at-most`, `one-of`, `like`, `not`) matches
what fulfils them all; `*` matches whatever is there, and null what is not.
"""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Mapping
from typing import cast

from ocppref.station.scenario.source import Data

_ABSENT = object()


def explain(expected: Mapping[str, Data], actual: object) -> str:
    """What is not as expected; "" where all is."""
    for name, wanted in expected.items():
        found = resolve(actual, name) if name.startswith("/") else _field(actual, name)
        if not _matches(wanted, found):
            return f"{name} is {_show(found)}, not {_show(wanted)}"
    return ""


def resolve(actual: object, pointer: str) -> object:
    """What a JSON Pointer leads to; `ABSENT`, which is no value, where it leads nowhere."""
    for part in pointer.split("/")[1:]:
        actual = _field(actual, part.replace("~1", "/").replace("~0", "~"))
    return actual


def is_there(found: object) -> bool:
    """Whether `resolve` has found something."""
    return found is not _ABSENT


def _field(actual: object, name: str) -> object:
    if isinstance(actual, dict):
        return actual.get(name, _ABSENT)
    if isinstance(actual, list) and name.isdecimal() and int(name) < len(actual):
        return actual[int(name)]
    return _ABSENT


def _matches(wanted: Data, found: object) -> bool:
    if wanted is None:
        return found is _ABSENT or found is None
    if found is _ABSENT:
        return isinstance(wanted, dict) and set(wanted) == {"not"}
    if wanted == "*":
        return True
    if isinstance(wanted, dict):
        if wanted and wanted.keys() <= CONDITIONS.keys():
            return all(CONDITIONS[name](value, found) for name, value in wanted.items())
        return isinstance(found, dict) and not explain(wanted, found)
    if isinstance(wanted, list):
        return _has_all(wanted, found)
    return _is_same(wanted, found)


def _has_all(wanted: list[Data], found: object) -> bool:
    if not isinstance(found, list) or (not wanted and found):
        return False
    return all(any(_matches(each, item) for item in found) for each in wanted)


def _is_same(wanted: object, found: object) -> bool:
    """Numbers, truths and texts; a text is compared as text, as values in messages often are."""
    if isinstance(wanted, str) or isinstance(found, str):
        return _text(wanted) == _text(found)
    if isinstance(wanted, bool) or isinstance(found, bool):
        return wanted is found
    return wanted == found


def _text(value: object) -> str:
    return value if isinstance(value, str) else json.dumps(value)


def _number(value: object) -> float | None:
    try:
        return float(cast(str, value))
    except (TypeError, ValueError):
        return None


def _at_least(wanted: Data, found: object) -> bool:
    least, number = _number(wanted), _number(found)
    return least is not None and number is not None and number >= least


def _at_most(wanted: Data, found: object) -> bool:
    most, number = _number(wanted), _number(found)
    return most is not None and number is not None and number <= most


def _one_of(wanted: Data, found: object) -> bool:
    return isinstance(wanted, list) and any(_matches(each, found) for each in wanted)


def _like(wanted: Data, found: object) -> bool:
    return re.search(str(wanted), _text(found)) is not None


def _not(wanted: Data, found: object) -> bool:
    return not _matches(wanted, found)


CONDITIONS: Mapping[str, Callable[[Data, object], bool]] = {
    "at-least": _at_least,
    "at-most": _at_most,
    "one-of": _one_of,
    "like": _like,
    "not": _not,
}


def check(expected: Mapping[str, Data]) -> None:
    """Whether it can be expected at all. Raises ValueError."""
    for wanted in expected.values():
        _check(wanted)


def _check(wanted: Data) -> None:
    if isinstance(wanted, list):
        for each in wanted:
            _check(each)
    elif isinstance(wanted, dict):
        for name, value in wanted.items():
            _check_condition(name, value)
            _check(value)


def _check_condition(name: str, value: Data) -> None:
    if name in ("at-least", "at-most") and _number(value) is None and "${" not in str(value):
        raise ValueError(f"{name} needs a number, not {_show(value)}")
    if name == "one-of" and not isinstance(value, list):
        raise ValueError(f"one-of needs a list, not {_show(value)}")
    if name == "like":
        try:
            re.compile(str(value))
        except re.error as error:
            raise ValueError(f"like: {value!r} is no regular expression: {error}") from None


def _show(value: object) -> str:
    if value is _ABSENT or value is None:
        return "absent"
    text = json.dumps(value, ensure_ascii=False)
    return text if len(text) <= 200 else f"{text[:200]}..."
