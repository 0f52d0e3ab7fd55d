"""Bounds what a client may send."""

from __future__ import annotations

from starlette.exceptions import HTTPException
from starlette.types import ASGIApp, Message, Receive, Scope, Send

_LARGEST = 1024 * 1024  # bytes of a body
_FILES = 257 * 1024 * 1024  # of a file, and what a form has around it; see `Files` for the rest
_PLACES = ("/files/", "/api/v1/firmware/")


class BodyLimit:
    """Answers 413 to a body of more than 1 MiB, of files more, before it is read to its end."""

    def __init__(self, app: ASGIApp) -> None:
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        came = 0
        limit = _FILES if scope.get("path", "").startswith(_PLACES) else _LARGEST

        async def bounded() -> Message:
            nonlocal came
            message = await receive()
            came += len(message.get("body", b""))
            if came > limit:
                raise HTTPException(413, f"more than {limit} bytes")
            return message

        await self._app(scope, bounded, send)
