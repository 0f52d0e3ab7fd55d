"""What is known of a transaction, and what of it survives a loss of power (E17.FR.01)."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime
from enum import Enum
from functools import cache

from pydantic import TypeAdapter

from ocpp21 import ChargingStateEnumType, IdTokenType, ReasonEnumType
from ocppref.station.transactions.limits import Limits


class Hold(Enum):
    """Why an authorised driver gets no energy."""

    INVALID = "invalid"
    LIMIT = "limit"
    RESUMPTION = "resumption"


@dataclass(frozen=True, slots=True)
class Authorized:
    """Who may charge, the group he belongs to, and the languages he reads, the best one first."""

    token: IdTokenType
    group: IdTokenType | None = None
    languages: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Once:
    """What the next event is to carry, and only that one."""

    id_token: IdTokenType | None = None
    remote_start_id: int | None = None
    reservation_id: int | None = None


NOTHING_MORE = Once()


@dataclass(slots=True)
class Transaction:
    """One transaction, from Started to Ended.

    `evse_id` is None as long as nobody knows on which EVSE it will be, `connector_id` while no EV
    is connected. `seq_no` is that of the next event; `charging_state` and `phases` are what was
    reported last. `token` is the one that authorised it, also when that is over: `is_authorized`
    tells. `languages` are those of its owner, the best one first. `start_register` is the energy
    register of the EVSE at the start, in Wh. `cost` is what the CSMS says it costs so far.
    """

    id: str
    evse_id: int | None
    started_at: datetime
    connector_id: int | None = None
    seq_no: int = 0
    charging_state: ChargingStateEnumType | None = None
    token: IdTokenType | None = None
    languages: tuple[str, ...] = ()
    is_authorized: bool = False
    remote_start_id: int | None = None
    reservation_id: int | None = None
    stopped_reason: ReasonEnumType | None = None
    start_register: float | None = None
    had_ev: bool = False
    is_evse_reported: bool = False
    is_begin_reported: bool = False
    is_invalid: bool = False
    phases: int | None = None
    cost: float | None = None
    charging_seconds: float = 0.0
    charging_since: datetime | None = None


@dataclass(slots=True)
class Saved:
    """A transaction with all that its session needs to go on. `seen_at` is the last sign of life.

    `resumes_always` is one that was put to sleep by a reset: it goes on however long that takes.
    """

    transaction: Transaction
    authorized: Authorized | None = None
    once: Once = NOTHING_MORE
    limits: Limits = field(default_factory=Limits)
    holds: set[Hold] = field(default_factory=set)
    seen_at: datetime | None = None
    resumes_always: bool = False


@cache
def _adapter() -> TypeAdapter[Saved]:
    return TypeAdapter(Saved)


def dump(saved: Saved) -> str:
    """As text, for the store."""
    return _adapter().dump_json(saved, by_alias=True, exclude_none=True).decode()


def load(text: str) -> Saved:
    """What `dump` has written."""
    return _adapter().validate_json(text)
