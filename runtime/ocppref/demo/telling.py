"""What the demonstration shows: steps, messages as they pass, a summary."""

from __future__ import annotations

import json
import sys
from collections.abc import Iterable
from typing import TextIO

from rich.console import Console
from rich.table import Table
from rich.text import Text

from ocppj.observers.masking import Mask
from ocppref.station.scenario.frames import Frame

_ROOM = 160  # characters of a payload where there is no terminal that has a width
_COLOURS = {"call": "cyan", "result": "green", "error": "red", "send": "magenta"}
_KINDS = {"call": "CALL", "result": "CALLRESULT", "error": "CALLERROR", "send": "SEND"}


class Teller:
    """Writes to stdout: in colours on a terminal, in plain lines elsewhere."""

    def __init__(self, file: TextIO | None = None, *, is_full: bool = False) -> None:
        self._out = Console(file=file, highlight=False)
        self._errors = Console(file=sys.stderr, highlight=False)
        self._is_full = is_full
        self._mask = Mask()
        self._step = 0
        self.messages = 0

    def step(self, text: str) -> None:
        """Something begins."""
        self._step += 1
        self._line(Text(f"\n{self._step}. {text}", style="bold"))

    def note(self, text: str) -> None:
        """Something that is good to know."""
        self._line(Text(f"   {text}"))

    def message(self, frame: Frame) -> None:
        """A message passes."""
        self.messages += 1
        arrow = "station → CSMS" if frame.direction == "out" else "CSMS → station"
        colour = _COLOURS[frame.type]
        head = f"   {arrow}  {_KINDS[frame.type]:10}  "
        line = Text(head, style="dim")
        line.append(f"{frame.action}  ", style=colour)
        payload = self._mask.text(json.dumps(frame.payload, separators=(",", ":")))
        line.append(self._cut(payload, line.cell_len), style="dim")
        self._line(line)

    def summary(self, facts: Iterable[tuple[str, str]]) -> None:
        """What came of it."""
        table = Table(show_header=False, box=None, padding=(0, 2, 0, 3))
        for name, value in facts:
            table.add_row(Text(name), Text(value, style="bold"))
        self._line(Text("\nSummary", style="bold"))
        self._out.print(table)

    def fail(self, text: str) -> None:
        """It did not come to its end."""
        self._errors.print(Text(f"\nThe demonstration has failed: {text}", style="red"))

    def _line(self, text: Text) -> None:
        self._out.print(text, soft_wrap=True)
        self._out.file.flush()

    def _cut(self, payload: str, used: int) -> str:
        room = _ROOM
        if self._out.is_terminal:
            room = max(20, self._out.width - used)
        if self._is_full or len(payload) <= room:
            return payload
        size = f"… {len(payload)} characters"
        return payload[: room - len(size)] + size
