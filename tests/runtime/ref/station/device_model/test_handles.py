"""Typed names of variables."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest

from ocppref.station.device_model import variables
from ocppref.station.device_model.handles import (
    Boolean,
    DateTime,
    Decimal,
    Handle,
    Integer,
    Member,
    Members,
    Text,
)


@pytest.mark.parametrize(
    ("handle", "value", "text"),
    [
        (Integer("A", "B"), -3, "-3"),
        (Decimal("A", "B"), 0.1, "0.1"),
        (Decimal("A", "B"), 22000.0, "22000"),
        (Boolean("A", "B"), True, "true"),
        (Boolean("A", "B"), False, "false"),
        (Text("A", "B"), "a, b", "a, b"),
        (Member("A", "B"), "Idle", "Idle"),
        (Members("A", "B"), ("x", "y"), "x,y"),
        (Members("A", "B"), (), ""),
        (DateTime("A", "B"), datetime(2025, 6, 1, tzinfo=UTC), "2025-06-01T00:00:00.000Z"),
    ],
    ids=str,
)
def test_values_as_text_and_back(handle: Handle[object], value: object, text: str) -> None:
    assert handle.format(value) == text
    assert handle.parse(text) == value


def test_at_says_which_one() -> None:
    power = variables.EVSE_POWER_MAX_SET.at(evse=2)
    assert (power.key.evse, power.attribute) == (2, variables.EVSE_POWER_MAX_SET.attribute)
    assert variables.EVSE_POWER_MAX_SET.key.evse is None
    assert str(variables.CONNECTOR_TYPE.at(evse=1, connector=2).key) == (
        "Connector@1/2.ConnectorType"
    )
    url = variables.OCPP_CSMS_URL.at(component_instance="1")
    assert str(url.key) == "NetworkConfiguration[1].OcppCsmsUrl"
    assert repr(power) == "Decimal(EVSE@2.Power#MaxSet)"
