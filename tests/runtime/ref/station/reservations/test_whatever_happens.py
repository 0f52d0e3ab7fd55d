"""Reservations, cables, faults and states in any order."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from contextlib import suppress
from datetime import timedelta

from hypothesis import given, settings
from hypothesis import strategies as st
from tests.requirements import requirement
from tests.runtime.ref.station.plant import Plant, Site, site
from tests.runtime.ref.station.tester import virtual_date

from ocpp21 import ConnectorStatusEnumType, IdTokenType, ReserveNowRequest
from ocppj.testing import run_virtually
from ocppref.station.config import ConnectorConfig, EvseConfig
from ocppref.station.device_model import variables
from ocppref.station.hardware import Impossible
from ocppref.station.operation import Level

EVSES = (
    EvseConfig(1),
    EvseConfig(2, (ConnectorConfig(1, "sType2"),)),
    EvseConfig(3, (ConnectorConfig(1), ConnectorConfig(2, "cCCS2"))),
)
ANNA = IdTokenType(id_token="ANNA", type="ISO14443")
OTHER = IdTokenType(id_token="OTHER", type="ISO14443")
AVAILABLE = ConnectorStatusEnumType.AVAILABLE

Deed = tuple[str, int, int]


def reserve(plant: Plant, id: int, evse_id: int | None, type: str | None = None) -> None:
    request = ReserveNowRequest(
        id=id,
        evse_id=evse_id,
        connector_type=type,
        id_token=ANNA,
        expiry_date_time=virtual_date() + timedelta(minutes=30),
    )
    free = [each for each in (1, 2, 3) if plant.availability.evse_status(each) is AVAILABLE]
    is_new = all(each.id != id for each in plant.reservations.all())
    answer = plant.reservations.reserve(request)
    if is_new and type is None and evse_id in (None, *free) and free and not plant.states.running():
        assert answer.status.value == "Accepted"  # H01.FR.04, H01.FR.23
    if evse_id is not None and answer.status.value == "Accepted":
        assert plant.reservations.is_reserved(evse_id)


def handle_cable(plant: Plant, what: str, evse_id: int) -> None:
    """A stranger plugs in, and charges if he may; or goes."""
    evse, before = plant.hardware.evses[evse_id], plant.reservations.all()
    if what == "plug":
        plant.hardware.plug(evse_id)
        if not plant.reservations.blocks(evse_id, OTHER):
            evse.permit()
    else:
        plant.hardware.unplug(evse_id)
        evse.unlock()
    assert plant.reservations.all() == before


def use(plant: Plant, evse_id: int, _: int) -> None:
    found = plant.reservations.match(evse_id, ANNA)
    if found is not None:
        plant.reservations.consume(found.id)


def begin(plant: Plant, evse_id: int, _: int) -> None:
    if plant.availability.operative(evse_id) and not plant.reservations.is_reserved(evse_id):
        plant.availability.transaction_started(evse_id)


DEEDS: dict[str, Callable[[Plant, int, int], object]] = {
    "plug": lambda plant, evse_id, _: handle_cable(plant, "plug", evse_id),
    "unplug": lambda plant, evse_id, _: handle_cable(plant, "unplug", evse_id),
    "fault": lambda plant, evse_id, _: plant.hardware.fault(evse_id, True),
    "mend": lambda plant, evse_id, _: plant.hardware.fault(evse_id, False),
    "reserve": lambda plant, evse_id, id: reserve(plant, id, evse_id),
    "any": lambda plant, _, id: reserve(plant, id, None),
    "type": lambda plant, _, id: reserve(plant, id, None, "cType2"),
    "cancel": lambda plant, _, id: plant.reservations.cancel(id),
    "use": use,
    "start": begin,
    "end": lambda plant, evse_id, _: plant.availability.transaction_ended(evse_id),
    "out": lambda plant, evse_id, _: plant.states.set(Level(evse_id), False),
    "in": lambda plant, evse_id, _: plant.states.set(Level(evse_id), True),
}
stories: st.SearchStrategy[list[Deed]] = st.lists(
    st.tuples(st.sampled_from([*DEEDS, "wait", "reboot"]), st.integers(1, 3), st.integers(1, 4)),
    max_size=25,
)


def check(plant: Plant) -> None:
    for made in plant.reservations.all():
        places = [each for each in (1, 2, 3) if plant.reservations.match(each, ANNA)]
        assert places, made
    reserved = [each for each in (1, 2, 3) if plant.reservations.is_reserved(each)]
    for evse_id in reserved:
        assert plant.hardware.evses[evse_id].fault is None
        assert plant.reservations.blocks(evse_id, OTHER)
        assert not plant.reservations.blocks(evse_id, ANNA)
    for evse_id, evse in plant.hardware.evses.items():
        for connector_id in evse.connectors:
            status = plant.availability.connector_status(evse_id, connector_id)
            handle = variables.CONNECTOR_AVAILABILITY_STATE.at(evse=evse_id, connector=connector_id)
            assert plant.model[handle] == status.value


async def go_through(the: Site, story: list[Deed]) -> None:
    plant = on(the)
    for what, evse_id, id in story:
        if what == "wait":
            await asyncio.sleep(600)
        elif what == "reboot":
            plant = reboot(the, plant)
        else:
            with suppress(Impossible):
                DEEDS[what](plant, evse_id, id)
        check(plant)
    off(plant)


def reboot(the: Site, plant: Plant) -> Plant:
    before, running = plant.reservations.all(), plant.states.running()
    off(plant)
    after = on(the)
    if not running:  # what was set while a transaction ran takes effect now
        assert sorted(each.id for each in before) == [each.id for each in after.reservations.all()]
    return after


def on(the: Site) -> Plant:
    plant = the.plant()
    for part in (plant.reservations, plant.availability):
        part.start()
    return plant


def off(plant: Plant) -> None:
    for part in (plant.availability, plant.reservations):
        part.close()
    plant.hardware.power_off()
    plant.clock.stop()


@requirement("H01.FR.07", "H01.FR.09", "G01.FR.01")
@settings(max_examples=150, deadline=None)
@given(stories)
def test_who_has_reserved_can_charge_and_nobody_else_takes_his_place(story: list[Deed]) -> None:
    async def main() -> None:
        async with site(*EVSES) as the:
            await go_through(the, story)

    run_virtually(main())
