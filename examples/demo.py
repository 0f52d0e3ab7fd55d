"""The package for OCPP 2.1, built anew from its 181 schemas and compared with the committed one.

The first half of `make demo`; the second is `ocppref demo`. It leaves nothing behind.
"""

from __future__ import annotations

import filecmp
import subprocess
import sys
import tempfile
import time
from pathlib import Path

import ocpp21

COMMITTED = Path(ocpp21.__file__).parent


def build_and_compare(folder: Path) -> list[str]:
    """Build into `folder`; give the files in which it differs from the committed package."""
    subprocess.run([sys.executable, "-m", "ocppgen", "build", "--out", str(folder)], check=True)
    built = folder / "ocpp21"
    names = [str(path.relative_to(built)) for path in built.rglob("*") if path.is_file()]
    return filecmp.cmpfiles(built, COMMITTED, names, shallow=False)[1]


def main() -> int:
    started = time.perf_counter()
    print("Building the package from the 181 schemas of OCPP 2.1.", flush=True)
    with tempfile.TemporaryDirectory() as folder:
        differing = build_and_compare(Path(folder))
    if differing:
        print(f"The committed package is out of date in {', '.join(differing)}: `make build`.")
        return 1
    seconds = time.perf_counter() - started
    print(f"{len(ocpp21.ACTIONS)} Actions in {seconds:.1f} s; the same as the committed package.")
    return 0


if __name__ == "__main__":
    sys.exit(main())
