"""The world around the station's software: EVSEs, cables, cars, meters and locks."""

from ocppref.station.hardware.connector import Connector, ConnectorProblem
from ocppref.station.hardware.evse import Ev, Evse, Flow
from ocppref.station.hardware.readings import MEASURANDS, Reading
from ocppref.station.hardware.world import Hardware, Impossible, Presented

__all__ = [
    "MEASURANDS",
    "Connector",
    "ConnectorProblem",
    "Ev",
    "Evse",
    "Flow",
    "Hardware",
    "Impossible",
    "Presented",
    "Reading",
]
