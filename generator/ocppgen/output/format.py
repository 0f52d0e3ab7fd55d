"""Formats generated Python with black, and no more of it than has changed."""

from __future__ import annotations

from importlib.metadata import version

from ..diagnostics import Findings
from .filetree import FileTree, has_header
from .record import RECORD_FILE, Record, digest, parse_record

LINE_LENGTH = 100
_HINT = "if one of your own templates writes this file, correct it there; else please report it"


def formatter() -> str:
    """What formats, with its version: a record made with another one is of no use."""
    return f"black {version('black')}, {LINE_LENGTH} columns"


def unformatted_digests(tree: FileTree) -> dict[str, str]:
    """Per path the SHA-256 of its text without the header line, which changes with every input."""
    return {path: digest(_split_header(text)[1]) for path, text in tree}


def reusable(old: FileTree, raw: FileTree) -> FileTree:
    """The files of the old package which formatting `raw` would give again, under its headers.

    Sound because only a text that stands as the record says is taken over, and only for the same
    unformatted text and the same formatter.
    """
    record = parse_record(old.files.get(RECORD_FILE))
    if record is None or record.formatter != formatter():
        return FileTree({})
    wanted = unformatted_digests(raw)
    return FileTree(
        {
            path: _split_header(raw.files[path])[0] + _split_header(text)[1]
            for path, text in old
            if path in wanted and _is_recorded(record, path, text, wanted[path])
        }
    )


def format_tree(raw: FileTree, done: FileTree) -> FileTree:
    """`raw` with every Python file formatted; `done` holds those that need no formatting again.

    Raises GeneratorError for text that is no Python.
    """
    findings = Findings("format")
    formatted = {
        path: done.files[path] if path in done.files else _format(path, text, findings)
        for path, text in raw
    }
    findings.raise_errors()
    return FileTree(formatted)


def _is_recorded(record: Record, path: str, text: str, unformatted: str) -> bool:
    same_source = record.unformatted.get(path) == unformatted
    return same_source and record.files.get(path) == digest(text)


def _split_header(text: str) -> tuple[str, str]:
    """The header line, with its end, and the rest; ("", text) where the first line is none."""
    first, end, rest = text.partition("\n")
    return (first + end, rest) if has_header(first) else ("", text)


def _format(path: str, text: str, findings: Findings) -> str:
    if not path.endswith((".py", ".pyi")):
        return text
    import black  # here, because a build with nothing to format should not pay for it
    from black.mode import TargetVersion
    from black.parsing import InvalidInput

    mode = black.Mode(
        line_length=LINE_LENGTH,
        target_versions={TargetVersion.PY311},
        is_pyi=path.endswith(".pyi"),
    )
    try:
        return black.format_str(text, mode=mode)
    except InvalidInput as error:
        findings.error(f"what was generated is no Python: {error}", path, hint=_HINT)
        return text
