"""The peer: a station scripted on PyPI `ocpp` and `websockets.asyncio`, as documentation shows it.

It has no EVSE, no meter and no memory: it says that it charges, and tells meter values that it
makes up. `python -m tests.benchmarks.station_peer URL uvloop 50 1000`; validation is on, as it is
by default. What it says and reads is what `station_ours` does.
"""

from __future__ import annotations

import asyncio
import sys
import time
import uuid
from datetime import UTC, datetime

from ocpp.v21 import ChargePoint, call
from websockets.asyncio.client import connect
from websockets.typing import Subprotocol

from .server_loop import run
from .station_load import INTERVAL, identity, next_line

_POWER = 22_000  # W


class Script(ChargePoint):
    """One station."""

    async def charge(self, ready: asyncio.Event) -> None:
        """A session that does not end."""
        station = {"model": "Reference", "vendor_name": "peer"}
        await self.call(call.BootNotification(charging_station=station, reason="PowerUp"))
        await self.call(call.Authorize(id_token={"id_token": "04A1B2", "type": "ISO14443"}))
        transaction, number, begun = str(uuid.uuid4()), 0, time.monotonic()
        kind, trigger = "Started", "Authorized"
        while True:
            energy = (time.monotonic() - begun) * _POWER / 3600
            await self._tell(transaction, number, kind, trigger, energy)
            ready.set()
            number += 1
            kind, trigger = "Updated", "MeterValuePeriodic"
            await asyncio.sleep(INTERVAL)

    async def _tell(
        self, transaction: str, number: int, kind: str, trigger: str, energy: float
    ) -> None:
        now = datetime.now(UTC).isoformat()
        sampled = {
            "value": round(energy, 3),
            "context": "Sample.Periodic",
            "measurand": "Energy.Active.Import.Register",
            "location": "Outlet",
            "unit_of_measure": {"unit": "Wh"},
        }
        await self.call(
            call.TransactionEvent(
                event_type=kind,
                timestamp=now,
                trigger_reason=trigger,
                seq_no=number,
                transaction_info={"transaction_id": transaction, "charging_state": "Charging"},
                meter_value=[{"timestamp": now, "sampled_value": [sampled]}],
            )
        )


async def live(url: str, number: int, ready: asyncio.Event) -> None:
    """One station, from its connection on."""
    name = identity(number)
    subprotocols = [Subprotocol("ocpp2.1")]
    async with connect(f"{url}/{name}", subprotocols=subprotocols, ping_interval=None) as socket:
        script = Script(name, socket)
        await asyncio.gather(script.start(), script.charge(ready))


async def main(url: str, first: int, count: int) -> None:
    tasks: list[asyncio.Task[None]] = []
    for last in (first, first + count):
        for number in range(len(tasks), last):
            ready = asyncio.Event()
            tasks.append(asyncio.create_task(live(url, number, ready)))
            await ready.wait()
        print("charging", flush=True)
        await next_line()


if __name__ == "__main__":
    run(main(sys.argv[1], int(sys.argv[3]), int(sys.argv[4])), sys.argv[2])
