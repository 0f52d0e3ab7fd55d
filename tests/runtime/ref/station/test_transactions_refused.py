"""Tokens that are not accepted afterwards, and limits, with a CSMS (E05, C15, E16)."""

from __future__ import annotations

import asyncio

import pytest
from tests.requirements import requirement
from tests.runtime.ref.station.charging import (
    DRIVER,
    PLUGGED,
    accepted,
    charge,
    info,
    site,
)

from ocpp21 import (
    TransactionLimitType,
)
from ocppj.testing import in_virtual_time

# A token that the CSMS does not accept


@requirement("E05.FR.10", "E05.FR.11")
@in_virtual_time
async def test_a_token_is_not_accepted_and_that_ends_it() -> None:
    async with site() as place:
        place.on.authorization.note(DRIVER, accepted())
        place.answer_events(id_token_info=info("Blocked"))
        place.hardware.plug(1)
        await place.present()
        ended = await place.told(event_type="Ended")
        assert ended.trigger_reason == "Deauthorized"
        assert ended.transaction_info.stopped_reason == "DeAuthorized"
        assert place.on.authorization.known(DRIVER) == info("Blocked")  # C10.FR.05


@requirement("E05.FR.09", "C10.FR.05", "C12.FR.06")
@in_virtual_time
async def test_a_token_is_not_accepted_and_the_cable_ends_it() -> None:
    async with site(PLUGGED) as place:
        place.on.authorization.note(DRIVER, accepted())
        place.answer_events(id_token_info=info("Expired"))
        place.hardware.plug(1)
        await place.present()
        event = await place.told(trigger_reason="Deauthorized")
        assert event.event_type == "Updated"
        assert event.transaction_info.charging_state == "EVConnected"
        assert not place.hardware.evses[1].permitted
        assert place.on.authorization.known(DRIVER) == info("Expired")


@requirement("E05.FR.03", "E05.FR.02", "C15.FR.07")
@in_virtual_time
async def test_a_token_is_not_accepted_and_gets_some_energy() -> None:
    settings = {
        **PLUGGED,
        "TxCtrlr.StopTxOnInvalidId": "false",
        "TxCtrlr.MaxEnergyOnInvalidId": "1000",
    }
    async with site(settings) as place:
        place.on.authorization.note(DRIVER, accepted())
        place.answer_events(id_token_info=info("Blocked"))
        place.hardware.plug(1)
        await place.present()
        event = await place.told(charging_state="SuspendedEVSE")
        assert event.trigger_reason == "ChargingStateChanged"
        assert place.hardware.evses[1].energy == pytest.approx(1000, abs=0.1)


@in_virtual_time
async def test_a_token_that_is_for_another_evse_is_not_accepted() -> None:
    async with site() as place:
        place.on.authorization.note(DRIVER, accepted())
        place.answer_events(id_token_info=accepted(evse_id=[7]))
        place.hardware.plug(1)
        await place.present()
        await place.told(event_type="Ended", trigger_reason="Deauthorized")


@in_virtual_time
async def test_what_is_said_of_a_stopping_token_ends_nothing_else() -> None:
    async with site(PLUGGED) as place:
        await charge(place)
        place.answer_events(id_token_info=info("Blocked"))
        await place.present()
        await place.told(trigger_reason="StopAuthorized")
        await asyncio.sleep(1)
        assert "Deauthorized" not in [event.trigger_reason for event in place.events]


# Limits


@requirement("E16.FR.03", "E16.FR.05", "E16.FR.14", "E16.FR.19", "F07.FR.03", "C17.FR.04")
@in_virtual_time
async def test_the_csms_limits_the_energy_and_raises_it() -> None:
    async with site(PLUGGED) as place:
        place.answer_events(transaction_limit=TransactionLimitType(max_energy=1000, max_cost=5))
        place.hardware.plug(1)
        confirmed = await place.told(trigger_reason="LimitSet")
        assert confirmed.transaction_info.transaction_limit.max_energy == 1000
        assert confirmed.transaction_info.transaction_limit.max_cost == 5
        place.answer_events()
        await place.present()
        reached = await place.told(trigger_reason="EnergyLimitReached")
        assert reached.transaction_info.charging_state == "SuspendedEVSE"
        assert place.hardware.evses[1].energy == pytest.approx(1000, abs=0.01)
        await asyncio.sleep(120)
        place.answer_events(transaction_limit=TransactionLimitType(max_energy=1500))
        await asyncio.sleep(61)
        place.answer_events()
        await place.lab.tester.seen(
            "TransactionEvent", 2, lambda e: e.transaction_info.charging_state == "Charging"
        )
        await place.lab.tester.seen(
            "TransactionEvent", 2, lambda e: e.trigger_reason == "EnergyLimitReached"
        )
        assert place.hardware.evses[1].energy == pytest.approx(1500, abs=0.01)


@requirement("E16.FR.09")
@in_virtual_time
async def test_the_time_counts_from_the_start_of_the_transaction() -> None:
    async with site(PLUGGED) as place:
        place.hardware.plug(1)
        started = await place.told(event_type="Started")
        await asyncio.sleep(100)
        place.on.transactions.limit(1, TransactionLimitType(max_time=300))
        await place.present()
        reached = await place.told(trigger_reason="TimeLimitReached")
        assert (reached.timestamp - started.timestamp).total_seconds() == pytest.approx(300, 0.01)


@requirement("E16.FR.15", "E16.FR.11")
@in_virtual_time
async def test_the_csms_says_what_it_costs() -> None:
    async with site(PLUGGED) as place:
        place.answer_events(transaction_limit=TransactionLimitType(max_cost=2))
        transaction = await charge(place)
        place.answer_events(total_cost=1.99)
        await asyncio.sleep(61)
        assert place.hardware.evses[1].permitted
        place.on.transactions.cost(transaction.id, 2.01)
        reached = await place.told(trigger_reason="CostLimitReached")
        assert reached.transaction_info.charging_state == "SuspendedEVSE"
        place.on.transactions.cost("never-was", 2.01)


@requirement("E16.FR.05")
@in_virtual_time
async def test_the_state_of_charge_is_limited() -> None:
    async with site(PLUGGED, dc=True) as place:
        await charge(place)
        place.hardware.drive_ev(1, 20000, soc=50)
        place.on.transactions.limit(1, TransactionLimitType(max_soc=60))
        await place.told(trigger_reason="SoCLimitReached")
        assert place.hardware.evses[1].soc == pytest.approx(60, abs=0.01)
