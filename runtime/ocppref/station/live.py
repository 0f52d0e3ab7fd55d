"""What a person at a terminal sees of a station: it is drawn anew a few times a second."""

from __future__ import annotations

import asyncio
import contextlib
import io
import json
from collections import deque
from collections.abc import AsyncIterator, Iterator, Mapping, Sequence
from datetime import UTC, datetime

from rich.console import Console, Group, RenderableType
from rich.live import Live
from rich.markup import escape
from rich.panel import Panel
from rich.table import Table
from rich.text import Text

from ocppj import Link, Observer
from ocppref.station.scenario.frames import Frame, Reader
from ocppref.station.scenario.matching import is_there, resolve
from ocppref.station.state import EvseState, StationState, TransactionState
from ocppref.station.station import Station

PER_SECOND = 4
"""How often it is drawn."""

_MESSAGES = 12
_FEWEST = 3
_ROWS = 12
_FRAME = 2  # lines around a panel
_FACTS = 4
_LINES = 4
_STYLES = {
    "Available": "green",
    "Occupied": "cyan",
    "Reserved": "magenta",
    "Unavailable": "yellow",
    "Faulted": "bold red",
    "Accepted": "green",
    "Charging": "green",
}
_TELLING = (
    "/eventType",
    "/triggerReason",
    "/transactionInfo/chargingState",
    "/idToken/idToken",
    "/idTokenInfo/status",
    "/eventData/0/variable/name",
    "/eventData/0/actualValue",
    "/status",
    "/reason",
    "/errorCode",
    "/errorDescription",
    "/requestedMessage",
    "/type",
)
"""What is shown of a payload, where it has that."""


class LogTail(io.StringIO):
    """A stream for a log, of which only the last lines are kept."""

    def __init__(self, count: int = _LINES) -> None:
        super().__init__()
        self.lines: deque[str] = deque(maxlen=count)

    def write(self, text: str) -> int:
        """Keep the lines of it."""
        self.lines.extend(line for line in text.splitlines() if line.strip())
        return len(text)


class LiveView(Observer):
    """Shows a station on `console`. It watches its connection for the last messages.

    `log` is where the log of the process is to go, of which the last lines are shown.
    """

    def __init__(self, console: Console) -> None:
        self.log = LogTail()
        self._console = console
        self._reader = Reader()
        self._messages: deque[tuple[datetime, Frame]] = deque(maxlen=_MESSAGES)
        self._ready = ""
        self._station: Station | None = None

    def frame_in(self, link: Link, text: str) -> None:
        """Keep it for a while."""
        self._keep("in", text)

    def frame_out(self, link: Link, text: str) -> None:
        """Keep it for a while."""
        self._keep("out", text)

    def connection_closed(self, link: Link, code: int, reason: str) -> None:
        """Forget what was under way."""
        self._reader.forget()

    def _keep(self, direction: str, text: str) -> None:
        frame = self._reader.read(direction, text)
        if frame is not None:
            self._messages.append((self._now(), frame))

    def _now(self) -> datetime:
        """What the station takes for the date and time."""
        controller = None if self._station is None else self._station.controller
        return datetime.now(UTC) if controller is None else controller.core.clock.utc()

    def say(self, text: str) -> None:
        """The ready line."""
        self._ready = text

    @contextlib.asynccontextmanager
    async def showing(self, station: Station) -> AsyncIterator[None]:
        """Show a station until the end of the `async with`."""
        self._station = station
        with Live(console=self._console, auto_refresh=False, screen=False) as live:
            drawing = asyncio.create_task(self._draw(live, station))
            try:
                yield
            finally:
                drawing.cancel()
                await asyncio.gather(drawing, return_exceptions=True)
                live.update(self.picture(station), refresh=True)

    async def _draw(self, live: Live, station: Station) -> None:
        while True:
            live.update(self.picture(station), refresh=True)
            await asyncio.sleep(1 / PER_SECOND)

    def picture(self, station: Station) -> RenderableType:
        """What is to be seen now."""
        state = station.state()
        evses = _evses(state, self._now())
        logged = len(self.log.lines) + _FRAME if self.log.lines else 0
        used = 2 * _FRAME + _FACTS + _height(state) + logged + 1
        room = max(_FEWEST, min(_MESSAGES, self._console.height - used))
        parts: list[RenderableType] = [
            _station(state, station.config.csms_url, self._ready),
            evses,
            _messages(list(self._messages)[-room:]),
        ]
        if self.log.lines:
            parts.append(Panel(Text("\n".join(self.log.lines)), title="Log", border_style="dim"))
        return Group(*parts)


