"""Transactions over resets and losses of power (B12, B13, E17)."""

from __future__ import annotations

import asyncio

import pytest
from tests.requirements import requirement
from tests.runtime.ref.station.charging import (
    DRIVER,
    PLUGGED,
    accepted_by,
    charge,
    energy,
    site,
)

from ocpp21 import (
    BootReasonEnumType,
    ReasonEnumType,
    TriggerReasonEnumType,
)
from ocppj.testing import in_virtual_time


@requirement("E17.FR.01", "E17.FR.02", "E17.FR.10", "E17.FR.11", "E17.FR.14")
@in_virtual_time
@pytest.mark.parametrize("down", [0, 30, 500])
async def test_a_short_loss_of_power_ends_nothing(down: float) -> None:
    async with site() as place:
        transaction = await charge(place)
        await asyncio.sleep(90)
        await place.switch_off()
        await asyncio.sleep(down)
        place.switch_on()
        resumed = await place.told(trigger_reason="TxResumed")
        assert resumed.transaction_info.transaction_id == transaction.id
        assert resumed.transaction_info.charging_state == "Charging"
        await accepted_by(place.on.bench.registration)
        await asyncio.sleep(60)
        await place.present()
        ended = await place.told(event_type="Ended")
        assert [event.seq_no for event in place.events] == list(range(len(place.events)))
        register = place.hardware.evses[1].energy
        assert energy(ended, "Transaction.End") == pytest.approx(register, abs=0.1)
        assert energy(ended, "Transaction.Begin") == 0
        assert ended.id_token == DRIVER


@requirement("E17.FR.20", "E17.FR.21", "E17.FR.22")
@in_virtual_time
@pytest.mark.parametrize(
    ("reason", "stopped"),
    [(None, "PowerLoss"), (BootReasonEnumType.WATCHDOG, "Reboot")],
)
async def test_a_long_loss_of_power_ends_it(
    reason: BootReasonEnumType | None, stopped: str
) -> None:
    async with site() as place:
        await charge(place)
        await asyncio.sleep(90)
        await place.switch_off()
        await asyncio.sleep(700)
        place.switch_on(reason)
        ended = await place.told(event_type="Ended")
        assert ended.trigger_reason == "AbnormalCondition"
        assert ended.transaction_info.stopped_reason == stopped
        assert not place.hardware.evses[1].permitted
        assert [event.seq_no for event in place.events] == list(range(len(place.events)))
        energy(ended, "Transaction.End")
        assert place.lab.store.load("transactions") == {}


@requirement("E17.FR.20")
@in_virtual_time
async def test_without_resumption_each_loss_of_power_ends_it() -> None:
    async with site({"TxCtrlr.ResumptionTimeout": "0"}) as place:
        await charge(place)
        await place.switch_off()
        place.switch_on()
        await place.told(event_type="Ended", trigger_reason="AbnormalCondition")


@requirement("E17.FR.12")
@in_virtual_time
async def test_energy_does_not_flow_again_if_that_is_not_wanted() -> None:
    async with site({"TxCtrlr.AllowEnergyTransferResumption": "false"}) as place:
        await charge(place)
        await place.switch_off()
        place.switch_on()
        resumed = await place.told(trigger_reason="TxResumed")
        assert resumed.transaction_info.charging_state == "SuspendedEVSE"
        await asyncio.sleep(100)
        assert not place.hardware.evses[1].permitted


@requirement("B13.FR.25")
@in_virtual_time
async def test_nor_does_it_after_a_reset() -> None:
    async with site({"TxCtrlr.AllowEnergyTransferResumption": "false"}) as place:
        await charge(place)
        place.on.transactions.suspend()
        await place.told(trigger_reason="ResetCommand")
        await place.switch_off()
        place.switch_on(BootReasonEnumType.REMOTE_RESET)
        resumed = await place.told(trigger_reason="TxResumed")
        assert resumed.transaction_info.charging_state == "SuspendedEVSE"
        await asyncio.sleep(100)
        assert not place.hardware.evses[1].permitted


@requirement("E17.FR.18")
@in_virtual_time
async def test_energy_flows_again_after_some_time_only() -> None:
    name = "TxCtrlr.EnergyTransferResumptionRandomRange"
    async with site({name: "300"}) as place:
        await charge(place)
        await place.switch_off()
        begun = asyncio.get_running_loop().time()
        place.switch_on()
        flows = asyncio.Event()
        place.hardware.flow_changed.connect(lambda _: flows.set())
        await flows.wait()
        assert place.hardware.evses[1].permitted
        assert 0.5 < asyncio.get_running_loop().time() - begun <= 301


