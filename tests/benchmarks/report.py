"""What a benchmark found, as Markdown."""

from __future__ import annotations

import platform
import sys
import sysconfig
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from importlib.metadata import PackageNotFoundError, version

from .measure import Ratio

_PACKAGES = (
    "pydantic",
    "pydantic_core",
    "msgspec",
    "orjson",
    "black",
    "datamodel-code-generator",
    "ocpp",
    "websockets",
    "uvloop",
)


@dataclass(frozen=True, slots=True)
class Claim:
    """A ratio beside the bound it was built for.

    `bound` is None for a figure that is only told; `at_least` says on which side of it to be.
    """

    ratio: Ratio
    bound: float | None = None
    at_least: bool = False

    @property
    def verdict(self) -> str:
        if self.bound is None:
            return ""
        reached = (
            self.ratio.median >= self.bound
        ) is self.at_least or self.ratio.median == self.bound
        return "reached" if reached else "not reached"


def table(title: str, claims: Iterable[Claim], note: str = "") -> str:
    """One section: a table of ratios, and a note under it."""
    lines = [
        f"## {title}",
        "",
        "| what | median | min | max | aim | |",
        "|---|--:|--:|--:|--:|---|",
    ]
    for claim in claims:
        r = claim.ratio
        aim = "" if claim.bound is None else f"{'≥' if claim.at_least else '≤'} {claim.bound:g}"
        cells = (f"{_figure(x)}" for x in (r.median, r.low, r.high))
        lines.append(f"| {r.label} | {' | '.join(cells)} | {aim} | {claim.verdict} |")
    return "\n".join([*lines, "", *([note, ""] if note else [])])


def rows(title: str, head: Sequence[str], cells: Iterable[Sequence[str]], note: str = "") -> str:
    """One section: figures that are no ratios, for orientation."""
    lines = [f"## {title}", "", _line(head), _line(["---", *("--:" for _ in head[1:])])]
    return "\n".join([*lines, *map(_line, cells), "", *([note, ""] if note else [])])


def _line(cells: Iterable[str]) -> str:
    return f"| {' | '.join(cells)} |"


def _figure(value: float) -> str:
    return f"{value:.0f}" if value >= 20 else f"{value:.1f}" if value >= 10 else f"{value:.2f}"


def machine() -> str:
    """Versions, and how the interpreter was built: an optimised build makes pure Python faster."""
    options = sysconfig.get_config_var("CONFIG_ARGS") or ""
    build = "optimised (PGO)" if "--enable-optimizations" in options else "not optimised (no PGO)"
    packages = ", ".join(f"{name} {_version(name)}" for name in _PACKAGES)
    python = f"Python {platform.python_version()} {build}, {sys.platform} {platform.machine()}"
    return f"{python}; {packages}."


def _version(package: str) -> str:
    try:
        return version(package)
    except PackageNotFoundError:
        return "not installed"
