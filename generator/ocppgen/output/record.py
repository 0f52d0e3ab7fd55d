"""The record that a generated package carries: what it was made from and what was written.

It makes two things cheap: seeing that nothing has changed without generating anything, and
formatting no more files than have changed.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import asdict, dataclass
from fnmatch import fnmatchcase
from hashlib import sha256
from pathlib import Path

from .filetree import FileTree, list_files

RECORD_FILE = "_ocppgen.json"


@dataclass(frozen=True, slots=True)
class Record:
    """What stands in `_ocppgen.json`.

    `header` is the text of every file's first line, `inputs` one digest over everything that
    determines the output, `formatter` names what formatted it. `files` maps each path to the
    SHA-256 of its text, `unformatted` each path to that of the text before formatting, without
    the header line.
    """

    header: str
    inputs: str
    formatter: str
    files: Mapping[str, str]
    unformatted: Mapping[str, str]


def digest(text: str) -> str:
    """SHA-256 of a text, in hex."""
    return sha256(text.encode()).hexdigest()


def digest_inputs(inputs: Mapping[str, str]) -> str:
    """One digest over named inputs; their order does not matter."""
    return digest(json.dumps(dict(inputs), sort_keys=True))


def digest_file(path: Path) -> str:
    """SHA-256 of a file in hex; "" for one that cannot be read, as who needs it will say."""
    try:
        return sha256(path.read_bytes()).hexdigest()
    except OSError:
        return ""


def digest_folder(folder: Path, pattern: str = "*") -> str:
    """One digest over the names and bytes of the files below a folder whose names match."""
    try:
        paths = [path for path in list_files(folder) if fnmatchcase(path, pattern)]
    except OSError:
        return ""
    return digest_inputs({path: digest_file(folder / path) for path in paths})


def write_record(record: Record) -> FileTree:
    """The record as the one file that holds it."""
    return FileTree({RECORD_FILE: json.dumps(asdict(record), indent=2, sort_keys=False) + "\n"})


def parse_record(text: str | None) -> Record | None:
    """The record in a text; None where there is none, or none that this version can use."""
    try:
        value = json.loads(text or "null")
    except ValueError:
        return None
    if not isinstance(value, dict) or value.keys() != set(Record.__dataclass_fields__):
        return None
    texts = [value[key] for key in ("header", "inputs", "formatter")]
    tables = [value[key] for key in ("files", "unformatted")]
    if not all(isinstance(text, str) for text in texts) or not all(map(_is_table, tables)):
        return None
    return Record(**value)


def _is_table(value: object) -> bool:
    return isinstance(value, dict) and all(isinstance(text, str) for text in value.values())


def is_current(folder: Path, inputs: str) -> bool:
    """Whether the package in `folder` was made from `inputs` and stands there as it was written.

    False in every doubt: the caller then generates and sees for itself.
    """
    try:
        record = parse_record((folder / RECORD_FILE).read_bytes().decode())
        if record is None or record.inputs != inputs:
            return False
        if set(list_files(folder)) != {*record.files, RECORD_FILE}:
            return False
        return all(
            sha256((folder / path).read_bytes()).hexdigest() == expected
            for path, expected in record.files.items()
        )
    except (OSError, UnicodeDecodeError):
        return False
