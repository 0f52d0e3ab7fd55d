"""Where a station connects to: the slots of network configuration (B09, B10, A05)."""

from __future__ import annotations

from ocppref.station.network.profiles import NetworkProfiles

__all__ = ["NetworkProfiles"]
