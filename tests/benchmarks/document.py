"""BENCHMARKS.md: one part for each benchmark, so that one can be measured anew by itself."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping

_TOP = """# Benchmarks

Written by `make bench`; no figure is typed by hand. Each is a ratio of two things measured in turn
in the same run: the median over all rounds, then the smallest and the largest. Each part says what
it was measured with; `python -m tests.benchmarks NAME` measures one of them anew.
"""
_PART = re.compile(r"^<!-- (\w+) -->\n", re.MULTILINE)


def parts_of(document: str) -> dict[str, str]:
    """The parts of a document, by name."""
    _, *found = _PART.split(document)
    return {name: text.strip() for name, text in zip(found[::2], found[1::2], strict=True)}


def renewed(document: str, measured: Mapping[str, str], order: Iterable[str]) -> str:
    """A document with the parts that were measured; those that were not stay as they are."""
    parts = {**parts_of(document), **measured}
    marked = (f"<!-- {name} -->\n{parts[name].strip()}\n" for name in order if name in parts)
    return "\n".join([_TOP, *marked])
