"""kill -9 in the midst of a session, over a network that flaps: no event is lost or made up."""

from __future__ import annotations

import asyncio
import random
import signal
from collections import defaultdict
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path
from typing import Any

import httpx
import pytest
from tests.requirements import requirement
from tests.runtime.ref.station.relay import Relay, relay
from tests.runtime.ref.station.test_cli import QUICK, Process, csms, running
from tests.runtime.ref.station.tester import Tester

KILLS = 10
"""In each of five sessions: fifty in all."""

_OPTIONS = [
    *QUICK,
    "--max-power=1000000",  # so that a second is many Wh
    "--set=OCPPCommCtrlr.MessageAttempts[TransactionEvent]=1000",
    "--set=OCPPCommCtrlr.MessageAttemptInterval[TransactionEvent]=0",
    "--set=SampledDataCtrlr.TxUpdatedInterval=1",
    "--set=SampledDataCtrlr.TxStartedMeasurands=Energy.Active.Import.Register",
    "--set=SampledDataCtrlr.TxUpdatedMeasurands=Energy.Active.Import.Register",
    "--set=SampledDataCtrlr.TxEndedMeasurands=Energy.Active.Import.Register",
    "--set=AuthCtrlr.OfflineTxForUnknownIdEnabled=true",
    "--set=TxCtrlr.TxStartPoint=EVConnected",
    "--set=TxCtrlr.TxStopPoint=EVConnected",
    "--set=TxCtrlr.TxBeforeAcceptedEnabled=true",
    "--set=TxCtrlr.ResumptionTimeout=600",
]


class Life:
    """One station with many deaths."""

    def __init__(self, folder: Path, port: int, dice: random.Random) -> None:
        self._folder = folder
        self._url = f"ws://127.0.0.1:{port}/ocpp"
        self._dice = dice

    @contextmanager
    def alive(self) -> Iterator[Process]:
        with running(self._folder, "--csms-url", self._url, *_OPTIONS) as process:
            yield process

    async def be_killed(self) -> None:
        """Live a little, do something, and be killed at any moment of it."""
        with ExitStack() as stack:
            process = await asyncio.to_thread(stack.enter_context, self.alive())
            doing = asyncio.create_task(self._do(process))
            await asyncio.sleep(self._dice.choice([0.0, 0.02, 0.1, 0.3, 0.6, 1.05, 1.3]))
            await asyncio.to_thread(process.end, signal.SIGKILL)
            await doing

    async def _do(self, process: Process) -> None:
        what = self._dice.choice(["plug", "token", "unplug", "ev", "nothing", "nothing"])
        bodies: dict[str, dict[str, object]] = {
            "plug": {"evseId": 1},
            "token": {"evseId": 1, "idToken": "A", "type": "Local"},
            "unplug": {"evseId": 1},
            "ev": {"evseId": 1, "power": self._dice.choice([0, 3e5, 1e6])},
        }
        if what in bodies:
            await self._post(process, what, bodies[what])

    async def _post(self, process: Process, what: str, body: dict[str, object]) -> None:
        try:
            async with httpx.AsyncClient(trust_env=False) as client:
                await client.post(f"{process.url}/{what}", json=body)
        except httpx.HTTPError:
            pass  # it was killed on the way

    async def begin(self) -> None:
        """Plug in and be authorised, then be killed."""
        with ExitStack() as stack:
            process = await asyncio.to_thread(stack.enter_context, self.alive())
            await asyncio.to_thread(process.post, "/plug", evseId=1)
            token = {"evseId": 1, "idToken": "A", "type": "Local"}
            await asyncio.to_thread(lambda: process.post("/token", **token))
            await asyncio.sleep(self._dice.random())
            await asyncio.to_thread(process.end, signal.SIGKILL)

    async def end(self, network: Relay) -> float:
        """Go home, tell all that there is to tell, and end; gives the meter's register in Wh."""
        with ExitStack() as stack:
            process = await asyncio.to_thread(stack.enter_context, self.alive())
            state = await asyncio.to_thread(process.state)
            if state["evses"][0]["connectors"][0]["plugged"]:
                await asyncio.to_thread(process.post, "/unplug", evseId=1)
            network.is_calm = True
            network.end()
            async with asyncio.timeout(60):
                state = await _delivered(process)
            assert state["transactions"] == []
            assert await asyncio.to_thread(process.end) == 0
            assert "Traceback" not in process.log.read_text()
            return float(state["meterWh"])


async def _delivered(process: Process) -> dict[str, Any]:
    """The state once nothing is queued any more. Another process can only be asked."""
    while (state := await asyncio.to_thread(process.state))["queued"]:  # noqa: ASYNC110
        await asyncio.sleep(0.2)
    return state


def _held(tester: Tester) -> dict[str, dict[int, Any]]:
    """What the CSMS holds: what came twice is the same both times (E13.FR.02)."""
    held: dict[str, dict[int, Any]] = defaultdict(dict)
    for event in tester.of("TransactionEvent"):
        told = event.model_copy(update={"offline": None})
        numbered = held[event.transaction_info.transaction_id]
        assert numbered.setdefault(event.seq_no, told) == told
    return held


def _register(event: Any, context: str) -> float:
    [value] = [
        float(sampled.value)
        for each in event.meter_value
        for sampled in each.sampled_value
        if sampled.context == context
    ]
    return value


def _judge(tester: Tester, meter: float) -> None:
    """All is there exactly once, and all that the meter has counted is in a transaction."""
    end = 0.0
    for events in _held(tester).values():
        assert sorted(events) == list(range(len(events)))
        kinds = [events[number].event_type.value for number in sorted(events)]
        assert kinds[0] == "Started" and kinds[-1] == "Ended"
        assert set(kinds[1:-1]) <= {"Updated"}
        assert _register(events[0], "Transaction.Begin") == pytest.approx(end, abs=0.5)
        before, end = end, _register(events[len(events) - 1], "Transaction.End")
        assert end >= before
    assert end == pytest.approx(meter, abs=0.5)
    assert meter > 0


@requirement("E04.FR.01", "E12.FR.01", "E12.FR.02", "E13.FR.02")
@pytest.mark.parametrize("seed", range(5))
def test_ten_kills_in_a_session_over_a_network_that_flaps(tmp_path: Path, seed: int) -> None:
    async def live() -> None:
        dice = random.Random(seed)
        async with csms() as (server, tester), relay(server.port, dice) as (network, port):
            life = Life(tmp_path, port, dice)
            await life.begin()
            for _ in range(KILLS - 1):
                await life.be_killed()
            _judge(tester, await life.end(network))
            assert network.cuts > KILLS

    asyncio.run(live())
