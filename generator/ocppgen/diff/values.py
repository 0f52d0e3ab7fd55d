"""Compare lists of allowed values, and tell a respelt value from another one."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from difflib import SequenceMatcher

from ..json_values import JsonObject
from ..schema.schema_shapes import as_names, describe
from .changes import Difference
from .rules import ChangeKind

_NEARLY_EQUAL = 0.85


def compare_values(old: JsonObject, new: JsonObject, path: str) -> Iterator[Difference]:
    """Yield the differences in `enum`: of its values, or of having such a list at all."""
    before, after = as_names(old.get("enum")), as_names(new.get("enum"))
    if before and after:
        yield from _compare_lists(set(before), set(after), path)
    elif before:
        yield Difference(ChangeKind.VALUES_UNLISTED, path, before=before, after=describe(new))
        for value in before:
            if not _fits(value, new):
                yield Difference(ChangeKind.VALUE_REMOVED, path, before=value)
    elif after:
        yield Difference(ChangeKind.VALUES_LISTED, path, before=describe(old), after=after)
        for value in after:
            if not _fits(value, old):
                yield Difference(ChangeKind.VALUE_ADDED, path, after=value)


def _compare_lists(before: set[str], after: set[str], path: str) -> Iterator[Difference]:
    respelt = pair_spellings(before - after, after - before)
    for one, other in respelt.items():
        yield Difference(ChangeKind.VALUE_RENAMED, path, before=one, after=other)
    for value in sorted(before - after - respelt.keys()):
        yield Difference(ChangeKind.VALUE_REMOVED, path, before=value)
    for value in sorted(after - before - set(respelt.values())):
        yield Difference(ChangeKind.VALUE_ADDED, path, after=value)


def pair_spellings(removed: Iterable[str], added: Iterable[str]) -> dict[str, str]:
    """Pair each removed word with the added one that is most nearly spelt like it, if any is.

    Upper and lower case and punctuation count for nothing.
    """
    words = list(added)
    scored = sorted(
        (-likeness(one, other), one, other)
        for one in removed
        for other in words
        if _may_be_the_same(_letters(one), _letters(other))
    )
    pairs: dict[str, str] = {}
    for score, one, other in scored:
        if -score >= _NEARLY_EQUAL and one not in pairs and other not in pairs.values():
            pairs[one] = other
    return pairs


def likeness(one: str, other: str) -> float:
    """How nearly two words are spelt alike, from 0.0 to 1.0."""
    matcher = SequenceMatcher(None, _letters(one), _letters(other), autojunk=False)
    return matcher.ratio()


def _letters(word: str) -> str:
    return re.sub(r"[\W_]", "", word).casefold()


def _may_be_the_same(one: str, other: str) -> bool:
    """No for "Phase1" and "Phase2", and for "Active" and "Inactive", however alike they look."""
    if re.findall(r"\d+", one) != re.findall(r"\d+", other):
        return False
    return one == other or not (one.endswith(other) or other.endswith(one))


def _fits(value: str, schema: JsonObject) -> bool:
    """Whether a schema without a list of values certainly allows this one."""
    # Whether a text has a format, or matches a pattern in the dialect of JSON, is not ours to say.
    if schema.keys() & {"format", "pattern"}:
        return False
    longest, shortest = schema.get("maxLength"), schema.get("minLength")
    too_long = isinstance(longest, int | float) and len(value) > longest
    return not too_long and not (isinstance(shortest, int | float) and len(value) < shortest)
