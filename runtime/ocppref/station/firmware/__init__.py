"""Firmware updates (L01, L02): fetched, checked, installed at a time that suits."""

from __future__ import annotations

from ocppref.station.firmware.firmware import Firmware

__all__ = ["Firmware"]
