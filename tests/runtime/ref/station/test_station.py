"""A whole station, as a script plays with it."""

from __future__ import annotations

import asyncio
from datetime import timedelta
from pathlib import Path

import pytest
from tests.requirements import requirement
from tests.runtime.ref.station.stage import TOKEN, Stage, stage
from tests.runtime.ref.station.tester import boot_answer, virtual_date

from ocppj import Link, Observer
from ocppj.testing import in_virtual_time, run_virtually
from ocppref.station.config import ConfigError, StationConfig
from ocppref.station.device_model import VariableError
from ocppref.station.hardware import Impossible
from ocppref.station.station import Station
from ocppref.station.store import MemoryStore, SqliteStore

QUICK = {
    "OCPPCommCtrlr.RetryBackOffWaitMinimum": "1",
    "OCPPCommCtrlr.RetryBackOffRandomRange": "0",
    "OCPPCommCtrlr.RetryBackOffRepeatTimes": "0",
}


@requirement("B01.FR.05", "E02.FR.01")
@in_virtual_time
async def test_a_session_from_the_cable_to_the_cable() -> None:
    async with stage() as the:
        await the.booted()
        await the.charge()
        state = the.station.state()
        assert state["online"] and state["registration"] == "Accepted" and state["powered"]
        [evse], [transaction] = state["evses"], state["transactions"]
        assert evse["power"] == 22_000 and evse["connectors"][0]["status"] == "Occupied"
        assert transaction["idToken"] == TOKEN and transaction["chargingState"] == "Charging"
        await asyncio.sleep(3590)
        await the.station.present(TOKEN, evse_id=1)
        await the.station.unplug(1)
        await asyncio.sleep(1)
        assert the.statuses() == ["Available", "Occupied", "Available"]
        numbers = [event.seq_no for event in the.tester.of("TransactionEvent")]
        assert numbers == list(range(len(numbers)))
        assert the.events()[0][0] == "Started" and the.events()[-1][0] == "Ended"
        state = the.station.state()
        assert state["transactions"] == [] and state["queued"] == 0
        assert state["meterWh"] == pytest.approx(22_000, rel=0.001)


@requirement("E11.FR.02", "B04.FR.01")
@in_virtual_time
async def test_the_network_plug_can_be_pulled_and_put_back() -> None:
    async with stage({"AuthCtrlr.OfflineTxForUnknownIdEnabled": "true"}) as the:
        await the.booted()
        await the.station.go_offline()
        await the.station.go_offline()
        await asyncio.sleep(1)
        assert not the.station.state()["online"]
        await the.charge()
        await asyncio.sleep(600)
        assert the.station.state()["queued"] > 0
        await the.station.go_online()
        await asyncio.sleep(1)
        assert the.station.state()["online"] and the.station.state()["queued"] == 0
        events = the.tester.of("TransactionEvent")
        assert events and all(event.offline for event in events)
        assert len(the.tester.of("BootNotification")) == 1


@requirement("B01.FR.03", "E17.FR.14")
@in_virtual_time
async def test_the_power_can_be_cut() -> None:
    async with stage(QUICK) as the:
        await the.booted()
        await the.charge()
        cycle = asyncio.create_task(the.station.power_cycle(down_seconds=60))
        await asyncio.sleep(1)
        state = the.station.state()
        assert not state["powered"] and not state["online"] and state["registration"] is None
        assert state["evses"][0]["power"] == 0
        with pytest.raises(Impossible):
            await the.station.power_cycle()
        with pytest.raises(Impossible):
            await the.station.present(TOKEN)
        await cycle
        await the.booted(2)
        await asyncio.sleep(5)
        assert the.events()[-1] == ("Updated", "TxResumed")
        assert the.tester.of("BootNotification")[1].reason == "PowerUp"
        assert the.station.state()["evses"][0]["flow"] == "charging"


@in_virtual_time
async def test_a_cut_of_power_is_not_a_good_bye() -> None:
    closes: list[int] = []

    class Watch(Observer):
        def connection_closed(self, link: Link, code: int, reason: str) -> None:
            closes.append(code)

    async with stage() as the:
        await the.booted()
        connection = the.csms.connections["CS001"]
        await the.station.power_cycle()
        await connection.wait_closed()
        assert connection.close_code == 1006


@requirement("B01.FR.06")
@in_virtual_time
async def test_the_clock_that_the_csms_set_goes_on_over_a_cut_of_power() -> None:
    async with stage() as the:
        the.tester.answers["BootNotification"] = boot_answer(
            "Accepted", now=lambda: virtual_date() + timedelta(days=7)
        )
        await the.booted()
        the.network.reachable = False
        await the.station.power_cycle(60)
        controller = the.station.controller
        assert controller is not None
        ahead = controller.core.clock.utc() - virtual_date()
        assert abs(ahead - timedelta(days=7)) < timedelta(seconds=1)


