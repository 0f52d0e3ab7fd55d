"""The token that clients of the API have to show."""

from __future__ import annotations

import hmac
from collections.abc import Callable
from typing import Annotated

from fastapi import Depends, HTTPException
from fastapi.security import HTTPAuthorizationCredentials, HTTPBearer

_SCHEME = HTTPBearer(auto_error=False)


def bearer(token: str) -> Callable[[HTTPAuthorizationCredentials | None], None]:
    """A dependency that refuses whoever does not show the token."""
    wanted = token.encode()

    def check(
        shown: Annotated[HTTPAuthorizationCredentials | None, Depends(_SCHEME)],
    ) -> None:
        given = shown.credentials.encode() if shown is not None else b""
        if not hmac.compare_digest(given, wanted):  # in a time that tells nothing of the token
            raise HTTPException(
                401, "a bearer token is needed", headers={"WWW-Authenticate": "Bearer"}
            )

    return check
