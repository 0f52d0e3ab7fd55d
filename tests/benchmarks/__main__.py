"""`python -m tests.benchmarks [build] [imports] [codec] [server]`.

Measures and prints; without names, measures all and writes BENCHMARKS.md.
"""

from __future__ import annotations

import sys
from collections.abc import Callable
from pathlib import Path

from . import build, codec, imports, server
from .report import machine

_TARGET = Path(__file__).parents[2] / "BENCHMARKS.md"
_BENCHMARKS: dict[str, Callable[[], str]] = {
    "build": build.run,
    "imports": imports.run,
    "codec": codec.run,
    "server": server.run,
}
_TOP = """# Benchmarks

Written by `make bench`; no figure is typed by hand. Each is a ratio of two things measured in turn
in the same run: the median over all rounds, then the smallest and the largest.

{machine}
"""


def main(names: list[str]) -> int:
    unknown = [name for name in names if name not in _BENCHMARKS]
    if unknown:
        print(f"no benchmark {unknown[0]!r}; there are {', '.join(_BENCHMARKS)}", file=sys.stderr)
        return 2
    parts = [_TOP.format(machine=machine())]
    for name in names or _BENCHMARKS:
        print(f"measuring {name} ...", file=sys.stderr)
        parts.append(_BENCHMARKS[name]())
    print("\n".join(parts))
    if not names:
        _TARGET.write_text("\n".join(parts), encoding="utf-8")
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