@in_virtual_time
async def test_a_plug_that_was_pulled_stays_so_over_a_cut_of_power() -> None:
    async with stage() as the:
        await the.booted()
        await the.station.go_offline()
        await the.station.power_cycle(1)
        await asyncio.sleep(600)
        assert not the.station.state()["online"]
        cycle = asyncio.create_task(the.station.power_cycle(10))
        await asyncio.sleep(1)
        await the.station.go_online()
        await asyncio.sleep(1)
        assert not the.station.state()["online"]
        await cycle
        await the.booted(2)
        assert the.station.state()["online"]


@in_virtual_time
async def test_what_happens_while_there_is_no_power_is_found_afterwards() -> None:
    async with stage(QUICK) as the:
        await the.booted()
        cycle = asyncio.create_task(the.station.power_cycle(60))
        await asyncio.sleep(1)
        await the.station.plug(1)
        await cycle
        await the.booted(2)
        assert the.statuses() == ["Available", "Occupied"]


@in_virtual_time
async def test_what_cannot_be_is_said() -> None:
    async with stage() as the:
        with pytest.raises(Impossible, match="no EVSE 2"):
            await the.station.plug(2)
        with pytest.raises(Impossible, match="no EV at EVSE 1"):
            await the.station.unplug(1)
        with pytest.raises(Impossible, match="no EV at EVSE 1"):
            await the.station.set_ev(1, power=1000)
        with pytest.raises(Impossible, match="255"):
            await the.station.present("x" * 256)


@in_virtual_time
async def test_a_fault_comes_and_goes() -> None:
    async with stage() as the:
        await the.booted()
        await the.station.fault(1, True, "GroundFailure")
        assert the.station.state()["evses"][0]["fault"] == "GroundFailure"
        await asyncio.sleep(1)
        await the.station.fault(1, False)
        await asyncio.sleep(1)
        assert the.statuses() == ["Available", "Faulted", "Available"]


@in_virtual_time
async def test_it_can_be_closed_in_the_midst_of_anything() -> None:
    for delay in (0.0, 0.5, 3.0):
        async with stage() as the:
            await asyncio.sleep(delay)
            cycle = asyncio.create_task(the.station.power_cycle(2))
            await asyncio.sleep(delay)
        await asyncio.wait([cycle])
    async with stage() as the:
        pass


def _frames(seed: int) -> list[str]:
    class Watch(Observer):
        def frame_out(self, link: Link, text: str) -> None:
            frames.append(text)

    frames: list[str] = []

    async def play(the: Stage) -> None:
        await the.booted()
        await the.charge()
        await the.station.go_offline()
        await asyncio.sleep(200)
        await the.station.go_online()
        await the.station.power_cycle(3)
        the.network.cut()
        await asyncio.sleep(500)
        await the.station.present(TOKEN, evse_id=1)
        await the.station.unplug(1)
        await asyncio.sleep(10)

    async def main() -> None:
        async with stage(seed=seed, observers=[Watch()]) as the:
            await play(the)

    run_virtually(main())
    return frames


def test_the_same_seed_makes_the_same_frames() -> None:
    first, second, other = _frames(7), _frames(7), _frames(8)
    assert first == second
    assert len(first) > 15
    assert first != other


@in_virtual_time
async def test_two_power_ons_of_a_process_never_use_a_message_id_twice() -> None:
    ids: list[str] = []

    class Watch(Observer):
        def frame_out(self, link: Link, text: str) -> None:
            if text.startswith("[2"):
                ids.append(text.split('"')[1])

    async with stage(QUICK, observers=[Watch()]) as the:
        for number in range(4):
            await the.booted(number + 1)
            await the.station.power_cycle(1)
        await the.booted(5)
    assert len(ids) == len(set(ids)) > 5


@in_virtual_time
async def test_what_cannot_be_made_is_said() -> None:
    with pytest.raises(VariableError, match=r"did you mean TxCtrlr\.EVConnectionTimeOut"):
        Station(StationConfig(variables={"TxCtrlr.EVConnectonTimeOut": "5"}))
    with pytest.raises((ConfigError, VariableError)):
        Station(StationConfig(csms_url="nonsense"))


@pytest.mark.parametrize("kind", ["memory", "sqlite"])
def test_a_second_station_on_the_same_store_goes_on_where_the_first_was(
    kind: str, tmp_path: Path
) -> None:
    store = MemoryStore() if kind == "memory" else SqliteStore(tmp_path / "state.db")

    async def first() -> None:
        async with stage(store=store) as the:
            await the.booted()
            await the.charge()
            await the.station.go_offline()
            await asyncio.sleep(300)

    async def second() -> None:
        async with stage(QUICK, store=store) as the:
            await the.booted()
            state = the.station.state()
            assert state["evses"][0]["connectors"][0]["plugged"]
            assert state["meterWh"] > 0
            numbers = [event.seq_no for event in the.tester.of("TransactionEvent")]
            assert numbers == sorted(numbers) and len(numbers) == len(set(numbers))

    run_virtually(first())
    run_virtually(second())
    store.close()
