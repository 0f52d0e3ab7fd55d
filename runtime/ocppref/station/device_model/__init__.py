"""The device model: Components, Variables, their attributes and what they may be.

    model = DeviceModel(config=config, store=store, clock=clock)
    model[variables.EV_CONNECTION_TIME_OUT]         # 60
    model[variables.CONNECTOR_TYPE.at(evse=1, connector=1)]

The catalogue of what there is belongs to all stations of a process; a station holds its own values.
"""

from __future__ import annotations

from ocppref.station.device_model import variables
from ocppref.station.device_model.keys import VariableKey
from ocppref.station.device_model.model import Change, DeviceModel
from ocppref.station.device_model.refusal import Refusal, VariableError

__all__ = ["Change", "DeviceModel", "Refusal", "VariableError", "VariableKey", "variables"]
