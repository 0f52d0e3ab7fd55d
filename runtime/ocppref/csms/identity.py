"""What may be the identity of a Charging Station (OCPP 2.1 Part 4, 3.1.1)."""

from __future__ import annotations

import re

from ocppref.csms.errors import IdentityError

IDENTITY_PATTERN = r"^[A-Za-z0-9*\-_=+|@.]{1,48}$"
"""An identifierString without the colon, which ends the user name of Basic authentication."""


def check_identity(text: str) -> str:
    """The text itself. Raises `IdentityError` if it is no identity."""
    if not re.fullmatch(IDENTITY_PATTERN.strip("^$"), text):
        shown = text if len(text) <= 60 else f"{text[:60]}..."
        raise IdentityError(
            f"{shown!r} is no identity of a Charging Station: "
            "1 to 48 letters, digits and * - _ = + | @ ."
        )
    return text
