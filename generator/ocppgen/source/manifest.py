"""What the default bundle is, file by file: the sums that prove a copy to be the published one."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from ..diagnostics import Diagnostic, GeneratorError, Severity
from ..json_values import JsonValue
from . import strict_json
from .bundle import SchemaBundle

_STAGE = "manifest"
_NAME = "manifest.json"


@dataclass(frozen=True, slots=True)
class Manifest:
    """The files of one edition of OCPP: file name -> SHA-256 (hex) of its bytes.

    `edition` is "OCPP 2.1 Edition 1", `source` says where such a copy is.
    """

    edition: str
    source: str
    files: Mapping[str, str]

    @classmethod
    def of(cls, bundle: SchemaBundle, edition: str, source: str) -> Manifest:
        """The manifest that `bundle` agrees with."""
        return cls(edition, source, {file.name: file.sha256 for file in bundle.files.values()})

    def as_json(self) -> str:
        """The text of manifest.json."""
        fields = {"edition": self.edition, "source": self.source, "files": dict(self.files)}
        return json.dumps(fields, indent=2, ensure_ascii=False) + "\n"


@dataclass(frozen=True, slots=True)
class Differences:
    """File names by how a bundle differs from a manifest, each sorted."""

    missing: tuple[str, ...]
    extra: tuple[str, ...]
    changed: tuple[str, ...]

    def __bool__(self) -> bool:
        return bool(self.missing or self.extra or self.changed)

    def __str__(self) -> str:
        """ "2 missing, 1 changed", or "none"."""
        counts = (
            (len(self.missing), "missing"),
            (len(self.extra), "extra"),
            (len(self.changed), "changed"),
        )
        return ", ".join(f"{count} {word}" for count, word in counts if count) or "none"


def read(folder: Path) -> Manifest:
    """Read `folder`/manifest.json. Raises GeneratorError if it is missing or malformed."""
    path = folder / _NAME
    shown = f"{folder.name}/{_NAME}"
    try:
        raw = path.read_bytes()
    except OSError as error:
        raise _error(f"cannot be read: {error.strerror}", shown) from None
    return _manifest(strict_json.parse(raw, _STAGE, shown), shown)


def compare(bundle: SchemaBundle, manifest: Manifest) -> Differences:
    """Which files of `bundle` are not those of `manifest`."""
    here, there = bundle.files.keys(), manifest.files.keys()
    return Differences(
        missing=tuple(sorted(there - here)),
        extra=tuple(sorted(here - there)),
        changed=tuple(
            name
            for name in sorted(here & there)
            if bundle.files[name].sha256 != manifest.files[name]
        ),
    )


def _manifest(value: JsonValue, shown: str) -> Manifest:
    if isinstance(value, dict) and value.keys() == {"edition", "source", "files"}:
        edition, source, files = value["edition"], value["source"], value["files"]
        if isinstance(edition, str) and isinstance(source, str) and isinstance(files, dict):
            sums = {name: each for name, each in files.items() if isinstance(each, str)}
            if len(sums) == len(files):
                return Manifest(edition, source, sums)
    raise _error('must hold "edition", "source" and "files" (name -> SHA-256)', shown)


def _error(message: str, shown: str) -> GeneratorError:
    hint = "Install ocppgen again: the manifest is part of it."
    return GeneratorError(Diagnostic(Severity.ERROR, _STAGE, message, shown, None, hint))
