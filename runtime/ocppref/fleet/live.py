"""What a person at a terminal sees of a fleet."""

from __future__ import annotations

import contextlib
import sys
from collections.abc import Iterator
from types import TracebackType
from typing import Self

from rich.console import Console, Group, RenderableType
from rich.live import Live
from rich.panel import Panel
from rich.table import Table
from rich.text import Text

from ocppref.fleet.crew import State
from ocppref.fleet.plan import Plan
from ocppref.fleet.report import facts, hindrance, is_good, problems, progress, verdict

_EVERY = 5.0  # seconds between two lines


class LiveView:
    """A picture that is drawn anew. Use it with `with`."""

    def __init__(self, plan: Plan, console: Console) -> None:
        self._plan = plan
        self._live = Live(console=console, auto_refresh=False)

    def __enter__(self) -> Self:
        self._live.start()
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        traceback: TracebackType | None,
    ) -> None:
        self._live.update("")
        self._live.stop()

    def show(self, state: State) -> None:
        """Draw it."""
        self._live.update(self._picture(state), refresh=True)

    def _picture(self, state: State) -> RenderableType:
        plan, left = self._plan, self._plan.duration - state.seconds
        phase = f"{left:.0f} s to go" if left > 0 else "settling: all that is waiting is told"
        parts: list[RenderableType] = [
            Text(f"{progress(state)}   {phase}", "bold"),
            _table(plan, state),
        ]
        if hindered := hindrance(state):
            parts.append(Text(hindered, "bold red"))
        parts.extend(Text(each, "red") for each in list(problems(state))[:5])
        return Panel(Group(*parts), title=f"Fleet at {plan.csms_url}", border_style="blue")


class Lines:
    """A line now and then, where there is no terminal. They go to stderr."""

    def __init__(self, console: Console) -> None:
        self._console = console
        self._next = 0.0

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        """Nothing is left."""

    def show(self, state: State) -> None:
        """Say it, if it is time."""
        if state.seconds >= self._next and state.tally.stations:
            self._next = state.seconds + _EVERY
            for line in filter(None, (progress(state), hindrance(state))):
                self._console.print(Text(line), soft_wrap=True)


def summary(plan: Plan, state: State, console: Console) -> None:
    """What came of it."""
    console.print(Text("\nSummary", "bold"))
    console.print(_table(plan, state))
    for each in problems(state):
        console.print(Text(f"  {each}", "red"), soft_wrap=True)
    console.print(Text(verdict(state), "bold green" if is_good(state) else "bold red"))


def _table(plan: Plan, state: State) -> Table:
    table = Table(show_header=False, box=None, padding=(0, 2, 0, 0))
    for name, value in facts(plan, state):
        table.add_row(Text(name), Text(value, "bold"))
    return table


@contextlib.contextmanager
def view(plan: Plan, *, live: bool) -> Iterator[LiveView | Lines]:
    """What shows the fleet: a picture on a terminal, lines elsewhere."""
    shown = LiveView(plan, Console()) if live else Lines(_errors())
    with shown:
        yield shown


def _errors() -> Console:
    return Console(file=sys.stderr, highlight=False)
