"""The public names of `ocppj`."""

from __future__ import annotations

import inspect
import subprocess
import sys
from collections.abc import Iterator
from typing import get_args, get_origin, get_type_hints

import pytest

import ocppj


@pytest.mark.parametrize("name", ocppj.__all__)
def test_every_public_name_is_there(name: str) -> None:
    assert getattr(ocppj, name) is not None
    assert name in dir(ocppj)


def test_other_names_are_not() -> None:
    with pytest.raises(AttributeError, match="no attribute 'serve_cms'"):
        ocppj.serve_cms  # noqa: B018


def test_nothing_is_loaded_before_it_is_asked_for() -> None:
    code = "import sys, ocppj.contract; sys.exit('websockets' in sys.modules)"
    assert subprocess.run([sys.executable, "-c", code], check=False).returncode == 0


def ours(annotation: object) -> Iterator[type]:
    """The classes of the runtime that a type is made of."""
    if isinstance(annotation, type) and annotation.__module__.partition(".")[0] == "ocppj":
        yield annotation
    for part in (get_origin(annotation), *get_args(annotation)):
        for each in part if isinstance(part, list) else [part]:
            if each is not None and each is not annotation:
                yield from ours(each)


def hints(function: object) -> Iterator[object]:
    module = sys.modules[getattr(function, "__module__", "ocppj")]
    names = {name: getattr(ocppj, name) for name in ocppj.__all__} | {"ModelKind": str}
    yield from get_type_hints(function, vars(module), names).values()


def signatures(public: object) -> Iterator[object]:
    """The types that a user meets who uses `public`."""
    if not isinstance(public, type):
        if inspect.isfunction(public):
            yield from hints(public)
        return
    yield from (base for base in public.__bases__ if not base.__name__.startswith("_"))
    yield from hints(public)
    for name, value in vars(public).items():
        hidden = name.startswith("_") and name not in ("__init__", "__call__", "__await__")
        if hidden or f"{public.__name__}.{name}" in INNER:
            continue
        if isinstance(value, property):
            yield from hints(value.fget)
        elif inspect.isfunction(value):
            yield from hints(value)


# What connections, and those who make them, say to each other.
INNER = {
    "Connection.__init__",
    "Connection.after_sending",
    "Connection.tell",
}


@pytest.mark.parametrize("name", ocppj.__all__)
def test_every_type_in_a_public_signature_is_public(name: str) -> None:
    for annotation in signatures(getattr(ocppj, name)):
        for each in ours(annotation):
            assert each.__name__ in ocppj.__all__, f"{name} speaks of {each.__name__}"
            assert getattr(ocppj, each.__name__) is each