def _station(state: StationState, url: str, ready: str) -> Panel:
    registration = state["registration"]
    grid = Table.grid(padding=(0, 2))
    connection = Text("online", "green") if state["online"] else Text("offline", "bold red")
    if not state["powered"]:
        connection = Text("no power", "bold red")
    grid.add_row("Connection", Text.assemble(connection, f"  {url}"))
    grid.add_row("Registration", _styled(registration or "none yet"))
    grid.add_row("Queue", f"{state['queued']} messages wait" if state["queued"] else "empty")
    control = ready.rpartition("control=")[2]
    if control and control != "off":
        grid.add_row("Control API", control)
    return Panel(grid, title=f"Charging Station {escape(state['identity'])}", border_style="blue")


def _evses(state: StationState, now: datetime) -> Table:
    """All EVSEs; of many, those where something goes on."""
    table = Table(expand=True)
    for name in ("EVSE", "Connector", "State", "Charging", "Token"):
        table.add_column(name)
    for name in ("Power", "Energy", "Cost", "Time"):
        table.add_column(name, justify="right")
    running = {each["evseId"]: each for each in state["transactions"]}
    evses = state["evses"]
    shown = sorted(evses, key=lambda evse: _is_idle(evse, running))[:_ROWS]
    for evse in sorted(shown, key=lambda evse: evse["id"]):
        table.add_row(*_evse(evse, running.get(evse["id"]), now))
    if len(evses) > _ROWS:
        table.caption = f"and {len(evses) - _ROWS} more EVSEs"
    return table


def _height(state: StationState) -> int:
    """How many lines the table of EVSEs takes."""
    return 2 * _FRAME + sum(len(evse["connectors"]) for evse in state["evses"][:_ROWS])


def _is_idle(evse: EvseState, running: Mapping[int | None, TransactionState]) -> bool:
    is_plugged = any(connector["plugged"] for connector in evse["connectors"])
    return not (is_plugged or evse["id"] in running or evse["fault"])


def _evse(
    evse: EvseState, transaction: TransactionState | None, now: datetime
) -> Iterator[RenderableType]:
    yield str(evse["id"])
    connectors = evse["connectors"]
    yield "\n".join(f"{each['id']} {escape(each['type'])}" for each in connectors)
    yield Text("\n").join(_connector(each["status"], each["locked"]) for each in connectors)
    yield _charging(evse, transaction)
    yield Text("-" if transaction is None else transaction["idToken"] or "-")
    yield f"{evse['power'] / 1000:.2f} kW"
    yield _energy(evse, transaction)
    yield _cost(transaction)
    yield _duration(transaction, now)


def _connector(status: str | None, locked: bool) -> Text:
    return Text.assemble(_styled(status or "-"), " locked" if locked else "")


def _charging(evse: EvseState, transaction: TransactionState | None) -> Text:
    if evse["fault"] is not None:
        return Text(f"fault: {evse['fault']}", "bold red")
    state = evse["flow"] if transaction is None else transaction["chargingState"] or "started"
    soc = "" if evse["soc"] is None else f"  {evse['soc']:.0f} %"
    return Text.assemble(_styled(state), soc)


def _energy(evse: EvseState, transaction: TransactionState | None) -> str:
    """Of the session; of the meter where there is none."""
    energy = transaction["energyWh"] if transaction is not None else None
    if energy is None:
        return f"meter {evse['energyWh'] / 1000:.3f} kWh"
    return f"{energy / 1000:.3f} kWh"


def _cost(transaction: TransactionState | None) -> str:
    cost = None if transaction is None else transaction["totalCost"]
    return "-" if cost is None else f"{cost:.2f}"


def _duration(transaction: TransactionState | None, now: datetime) -> str:
    if transaction is None:
        return "-"
    lasted = now - datetime.fromisoformat(transaction["startedAt"])
    minutes, seconds = divmod(max(0, int(lasted.total_seconds())), 60)
    return f"{minutes // 60}:{minutes % 60:02}:{seconds:02}"


def _messages(messages: Sequence[tuple[datetime, Frame]]) -> Panel:
    grid = Table.grid(padding=(0, 1))
    for at, frame in messages:
        arrow = Text("->", "cyan") if frame.direction == "out" else Text("<-", "magenta")
        style = "bold red" if frame.type == "error" else ""
        kind = frame.type.upper() if frame.type in ("call", "send") else f"CALL{frame.type.upper()}"
        grid.add_row(
            Text(f"{at:%H:%M:%S}", "dim"),
            arrow,
            Text(kind, "dim"),
            Text(frame.action, style),
            Text(_digest(frame), "dim", no_wrap=True, overflow="ellipsis"),
        )
    return Panel(grid, title="Messages", border_style="dim")


def _digest(frame: Frame) -> str:
    """The most telling of a payload, in a line."""
    found = (resolve(frame.payload, pointer) for pointer in _TELLING)
    return "  ".join(
        each if isinstance(each, str) else json.dumps(each)
        for each in found
        if is_there(each) and not isinstance(each, dict | list)
    )


def _styled(word: str) -> Text:
    return Text(word, _STYLES.get(word, ""))
