"""When a slot of network configuration can be used."""

from __future__ import annotations

from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st
from tests.requirements import requirement

from ocppref.station.network.rules import (
    find_fault,
    identity_fault,
    lowers_security,
    network_fault,
    password_fault,
    pin_fault,
    url_fault,
)
from ocppref.station.network.slots import Apn, Slot, Vpn

PASSWORD = "a password of many letters"
SLOT = Slot("ws://csms.example/ocpp", "Any", 30, 0, "", "")
VPN = Vpn("vpn.example", "me", "", "secret", "shared", "IPSec")
APN = Apn("apn.example", "", "", "", "", False, "NONE")


def fault(slot: Slot, *, password: str = "") -> str:
    return find_fault(
        slot, password=password, identity="CS001", interfaces=("Any", "Wired0", "Wireless0")
    )


@pytest.mark.parametrize(
    "slot",
    [
        SLOT,
        replace(SLOT, security_profile=1, password=PASSWORD),
        replace(SLOT, security_profile=2, password=PASSWORD, url="wss://csms.example:8443"),
        replace(SLOT, security_profile=3, url="wss://[::1]/"),
        replace(SLOT, identity="other@CS_1|x"),
        replace(SLOT, interface="Wireless0", apn=APN),
        replace(SLOT, vpn=VPN),
        replace(SLOT, vpn=replace(VPN, group="drivers")),
        replace(SLOT, apn=replace(APN, authentication="PAP", user_name="me", password="x")),
        replace(SLOT, apn=replace(APN, sim_pin="0123", preferred_network="26201")),
    ],
    ids=repr,
)
def test_what_can_be_used(slot: Slot) -> None:
    assert fault(slot) == ""


def test_without_one_of_its_own_a_slot_uses_the_password_of_the_station() -> None:
    slot = replace(SLOT, security_profile=1)
    assert fault(slot) == "security profile 1 needs a password"
    assert fault(slot, password="short") == ""  # who set the station up has chosen it


@requirement("B09.FR.02", "B09.FR.34")
@pytest.mark.parametrize(
    ("slot", "part"),
    [
        (replace(SLOT, url=""), "the URL has to be"),
        (replace(SLOT, url="http://csms.example"), "the URL has to be"),
        (replace(SLOT, url="ws://"), "the URL has to be"),
        (replace(SLOT, url="ws://csms.example:99999"), "the URL has to be"),
        (replace(SLOT, url="ws://[::1"), "the URL has to be"),
        (replace(SLOT, url="ws://csms.example/?a=b"), "no user, query or fragment"),
        (replace(SLOT, url="ws://me:secret@csms.example/"), "no user, query or fragment"),
        (replace(SLOT, url="wss://csms.example"), "profile 0 the URL begins with ws://"),
        (replace(SLOT, security_profile=2, password=PASSWORD), "profile 2 the URL begins"),
        (replace(SLOT, security_profile=4), "no security profile 4"),
        (replace(SLOT, security_profile=-1), "no security profile -1"),
        (replace(SLOT, identity="C:S"), "an identity has"),
        (replace(SLOT, security_profile=1, password="short"), "16 to 64 characters"),
        (replace(SLOT, interface="Wired1"), "no interface Wired1"),
        (replace(SLOT, interface="Wireless0"), "Wireless0 needs an access point"),
        (replace(SLOT, message_timeout=0), "at least 1 s"),
        (replace(SLOT, vpn=replace(VPN, server="")), "the VPN has no VpnServer"),
        (replace(SLOT, vpn=replace(VPN, user="")), "the VPN has no VpnUser"),
        (replace(SLOT, vpn=replace(VPN, password="")), "the VPN has no VpnPassword"),
        (replace(SLOT, vpn=replace(VPN, key="", type="")), "no VpnKey, VpnType"),
        (replace(SLOT, vpn=replace(VPN, group=" x")), "VpnGroup"),
        (replace(SLOT, apn=replace(APN, apn="")), "no Apn"),
        (replace(SLOT, apn=replace(APN, authentication="CHAP")), "CHAP needs an ApnUserName"),
        (replace(SLOT, apn=replace(APN, use_only_preferred_network=True)), "needs a Preferred"),
        (replace(SLOT, apn=replace(APN, preferred_network="2620")), "5 or 6 digits"),
        (replace(SLOT, apn=replace(APN, sim_pin="123")), "4 to 8 digits"),
    ],
    ids=str,
)
def test_what_cannot_be_used(slot: Slot, part: str) -> None:
    assert part in fault(slot)


@given(st.text(max_size=60), st.integers(), st.integers(-5, 9))
def test_it_never_fails(text: str, number: int, profile: int) -> None:
    slot = Slot(text, text, number, profile, text, text, VPN, replace(APN, sim_pin=text))
    assert isinstance(fault(slot), str)
    for check in (url_fault, identity_fault, password_fault, pin_fault, network_fault):
        assert isinstance(check(text), str)


@requirement("B09.FR.04", "B09.FR.31", "A05.FR.08", "A05.FR.09")
@pytest.mark.parametrize("active", range(4))
@pytest.mark.parametrize("wanted", range(4))
def test_a_step_down_is_from_3_to_2_and_only_where_it_is_allowed(active: int, wanted: int) -> None:
    assert lowers_security(active, wanted, allowed=False) is (wanted < active)
    is_allowed = wanted >= active or (active, wanted) == (3, 2)
    assert lowers_security(active, wanted, allowed=True) is not is_allowed
