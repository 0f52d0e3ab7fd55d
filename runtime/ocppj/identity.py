"""Identities of Charging Stations, and where they stand in a URL (OCPP 2.1 Part 4, 3.1.1)."""

from __future__ import annotations

import re
from urllib.parse import quote, unquote

from ocppj.errors import OCPPUsageError

IDENTITY_LIMIT = 48
"""Characters in an identity."""

# An identifierString, but without the colon, which ends the user name in Basic authentication.
_IDENTITY = re.compile(rf"[A-Za-z0-9*\-_=+|@.]{{1,{IDENTITY_LIMIT}}}").fullmatch


def identity_of(path: str) -> str | None:
    """The identity that the path of a request names; None if its last segment is none."""
    segment = path.partition("?")[0].rpartition("/")[2]
    try:
        identity = unquote(segment, errors="strict")
    except UnicodeDecodeError:
        return None
    return identity if _IDENTITY(identity) else None


def identity_key(identity: str) -> str:
    """What two spellings of one identity have in common: case does not count."""
    return identity.lower()


def check_identity(identity: str) -> None:
    """Raises `OCPPUsageError` for what is no identity."""
    if not _IDENTITY(identity):
        raise OCPPUsageError(
            f"{identity[:IDENTITY_LIMIT]!r} is no identity: 1 to {IDENTITY_LIMIT} letters, digits "
            "and * - _ = + | @ ."
        )


def connection_url(endpoint: str, identity: str) -> str:
    """The URL that the station of that identity connects to.

    Raises `OCPPUsageError` for what is no identity.
    """
    check_identity(identity)
    return f"{endpoint.removesuffix('/')}/{quote(identity, safe='')}"
