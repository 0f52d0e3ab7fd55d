"""The results of steps on a terminal, or as plain lines where the output goes elsewhere."""

from __future__ import annotations

from collections.abc import Iterable

from rich.console import Console
from rich.table import Table
from rich.text import Text

from ocppref.station.scenario.durations import show
from ocppref.station.scenario.format import Scenario
from ocppref.station.scenario.outcome import Outcome, StepResult, Verdict

_STYLES = {Verdict.PASSED: "green", Verdict.FAILED: "bold red", Verdict.SKIPPED: "dim"}


class Teller:
    """Writes a line for each step, a line for each note, and a summary."""

    def __init__(self, console: Console) -> None:
        self._console = console

    def begin(self, scenario: Scenario) -> None:
        """Say what is played."""
        self._write(Text(f"{scenario.name}", style="bold"), scenario.file)

    def tell(self, result: StepResult) -> None:
        """Say how a step went."""
        style = _STYLES[result.verdict]
        line = Text.assemble(
            (f"{result.verdict.value:<7}", style), f"  {result.number:>5}  {result.text}"
        )
        took = f"({_seconds(result.seconds)})" if result.seconds >= 0.05 else ""
        self._write(line, took)
        if result.message:
            self._write(Text(f"{'':16}line {result.line}: {result.message}", style=style), "")

    def say(self, text: str) -> None:
        """Show what a scenario says to the person."""
        self._write(Text(f"{'note':<7}{'':9}{text}", style="cyan"), "")

    def end(self, outcome: Outcome) -> None:
        """Say how it went."""
        counts = ", ".join(
            f"{count} {verdict.value}" for verdict in Verdict if (count := outcome.count(verdict))
        )
        verdict = Verdict.PASSED if outcome.is_passed else Verdict.FAILED
        about = f"in {_seconds(outcome.seconds)}, {len(outcome.frames)} frames"
        self._write(Text(f"{verdict.value}: {counts}", style=_STYLES[verdict]), about)

    def _write(self, line: Text, more: str) -> None:
        if more:
            line = Text.assemble(line, "  ", (more, "dim"))
        self._console.print(line, soft_wrap=True, highlight=False)


def list_scenarios(console: Console, shipped: Iterable[tuple[str, Scenario]]) -> None:
    """Show the scenarios that there are: a table on a terminal, else lines with tabs."""
    if not console.is_terminal:
        for name, scenario in shipped:
            console.file.write(f"{name}\t{scenario.head.description}\n")
        return
    table = Table("Scenario", "What it shows", box=None, pad_edge=False)
    for name, scenario in shipped:
        table.add_row(Text(name, style="bold"), Text(scenario.head.description))
    console.print(table)


def _seconds(seconds: float) -> str:
    return f"{seconds:.1f} s" if seconds < 60 else show(round(seconds))
