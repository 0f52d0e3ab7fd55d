"""What a station's own part of the device model weighs."""

from __future__ import annotations

import gc
import tracemalloc

from tests.runtime.ref.station.models import clock

from ocppref.station.config import StationConfig
from ocppref.station.device_model import DeviceModel
from ocppref.station.network import NetworkProfiles
from ocppref.station.store import MemoryStore

STATIONS = 100
LIMIT = 6_000
"""Bytes for each station, without its store."""


def weigh() -> float:
    """Bytes that one more station takes."""
    configs = [StationConfig(identity=f"CS{number:03}") for number in range(STATIONS)]
    stores = [MemoryStore() for _ in configs]
    clocks = [clock() for _ in configs]
    for config, store in zip(configs, stores, strict=True):  # what is the store's is there before
        DeviceModel(config=config, store=store, clock=clocks[0])
    gc.collect()
    tracemalloc.start()
    try:
        kept = []
        for config, store, own in zip(configs, stores, clocks, strict=True):
            model = DeviceModel(config=config, store=store, clock=own)
            kept.append((model, NetworkProfiles(model=model, config=config, store=store)))
        gc.collect()
        return tracemalloc.get_traced_memory()[0] / len(kept)
    finally:
        tracemalloc.stop()


def test_a_station_holds_only_its_own_values() -> None:
    assert weigh() < LIMIT
