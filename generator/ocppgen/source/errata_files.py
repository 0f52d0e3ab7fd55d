"""Reading errata: TOML files with patches, each checked before any is used.

The format is explained in schemas/ocpp-2.1/errata/README.md.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path

from ..diagnostics import Diagnostic, Findings, GeneratorError, Severity
from ..json_values import JsonValue
from .json_pointer import ABSENT, Slot, parse

STAGE = "errata"
_HEADER = re.compile(r"\s*\[\[\s*patch\s*\]\]")
_TARGETS = ("file", "definition", "files_defining")
_TEXTS = (*_TARGETS, "pointer", "op", "reason", "source")
_KEYS = (*_TEXTS, "expect", "absent", "value")
_FORMAT_HINT = "See schemas/ocpp-2.1/errata/README.md for what a patch holds."
_TOML_HINT = "Correct the TOML; strings stand in quotes."


@dataclass(frozen=True, slots=True)
class Target:
    """Where a patch goes: `kind` is the key it was given by, `name` that file or definition.

    `steps` lead from the top of the file, for "definition" from the definition.
    """

    kind: str
    name: str
    steps: tuple[str, ...]

    def __str__(self) -> str:
        return (
            f'called "{self.name}"' if self.kind == "file" else f'with a definition "{self.name}"'
        )


@dataclass(frozen=True, slots=True)
class Patch:
    """One correction: at `target` stands `expected`, and `value` shall. ABSENT is nothing.

    `place` is its file and line, "fixes.toml:12".
    """

    place: str
    target: Target
    expected: Slot
    value: Slot
    reason: str
    source: str


def read(path: Path, shown: str | None = None) -> tuple[Patch, ...]:
    """The patches of one TOML file, in order; `shown` is its name in messages.

    Raises GeneratorError with everything that is wrong in it.
    """
    import tomllib

    shown = shown or str(path)
    try:
        text = path.read_bytes().decode("utf-8")
        content: Mapping[str, object] = tomllib.loads(text)
    except OSError as error:
        raise _error(shown, f"cannot be read: {error.strerror}", "Correct the path.") from None
    except UnicodeDecodeError:
        raise _error(shown, "the file is not UTF-8", "Save the file as UTF-8.") from None
    except (tomllib.TOMLDecodeError, RecursionError) as error:
        raise _error(shown, f"not TOML: {error}", _TOML_HINT) from None
    return _patches(content, shown, _lines(text))


def read_folder(folder: Path) -> tuple[Patch, ...]:
    """The patches of all *.toml of `folder`, by file name; none where there is no such folder."""
    below = f"{folder.parent.name}/{folder.name}"
    return tuple(
        patch
        for path in sorted(folder.glob("*.toml"))
        for patch in read(path, f"{below}/{path.name}")
    )


def _error(place: str, message: str, hint: str) -> GeneratorError:
    return GeneratorError(Diagnostic(Severity.ERROR, STAGE, message, place, None, hint))


def _lines(text: str) -> list[int]:
    """The lines at which patches begin; the TOML parser does not tell."""
    return [number for number, line in enumerate(text.splitlines(), 1) if _HEADER.match(line)]


def _patches(content: Mapping[str, object], shown: str, lines: list[int]) -> tuple[Patch, ...]:
    findings = Findings(STAGE)
    for key in content.keys() - {"patch"}:
        findings.error(f'unknown key "{key}"', shown, hint=_FORMAT_HINT)
    tables = content.get("patch", [])
    if not isinstance(tables, list) or not all(isinstance(table, dict) for table in tables):
        raise _error(shown, '"patch" must be an array of tables', "Begin each with [[patch]].")
    found = []
    for index, table in enumerate(tables):
        place = f"{shown}:{lines[index]}" if index < len(lines) else f"{shown}, patch {index + 1}"
        faults = list(_faults(table))
        for fault in faults:
            findings.error(fault, place, hint=_FORMAT_HINT)
        if not faults:
            found.append(_patch(table, place))
    findings.raise_errors()
    return tuple(found)


def _faults(table: Mapping[str, object]) -> Iterator[str]:
    """What is wrong with one patch."""
    for key, value in table.items():
        if key not in _KEYS:
            yield f'unknown key "{key}"'
        elif key in _TEXTS and (not isinstance(value, str) or not (value or key == "pointer")):
            yield f'"{key}" must be a text'
        elif key in ("expect", "value") and not _is_json(value):
            yield f'"{key}" is no JSON value: no dates, no inf, no nan'
    for key in ("pointer", "op", "reason", "source"):
        if key not in table:
            yield f'"{key}" is missing'
    yield from _faulty_target(table)
    yield from _faulty_change(table)


def _faulty_target(table: Mapping[str, object]) -> Iterator[str]:
    given = [key for key in _TARGETS if key in table]
    if len(given) != 1:
        yield 'one of "file", "definition" and "files_defining" must say where it goes'
    place = table.get("pointer")
    if isinstance(place, str):
        if place and not place.startswith("/"):
            yield f'"pointer" is no JSON pointer: "{place}" does not begin with "/"'
        elif not place and "definition" not in given:
            yield '"pointer" must lead to a place inside the file'


def _faulty_change(table: Mapping[str, object]) -> Iterator[str]:
    op = table.get("op")
    if op not in (None, "put", "remove"):
        yield '"op" must be "put" or "remove"'
    if op == "put" and "value" not in table:
        yield '"value" is missing: what to put there'
    if op == "remove" and "value" in table:
        yield '"value" has no place in a removal'
    if ("expect" in table) == ("absent" in table) or table.get("absent", True) is not True:
        yield 'either "expect" must say what stands there now, or "absent = true" that nothing does'
    elif op == "remove" and "absent" in table:
        yield "what is absent cannot be removed"


def _is_json(value: object) -> bool:
    try:
        json.dumps(value, allow_nan=False)
    except (TypeError, ValueError):
        return False
    return True


def _patch(table: dict[str, str], place: str) -> Patch:
    kind = next(key for key in _TARGETS if key in table)
    return Patch(
        place=place,
        target=Target(kind, table[kind], parse(table["pointer"])),
        expected=_slot(table, "expect"),
        value=_slot(table, "value"),
        reason=table["reason"],
        source=table["source"],
    )


def _slot(table: Mapping[str, JsonValue], key: str) -> Slot:
    return table.get(key, ABSENT)
