"""Losses of power and of the connection at any moment: no event is lost, and none is made up."""

from __future__ import annotations

import asyncio
import random
from collections import defaultdict
from typing import Any

import pytest
from tests.requirements import requirement
from tests.runtime.ref.station.charging import DRIVER, Site, accepted_by, site

from ocppj.testing import run_virtually
from ocppref.station.hardware import Impossible

SETTINGS = {
    "TxCtrlr.TxStartPoint": "EVConnected,Authorized",
    "TxCtrlr.TxStopPoint": "EVConnected",
    "TxCtrlr.ResumptionTimeout": "120",
    "AuthCtrlr.OfflineTxForUnknownIdEnabled": "true",
    "TxCtrlr.TxBeforeAcceptedEnabled": "true",
    "OCPPCommCtrlr.RetryBackOffWaitMinimum": "1",
    "OCPPCommCtrlr.RetryBackOffRandomRange": "1",
    "OCPPCommCtrlr.RetryBackOffRepeatTimes": "2",
    "OCPPCommCtrlr.MessageAttempts[TransactionEvent]": "1000",
    "OCPPCommCtrlr.MessageAttemptInterval[TransactionEvent]": "1",
}


async def do_something(place: Site, dice: random.Random) -> None:
    what = dice.choice(
        ["plug", "unplug", "token", "cut", "reach", "kill", "suspend", "wait", "wait"]
    )
    network = place.lab.network
    try:
        match what:
            case "plug":
                place.hardware.plug(1)
            case "unplug":
                place.hardware.unplug(1)
            case "token":
                place.hardware.present(DRIVER, 1)
            case "suspend":
                place.hardware.drive_ev(1, dice.choice([0.0, 5000.0, 50000.0]))
            case "cut":
                network.reachable = False
                network.cut()
            case "reach":
                network.reachable = True
            case "kill":
                await place.switch_off()
                await asyncio.sleep(dice.choice([0.0, 10.0, 400.0]))
                place.switch_on()
    except Impossible:
        pass
    await asyncio.sleep(dice.choice([0.0, 0.01, 1.0, 30.0, 100.0]))


async def finish(place: Site) -> None:
    """All goes home, and the station has time to tell it."""
    place.lab.network.reachable = True
    await accepted_by(place.on.bench.registration)
    if place.hardware.evses[1].plugged is not None:
        place.hardware.unplug(1)
    await asyncio.sleep(2000)
    assert place.on.transactions.all() == []
    assert place.on.bench.outbox.pending() == 0


def by_transaction(events: list[Any]) -> dict[str, dict[int, Any]]:
    found: dict[str, dict[int, Any]] = defaultdict(dict)
    for event in events:
        numbered = found[event.transaction_info.transaction_id]
        told = event.model_copy(update={"offline": False})
        # What was sent again is the same as before (E13.FR.02).
        assert numbered.setdefault(event.seq_no, told) == told
    return found


def register(event: Any, context: str) -> float | None:
    for value in event.meter_value or ():
        for sampled in value.sampled_value:
            if sampled.context == context and sampled.phase is None:
                return float(sampled.value)
    return None


@requirement("E11.FR.01", "E12.FR.01", "E12.FR.02", "E13.FR.02", "E17.FR.01", "E17.FR.10")
@pytest.mark.parametrize("seed", range(50))
def test_every_event_arrives_whatever_happens(seed: int) -> None:
    async def live() -> None:
        dice = random.Random(seed)
        async with site(SETTINGS) as place:
            for _ in range(40):
                await do_something(place, dice)
            await finish(place)
            transactions = by_transaction(place.events)
            at_end = place.hardware.evses[1].energy
        ends = [0.0]
        for events in transactions.values():
            assert sorted(events) == list(range(len(events)))
            types = [events[number].event_type for number in sorted(events)]
            assert types[0] == "Started"
            assert types[-1] == "Ended"
            assert set(types[1:-1]) <= {"Updated"}
            begin = register(events[0], "Transaction.Begin")
            end = register(events[len(events) - 1], "Transaction.End")
            assert begin is not None and end is not None
            # Energy flows in transactions only, and not a watt-hour of it is lost.
            assert begin == pytest.approx(ends[-1], abs=0.2)
            assert end >= begin
            ends.append(end)
        assert at_end == pytest.approx(ends[-1], abs=0.2)

    run_virtually(live())
