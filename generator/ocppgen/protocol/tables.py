"""TOML tables that people write: read, follow `include`, and check their shape."""

from __future__ import annotations

import difflib
import tomllib
from collections.abc import Collection, Mapping
from pathlib import Path
from typing import TypeAlias

from ..diagnostics import Findings

Table: TypeAlias = Mapping[str, object]


def read_table(path: Path, findings: Findings, shown: str = "") -> Table:
    """The TOML document at `path`, laid over the one its `include` names (relative to it).

    Tables merge, lists join, and otherwise the including document wins. What cannot be read is
    noted in `findings` as the file `shown`, and the table is empty then.
    """
    shown = shown or path.name
    table = _parse(path, shown, findings)
    if "include" not in table:
        return table
    own = {key: value for key, value in table.items() if key != "include"}
    included = table["include"]
    if not isinstance(included, str):
        findings.error("include must be the name of a file", shown, "/include")
        return own
    below = _parse(path.parent / included, included, findings)
    if "include" in below:
        hint = "include the one file that includes no other"
        findings.error(f"{included} includes a file itself", shown, "/include", hint)
    return _overlay(below, own)


def _parse(path: Path, shown: str, findings: Findings) -> Table:
    try:
        return tomllib.loads(path.read_text(encoding="utf-8"))
    except OSError as error:
        hint = f"looked for it at {path}"
        findings.error(f"cannot be read: {error.strerror}", shown, hint=hint)
    except UnicodeDecodeError:
        findings.error("is not UTF-8 text", shown, hint="save it as UTF-8")
    except tomllib.TOMLDecodeError as error:
        findings.error(f"is not TOML: {error}", shown)
    return {}


def _overlay(below: Table, above: Table) -> Table:
    merged = dict(below)
    for key, value in above.items():
        merged[key] = _join(below.get(key), value)
    return merged


def _join(below: object, above: object) -> object:
    if isinstance(below, dict) and isinstance(above, dict):
        return _overlay(below, above)
    if isinstance(below, list) and isinstance(above, list):
        return below + above
    return above


def sub_tables(table: Table, key: str, file: str, findings: Findings) -> Mapping[str, Table]:
    """The tables under `table[key]`, by name; whatever else stands there is an error."""
    found: dict[str, Table] = {}
    for name, value in sub_table(table, key, file, findings).items():
        if isinstance(value, dict):
            found[name] = value
        else:
            findings.error("must be a table", file, f"/{key}/{name}")
    return found


def sub_table(table: Table, key: str, file: str, findings: Findings) -> Table:
    """The table at `table[key]`; empty where there is none."""
    value = table.get(key, {})
    if isinstance(value, dict):
        return value
    findings.error("must be a table", file, f"/{key}")
    return {}


def refuse_unknown(
    table: Table, known: Collection[str], file: str, place: str, findings: Findings
) -> None:
    """Note every key that means nothing, with the one that was probably meant."""
    for key in table.keys() - known:
        hint = did_you_mean(key, known) or f"known keys: {', '.join(sorted(known))}"
        findings.error(f"unknown key {key!r}", file, f"{place}/{key}", hint=hint)


def did_you_mean(word: str, known: Collection[str]) -> str:
    """ "did you mean X?", or nothing where no known word is close."""
    close = difflib.get_close_matches(word, sorted(known), n=1)
    return f"did you mean {close[0]!r}?" if close else ""
