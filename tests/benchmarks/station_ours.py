"""Our stations as a contestant: `python -m tests.benchmarks.station_ours URL uvloop 50 1000`.

So many stations of one EVSE each charge, and "charging" is said; after a line on standard input so
many more do. It runs until it is killed.
"""

from __future__ import annotations

import asyncio
import sys

from ocppref.station.config import StationConfig
from ocppref.station.hardware import Flow
from ocppref.station.station import Station

from .server_loop import run
from .station_load import INTERVAL, identity, next_line

_VARIABLES = {
    "SampledDataCtrlr.TxUpdatedInterval": str(INTERVAL),
    "SampledDataCtrlr.TxUpdatedMeasurands": "Energy.Active.Import.Register",
    "OCPPCommCtrlr.WebSocketPingInterval": "0",
}


async def charge(url: str, number: int) -> Station:
    """A station in a session."""
    config = StationConfig(identity=identity(number), csms_url=url, variables=_VARIABLES)
    station = Station(config)
    assert station.controller is not None
    accepted, charging = asyncio.Event(), asyncio.Event()
    forget = station.hardware.flow_changed.connect(
        lambda evse: charging.set() if evse.flow is Flow.CHARGING else None
    )
    station.controller.core.registration.accepted.connect(lambda _: accepted.set())
    station.start()
    await station.plug(1)
    await accepted.wait()
    await station.present("04A1B2", evse_id=1)
    await charging.wait()
    forget()
    return station


async def main(url: str, first: int, count: int) -> None:
    stations: list[Station] = []
    for last in (first, first + count):
        for number in range(len(stations), last):
            stations.append(await charge(url, number))
        print("charging", flush=True)
        await next_line()


if __name__ == "__main__":
    run(main(sys.argv[1], int(sys.argv[3]), int(sys.argv[4])), sys.argv[2])
