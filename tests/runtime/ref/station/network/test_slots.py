"""A slot as variables and as a message."""

from __future__ import annotations

from hypothesis import given
from tests.requirements import requirement
from tests.runtime.ref.station.models import model

from ocpp21 import NetworkConnectionProfileType
from ocpp21.testing import instances
from ocppref.station.device_model import variables
from ocppref.station.network import slots
from ocppref.station.network.slots import Apn, Slot, Vpn

SLOT = Slot(
    "wss://csms.example",
    "Wireless0",
    17,
    2,
    "me",
    "a password of many letters",
    Vpn("vpn.example", "user", "group", "pass", "key", "L2TP"),
    Apn("apn.example", "name", "word", "1234", "26201", True, "CHAP"),
)


@requirement("B09.FR.09", "B09.FR.12")
def test_what_is_kept_is_read_again() -> None:
    here = model()
    slots.keep(here, "2", SLOT)
    assert slots.read(here, "2") == SLOT
    assert slots.read(here, "1") == Slot("", "Any", 30, 0, "", "")
    assert here[variables.VPN_ENABLED.at(component_instance="2")]
    assert here[variables.APN_ENABLED.at(component_instance="2")]
    assert here[variables.APN_USER_NAME.at(component_instance="2")] == "name"


@requirement("B09.FR.11")
def test_what_a_profile_has_not_is_switched_off() -> None:
    here = model()
    slots.keep(here, "2", SLOT)
    slots.keep(here, "2", Slot("ws://csms.example", "Any", 30, 0, "", ""))
    assert not here[variables.VPN_ENABLED.at(component_instance="2")]
    assert not here[variables.APN_ENABLED.at(component_instance="2")]
    assert slots.read(here, "2").vpn is None


@given(instances(NetworkConnectionProfileType))
def test_every_message_is_a_slot_that_can_be_kept(data: NetworkConnectionProfileType) -> None:
    here, slot = model(), slots.from_message(data)
    slots.keep(here, "1", slot)
    assert slots.read(here, "1") == slot


def test_nothing_secret_is_shown() -> None:
    shown = repr(SLOT)
    for secret in (SLOT.password, "'pass'", "'key'", "'word'", "1234"):
        assert secret not in shown
