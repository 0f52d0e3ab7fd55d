"""How an EVSE is kept."""

from __future__ import annotations

from tests.runtime.ref.station.hardware.worlds import SOCKET, World

from ocppref.station.hardware.states import from_text, restore, to_text


def test_what_is_kept_can_be_put_back() -> None:
    world = World(SOCKET)
    world.hardware.plug(1)
    world.evse.permit()
    world.hardware.drive_ev(1, 1_234.5, soc=40.0)
    world.hardware.unplug(1)
    world.hardware.fault(1, True, "Smoke")
    text = to_text(world.evse)
    other = World(SOCKET)
    restore(other.evse, from_text(text))
    assert other.connector.cable_left and other.connector.locked and not other.connector.plugged
    assert other.evse.fault == "Smoke"
    assert to_text(other.evse) == text


def test_an_ev_is_kept_with_its_battery() -> None:
    world = World()
    world.hardware.plug(1)
    world.hardware.drive_ev(1, 1_234.5, soc=40.0)
    other = World()
    restore(other.evse, from_text(to_text(world.evse)))
    assert other.evse.ev == world.evse.ev
    assert other.evse.soc == 40.0
