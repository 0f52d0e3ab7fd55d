"""Which variables a station has, by its EVSEs and connectors."""

from __future__ import annotations

from tests.runtime.ref.station.models import TWO_EVSES

from ocppref.station.config import EvseConfig, StationConfig
from ocppref.station.device_model.keys import Place, VariableKey
from ocppref.station.device_model.layout import layout_of, shape_of

LAYOUT = layout_of(shape_of(StationConfig(evses=TWO_EVSES)))


def test_each_evse_and_each_connector_has_its_own() -> None:
    powers = {str(key) for key in LAYOUT.by_key if key.variable == "Power"}
    assert powers == {"EVSE@1.Power", "EVSE@2.Power"}
    types = {str(key.place) for key in LAYOUT.by_key if key.variable == "ConnectorType"}
    assert types == {"Connector@1/1", "Connector@1/2", "Connector@2/1"}
    assert LAYOUT.has_place(Place("ConnectorPlugRetentionLock", None, 1, 2))


def test_each_slot_has_its_own() -> None:
    urls = [key.component_instance for key in LAYOUT.by_key if key.variable == "OcppCsmsUrl"]
    assert urls == ["0", "1", "2"]


def test_a_variable_is_found_in_any_case() -> None:
    found = LAYOUT.find(VariableKey("devicedatactrlr", "ITEMSPERMESSAGE", "getreport"))
    assert found is not None
    assert str(found.key) == "DeviceDataCtrlr.ItemsPerMessage[GetReport]"
    assert LAYOUT.by_text[str(found.key)] is found
    assert LAYOUT.find(VariableKey("EVSE", "Power", evse=3)) is None
    assert not LAYOUT.has_place(Place("EVSE"))


def test_stations_of_one_shape_share_it() -> None:
    other = (
        EvseConfig(1, TWO_EVSES[0].connectors, max_power=1.0),
        EvseConfig(2, TWO_EVSES[1].connectors),
    )
    assert layout_of(shape_of(StationConfig(identity="X", evses=other))) is LAYOUT
    assert layout_of(shape_of(StationConfig())) is not LAYOUT
