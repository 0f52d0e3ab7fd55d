"""No variable is there for nothing: what can be set has an effect, what is told is true.

`behaviour` in the catalogue says which module reads or writes a variable. That it does so by the
variable's handle is read from its source; what follows from it is shown here for the modules of
the device model and the network, and in the tests of the other modules for theirs.
"""

from __future__ import annotations

import ast
from collections.abc import Callable, Iterator
from functools import cache
from pathlib import Path

import pytest
from tests.runtime.ref.station.models import get, model, status
from tests.runtime.ref.station.network.test_profiles import Rig

import ocppref.station
from ocpp21 import AttributeEnumType, ReportBaseEnumType
from ocppj import SecurityProfile
from ocppref.station.config import StationConfig
from ocppref.station.device_model import variables
from ocppref.station.device_model.definitions import Definition, catalogue
from ocppref.station.device_model.handles import Handle
from ocppref.station.network import slots

ROOT = Path(ocppref.station.__path__[0])
PASSWORD = "a password of many letters"
CONFIG = StationConfig(
    csms_url="ws://one.example", security_profile=SecurityProfile.BASIC, password=PASSWORD
)
NAMES = {
    (handle.key.component, handle.key.variable, handle.key.instance, handle.attribute): name
    for name, handle in vars(variables).items()
    if isinstance(handle, Handle)
}
USED = [
    (definition, attribute)
    for definition in catalogue()
    for attribute in definition.attributes
    if definition.behaviour is not None
]


def name(definition: Definition, attribute: AttributeEnumType = AttributeEnumType.ACTUAL) -> str:
    key = (definition.component, definition.variable, definition.instance, attribute)
    return NAMES[key]


def sources(module: str) -> list[Path]:
    """The files of a module or package below `ocppref.station`."""
    path = ROOT.joinpath(*module.split("."))
    return sorted(path.rglob("*.py")) if path.is_dir() else [path.with_suffix(".py")]


@cache
def mentioned(path: Path) -> frozenset[str]:
    """The names of handles in a file, but for where they are defined."""
    if path == ROOT / "device_model" / "variables.py":
        return frozenset()
    tree = ast.parse(path.read_text(encoding="utf-8"))
    return frozenset(_names(tree))


def _names(tree: ast.AST) -> Iterator[str]:
    for node in ast.walk(tree):
        if isinstance(node, ast.Attribute) and isinstance(node.ctx, ast.Load):
            yield node.attr
        elif isinstance(node, ast.Name) and isinstance(node.ctx, ast.Load):
            yield node.id


@pytest.mark.parametrize(("definition", "attribute"), USED, ids=[name(*each) for each in USED])
def test_the_module_that_is_named_uses_it(
    definition: Definition, attribute: AttributeEnumType
) -> None:
    assert definition.behaviour is not None
    files = sources(definition.behaviour)
    assert files, f"there is no ocppref.station.{definition.behaviour}"
    known = frozenset().union(*map(mentioned, files))
    assert name(definition, attribute) in known, f"{definition.behaviour} does not use it"


# What follows from setting a variable: true if it is there after the text was set, and was not
# before. The slot is one that is not in use.
Effect = Callable[[Rig], object]


def _way(rig: Rig) -> object:
    """What the second slot would connect with, or why it would not."""
    made = rig.network._make("1")
    return made if isinstance(made, str) else (made.url, made.identity, made.password, made)


def _is_raised(rig: Rig) -> object:
    rig.model.write(variables.SECURITY_PROFILE, 3)
    profile = variables.SLOT_SECURITY_PROFILE.at(component_instance="1").key
    return status(rig.model, profile, "2")


def _apn(rig: Rig) -> object:
    """What the modem is told."""
    return slots.read(rig.model, "1").apn


def _order(rig: Rig) -> object:
    return [profile.slot for profile in rig.network.profiles()]


def _own(rig: Rig) -> object:
    return [profile.password for profile in rig.network.profiles()]


