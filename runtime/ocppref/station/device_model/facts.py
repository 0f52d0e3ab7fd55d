"""What a station knows of itself from how it was made."""

from __future__ import annotations

from typing import TYPE_CHECKING, TypeVar

from ocpp21 import AttributeEnumType
from ocppref.station.config import EvseConfig, StationConfig
from ocppref.station.device_model import variables
from ocppref.station.device_model.handles import Handle
from ocppref.station.device_model.keys import VariableKey

if TYPE_CHECKING:
    from ocppref.station.device_model.model import DeviceModel

T = TypeVar("T")
Texts = dict[tuple[VariableKey, AttributeEnumType], str]

FIRST_SLOT = "0"
"""The slot of network configuration that the station comes with."""

# OCPP 2.1 Part 2, 2.15.5, J01.FR.13: by the number of phases. All is wired straight through, so
# that each meter's first phase is the grid's first.
_ROTATIONS = {1: "Rxx", 2: "RSx", 3: "RST"}


def state(model: DeviceModel, config: StationConfig) -> None:
    """Write the facts into the model; they do not persist, the configuration has them."""
    model.write(variables.VENDOR_NAME, config.vendor)
    model.write(variables.MODEL, config.model)
    model.write(variables.SERIAL_NUMBER, config.serial_number or "")
    model.write(variables.FIRMWARE_VERSION, config.firmware_version)
    phases = max(evse.phases for evse in config.evses)
    model.write(variables.STATION_SUPPLY_PHASES, phases)
    model.write(variables.STATION_PHASE_ROTATION, _ROTATIONS[phases])
    for evse in config.evses:
        _state_evse(model, evse)


def provisioned(config: StationConfig) -> Texts:
    """What the configuration says of variables that can be changed afterwards."""
    texts: Texts = {}

    def say(handle: Handle[T], value: T) -> None:
        texts[handle.key, handle.attribute] = handle.format(value)

    say(variables.IDENTITY, config.identity)
    say(variables.BASIC_AUTH_PASSWORD, config.password or "")
    say(variables.OCPP_CSMS_URL.at(component_instance=FIRST_SLOT), config.csms_url)
    profile = variables.SLOT_SECURITY_PROFILE.at(component_instance=FIRST_SLOT)
    say(profile, config.security)
    say(variables.SECURITY_PROFILE, config.security)
    for evse in config.evses:
        say(variables.EVSE_POWER_MAX_SET.at(evse=evse.id), evse.max_power)
    return texts


def _state_evse(model: DeviceModel, evse: EvseConfig) -> None:
    model.write(variables.EVSE_SUPPLY_PHASES.at(evse=evse.id), evse.phases)
    model.write(variables.EVSE_PHASE_ROTATION.at(evse=evse.id), _ROTATIONS[evse.phases])
    model.characterise(variables.EVSE_POWER.at(evse=evse.id), minimum=0, maximum=evse.max_power)
    for connector in evse.connectors:
        kind = variables.CONNECTOR_TYPE.at(evse=evse.id, connector=connector.id)
        model.write(kind, connector.type)
        # OCPP 2.1 Part 2, 2.15.6: 0 means direct current.
        phases = variables.CONNECTOR_SUPPLY_PHASES.at(evse=evse.id, connector=connector.id)
        model.write(phases, 0 if evse.dc else evse.phases)
        rotation = variables.CONNECTOR_PHASE_ROTATION.at(evse=evse.id, connector=connector.id)
        model.write(rotation, "" if evse.dc else _ROTATIONS[evse.phases])
