"""The page: stations, transactions and messages in a browser.

It holds no data: its script asks for the API's token, and gets everything from the API.
"""

from __future__ import annotations

from importlib.resources import files

from fastapi import APIRouter, Response

_KINDS = {
    "": ("page.html", "text/html; charset=utf-8"),
    "page.js": ("page.js", "text/javascript; charset=utf-8"),
    "page.css": ("page.css", "text/css; charset=utf-8"),
}
_HEADERS = {
    "Content-Security-Policy": (
        "default-src 'none'; script-src 'self'; style-src 'self'; connect-src 'self'; "
        "img-src data:; base-uri 'none'; form-action 'none'; frame-ancestors 'none'"
    ),
    "X-Content-Type-Options": "nosniff",
    "Referrer-Policy": "no-referrer",
    "Cache-Control": "no-cache",
}


def make_router() -> APIRouter:
    """The page and what belongs to it, which anybody may read."""
    router = APIRouter(include_in_schema=False)
    for path, (name, kind) in _KINDS.items():
        _add_file(router, f"/{path}", name, kind)
    return router


def _add_file(router: APIRouter, path: str, name: str, kind: str) -> None:
    content = files(__package__ or __name__).joinpath(name).read_bytes()

    @router.get(path, name=name)
    async def get_file() -> Response:
        return Response(content, media_type=kind, headers=_HEADERS)
