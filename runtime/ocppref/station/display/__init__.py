"""Messages that the CSMS wants to be shown (O)."""

from ocppref.station.display.display import Display

__all__ = ["Display"]
