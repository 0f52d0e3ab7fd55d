"""A Charging Station that a script plays the driver, the car and the network of.

python examples/scripted_station.py ws://127.0.0.1:9000/ocpp CS001
"""

from __future__ import annotations

import sys

import ocppj
from ocppref.station.config import StationConfig
from ocppref.station.scenario import Frames
from ocppref.station.station import Station

TOKEN = "04A1B2C3D4E5F6"


async def main(url: str, identity: str) -> None:
    frames = Frames()
    config = StationConfig(
        identity=identity,
        csms_url=url,
        variables={"TxCtrlr.TxStartPoint": "EVConnected"},
    )
    async with Station(config, observers=[frames]) as station:
        await frames.wait_for("BootNotification", {"status": "Accepted"}, type="result")
        await station.plug(1)
        started = await frames.wait_for("TransactionEvent", {"eventType": "Started"})
        print(f"begun: {started.payload['triggerReason']}")
        await station.present(TOKEN, evse_id=1)
        await frames.wait_for("TransactionEvent", {"/transactionInfo/chargingState": "Charging"})
        print(f"charging with {station.state()['evses'][0]['power']:.0f} W")
        await station.set_ev(1, power=0)
        await frames.wait_for("TransactionEvent", {"/transactionInfo/chargingState": "SuspendedEV"})
        print("the car has enough")
        await station.unplug(1)
        ended = await frames.wait_for("TransactionEvent", {"eventType": "Ended"}, timeout=10)
        print(f"ended: {ended.payload['triggerReason']}")
        await frames.settle()


if __name__ == "__main__":
    ocppj.run(main(*sys.argv[1:3]))
