"""Which connectors can be used, and how the CSMS hears of it (G)."""

from ocppref.station.availability.availability import Availability
from ocppref.station.availability.reports import Notifier

__all__ = ["Availability", "Notifier"]
