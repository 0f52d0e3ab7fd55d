"""How the owner wants transactions to go: the variables of TxCtrlr at one moment."""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache

from ocppref.station.device_model import DeviceModel, variables
from ocppref.station.transactions.limits import Limit
from ocppref.station.transactions.points import Held, Point, points


@dataclass(frozen=True, slots=True)
class Policy:
    """The values that decide what a transaction does next. Energy is in Wh."""

    start_points: Held = frozenset({Point.POWER_PATH_CLOSED})
    stop_points: Held = frozenset({Point.EV_CONNECTED, Point.AUTHORIZED})
    stop_on_invalid_id: bool = True
    max_energy_on_invalid_id: float | None = None
    stop_on_ev_side_disconnect: bool = True
    unlock_on_ev_side_disconnect: bool = True
    supported_limits: frozenset[Limit] = frozenset(Limit)


def read_policy(model: DeviceModel) -> Policy:
    """What the variables say now."""
    return Policy(
        start_points=_points(model[variables.TX_START_POINT]),
        stop_points=_points(model[variables.TX_STOP_POINT]),
        stop_on_invalid_id=model[variables.STOP_TX_ON_INVALID_ID],
        max_energy_on_invalid_id=model[variables.MAX_ENERGY_ON_INVALID_ID],
        stop_on_ev_side_disconnect=model[variables.STOP_TX_ON_EV_SIDE_DISCONNECT],
        unlock_on_ev_side_disconnect=model[variables.UNLOCK_ON_EV_SIDE_DISCONNECT],
        supported_limits=_limits(model[variables.TX_SUPPORTED_LIMITS]),
    )


@lru_cache(maxsize=256)
def _points(members: tuple[str, ...]) -> Held:
    return points(members)


@lru_cache(maxsize=32)
def _limits(members: tuple[str, ...]) -> frozenset[Limit]:
    return frozenset(limit for limit in Limit if limit.value in members)
