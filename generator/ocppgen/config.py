"""What a build is asked for: its options, and [tool.ocppgen] of pyproject.toml."""

from __future__ import annotations

import keyword
import os
import tomllib
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from difflib import get_close_matches
from enum import StrEnum
from pathlib import Path
from typing import Any

from .diagnostics import Findings
from .json_values import pointer

_STAGE = "config"


class Models(StrEnum):
    """Which library the generated models are made with."""

    PYDANTIC = "pydantic"
    MSGSPEC = "msgspec"


@dataclass(frozen=True, slots=True, kw_only=True)
class BuildOptions:
    """What to build from what, and where to; the defaults are those of the command line.

    `out` is the folder in which the package folder is put. `bundle` None is the default bundle,
    `package` None the name that goes with the version, such as "ocpp21". `errata` come after the
    ones that ocppgen brings, which `no_errata` leaves out.
    """

    bundle: Path | None = None
    out: Path = Path()
    package: str | None = None
    errata: tuple[Path, ...] = ()
    no_errata: bool = False
    extend: tuple[Path, ...] = ()
    templates: Path | None = None
    models: Models = Models.PYDANTIC
    descriptions: bool = False


def find_pyproject(start: Path) -> Path | None:
    """The nearest pyproject.toml at or above a folder, relative to `start` where it can be."""
    folder = start.resolve()
    for parent in (folder, *folder.parents):
        if (parent / "pyproject.toml").is_file():
            return start / os.path.relpath(parent / "pyproject.toml", folder)
    return None


def load_config(start: Path) -> BuildOptions:
    """The options that the nearest pyproject.toml sets; the defaults where there is none.

    Raises GeneratorError for a file that is no TOML and for keys or values that mean nothing.
    """
    path = find_pyproject(start)
    if path is None:
        return BuildOptions()
    findings = Findings(_STAGE)
    table: object = _read_toml(path, findings)
    findings.raise_errors()
    for key in ("tool", "ocppgen"):
        table = table.get(key, {}) if isinstance(table, dict) else {}
    if not isinstance(table, dict):
        findings.error("this must be a table", str(path), pointer("tool", "ocppgen"))
        findings.raise_errors()
        return BuildOptions()
    return parse_options(table, path, "tool", "ocppgen")


def _read_toml(path: Path, findings: Findings) -> Mapping[str, object]:
    try:
        return tomllib.loads(path.read_bytes().decode())
    except tomllib.TOMLDecodeError as error:
        findings.error(f"this is no TOML: {error}", str(path), hint="correct it and run it again")
    except UnicodeDecodeError:
        findings.error("this is no UTF-8 text", str(path), hint="save it as UTF-8")
    except OSError as error:
        findings.error(f"cannot be read: {error.strerror}", str(path))
    return {}


def parse_options(table: Mapping[str, object], path: Path, *steps: str) -> BuildOptions:
    """The options in a table, which stands at `steps` of the file `path`.

    Paths in it are relative to the folder of that file. Raises GeneratorError with every key that
    is unknown and every value of the wrong type.
    """
    findings = Findings(_STAGE)
    values: dict[str, Any] = {}
    for key, value in table.items():
        place = (str(path), pointer(*steps, key))
        if key not in _KEYS:
            findings.error(f"there is no option {key!r}", *place, hint=suggest(key, _KEYS))
            continue
        wanted, parse = _KEYS[key]
        try:
            values[key] = parse(value, path.parent)
        except ValueError:
            findings.error(f"{key} must be {wanted}", *place, hint=f"it is {value!r}")
    findings.raise_errors()
    check_package(values.get("package"), str(path), pointer(*steps, "package"))
    return BuildOptions(**values)


def check_package(name: str | None, file: str, place: str | None = None) -> None:
    """Raise GeneratorError for a package name that Python could not import as ours."""
    findings = Findings(_STAGE)
    if name is not None and (not name.isidentifier() or keyword.iskeyword(name)):
        hint = "choose letters, digits and underscores, such as ocpp21"
        findings.error(f"{name!r} cannot be the name of a package", file, place, hint)
    elif name == "ocpp":
        hint = "choose another name, such as ocpp21"
        message = "the name 'ocpp' belongs to a package of PyPI, which this one would hide"
        findings.error(message, file, place, hint)
    findings.raise_errors()


def suggest(word: str, known: Mapping[str, object]) -> str:
    """A hint that names the known word nearest to a misspelt one, or else all of them."""
    close = get_close_matches(word.replace("-", "_"), known, n=1)
    return f"did you mean {close[0]!r}?" if close else f"known are {', '.join(known)}"


def _path(value: object, base: Path) -> Path:
    return base / _text(value, base)


def _text(value: object, base: Path) -> str:
    if not isinstance(value, str) or not value:
        raise ValueError
    return value


def _paths(value: object, base: Path) -> tuple[Path, ...]:
    if not isinstance(value, list):
        raise ValueError
    return tuple(_path(item, base) for item in value)


def _models(value: object, base: Path) -> Models:
    return Models(_text(value, base))


def _flag(value: object, base: Path) -> bool:
    if not isinstance(value, bool):
        raise ValueError
    return value


_KEYS: Mapping[str, tuple[str, Callable[[object, Path], object]]] = {
    "bundle": ("the path of a folder or zip", _path),
    "out": ("the path of a folder", _path),
    "package": ("a name", _text),
    "errata": ("a list of paths", _paths),
    "extend": ("a list of paths", _paths),
    "templates": ("the path of a folder", _path),
    "models": (" or ".join(Models), _models),
    "descriptions": ("true or false", _flag),
}
