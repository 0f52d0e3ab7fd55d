"""When a slot of network configuration can be used. Pure: no station, no network."""

from __future__ import annotations

import re
from collections.abc import Collection
from urllib.parse import urlsplit

from ocppj import SecurityProfile
from ocppref.station.network.slots import Apn, Slot, Vpn

PASSWORD_MINIMUM = 16
"""Characters (OCPP 2.1 Part 2, A00.FR.205)."""
PASSWORD_MAXIMUM = 64
"""Characters: what NetworkConnectionProfile can hold."""

# An identifierString without the colon, which would end the user name in Basic authentication.
_IDENTITY = re.compile(r"[A-Za-z0-9*\-_=+|@.]{1,48}")
_PIN = re.compile(r"[0-9]{4,8}", re.ASCII)
_NO_URL = "the URL has to be ws://HOST[:PORT]/PATH, or wss://"
_NETWORK = re.compile(r"[0-9]{5,6}", re.ASCII)


def find_fault(slot: Slot, *, password: str, identity: str, interfaces: Collection[str]) -> str:
    """What is wrong with a slot, and "" where nothing is.

    `password` and `identity` are those of SecurityCtrlr, for where the slot has none.
    """
    profile = slot.security_profile
    if not 0 <= profile <= max(SecurityProfile):
        return f"there is no security profile {profile}"
    return (
        url_fault(slot.url)
        or _scheme_fault(slot.url, SecurityProfile(profile))
        or identity_fault(slot.identity or identity)
        or _own_password_fault(slot, password)
        or _interface_fault(slot, interfaces)
        or ("a message timeout is at least 1 s" if slot.message_timeout < 1 else "")
        or (_vpn_fault(slot.vpn) if slot.vpn is not None else "")
        or (_apn_fault(slot.apn) if slot.apn is not None else "")
    )


def lowers_security(active: int, wanted: int, *, allowed: bool) -> bool:
    """Whether a security profile is a step down that must not be.

    Allowed or not, only 2 may follow on 3 (B09.FR.04, B09.FR.31, B09.FR.35, A05.FR.08, A05.FR.09).
    """
    return wanted < active and not (allowed and (active, wanted) == (3, 2))


def url_fault(url: str) -> str:
    """What is wrong with the URL of an endpoint."""
    try:
        parts = urlsplit(url)
        host, port = parts.hostname, parts.port
    except ValueError:
        return _NO_URL
    if parts.scheme not in ("ws", "wss") or not host or port == 0:
        return _NO_URL
    if parts.query or parts.fragment or parts.username is not None:
        return "the URL has no user, query or fragment: the identity comes behind it"
    return ""


def identity_fault(identity: str) -> str:
    """What is wrong with the identity of a station."""
    if _IDENTITY.fullmatch(identity):
        return ""
    return "an identity has 1 to 48 letters, digits and * - _ = + | @ ."


def password_fault(password: str) -> str:
    """What is wrong with a password that the CSMS wants to be used."""
    if PASSWORD_MINIMUM <= len(password) <= PASSWORD_MAXIMUM:
        return ""
    return f"a password has {PASSWORD_MINIMUM} to {PASSWORD_MAXIMUM} characters"


def pin_fault(pin: str) -> str:
    """What is wrong with the PIN of a SIM card."""
    return "" if _PIN.fullmatch(pin) else "a PIN has 4 to 8 digits"


def network_fault(network: str) -> str:
    """What is wrong with the name of a mobile network."""
    return "" if _NETWORK.fullmatch(network) else "a mobile network is 5 or 6 digits"


def _scheme_fault(url: str, profile: SecurityProfile) -> str:
    wanted = "wss" if profile.has_tls else "ws"
    if urlsplit(url).scheme == wanted:
        return ""
    return f"with security profile {profile:d} the URL begins with {wanted}://"


def _own_password_fault(slot: Slot, password: str) -> str:
    if slot.password:
        return password_fault(slot.password)
    if SecurityProfile(slot.security_profile).has_password and not password:
        return f"security profile {slot.security_profile} needs a password"
    return ""


def _interface_fault(slot: Slot, interfaces: Collection[str]) -> str:
    if slot.interface not in interfaces:
        return f"there is no interface {slot.interface}"
    if slot.interface.startswith("Wireless") and slot.apn is None:
        return f"{slot.interface} needs an access point"
    return ""


def _vpn_fault(vpn: Vpn) -> str:
    needed = {
        "VpnServer": vpn.server,
        "VpnUser": vpn.user,
        "VpnPassword": vpn.password,
        "VpnKey": vpn.key,
        "VpnType": vpn.type,
    }
    missing = [name for name, value in needed.items() if not value]
    if missing:
        return f"the VPN has no {', '.join(missing)}"
    # A group is one name, however the server spells it.
    return "a VpnGroup has no blanks around it" if vpn.group != vpn.group.strip() else ""


def _apn_fault(apn: Apn) -> str:
    if not apn.apn:
        return "the access point has no Apn"
    if apn.authentication in ("PAP", "CHAP") and not (apn.user_name and apn.password):
        return f"{apn.authentication} needs an ApnUserName and an ApnPassword"
    if apn.use_only_preferred_network and not apn.preferred_network:
        return "UseOnlyPreferredNetwork needs a PreferredNetwork"
    if apn.preferred_network and (fault := network_fault(apn.preferred_network)):
        return fault
    return pin_fault(apn.sim_pin) if apn.sim_pin else ""
