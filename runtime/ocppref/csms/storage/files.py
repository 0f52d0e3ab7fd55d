"""Files, in chunks: logs that stations upload, and firmware that they fetch."""

from __future__ import annotations

from dataclasses import dataclass, fields
from datetime import datetime
from enum import StrEnum

from sqlalchemy import ColumnElement, Connection, delete, insert, select, update

from ocppref.csms.storage.tables import FILE_CHUNKS, FILES


class FileKind(StrEnum):
    """What a file is."""

    FIRMWARE = "firmware"
    LOG = "log"


@dataclass(frozen=True, slots=True)
class FileRecord:
    """A file. It has no `size` until all of it is there; `secret_hash` is of what lets it in."""

    file_id: str
    kind: str
    name: str
    station: str | None
    request_id: int | None
    secret_hash: str | None
    size: int | None
    created_at: datetime


_COLUMNS = [FILES.c[field.name] for field in fields(FileRecord)]


def begin(connection: Connection, record: FileRecord) -> None:
    """A file of which nothing is there yet."""
    row = {field.name: getattr(record, field.name) for field in fields(FileRecord)}
    connection.execute(insert(FILES), row)


def find(connection: Connection, file_id: str) -> FileRecord | None:
    """A file."""
    return _find(connection, FILES.c.file_id == file_id)


def find_of_job(connection: Connection, request_id: int) -> FileRecord | None:
    """The file that a job was to bring."""
    return _find(connection, FILES.c.request_id == request_id)


def find_named(connection: Connection, kind: FileKind, name: str) -> FileRecord | None:
    """A complete file of that name, the newest."""
    is_it = (FILES.c.kind == kind.value) & (FILES.c.name == name) & FILES.c.size.is_not(None)
    return _find(connection, is_it)


def find_all(connection: Connection, kind: FileKind, limit: int = 1000) -> list[FileRecord]:
    """The complete files of a kind, by name."""
    where = (FILES.c.kind == kind.value, FILES.c.size.is_not(None))
    statement = select(*_COLUMNS).where(*where).order_by(FILES.c.name).limit(limit)
    return [FileRecord(*row) for row in connection.execute(statement)]


def append(connection: Connection, file_id: str, number: int, data: bytes) -> None:
    """A chunk. Chunk 0 begins the file anew."""
    if number == 0:
        connection.execute(delete(FILE_CHUNKS).where(FILE_CHUNKS.c.file_id == file_id))
    row = {"file_id": file_id, "number": number, "data": data}
    connection.execute(insert(FILE_CHUNKS), row)


def finish(connection: Connection, file_id: str, name: str, size: int) -> bool:
    """All of it is there; False if it was before, or the file is gone."""
    where = (FILES.c.file_id == file_id, FILES.c.size.is_(None))
    statement = update(FILES).where(*where).values(size=size, name=name)
    return connection.execute(statement).rowcount > 0


def read_chunk(connection: Connection, file_id: str, number: int) -> bytes | None:
    """A chunk; None after the last."""
    where = (FILE_CHUNKS.c.file_id == file_id, FILE_CHUNKS.c.number == number)
    return connection.execute(select(FILE_CHUNKS.c.data).where(*where)).scalar_one_or_none()


def remove(connection: Connection, file_id: str) -> None:
    """Forget a file."""
    connection.execute(delete(FILE_CHUNKS).where(FILE_CHUNKS.c.file_id == file_id))
    connection.execute(delete(FILES).where(FILES.c.file_id == file_id))


def remove_named(connection: Connection, kind: FileKind, name: str, *, but: str = "") -> bool:
    """Forget all files of a name except one; whether there was any."""
    where = (FILES.c.kind == kind.value, FILES.c.name == name, FILES.c.file_id != but)
    found = list(connection.execute(select(FILES.c.file_id).where(*where)).scalars())
    for file_id in found:
        remove(connection, file_id)
    return bool(found)


def _find(connection: Connection, where: ColumnElement[bool]) -> FileRecord | None:
    statement = select(*_COLUMNS).where(where).order_by(FILES.c.created_at.desc()).limit(1)
    row = connection.execute(statement).one_or_none()
    return None if row is None else FileRecord(*row)
