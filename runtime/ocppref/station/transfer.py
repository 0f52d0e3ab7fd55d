"""Files over HTTP: how firmware is fetched, and logs are uploaded (L01, N01)."""

from __future__ import annotations

import ssl
from enum import Enum
from pathlib import Path
from typing import Protocol
from urllib.parse import quote, urlsplit

import httpx

_TIMEOUT = httpx.Timeout(30.0, connect=10.0)
_REDIRECTS = 5
_LARGE = 1024 * 1024  # bytes: the server may refuse before all that is sent (N01.FR.22)


class Failure(Enum):
    """Why a transfer failed."""

    BROKEN = "the connection failed"
    REDIRECTED = "the server wants it done elsewhere"
    REFUSED = "it is not permitted"
    BAD = "the request, or the answer, is bad"
    UNSUPPORTED = "the server cannot do that"
    FAILED = "the server failed, or does not have it"


class TransferError(Exception):
    """A file was not transferred. `failure` is the kind of reason; the text says more."""

    def __init__(self, failure: Failure, reason: str) -> None:
        super().__init__(f"{failure.value}: {reason}")
        self.failure = failure


class FileTransfer(Protocol):
    """Moves whole files."""

    async def fetch(self, url: str, limit: int) -> bytes:
        """What is there, of at most `limit` bytes. Raises `TransferError`."""
        ...

    async def upload(self, url: str, filename: str, content: bytes) -> None:
        """Put a file there. Raises `TransferError`."""
        ...


class HttpTransfer:
    """By HTTP and HTTPS.

    Servers are trusted that a CA of the operating system vouches for, or one of `ca`, a file in
    PEM (N01.FR.15, N01.FR.16). A user in the URL is told to the server by Basic authentication
    (N01.FR.25). Proxies and the like are not read from the environment.
    """

    def __init__(self, *, ca: Path | None = None) -> None:
        self._ca = ca

    async def fetch(self, url: str, limit: int) -> bytes:
        """GET. Redirects are followed, a few, but never from HTTPS to HTTP."""
        try:
            async with self._client() as client:
                return await _fetch(client, url, limit)
        except (httpx.HTTPError, httpx.InvalidURL, ssl.SSLError, OSError) as error:
            raise _failed(error) from error

    async def upload(self, url: str, filename: str, content: bytes) -> None:
        """PUT; POST where the server has no PUT. Redirects are not followed (N01.FR.30)."""
        target = place(url, filename)
        try:
            async with self._client() as client:
                status = await _put(client, target, content)
                if status in (405, 501):
                    status = await _post(client, target, filename, content)
        except (httpx.HTTPError, httpx.InvalidURL, ssl.SSLError, OSError) as error:
            raise _failed(error) from error
        _judge(status)

    def _client(self) -> httpx.AsyncClient:
        context = ssl.create_default_context()
        # Certificates as OCPP has them need not have all that RFC 5280 wants of public ones.
        context.verify_flags &= ~ssl.VERIFY_X509_STRICT
        if self._ca is not None:
            context.load_verify_locations(self._ca)
        return httpx.AsyncClient(verify=context, timeout=_TIMEOUT, trust_env=False)


def is_web_address(url: str) -> bool:
    """Whether it is a URL of HTTP or HTTPS that names a host."""
    try:
        parts = urlsplit(url)
        return parts.scheme.lower() in ("http", "https") and bool(parts.hostname)
    except ValueError:
        return False


def place(url: str, filename: str) -> str:
    """Where a file goes: below a URL that ends with a slash, else exactly there.

    N01.FR.21, N01.FR.29.
    """
    return url + quote(filename) if url.endswith("/") else url


async def _fetch(client: httpx.AsyncClient, url: str, limit: int) -> bytes:
    request = client.build_request("GET", url)
    for _ in range(_REDIRECTS + 1):
        response = await client.send(request, stream=True)
        try:
            following = response.next_request
            if following is None:
                _judge(response.status_code)
                return await _read(response, limit)
        finally:
            await response.aclose()
        if request.url.scheme == "https" and following.url.scheme != "https":
            raise TransferError(Failure.REDIRECTED, "from HTTPS to HTTP, which is not followed")
        request = following
    raise TransferError(Failure.REDIRECTED, f"more than {_REDIRECTS} times")


async def _read(response: httpx.Response, limit: int) -> bytes:
    content = bytearray()
    async for part in response.aiter_bytes():
        content += part
        if len(content) > limit:
            raise TransferError(Failure.BAD, f"the file has more than {limit} bytes")
    return bytes(content)


async def _put(client: httpx.AsyncClient, url: str, content: bytes) -> int:
    headers = {"Content-Type": "application/octet-stream"}
    if len(content) > _LARGE:
        headers["Expect"] = "100-continue"
    return (await client.put(url, content=content, headers=headers)).status_code


async def _post(client: httpx.AsyncClient, url: str, filename: str, content: bytes) -> int:
    # N01.FR.19: the part of the form has a Content-Type, and a Content-Disposition with the name.
    form = {"uploadfile": (filename, content, "application/octet-stream")}
    return (await client.post(url, files=form)).status_code


_KINDS = {
    400: Failure.BAD,
    401: Failure.REFUSED,
    403: Failure.REFUSED,
    405: Failure.UNSUPPORTED,
    415: Failure.BAD,
    501: Failure.UNSUPPORTED,
}


def _judge(status: int) -> None:
    if 200 <= status < 300:
        return
    if 300 <= status < 400:
        raise TransferError(Failure.REDIRECTED, f"HTTP status {status}")
    raise TransferError(_KINDS.get(status, Failure.FAILED), f"HTTP status {status}")


def _failed(error: Exception) -> TransferError:
    if isinstance(error, httpx.InvalidURL | httpx.UnsupportedProtocol):
        return TransferError(Failure.UNSUPPORTED, "that is no URL of HTTP or HTTPS")
    if isinstance(error, httpx.DecodingError | httpx.ProtocolError) and not isinstance(
        error, httpx.RemoteProtocolError
    ):
        return TransferError(Failure.BAD, "that is not HTTP")
    # The text of the error names the host at most, never the user.
    return TransferError(Failure.BROKEN, type(error).__name__)
