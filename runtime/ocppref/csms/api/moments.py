"""Points in time, in what clients send."""

from __future__ import annotations

from typing import Annotated

from pydantic import AwareDatetime, BeforeValidator


def _is_text(value: object) -> object:
    """A number is no date-time, though pydantic takes it for one."""
    if value is not None and not isinstance(value, str):
        raise ValueError("a date-time is a text, such as 2030-01-01T00:00:00Z")
    return value


Moment = Annotated[AwareDatetime, BeforeValidator(_is_text)]
"""A text with a zone."""
