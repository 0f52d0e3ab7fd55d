"""Names of variables."""

from __future__ import annotations

import pytest

from ocpp21 import ComponentType, EVSEType, VariableType
from ocppref.station.device_model.keys import VariableKey, key_of


@pytest.mark.parametrize(
    ("key", "text"),
    [
        (VariableKey("TxCtrlr", "TxStartPoint"), "TxCtrlr.TxStartPoint"),
        (VariableKey("A", "B", "C"), "A.B[C]"),
        (VariableKey("A", "B", None, "0"), "A[0].B"),
        (VariableKey("EVSE", "Power", evse=2), "EVSE@2.Power"),
        (VariableKey("Connector", "Available", evse=1, connector=3), "Connector@1/3.Available"),
    ],
)
def test_as_text(key: VariableKey, text: str) -> None:
    assert str(key) == text


def test_a_message_names_the_same() -> None:
    key = VariableKey("Connector", "Available", "x", "y", 1, 3)
    assert key_of(key.place.component_type(), key.variable_type()) == key
    assert key.place.component_type().evse == EVSEType(id=1, connector_id=3)


def test_an_empty_instance_is_none_and_evse_0_is_the_station() -> None:
    component = ComponentType(name="A", instance="", evse=EVSEType(id=0))
    assert key_of(component, VariableType(name="B", instance="")) == VariableKey("A", "B")


def test_case_does_not_count() -> None:
    one = VariableKey("TxCtrlr", "TxStartPoint", "Default", "Left", 1, 2)
    other = VariableKey("txctrlr", "TXSTARTPOINT", "DEFAULT", "left", 1, 2)
    assert one.folded() == other.folded()
    assert one.place.folded() == other.place.folded()
