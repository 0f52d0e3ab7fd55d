"""What a transaction may cost, take and last (E16)."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import Enum

from ocpp21 import TransactionLimitType, TriggerReasonEnumType


class Limit(Enum):
    """A kind of limit, by the name that TxCtrlr.SupportedLimits gives it."""

    COST = "maxCost"
    ENERGY = "maxEnergy"
    TIME = "maxTime"
    SOC = "maxSoC"


TRIGGERS: Mapping[Limit, TriggerReasonEnumType] = {
    Limit.COST: TriggerReasonEnumType.COST_LIMIT_REACHED,
    Limit.ENERGY: TriggerReasonEnumType.ENERGY_LIMIT_REACHED,
    Limit.TIME: TriggerReasonEnumType.TIME_LIMIT_REACHED,
    Limit.SOC: TriggerReasonEnumType.SOC_LIMIT_REACHED,
}


_DUST = 1e-6  # what an hour of sums may be off


@dataclass(frozen=True, slots=True)
class Progress:
    """How far a transaction is: Wh and seconds since its start, the cost, and the SoC in %."""

    energy: float = 0.0
    seconds: float = 0.0
    cost: float | None = None
    soc: float | None = None

    def of(self, limit: Limit) -> float | None:
        """The value that `limit` limits; None if it is not known."""
        match limit:
            case Limit.COST:
                return self.cost
            case Limit.ENERGY:
                return self.energy
            case Limit.TIME:
                return self.seconds
            case Limit.SOC:
                return self.soc


@dataclass(slots=True)
class Limits:
    """The limits of one transaction. `ceilings` are those of the CSMS, `reached` those met."""

    values: dict[Limit, float] = field(default_factory=dict)
    ceilings: dict[Limit, float] = field(default_factory=dict)
    reached: set[Limit] = field(default_factory=set)

    def take(
        self, wanted: Mapping[Limit, float], supported: frozenset[Limit], *, by_csms: bool
    ) -> dict[Limit, float]:
        """Take new limits; gives those that hold now of the kinds that were asked for.

        What is not supported is left out (E16.FR.13), and it is nothing if nothing changed. The
        station stays below what the CSMS has set (E16.FR.04), which has the last word (E16.FR.07).
        """
        taken = {kind: value for kind, value in wanted.items() if kind in supported}
        before = dict(self.values), dict(self.ceilings)
        if by_csms:
            self.ceilings.update(taken)
        else:
            taken = {k: min(value, self.ceilings.get(k, value)) for k, value in taken.items()}
        self.values.update(taken)
        return {} if (self.values, self.ceilings) == before else taken

    def newly_reached(self, progress: Progress) -> list[Limit]:
        """What was reached just now (noted as reached)."""
        new = [k for k in self.values if k not in self.reached and self._is_met(k, progress)]
        self.reached.update(new)
        return new

    def release(self, progress: Progress) -> None:
        """Forget as reached what is not any more, once it was raised (E16.FR.14)."""
        self.reached = {kind for kind in self.reached if self._is_met(kind, progress)}

    def _is_met(self, kind: Limit, progress: Progress) -> bool:
        value = progress.of(kind)
        # E16.FR.10: a negative one is exceeded from the start.
        return self.values[kind] < 0 or (value is not None and value >= self.values[kind] - _DUST)


def from_type(limit: TransactionLimitType) -> dict[Limit, float]:
    """What a message says, by kind."""
    found = {
        Limit.COST: limit.max_cost,
        Limit.ENERGY: limit.max_energy,
        Limit.TIME: limit.max_time,
        Limit.SOC: limit.max_soc,
    }
    return {kind: float(value) for kind, value in found.items() if value is not None}


def to_type(limits: Mapping[Limit, float]) -> TransactionLimitType:
    """What a message says of these."""
    time, soc = limits.get(Limit.TIME), limits.get(Limit.SOC)
    return TransactionLimitType(
        max_cost=limits.get(Limit.COST),
        max_energy=limits.get(Limit.ENERGY),
        max_time=None if time is None else int(time),
        max_soc=None if soc is None else int(soc),
    )