VPN = {"VpnEnabled": "true", "VpnServer": "v", "VpnUser": "u", "VpnPassword": "p", "VpnKey": "k"}
APN = {"ApnEnabled": "true", "Apn": "a"}
# By handle: how the second slot stands before, the text that is set, and what is looked at.
EFFECTS: dict[str, tuple[dict[str, str], str, Effect]] = {
    "BASIC_AUTH_PASSWORD": ({}, "another password of many", _own),
    "ALLOW_SECURITY_PROFILE_DOWNGRADE": ({}, "true", _is_raised),
    "NETWORK_CONFIGURATION_PRIORITY": ({"SecurityProfile": "1"}, "1,0", _order),
    "OCPP_CSMS_URL": ({}, "ws://three.example/", _way),
    "OCPP_INTERFACE": ({}, "Wireless0", _way),
    "SLOT_MESSAGE_TIMEOUT": ({}, "7", _way),
    "SLOT_SECURITY_PROFILE": ({}, "1", _way),
    "SLOT_IDENTITY": ({}, "other", _way),
    "SLOT_BASIC_AUTH_PASSWORD": ({"SecurityProfile": "1"}, "its own, of many letters", _way),
    "VPN_ENABLED": ({}, "true", _way),
    "VPN_TYPE": (VPN, "IPSec", _way),
    "VPN_SERVER": (VPN, "", _way),
    "VPN_USER": (VPN, "", _way),
    "VPN_GROUP": ({**VPN, "VpnType": "L2TP", "SecurityProfile": "1"}, " x", _way),
    "VPN_PASSWORD": (VPN, "", _way),
    "VPN_KEY": (VPN, "", _way),
    "APN_ENABLED": ({}, "true", _way),
    "APN": (APN, "", _way),
    "APN_USER_NAME": ({**APN, "ApnAuthentication": "PAP", "ApnPassword": "x"}, "me", _way),
    "APN_PASSWORD": ({**APN, "ApnAuthentication": "PAP", "ApnUserName": "x"}, "x", _way),
    "SIM_PIN": (APN, "1234", _apn),
    "PREFERRED_NETWORK": ({**APN, "UseOnlyPreferredNetwork": "true"}, "26201", _way),
    "USE_ONLY_PREFERRED_NETWORK": (APN, "true", _way),
    "APN_AUTHENTICATION": (APN, "CHAP", _way),
}
MINE = [
    name(definition)
    for definition in catalogue()
    if definition.writable and definition.behaviour in ("network", "device_model")
]


@pytest.mark.parametrize("handle", MINE)
def test_what_is_set_of_the_network_has_an_effect(handle: str) -> None:
    before, text, effect = EFFECTS[handle]
    seen = []
    for is_set in (False, True):
        rig = Rig(CONFIG)
        rig.set("1", OcppCsmsUrl="ws://two.example/ocpp", **before)
        if handle == "NETWORK_CONFIGURATION_PRIORITY":
            rig.prioritise("0,1")
        if is_set:
            plain = vars(variables)[handle]
            is_slot = plain.key.component == "NetworkConfiguration"
            key = plain.at(component_instance="1").key if is_slot else plain.key
            assert status(rig.model, key, text)[0] in ("Accepted", "RebootRequired")
        seen.append(effect(rig))
    assert seen[0] != seen[1]


# What cannot be set but in the configuration, of the device model itself.
def test_what_the_model_says_of_itself_is_so() -> None:
    here = model(
        {
            "DeviceDataCtrlr.ReportingValueSize": "3",
            "DeviceDataCtrlr.ConfigurationValueSize": "4",
        }
    )
    assert get(here, variables.TX_START_POINT.key).attribute_value == "Pow"
    assert status(here, variables.ORGANIZATION_NAME.key, "12345")[1] == "TooLargeElement"
    told = here.report(ReportBaseEnumType.FULL_INVENTORY)
    values = [each.value or "" for data in told for each in data.variable_attribute]
    assert max(map(len, values)) == 3
