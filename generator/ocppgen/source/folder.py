"""The JSON files of a folder, at any depth, and of the zips in it."""

from __future__ import annotations

import os
from collections.abc import Iterator
from pathlib import Path

from . import archive
from .bundle_limits import MAX_FILE_BYTES, Budget, bundle_error, too_large

_HINT = "Make it a readable file, or take it out of the bundle."
_Seen = set[tuple[int, int]]


def members(root: Path, budget: Budget) -> Iterator[tuple[str, bytes]]:
    """Yield path relative to `root` (POSIX) and content of each *.json, sorted by path.

    Hidden files and folders are passed over. A folder that a link leads back to is read once.
    Raises GeneratorError for what cannot be read or is too large.
    """
    for path in sorted(_paths(root, budget, set())):
        name = path.relative_to(root).as_posix()
        if archive.is_zip_name(name):
            yield from archive.members(path, budget, shown=name)
        else:
            yield name, _read(path, name, budget)


def _paths(root: Path, budget: Budget, seen: _Seen) -> Iterator[Path]:
    waiting = [root]
    while waiting:
        current = waiting.pop()
        if not _is_new(current, seen):
            continue
        for path in _listed(current):
            budget.count(str(root))
            if path.is_dir():
                waiting.append(path)
            elif archive.is_json_name(path.name) or archive.is_zip_name(path.name):
                yield path


def _is_new(path: Path, seen: _Seen) -> bool:
    status = path.stat()
    key = (status.st_dev, status.st_ino)
    known = key in seen
    seen.add(key)
    return not known


def _listed(path: Path) -> list[Path]:
    try:
        names = os.listdir(path)
    except OSError as error:
        raise bundle_error(f"cannot be read: {error.strerror}", str(path), _HINT) from None
    return [path / name for name in sorted(names) if not archive.is_hidden(name)]


def _read(path: Path, name: str, budget: Budget) -> bytes:
    try:
        if not path.is_file():
            raise bundle_error("is no file: a broken link, or a device", name, _HINT)
        with path.open("rb") as stream:
            raw = stream.read(MAX_FILE_BYTES + 1)
    except OSError as error:
        raise bundle_error(f"cannot be read: {error.strerror}", name, _HINT) from None
    if len(raw) > MAX_FILE_BYTES:
        raise too_large(name)
    budget.spend(len(raw), name)
    return raw
