"""What a build costs, against black alone on the same text, and a build with nothing to do."""

from __future__ import annotations

import sys
import tempfile
from pathlib import Path

from ocppgen.build import emit, protocol
from ocppgen.config import BuildOptions
from ocppgen.diagnostics import Findings
from ocppgen.inputs import read_inputs

from .measure import Ratio, processes
from .report import Claim, table

# A new target each time makes every build a cold one.
_COLD = """
import shutil, sys
from ocppgen.cli import main
shutil.rmtree("cold", ignore_errors=True)
sys.argv = ["ocppgen", "build", "--out", "cold"]
main()
"""
_BLACK = """
import shutil, sys
shutil.rmtree("formatted", ignore_errors=True)
shutil.copytree("unformatted", "formatted")
from black import patched_main
sys.argv = ["black", "--quiet", "--line-length=100", "--workers=1", *{options}, "formatted"]
patched_main()
"""


def _write_unformatted(folder: Path) -> None:
    inputs = read_inputs(BuildOptions(out=folder), Findings("bundle"))
    for path, text in emit(protocol(inputs, Findings("bundle")), inputs):
        file = folder / "unformatted" / path
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_text(text, encoding="utf-8")


def run(rounds: int = 7) -> str:
    """Measure cold and idle builds of the real bundle."""
    with tempfile.TemporaryDirectory() as folder:
        _write_unformatted(Path(folder))
        warm = [sys.executable, "-m", "ocppgen", "build", "--out", "warm"]
        commands = {
            "cold": [sys.executable, "-c", _COLD],
            "black": [sys.executable, "-c", _BLACK.replace("{options}", "[]")],
            "black fast": [sys.executable, "-c", _BLACK.replace("{options}", "['--fast']")],
            "idle": warm,
            "check": [*warm, "--check"],
        }
        found = {s.name: s for s in processes(commands, rounds, cwd=folder)}
    cold = found["cold"]
    claims = [
        Claim(Ratio.of("cold build ÷ `black`", cold, found["black"]), 1.5),
        Claim(Ratio.of("cold build ÷ `black --fast`", cold, found["black fast"]), 1.5),
        Claim(Ratio.of("`build` with nothing changed ÷ cold build", found["idle"], cold), 0.1),
        Claim(
            Ratio.of("`build --check` with nothing changed ÷ cold build", found["check"], cold), 0.1
        ),
    ]
    note = (
        "CPU time of whole processes, on the 181 schemas of OCPP 2.1. `black` formats what the "
        "generator hands to it; by default it checks its own work afterwards, with `--fast` not."
    )
    return table("Building", claims, note)
