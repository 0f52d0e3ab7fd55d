"""Generated packages under test: the committed one, and others made for the tests."""

from __future__ import annotations

import importlib
import json
import re
import sys
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from types import ModuleType
from typing import Any, cast

import msgspec
import pydantic

from ocppgen import build
from ocppgen.config import BuildOptions
from ocppgen.diagnostics import Findings
from ocppgen.inputs import read_inputs
from ocppgen.json_values import pointer


def make(options: BuildOptions) -> ModuleType:
    """Generate a package, unformatted, and import it."""
    findings = Findings("bundle")
    inputs = read_inputs(options, findings)
    for path, text in build.emit(build.protocol(inputs, findings), inputs):
        file = inputs.target / path
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_text(text, encoding="utf-8")
    return load(inputs.target)


def load(folder: Path) -> ModuleType:
    """Import the package in `folder`."""
    sys.path.insert(0, str(folder.parent))
    try:
        return importlib.import_module(folder.name)
    finally:
        sys.path.remove(str(folder.parent))


class Refused(Exception):
    """A package did not take a text; `places` are JSON pointers to what its error names."""

    def __init__(self, error: Exception, places: set[str]) -> None:
        super().__init__(str(error))
        self.places = places


@dataclass(frozen=True)
class Flavour:
    """A package with one kind of models, behind the same few questions."""

    package: ModuleType

    def type(self, name: str) -> Any:
        """The class of a message or datatype."""
        return getattr(self.package, name)

    def testing(self) -> Any:
        """The package's strategies."""
        return importlib.import_module(f"{self.package.__name__}.testing")

    def read(self, name: str, text: str) -> Any:
        """The instance that `text` makes. Raises Refused."""
        raise NotImplementedError

    def write(self, instance: Any) -> str:
        """The text that `instance` makes."""
        raise NotImplementedError


class Pydantic(Flavour):
    """Read and written as everybody does who knows pydantic."""

    def read(self, name: str, text: str) -> Any:
        try:
            return self.type(name).model_validate_json(text, by_alias=True, by_name=False)
        except pydantic.ValidationError as error:
            raise Refused(error, {pointer(*each["loc"]) for each in error.errors()}) from None

    def write(self, instance: Any) -> str:
        text = cast(str, instance.write_json())
        assert json.loads(text) == json.loads(
            instance.model_dump_json(by_alias=True, exclude_unset=True)
        )
        return text

    def python_names(self, name: str) -> Mapping[str, str]:
        """Wire names of a type's fields to Python names."""
        fields = self.type(name).model_fields
        return {field.alias or python: python for python, field in fields.items()}


class Msgspec(Flavour):
    """Read and written by the two methods that every struct has."""

    def read(self, name: str, text: str) -> Any:
        try:
            return self.type(name).read_json(text)
        except (msgspec.MsgspecError, ValueError) as error:
            raise Refused(error, set(_places(str(error)))) from None

    def write(self, instance: Any) -> str:
        text = instance.write_json()
        return text if isinstance(text, str) else text.decode()


def _places(message: str) -> Iterator[str]:
    """The place in "Object missing required field `x` - at `$.a[0]`"."""
    path = re.search(r" - at `\$(.*)`$", message)
    steps = re.findall(r"\[(\d+|\.\.\.)\]|\.([^.\[]+)", path[1] if path else "")
    place = pointer(*(index or key for index, key in steps))
    yield place
    field = re.search(r"field `(.*?)`", message)
    if field:
        yield place + pointer(field[1])
