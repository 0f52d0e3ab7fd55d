"""Rules for tariffs (block I)."""

from __future__ import annotations

from collections.abc import Iterator

from ocpp21 import ChangeTransactionTariffRequest, SetDefaultTariffRequest, TariffType
from ocppref.csms.domain.preconditions.problem import Problem
from ocppref.csms.domain.preconditions.situation import Situation


def check_default(request: SetDefaultTariffRequest, situation: Situation) -> Iterator[Problem]:
    """See `_check_id`."""
    yield from _check_id(request.tariff, situation)


def check_change(
    request: ChangeTransactionTariffRequest, situation: Situation
) -> Iterator[Problem]:
    """For a transaction that goes on; validFrom is for default tariffs."""
    if request.transaction_id not in situation.open_transactions():
        yield Problem("I11.FR.04", "/transactionId", "no such transaction goes on at this station")
    if request.tariff.valid_from is not None:
        yield Problem("TariffType", "/tariff/validFrom", "only a default tariff has a validFrom")
    yield from _check_id(request.tariff, situation)


def _check_id(tariff: TariffType, situation: Situation) -> Iterator[Problem]:
    """An id stands for one content for ever: costs of long ago refer to it."""
    known = situation.tariff(tariff.tariff_id)
    if known is not None and known != tariff:
        reason = "another tariff has, or had, this id: new content needs a new id"
        yield Problem("I08.FR.08", "/tariff/tariffId", reason)
