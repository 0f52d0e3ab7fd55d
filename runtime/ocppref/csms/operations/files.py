"""Files that travel between Charging Stations and the CSMS by HTTP: logs and firmware."""

from __future__ import annotations

import hashlib
import hmac
import secrets
from collections.abc import AsyncIterable, AsyncIterator, Callable
from datetime import UTC, datetime
from urllib.parse import quote, urlsplit, urlunsplit

from ocppref.csms.errors import CsmsError
from ocppref.csms.storage import files
from ocppref.csms.storage.files import FileKind, FileRecord
from ocppref.csms.storage.store import Store

LARGEST = {FileKind.LOG: 64 * 1024 * 1024, FileKind.FIRMWARE: 256 * 1024 * 1024}
"""Bytes of a file."""

_CHUNK = 1024 * 1024


class FileTooLargeError(CsmsError):
    """A file has more bytes than are taken."""


class Files:
    """Keeps files. `base_url` gives the URL under which stations reach the HTTP server."""

    def __init__(self, store: Store, base_url: Callable[[], str]) -> None:
        self._store = store
        self._base_url = base_url

    async def expect_log(self, station: str, request_id: int) -> str:
        """The URL that a log of a job may be uploaded to, once.

        The user in it has a password of its own: that of the station stays out of it (N01.FR.17).
        """
        secret = secrets.token_urlsafe(24)
        record = _record(FileKind.LOG, "log", station, request_id, _hash(secret))
        await self._store.write(lambda c: files.begin(c, record))
        parts = urlsplit(self._base_url())
        user = f"{quote(station, safe='')}:{secret}"
        path = f"{parts.path}/files/logs/{record.file_id}/"
        return urlunsplit((parts.scheme, f"{user}@{parts.netloc}", path, "", ""))

    async def find_expected(self, file_id: str, user: str, secret: str) -> FileRecord | None:
        """The file that may be uploaded by who knows the secret; None if there is none."""
        record = await self._store.read(lambda c: files.find(c, file_id))
        if record is None or record.secret_hash is None or record.station is None:
            return None
        right = hmac.compare_digest(record.secret_hash, _hash(secret))
        return record if right and record.station.lower() == user.lower() else None

    async def add_firmware(self, name: str, content: AsyncIterable[bytes]) -> FileRecord:
        """Keep a firmware image, in place of one of that name. Raises `FileTooLargeError`."""
        record = _record(FileKind.FIRMWARE, name, None, None, None)
        await self._store.write(lambda c: files.begin(c, record))
        await self.fill(record, name, content)
        kind, kept = FileKind.FIRMWARE, record.file_id
        await self._store.write(lambda c: files.remove_named(c, kind, name, but=kept))
        found = await self._store.read(lambda c: files.find(c, kept))
        assert found is not None
        return found

    def firmware_url(self, record: FileRecord) -> str:
        """Where stations fetch an image from: the id in it is not to be guessed."""
        return f"{self._base_url()}/files/firmware/{record.file_id}/{quote(record.name)}"

    async def fill(self, record: FileRecord, name: str, content: AsyncIterable[bytes]) -> bool:
        """Keep what is in a file; False if it was there before. Raises `FileTooLargeError`."""
        size, number, waiting = 0, 0, bytearray()
        async for piece in content:
            size += len(piece)
            if size > LARGEST[FileKind(record.kind)]:
                await self._store.write(lambda c: files.remove(c, record.file_id))
                raise FileTooLargeError("the file is too large")
            waiting += piece
            while len(waiting) >= _CHUNK:
                await self._append(record, number, bytes(waiting[:_CHUNK]))
                del waiting[:_CHUNK]
                number += 1
        if waiting or number == 0:
            await self._append(record, number, bytes(waiting))
        return await self._store.write(lambda c: files.finish(c, record.file_id, name, size))

    async def read(self, file_id: str) -> AsyncIterator[bytes]:
        """What is in a file."""
        number = 0
        while (data := await self._read_chunk(file_id, number)) is not None:
            yield data
            number += 1

    async def _append(self, record: FileRecord, number: int, data: bytes) -> None:
        await self._store.write(lambda c: files.append(c, record.file_id, number, data))

    async def _read_chunk(self, file_id: str, number: int) -> bytes | None:
        return await self._store.read(lambda c: files.read_chunk(c, file_id, number))


def _record(
    kind: FileKind, name: str, station: str | None, request_id: int | None, secret: str | None
) -> FileRecord:
    return FileRecord(
        file_id=secrets.token_urlsafe(24),
        kind=kind.value,
        name=name,
        station=station,
        request_id=request_id,
        secret_hash=secret,
        size=None,
        created_at=datetime.now(UTC),
    )


def _hash(secret: str) -> str:
    # The secret is random and long: nothing is won by hashing it slowly.
    return hashlib.sha256(secret.encode()).hexdigest()
