"""Which version of OCPP a bundle is, by the marks that the schemas carry."""

from __future__ import annotations

import re
from dataclasses import dataclass
from pathlib import Path

from ..resources import SCHEMAS
from .bundle import SchemaBundle, SchemaFile
from .bundle_limits import bundle_error


@dataclass(frozen=True, slots=True)
class Version:
    """One version of OCPP: "2.1", its WebSocket subprotocol, our package for it and our data."""

    number: str
    subprotocol: str
    package: str
    folder: Path


def _version(number: str) -> Version:
    package = "ocpp" + number.replace(".", "")
    return Version(number, f"ocpp{number}", package, SCHEMAS / f"ocpp-{number}")


OCPP_1_6 = _version("1.6")
OCPP_2_0_1 = _version("2.0.1")
OCPP_2_1 = _version("2.1")
VERSIONS = {each.number: each for each in (OCPP_1_6, OCPP_2_0_1, OCPP_2_1)}

# What an $id begins with. The year is the standard's, and tells 2.0.1 from 2.1.
_URNS = {
    "urn:OCPP:Cp:2:2025:": OCPP_2_1,
    "urn:OCPP:Cp:2:2020:": OCPP_2_0_1,
    "urn:OCPP:Cp:1.6:": OCPP_1_6,
    "urn:OCPP:1.6:": OCPP_1_6,
}
_URN = re.compile("urn:OCPP:")
_COMMENT = re.compile(r"OCPP (\d+(?:\.\d+)+)")
_HINT = f"ocppgen knows OCPP {', '.join(VERSIONS)}."


def detect(bundle: SchemaBundle) -> Version:
    """The version of OCPP that `bundle` is; 2.1 where nothing in it says so.

    Raises GeneratorError for a version that ocppgen does not know, and for two in one bundle.
    """
    found: dict[Version, str] = {}
    for file in bundle.files.values():
        version = _marked(file)
        if version:
            found.setdefault(version, file.name)
    if len(found) > 1:
        (first, first_file), (other, other_file) = list(found.items())[:2]
        raise bundle_error(
            f"OCPP {other.number}, but {first_file} is OCPP {first.number}",
            other_file,
            "A bundle holds one version of OCPP: point at its own folder or zip.",
        )
    return next(iter(found), None) or (OCPP_1_6 if _looks_like_1_6(bundle) else OCPP_2_1)


def _marked(file: SchemaFile) -> Version | None:
    """The version that the file names in its id or its comment."""
    for key in ("$id", "id", "comment"):
        mark = file.schema.get(key)
        pattern = _COMMENT if key == "comment" else _URN
        if isinstance(mark, str) and pattern.match(mark):
            return _known(file, key, mark)
    return None


def _known(file: SchemaFile, key: str, mark: str) -> Version:
    number = _COMMENT.match(mark)
    urns = (version for urn, version in _URNS.items() if mark.startswith(urn))
    version = VERSIONS.get(number[1]) if number else next(urns, None)
    if version is None:
        raise bundle_error(f"a version unknown to ocppgen: {mark}", file.name, _HINT, f"/{key}")
    return version


def _looks_like_1_6(bundle: SchemaBundle) -> bool:
    """Draft 4 of JSON Schema, and requests in files such as Reset.json."""
    return any(
        "draft-04" in str(file.schema.get("$schema")) and _is_answered(name, bundle)
        for name, file in bundle.files.items()
    )


def _is_answered(name: str, bundle: SchemaBundle) -> bool:
    return name.replace(".json", "Response.json") in bundle.files
