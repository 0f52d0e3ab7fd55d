"""The JSON files of a zip. Nothing is unpacked to disk, and no header is believed."""

from __future__ import annotations

import io
import re
import stat
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING

from .bundle_limits import (
    MAX_FILE_BYTES,
    MAX_TOTAL_BYTES,
    MAX_ZIPS_IN_ZIPS,
    Budget,
    bundle_error,
    too_large,
)

if TYPE_CHECKING:
    from zipfile import ZipFile, ZipInfo

_DOWNLOAD = "Download the zip again, or unpack it and give the folder."
_DRIVE = re.compile("^[A-Za-z]:")
_ENCRYPTED = 0x1
_BOMB_RATIO = 100  # schemas shrink by a factor of 10 to 20, zeros by 1000


def is_json_name(name: str) -> bool:
    """Whether a file may be a schema, by its name."""
    return name.lower().endswith(".json")


def is_zip_name(name: str) -> bool:
    """Whether a file may be a zip, by its name."""
    return name.lower().endswith(".zip")


def is_hidden(name: str) -> bool:
    """Whether some system keeps notes of its own under this name, such as `._X.json` on a Mac."""
    return name.startswith(".") or name == "__MACOSX"


def members(
    source: Path | io.BytesIO, budget: Budget, shown: str | None = None, depth: int = 1
) -> Iterator[tuple[str, bytes]]:
    """Yield path and content of each *.json of a zip, sorted by path, zips inside it included.

    `shown` is the zip's name inside its bundle; then paths begin with it. Raises GeneratorError
    for a zip that is unreadable, encrypted, too large, or has a path that leads out of it.
    """
    # 10 ms that the default bundle need not pay.
    import lzma
    import struct
    import zlib
    from zipfile import BadZipFile, ZipFile

    broken = (zlib.error, lzma.LZMAError, struct.error, EOFError, OSError)

    title = shown or str(source)
    prefix = f"{shown}/" if shown else ""
    try:
        with ZipFile(source) as opened:
            for info, name in _wanted(opened, title, prefix, budget):
                raw = _read(opened, info, prefix + name, budget)
                if is_json_name(name):
                    yield prefix + name, raw
                else:
                    yield from _nested(raw, prefix + name, budget, depth)
    except (BadZipFile, NotImplementedError, ValueError, *broken) as error:
        reason = str(error).split("\n")[0] or type(error).__name__
        raise bundle_error(f"cannot be read as a zip: {reason}", title, _DOWNLOAD) from None


def _nested(raw: bytes, name: str, budget: Budget, depth: int) -> Iterator[tuple[str, bytes]]:
    if depth >= MAX_ZIPS_IN_ZIPS:
        raise bundle_error("zips inside zips, too deep", name, "Unpack it and give the folder.")
    yield from members(io.BytesIO(raw), budget, name, depth + 1)


def _wanted(opened: ZipFile, title: str, prefix: str, budget: Budget) -> list[tuple[ZipInfo, str]]:
    """Entries to read, with their names, by name. All entries are checked, wanted or not."""
    found = []
    for info in opened.infolist():
        budget.count(title)
        name = info.filename.replace("\\", "/")
        _refuse_unsafe(info, name, prefix + name)
        parts = name.split("/")
        if not any(map(is_hidden, parts)) and (is_json_name(name) or is_zip_name(name)):
            _refuse_unreadable(info, prefix + name)
            found.append((info, name))
    return sorted(found, key=lambda each: each[1])


def _refuse_unsafe(info: ZipInfo, name: str, shown: str) -> None:
    if name.startswith("/") or _DRIVE.match(name) or ".." in name.split("/"):
        message = "the path leads out of the zip"
        raise bundle_error(message, shown, "Do not use this zip: get it from another source.")
    ratio = info.file_size / max(info.compress_size, 1)
    if info.file_size > MAX_TOTAL_BYTES and ratio > _BOMB_RATIO:
        message = f"{info.file_size} bytes packed into {info.compress_size}: a zip bomb"
        raise bundle_error(message, shown, "Do not use this zip: get it from another source.")


def _refuse_unreadable(info: ZipInfo, shown: str) -> None:
    if info.flag_bits & _ENCRYPTED:
        raise bundle_error("is encrypted", shown, "Unpack the zip and give the folder.")
    if stat.S_ISLNK(info.external_attr >> 16):
        raise bundle_error("is a symbolic link", shown, "Put the file itself into the zip.")


def _read(opened: ZipFile, info: ZipInfo, shown: str, budget: Budget) -> bytes:
    limit = MAX_FILE_BYTES if is_json_name(shown) else budget.bytes_left
    with opened.open(info) as stream:
        raw = stream.read(limit + 1)
    if is_json_name(shown) and len(raw) > limit:
        raise too_large(shown)
    budget.spend(len(raw), shown)
    return raw
