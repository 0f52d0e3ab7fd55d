"""Meter values: sampled in transactions, and at fixed times of the day (J)."""

from ocppref.station.metering.measuring import Measurement
from ocppref.station.metering.metering import Due, Metering
from ocppref.station.metering.signing import Signer

__all__ = ["Due", "Measurement", "Metering", "Signer"]
