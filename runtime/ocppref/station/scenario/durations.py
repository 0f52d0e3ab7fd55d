"""How long something is, as a person writes it."""

from __future__ import annotations

import re
from typing import Annotated

from pydantic import BeforeValidator, Field

_UNITS = {"ms": 0.001, "s": 1.0, "min": 60.0, "h": 3600.0}
_PART = re.compile(r"\s*(\d+(?:\.\d+)?)\s*(ms|s|min|h)")
_FORM = "write so many seconds, or as in '90 s', '1 h 30 min', '500 ms'"


def seconds(value: object) -> object:
    """Seconds of '1 h 30 min'. Anything else but text is left as it is. Raises ValueError."""
    if isinstance(value, bool) or value is None:
        raise ValueError(f"this is no duration: {_FORM}")
    if not isinstance(value, str):
        return value
    if re.fullmatch(r"\d+(\.\d+)?", value):
        return float(value)
    if not re.fullmatch(rf"(?:{_PART.pattern})+\s*", value):
        raise ValueError(f"{value!r} is no duration: {_FORM}")
    return sum(float(number) * _UNITS[unit] for number, unit in _PART.findall(value))


Duration = Annotated[
    float, BeforeValidator(seconds), Field(ge=0, le=31_536_000, allow_inf_nan=False)
]
"""Seconds; in a scenario also with units."""


def show(duration: float) -> str:
    """As it is written: "1 h 30 min"."""
    parts = []
    for unit, size in (("h", 3600.0), ("min", 60.0)):
        whole, duration = divmod(duration, size)
        if whole:
            parts.append(f"{whole:g} {unit}")
    if duration or not parts:
        parts.append(f"{duration:g} s")
    return " ".join(parts)
