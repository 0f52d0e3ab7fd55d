"""Device models, and shorthands to ask and change them as a CSMS does."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import UTC, datetime

from tests.runtime.manual_clock import ManualClock

from ocpp21 import (
    AttributeEnumType,
    ComponentType,
    EVSEType,
    GetVariableDataType,
    GetVariableResultType,
    SetVariableDataType,
    SetVariableResultType,
    VariableType,
)
from ocppref.station.config import ConnectorConfig, EvseConfig, StationConfig
from ocppref.station.device_model import DeviceModel, VariableKey
from ocppref.station.store import MemoryStore, Store
from ocppref.station.time import StationClock

NOW = datetime(2025, 6, 1, 12, 0, tzinfo=UTC)
ACTUAL = AttributeEnumType.ACTUAL
TWO_EVSES = (
    EvseConfig(1, (ConnectorConfig(1), ConnectorConfig(2, "cCCS2")), max_power=11_000.0, phases=1),
    EvseConfig(2, (ConnectorConfig(1, "cCCS2"),), max_power=150_000.0, dc=True),
)


def clock() -> StationClock:
    """A clock that stands still at `NOW`."""
    return StationClock(ManualClock(), lambda: NOW)


def model(
    variables: Mapping[str, str] | None = None,
    *,
    store: Store | None = None,
    config: StationConfig | None = None,
) -> DeviceModel:
    """A device model. The station has one EVSE of one connector if `config` says nothing else."""
    config = config or StationConfig(variables=variables or {})
    return DeviceModel(config=config, store=store or MemoryStore(), clock=clock())


def component(key: VariableKey) -> ComponentType:
    """The Component as a message names it."""
    evse = None if key.evse is None else EVSEType(id=key.evse, connector_id=key.connector)
    return ComponentType(name=key.component, instance=key.component_instance, evse=evse)


def get(
    model: DeviceModel, key: VariableKey, attribute: AttributeEnumType = ACTUAL
) -> GetVariableResultType:
    """What GetVariables says."""
    variable = VariableType(name=key.variable, instance=key.instance)
    data = GetVariableDataType(
        component=component(key), variable=variable, attribute_type=attribute
    )
    return model.get(data)


def set_(
    model: DeviceModel, key: VariableKey, text: str, attribute: AttributeEnumType = ACTUAL
) -> SetVariableResultType:
    """What SetVariables says."""
    variable = VariableType(name=key.variable, instance=key.instance)
    data = SetVariableDataType(
        component=component(key),
        variable=variable,
        attribute_type=attribute,
        attribute_value=text,
    )
    return model.set(data)


def status(
    model: DeviceModel, key: VariableKey, text: str, attribute: AttributeEnumType = ACTUAL
) -> tuple[str, str | None]:
    """The status of SetVariables, and its reason code."""
    result = set_(model, key, text, attribute)
    info = result.attribute_status_info
    return result.attribute_status.value, None if info is None else info.reason_code
