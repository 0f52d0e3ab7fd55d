"""Types for parsed JSON and the one way this package spells a place in it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TypeAlias

JsonValue: TypeAlias = (
    "bool | int | float | str | Sequence[JsonValue] | Mapping[str, JsonValue] | None"
)
JsonObject: TypeAlias = "Mapping[str, JsonValue]"


def pointer(*parts: str | int) -> str:
    """Join steps into a JSON pointer (RFC 6901): pointer("a/b", 0) == "/a~1b/0"."""
    escaped = (str(part).replace("~", "~0").replace("/", "~1") for part in parts)
    return "".join(f"/{part}" for part in escaped)
