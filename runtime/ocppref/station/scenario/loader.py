"""Scenarios out of files, checked to the last field before anything is played."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from importlib.resources import files
from pathlib import Path
from typing import TypeVar

import yaml
from pydantic import ValidationError
from pydantic_core import ErrorDetails

from ocppref.station.scenario.filling import fill, names
from ocppref.station.scenario.format import Head, Scenario
from ocppref.station.scenario.problems import ScenarioError, suggest
from ocppref.station.scenario.source import Data, Place, Source, parse, read
from ocppref.station.scenario.steps import STEPS, Entry, Repeat, Step, WaitFor
from ocppref.station.scenario.steps.step import Part

PartT = TypeVar("PartT", bound=Part)

_SUFFIXES = (".yaml", ".yml")
_LONGEST = 100
_SHIPPED = files("ocppref.station.scenario") / "shipped"


def load(wanted: str, values: Mapping[str, str] | None = None) -> Scenario:
    """The scenario in a file, or the shipped one of that name.

    `values` are those of parameters. Raises `ScenarioError`.
    """
    path = Path(wanted)
    if path.suffix in _SUFFIXES or path.is_file():
        return build(read(path), values or {})
    shipped = dict(_shipped())
    if wanted not in shipped:
        raise ScenarioError(
            f"{wanted}: there is no such file or scenario{suggest(wanted, shipped)}"
        )
    return build(parse(shipped[wanted], wanted), values or {})


def shipped() -> list[tuple[str, Scenario]]:
    """All scenarios that come with the station, with the names that `load` finds them by."""
    return [(name, build(parse(text, name), {})) for name, text in _shipped()]


def _shipped() -> Iterator[tuple[str, str]]:
    for each in sorted(_SHIPPED.iterdir(), key=lambda each: each.name):
        if each.name.endswith(_SUFFIXES):
            yield each.name.rpartition(".")[0], each.read_text(encoding="utf-8")


def build(source: Source, values: Mapping[str, str]) -> Scenario:
    """What was read, as a scenario. Raises `ScenarioError` with all that is wrong."""
    return _Builder(source).build(values)


class _Builder:
    """Turns one file into a scenario, and collects what is wrong."""

    def __init__(self, source: Source) -> None:
        self._source = source
        self._problems: list[tuple[int, str]] = []
        self._values: dict[str, str] = {}
        self._kept: set[str] = set()

    def build(self, values: Mapping[str, str]) -> Scenario:
        data = self._source.data
        if not isinstance(data, dict):
            raise ScenarioError(self._source.problem((), "a scenario has a name and steps"))
        head = self._part(Head, {**data, "steps": None}, (), ignored="steps")
        if head is None:
            raise self._error()
        self._take_values(head, values)
        steps = self._entries(data.get("steps"), ("steps",), "")
        if self._problems:
            raise self._error()
        return Scenario(head, steps, self._source, self._values)

    def _error(self) -> ScenarioError:
        return ScenarioError("\n".join(text for _, text in sorted(self._problems)))

    def _take_values(self, head: Head, values: Mapping[str, str]) -> None:
        self._values = {**head.parameters, **values}
        for name in values.keys() - head.parameters.keys():
            there = suggest(name, head.parameters) if head.parameters else "; there are none"
            raise ScenarioError(f"{self._source.file}: there is no parameter {name}{there}")

    def _entries(self, data: Data | None, place: Place, prefix: str) -> tuple[Entry, ...]:
        if not isinstance(data, list) or not data:
            self._wrong(place, f"{prefix}steps: a list of at least one step is missing")
            return ()
        made = (
            self._entry(each, (*place, at), f"{prefix}step {at + 1}")
            for at, each in enumerate(data)
        )
        return tuple(entry for entry in made if entry is not None)

    def _entry(self, data: Data, place: Place, which: str) -> Entry | None:
        label, written = None, data
        if isinstance(data, str):
            written = {data: {}}
        if isinstance(written, dict):
            label = written.get("name")
            written = {word: value for word, value in written.items() if word != "name"}
        if not isinstance(written, dict) or len(written) != 1:
            self._wrong(place, f"{which}: a step is one word with what belongs to it")
            return None
        [(word, value)] = written.items()
        if word not in STEPS:
            there = suggest(word, STEPS)
            self._wrong((*place, word), f"{which}: there is no step {word!r}{there}")
            return None
        step = self._step(STEPS[word], value, (*place, word), f"{which} ({word})")
        if step is None:
            return None
        text = _describe(word, fill(value, self._values)) if label is None else str(label)
        return Entry(step, text, self._source.line(place))

    def _step(self, kind: type[Step], data: Data, place: Place, which: str) -> Step | None:
        fields = _fields(kind, data)
        if fields is None:
            self._wrong(place, f"{which}: {_wanted(kind)}")
            return None
        if kind is Repeat:
            entries = self._entries(fields.get("steps"), (*place, "steps"), f"{which}, ")
            given = {**fields, "steps": entries}
            return self._part(Repeat, given, place, which) if entries else None
        known = self._values.keys() | self._kept
        for where, name in names(data, place):
            if name not in known:
                there = suggest(name, known) if known else ""
                self._wrong(where, f"{which}: there is no parameter {name!r}{there}")
                return None
        late = {name: fields.pop(name) for name in _LATE if name in fields}
        filled = {name: fill(each, self._values) for name, each in fields.items()}
        step = self._part(kind, {**filled, **late}, place, which)
        if isinstance(step, WaitFor):
            self._kept.update(step.keep)
        return step

    def _part(
        self,
        kind: type[PartT],
        data: Mapping[str, object],
        place: Place,
        which: str = "",
        *,
        ignored: str | None = None,
    ) -> PartT | None:
        given = {name: value for name, value in data.items() if name != ignored}
        try:
            return kind.model_validate(given)
        except ValidationError as error:
            for each in error.errors(include_url=False):
                self._wrong((*place, *each["loc"]), _explain(kind, each, which))
            return None

    def _wrong(self, place: Place, text: str) -> None:
        self._problems.append((self._source.line(place), self._source.problem(place, text)))


_LATE = ("fields", "payload", "answer", "state")
"""Filled when the step is played, as there may be values then that were kept of a message."""


def _fields(kind: type[Step], data: Data) -> dict[str, Data] | None:
    """The fields of a step, also of one with a single value; None if it cannot have one."""
    if isinstance(data, dict) and not kind.is_whole:
        return dict(data)
    if data is None:
        return {}
    return None if kind.short is None else {kind.short: data}


def _wanted(kind: type[Step]) -> str:
    fields = ", ".join(_names(kind))
    return f"it has fields: {fields}"


def _names(kind: type[Part]) -> list[str]:
    return [str(each.validation_alias or name) for name, each in kind.model_fields.items()]


def _explain(kind: type[Part], error: ErrorDetails, which: str) -> str:
    place = ".".join(str(part) for part in error["loc"] if not _is_inner(part))
    if error["type"] == "extra_forbidden":
        name = str(error["loc"][-1])
        there = suggest(name, _siblings(kind, error["loc"][:-1]))
        text = f"there is no {name!r} here{there}"
    elif error["type"] == "missing":
        text = f"{place} is missing"
    else:
        message = error["msg"].removeprefix("Value error, ")
        text = f"{place}: {message}" if place else message
    return f"{which}: {text}" if which else text


def _is_inner(part: str | int) -> bool:
    """Whether it is pydantic's name for one of several types, and no place in the file."""
    return isinstance(part, str) and ("[" in part or part in ("int", "constrained-int"))


def _siblings(kind: type[Part], place: Place) -> list[str]:
    """The names that there are where an unknown one was found."""
    found: type[Part] = kind
    for part in place:
        field = found.model_fields.get(str(part).replace("-", "_"))
        inner = None if field is None else field.annotation
        if isinstance(inner, type) and issubclass(inner, Part):
            found = inner
    return _names(found) + (["steps"] if found is Head else [])


def _describe(word: str, data: Data) -> str:
    """A step as one line."""
    if isinstance(data, dict) and word == "repeat":
        return f"repeat {data.get('times')} times"
    if data is None:
        return word
    text = yaml.safe_dump(
        data, default_flow_style=True, width=10_000, sort_keys=False, allow_unicode=True
    )
    line = " ".join(text.removesuffix("...\n").split())
    line = line[1:-1] if isinstance(data, dict) else line
    return f"{word} {line if len(line) <= _LONGEST else line[:_LONGEST] + '...'}".strip()
