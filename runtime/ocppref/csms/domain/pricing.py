"""What a transaction costs, at a simple price."""

from __future__ import annotations

from dataclasses import dataclass

from ocppref.csms.domain.transactions import Transaction


@dataclass(frozen=True, slots=True)
class Price:
    """In the operator's currency, tax included; None where nothing is charged for it."""

    per_kwh: float | None = None
    per_minute: float | None = None
    per_session: float | None = None

    @property
    def is_set(self) -> bool:
        """Whether there is any price. Without one, no cost is told: absent is not free."""
        return (self.per_kwh, self.per_minute, self.per_session) != (None, None, None)


def cost_of(transaction: Transaction, price: Price) -> float | None:
    """What it has cost so far; None if that is not known (I03.FR.04: 0 would mean free).

    A cost that the Charging Station has worked out itself goes first, unless it says that it
    failed to (I12).
    """
    local = _local_cost(transaction)
    if local is not None:
        return local
    if not price.is_set:
        return None
    kwh = max(transaction.energy or 0.0, 0.0) / 1000
    begun = transaction.started_at or transaction.first_event_at
    minutes = max((transaction.last_event_at - begun).total_seconds(), 0.0) / 60
    total = (
        (price.per_session or 0) + kwh * (price.per_kwh or 0) + minutes * (price.per_minute or 0)
    )
    return round(total, 2)


def _local_cost(transaction: Transaction) -> float | None:
    details = transaction.cost_details
    if details is None or details.failure_to_calculate:
        return None
    total = details.total_cost.total
    return total.incl_tax if total.incl_tax is not None else total.excl_tax
