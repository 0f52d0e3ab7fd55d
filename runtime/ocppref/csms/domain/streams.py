"""Periodic event streams that a Charging Station cannot empty fast enough (N11, N12)."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import pairwise

from ocpp21 import PeriodicEventStreamParamsType

_MOST_VALUES = 1000
_GROWTHS = 3


def is_growing(pending: Sequence[int]) -> bool:
    """Whether more and more values wait at the station, by what it has told the last times."""
    last = tuple(pending)[-_GROWTHS:]
    rises = all(earlier < later for earlier, later in pairwise(last))
    return len(last) == _GROWTHS and rises


def faster(params: PeriodicEventStreamParamsType) -> PeriodicEventStreamParamsType | None:
    """What empties it faster: messages twice as often, or else with twice as many values.

    None if it is as fast as it gets.
    """
    if params.interval is not None and params.interval > 1:
        return params.model_copy(update={"interval": params.interval // 2})
    if params.values is not None and params.values < _MOST_VALUES:
        return params.model_copy(update={"values": min(params.values * 2, _MOST_VALUES)})
    return None
