"""Reading a bundle: the only module that reads schemas."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path

from ..diagnostics import Findings, GeneratorError
from ..json_values import JsonObject, JsonValue
from . import archive, folder, strict_json, wheel
from .bundle_limits import MAX_JSON_DEPTH, Budget, bundle_error

_WHAT_A_BUNDLE_IS = "A bundle is a folder or a zip with files such as BootNotificationRequest.json."


@dataclass(frozen=True, slots=True)
class SchemaFile:
    """One message schema: "BootNotificationRequest.json", the sum of its bytes, and its JSON."""

    name: str
    sha256: str
    schema: JsonObject


@dataclass(frozen=True, slots=True)
class SchemaBundle:
    """All message schemas of one version of OCPP, sorted by file name.

    `origin` is "ocpp==2.1.0", or the base name of the folder or zip; never an absolute path.
    """

    origin: str
    files: Mapping[str, SchemaFile]

    @classmethod
    def of(cls, origin: str, files: Iterable[SchemaFile]) -> SchemaBundle:
        """Sort `files`, whose names are unique, by name."""
        return cls(origin, {each.name: each for each in sorted(files, key=lambda each: each.name)})

    @property
    def digest(self) -> str:
        """SHA-256 (hex) over all names and sums: it changes with any byte of any file."""
        lines = (f"{file.name} {file.sha256}\n" for file in self.files.values())
        return hashlib.sha256("".join(lines).encode()).hexdigest()


def load(path: Path | None = None, findings: Findings | None = None) -> SchemaBundle:
    """Read the bundle at `path`, a folder or a zip; without one, the bundle of the wheel.

    Zips inside and nested folders are read too. A JSON file that is no message schema is left out
    and reported as a warning in `findings`. Raises GeneratorError with everything that is wrong.
    """
    findings = Findings("bundle") if findings is None else findings
    members = folder.members(wheel.schemas(), Budget()) if path is None else _members(path)
    files = _Collected(findings)
    for name, raw in members:
        files.add(name, raw)
    findings.raise_errors()
    origin = wheel.ORIGIN if path is None else path.resolve().name
    if not files.by_name:
        shown = origin if path is None else str(path)
        raise bundle_error("no OCPP message schema in it", shown, _WHAT_A_BUNDLE_IS)
    return SchemaBundle.of(origin, files.by_name.values())


def _members(path: Path) -> Iterator[tuple[str, bytes]]:
    if path.is_dir():
        return folder.members(path, Budget())
    if not path.exists():
        raise bundle_error("no such folder or zip", str(path), _WHAT_A_BUNDLE_IS)
    return archive.members(path, Budget())


class _Collected:
    """The message schemas found so far, and where each was found."""

    def __init__(self, findings: Findings) -> None:
        self.by_name: dict[str, SchemaFile] = {}
        self._places: dict[str, str] = {}
        self._findings = findings

    def add(self, place: str, raw: bytes) -> None:
        """Take in the file found at `place`, or report why not."""
        try:
            value = strict_json.parse(raw, "bundle", place)
        except GeneratorError as error:
            self._findings.items.extend(error.diagnostics)
            return
        if _is_too_deep(value):
            message = f"the JSON is nested more than {MAX_JSON_DEPTH} levels deep"
            self._findings.error(message, place, hint="Take the file out of the bundle.")
        elif isinstance(value, dict) and _is_message_schema(value):
            name = place.rpartition("/")[2]
            self._keep(SchemaFile(name, hashlib.sha256(raw).hexdigest(), value), place)
        else:
            hint = 'A message schema has "type": "object" and "$schema" or "properties".'
            self._findings.warn("ignored: this is no OCPP message schema", place, hint=hint)

    def _keep(self, file: SchemaFile, place: str) -> None:
        earlier = self.by_name.setdefault(file.name, file)
        first = self._places.setdefault(file.name, place)
        if earlier.sha256 != file.sha256:
            self._findings.error(
                f"another {file.name} with different content stands at {first}",
                place,
                hint="A bundle holds one version of OCPP: point at its own folder or zip.",
            )


def _is_message_schema(value: JsonObject) -> bool:
    return value.get("type") == "object" and ("$schema" in value or "properties" in value)


def _is_too_deep(value: JsonValue) -> bool:
    level = [value]
    for _ in range(MAX_JSON_DEPTH + 1):
        level = [inner for outer in level for inner in _inner(outer)]
        if not level:
            return False
    return True


def _inner(value: JsonValue) -> Iterable[JsonValue]:
    if isinstance(value, dict):
        return value.values()
    return value if isinstance(value, list) else ()