@requirement("E17.FR.16", "E17.FR.17")
@in_virtual_time
@pytest.mark.parametrize("stop", ["EVConnected", "Authorized"])
async def test_an_ev_that_left_meanwhile(stop: str) -> None:
    settings = {"TxCtrlr.TxStopPoint": stop, "TxCtrlr.StopTxOnEVSideDisconnect": "false"}
    async with site(settings) as place:
        await charge(place)
        await place.switch_off()
        place.hardware.unplug(1)
        place.switch_on()
        if stop == "EVConnected":
            ended = await place.told(event_type="Ended")
            assert ended.trigger_reason == "EVCommunicationLost"
        else:
            resumed = await place.told(trigger_reason="TxResumed")
            assert resumed.transaction_info.charging_state == "Idle"
            place.hardware.plug(1)
            await place.told(charging_state="Charging")


@requirement("E17.FR.02")
@in_virtual_time
async def test_signs_of_life_tell_when_the_power_went() -> None:
    # Without readings there is nothing to tell for hours, and yet a short loss is a short one.
    async with site({"SampledDataCtrlr.TxUpdatedInterval": "0"}) as place:
        await charge(place)
        await asyncio.sleep(5000)
        await place.switch_off()
        await asyncio.sleep(300)
        place.switch_on()
        await place.told(trigger_reason="TxResumed")


@requirement("B13.FR.04", "B13.FR.12", "B13.FR.20", "B13.FR.23", "B13.FR.30")
@in_virtual_time
async def test_a_reset_that_it_survives_however_long_that_takes() -> None:
    async with site(connector="sType2") as place:
        await charge(place)
        place.on.transactions.suspend()
        await place.told(trigger_reason="ResetCommand", event_type="Updated")
        assert not place.hardware.evses[1].permitted
        assert not place.hardware.evses[1].connectors[1].locked
        await place.switch_off()
        await asyncio.sleep(5000)
        place.switch_on(BootReasonEnumType.REMOTE_RESET)
        resumed = await place.told(trigger_reason="TxResumed")
        assert resumed.transaction_info.charging_state == "Charging"
        assert place.hardware.evses[1].permitted
        assert place.hardware.evses[1].connectors[1].locked
        await asyncio.sleep(600)
        await place.present()
        ended = await place.told(event_type="Ended")
        told = [energy(ended, f"{context}.Begin") for context in ("Transaction", "Interruption")]
        assert told == [0.0, energy(ended, "Interruption.End")]
        assert energy(ended, "Transaction.End") > energy(ended, "Interruption.End")


@requirement("B13.FR.10", "B13.FR.11", "B13.FR.13")
@in_virtual_time
async def test_a_reset_of_its_evse() -> None:
    async with site(evses=2) as place:
        await charge(place)
        place.hardware.plug(2)
        await place.present(DRIVER, 2)
        await asyncio.sleep(60)
        place.on.transactions.suspend(1)
        assert not place.hardware.evses[1].permitted
        assert place.hardware.evses[2].permitted
        await asyncio.sleep(20)
        place.on.transactions.resume(1)
        await place.told(trigger_reason="TxResumed", charging_state="Charging")
        assert place.hardware.evses[1].permitted
        await place.present(DRIVER, 1)
        ended = await place.told(event_type="Ended")
        assert energy(ended, "Interruption.Begin") == energy(ended, "Interruption.End") > 0


@requirement("B12.FR.04")
@in_virtual_time
async def test_a_reset_that_ends_all() -> None:
    async with site(evses=2) as place:
        await charge(place)
        place.on.transactions.end(
            None, TriggerReasonEnumType.RESET_COMMAND, ReasonEnumType.IMMEDIATE_RESET
        )
        ended = await place.told(event_type="Ended")
        assert ended.transaction_info.stopped_reason == "ImmediateReset"
        assert place.on.transactions.all() == []


@in_virtual_time
async def test_who_is_plugged_in_at_the_power_on_is_noticed() -> None:
    async with site(PLUGGED) as place:
        await place.switch_off()
        place.hardware.plug(1)
        place.switch_on()
        started = await place.told(event_type="Started")
        assert started.trigger_reason == "CablePluggedIn"
        await place.present()
        await place.told(charging_state="Charging")
