"""`python -m tests.benchmarks [build] [imports] [codec] [server] [station] [csms]`.

Measures what is named, or all, prints it, and renews these parts of BENCHMARKS.md.
"""

from __future__ import annotations

import sys
from collections.abc import Callable
from pathlib import Path

from . import build, codec, csms, imports, server, station
from .document import renewed
from .report import machine

_DOCUMENT = Path(__file__).parents[2] / "BENCHMARKS.md"
_BENCHMARKS: dict[str, Callable[[], str]] = {
    "build": build.run,
    "imports": imports.run,
    "codec": codec.run,
    "server": server.run,
    "station": station.run,
    "csms": csms.run,
}


def main(names: list[str]) -> int:
    """Give the exit code: 2 if there is no such benchmark."""
    unknown = [name for name in names if name not in _BENCHMARKS]
    if unknown:
        print(f"no benchmark {unknown[0]!r}; there are {', '.join(_BENCHMARKS)}", file=sys.stderr)
        return 2
    for name in names or _BENCHMARKS:
        print(f"measuring {name} ...", file=sys.stderr)
        found = f"{machine()}\n\n{_BENCHMARKS[name]()}"
        print(found)
        document = _DOCUMENT.read_text(encoding="utf-8") if _DOCUMENT.exists() else ""
        _DOCUMENT.write_text(renewed(document, {name: found}, _BENCHMARKS), encoding="utf-8")
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
