"""Logs that the CSMS may have (N01): diagnostics, and the security log."""

from __future__ import annotations

from ocppref.station.logs.contents import Contents
from ocppref.station.logs.journal import Journal
from ocppref.station.logs.logs import Logs

__all__ = ["Contents", "Journal", "Logs"]
