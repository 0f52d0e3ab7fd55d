"""When to look again whether a limit of a transaction is reached."""

from __future__ import annotations

from ocppref.station.hardware import Evse
from ocppref.station.transactions.limits import Limit, Progress
from ocppref.station.transactions.policy import Policy
from ocppref.station.transactions.record import Hold, Transaction
from ocppref.station.transactions.session import Session

_LEAST = 0.001
"""Seconds: so soon at most, lest a rounding error looks for ever."""


def measure(transaction: Transaction, evse: Evse | None, seconds: float) -> Progress:
    """How far a transaction is that has lasted `seconds`."""
    energy, soc = 0.0, None
    if evse is not None:
        soc = evse.soc
        if transaction.start_register is not None:
            energy = evse.energy - transaction.start_register
    return Progress(energy=energy, seconds=seconds, cost=transaction.cost, soc=soc)


def next_look(
    session: Session, evse: Evse | None, progress: Progress, policy: Policy
) -> float | None:
    """Seconds until something may be reached, if nothing else changes; None for never."""
    waits = [
        _time_to(limit, value, evse, progress)
        for limit, value in session.limits.values.items()
        if limit not in session.limits.reached
    ]
    if (energy := _allowance(session, policy)) is not None:
        waits.append(_time_to(Limit.ENERGY, energy, evse, progress))
    due = [wait for wait in waits if wait is not None]
    return max(_LEAST, min(due)) if due else None


def _allowance(session: Session, policy: Policy) -> float | None:
    transaction = session.transaction
    is_invalid = transaction is not None and transaction.is_invalid
    return (
        None if not is_invalid or Hold.INVALID in session.holds else policy.max_energy_on_invalid_id
    )


def _time_to(limit: Limit, value: float, evse: Evse | None, progress: Progress) -> float | None:
    if limit is Limit.TIME:
        return value - progress.seconds
    if evse is None or limit is Limit.COST:  # the CSMS says what it costs (E16.FR.15)
        return None
    if limit is Limit.SOC:
        return evse.time_to_soc(value)
    return evse.time_to_energy(value - progress.energy)
