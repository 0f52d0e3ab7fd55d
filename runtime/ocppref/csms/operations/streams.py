"""Makes periodic event streams faster where values pile up at the station."""

from __future__ import annotations

from collections import deque

from ocpp21 import AdjustPeriodicEventStreamRequest, ConstantStreamDataType
from ocpp21.actions import ADJUST_PERIODIC_EVENT_STREAM
from ocppref.csms.domain.streams import faster, is_growing
from ocppref.csms.operations.commands import Commands
from ocppref.csms.storage import Connection, holdings
from ocppref.csms.storage.holdings import Kind
from ocppref.csms.storage.store import Store

_REMEMBERED = 3


class Streams:
    """How many values wait for each stream, as told the last times."""

    def __init__(self, store: Store, commands: Commands) -> None:
        self._store = store
        self._commands = commands
        self._pending: dict[tuple[str, int], deque[int]] = {}

    def note(self, station: str, stream: int, pending: int) -> bool:
        """Note how many values wait; whether they grow and something should be done."""
        seen = self._pending.setdefault((station, stream), deque(maxlen=_REMEMBERED))
        seen.append(pending)
        if not is_growing(seen):
            return False
        seen.clear()
        return True

    def forget(self, station: str, stream: int) -> None:
        """A stream is closed."""
        self._pending.pop((station, stream), None)

    async def speed_up(self, station: str, stream: int) -> None:
        """Make it faster, if it can be. Raises what a CALL raises."""
        key = str(stream)
        text = await self._store.read(lambda c: holdings.find(c, station, Kind.EVENT_STREAM, key))
        known = None if text is None else ConstantStreamDataType.read_json(text)
        params = None if known is None else faster(known.params)
        if known is None or params is None:
            return
        request = AdjustPeriodicEventStreamRequest(id=stream, params=params)
        response = await self._commands.send(station, ADJUST_PERIODIC_EVENT_STREAM, request)
        if response.status == "Accepted":
            changed = known.model_copy(update={"params": params})
            await self._store.write(lambda c: _keep(c, station, changed))


def _keep(connection: Connection, station: str, stream: ConstantStreamDataType) -> None:
    holdings.replace(connection, station, Kind.EVENT_STREAM, str(stream.id), stream.write_json())
