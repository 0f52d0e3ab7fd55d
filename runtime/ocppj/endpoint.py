"""What all connections of a CSMS, or of a Charging Station, have in common."""

from __future__ import annotations

import logging
from collections.abc import Callable
from dataclasses import dataclass

from ocppj.clock import Clock
from ocppj.contract import Side
from ocppj.limits import Limits
from ocppj.observer import Observer
from ocppj.runner import Runner

LOG = logging.getLogger("ocppj")


@dataclass(slots=True)
class Endpoint:
    """Shared by connections. `limits` holds for those that are yet to come."""

    side: Side
    clock: Clock
    runner: Runner
    new_id: Callable[[], str]
    observer: Observer | None
    limits: Limits
