"""YAML as data that knows its lines.

What a plain scalar is follows the core schema of YAML 1.2: `on`, `off`, `yes`, `no` and dates are
text, and so is a number with leading zeros, such as the id of a token.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from pathlib import Path
from typing import TypeAlias

import yaml
from pydantic import JsonValue

from ocppref.station.scenario.problems import ScenarioError

Data: TypeAlias = JsonValue
"""What YAML without its finer points can say."""
Place: TypeAlias = tuple[str | int, ...]
"""Where something is: the keys and indexes that lead there."""

_PREFIX = "tag:yaml.org,2002:"
_DEEPEST = 50


class _Loader(yaml.SafeLoader):
    """Knows null, true, false, integers and decimals."""

    yaml_implicit_resolvers = {}  # noqa: RUF012 - so it is declared there


for _tag, _form, _first in (
    ("null", r"~|null|", "~n"),
    ("bool", r"true|false", "tf"),
    ("int", r"-?(0|[1-9][0-9]*)", "-0123456789"),
    ("float", r"-?(0|[1-9][0-9]*)(\.[0-9]+)?([eE][-+]?[0-9]+)?", "-0123456789"),
):
    _Loader.add_implicit_resolver(_PREFIX + _tag, re.compile(rf"^(?:{_form})$"), [*_first])
_Loader.add_implicit_resolver(_PREFIX + "null", re.compile("^$"), [""])


@dataclass(frozen=True, slots=True)
class Source:
    """What a file says, and on which line it says what."""

    file: str
    data: Data
    lines: dict[Place, int] = field(default_factory=dict)

    def line(self, place: Place) -> int:
        """The line of something, or of what it is in."""
        while place and place not in self.lines:
            place = place[:-1]
        return self.lines.get(place, 1)

    def problem(self, place: Place, text: str) -> str:
        """A line that says what is wrong where."""
        return f"{self.file}:{self.line(place)}: {text}"


def read(path: Path) -> Source:
    """Read a file. Raises `ScenarioError`."""
    try:
        text = path.read_text(encoding="utf-8")
    except OSError as error:
        raise ScenarioError(f"{path}: {error.strerror}") from None
    except UnicodeDecodeError:
        raise ScenarioError(f"{path}: this is no text in UTF-8") from None
    return parse(text, str(path))


def parse(text: str, file: str) -> Source:
    """Read text that was found in `file`. Raises `ScenarioError`."""
    try:
        node = yaml.compose(text, _Loader)
    except yaml.MarkedYAMLError as error:
        line = 1 if error.problem_mark is None else error.problem_mark.line + 1
        raise ScenarioError(f"{file}:{line}: this is no YAML: {error.problem}") from None
    except (yaml.YAMLError, RecursionError) as error:
        raise ScenarioError(f"{file}:1: this is no YAML: {error}") from None
    if node is None:
        raise ScenarioError(f"{file}:1: the file is empty")
    reader = _Reader(file)
    data = reader.data(node, ())
    return Source(file, data, reader.lines)


class _Reader:
    """Turns nodes into data, and keeps their lines."""

    def __init__(self, file: str) -> None:
        self.lines: dict[Place, int] = {}
        self._file = file

    def data(self, node: yaml.Node, place: Place) -> Data:
        self.lines.setdefault(place, node.start_mark.line + 1)
        if len(place) > _DEEPEST:
            raise self._problem(node, "this is nested too deep")
        if isinstance(node, yaml.MappingNode):
            return self._mapping(node, place)
        if isinstance(node, yaml.SequenceNode):
            return [self.data(each, (*place, at)) for at, each in enumerate(node.value)]
        return self._scalar(node)

    def _mapping(self, node: yaml.MappingNode, place: Place) -> dict[str, Data]:
        made: dict[str, Data] = {}
        for key, value in node.value:
            if not isinstance(key, yaml.ScalarNode):
                raise self._problem(key, "a name is one word, or text in quotes")
            if key.value in made:
                raise self._problem(key, f"{key.value} is there twice")
            self.lines[*place, key.value] = key.start_mark.line + 1
            made[key.value] = self.data(value, (*place, key.value))
        return made

    def _scalar(self, node: yaml.Node) -> Data:
        text = str(node.value)
        match node.tag.removeprefix(_PREFIX):
            case "null":
                return None
            case "bool":
                return text == "true"
            case "int":
                return int(text)
            case "float":
                return float(text)
            case "str":
                return text
            case tag:
                raise self._problem(node, f"the tag {tag} is not known here")

    def _problem(self, node: yaml.Node, text: str) -> ScenarioError:
        return ScenarioError(f"{self._file}:{node.start_mark.line + 1}: {text}")
