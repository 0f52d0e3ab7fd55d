"""A file that only whole lines are added to, which makes room for itself when it is full."""

from __future__ import annotations

import os
from collections.abc import Sequence
from io import FileIO
from pathlib import Path
from typing import IO

from ocppj.errors import OCPPUsageError

_BLOCK = 64 * 1024


class LineFile:
    """A file of lines that all begin with `start`.

    It is made if it is not there, for nobody else to read, and continued if it is; what a killed
    writer left unfinished at its end is cut off first. Once it holds `max_bytes`, it becomes
    `<name>.1`, and so on up to `<name>.<kept>`. Raises OSError where the file cannot be opened or
    written, and `OCPPUsageError` if it holds something else.
    """

    def __init__(
        self, path: Path, *, start: bytes, max_bytes: int | None = None, kept: int = 5
    ) -> None:
        if kept < 1 or (max_bytes is not None and max_bytes < 1):
            raise OCPPUsageError("a file that is full has to be kept, and cannot be of no size")
        self._path = path
        self._max_bytes = max_bytes
        self._kept = kept
        _restore(path, start)
        self._file, self._size = self._open()

    def write(self, lines: Sequence[bytes]) -> None:
        """Add lines, each with its end. Raises OSError, after which none of them may be there."""
        batch: list[bytes] = []
        size = self._size
        for line in lines:
            if self._max_bytes is not None and size and size + len(line) > self._max_bytes:
                self._append(b"".join(batch))
                self._rotate()
                batch, size = [], 0
            batch.append(line)
            size += len(line)
        self._append(b"".join(batch))

    def sync(self) -> None:
        """See to it that what was added outlives a power cut. Raises OSError."""
        os.fsync(self._file.fileno())

    def close(self) -> None:
        """Add no more."""
        self._file.close()

    def _append(self, data: bytes) -> None:
        rest = memoryview(data)
        try:
            while rest:
                rest = rest[self._file.write(rest) :]
        except OSError:
            self._file.truncate(self._size)  # whole lines only
            raise
        self._size += len(data)

    def _rotate(self) -> None:
        self._file.close()
        for number in range(self._kept - 1, 0, -1):
            if self._numbered(number).exists():
                self._numbered(number).replace(self._numbered(number + 1))
        self._path.replace(self._numbered(1))
        self._file, self._size = self._open()

    def _numbered(self, number: int) -> Path:
        return self._path.with_name(f"{self._path.name}.{number}")

    def _open(self) -> tuple[FileIO, int]:
        file = FileIO(self._path, "ab", opener=_private)
        return file, os.fstat(file.fileno()).st_size


def _private(path: str, flags: int) -> int:
    """Recordings are for their owner: they say who charges when, if not worse."""
    return os.open(path, flags, 0o600)


def _restore(path: Path, start: bytes) -> None:
    """Cut off an unfinished line at the end."""
    if not path.exists():
        return
    with path.open("r+b") as file:
        size = file.seek(0, os.SEEK_END)
        file.seek(0)
        if file.read(len(start)) != start[:size]:
            raise OCPPUsageError(f"{path} holds something else already: name another file")
        file.truncate(_end_of_lines(file, size))


def _end_of_lines(file: IO[bytes], size: int) -> int:
    """Where the last whole line ends."""
    end = size
    while end:
        begin = max(0, end - _BLOCK)
        file.seek(begin)
        found = file.read(end - begin).rfind(b"\n")
        if found >= 0:
            return begin + found + 1
        end = begin
    return 0
