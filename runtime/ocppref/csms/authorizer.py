"""Judges tokens with what is stored of them."""

from __future__ import annotations

from datetime import UTC, datetime

from ocpp21 import AuthorizationStatusEnumType, IdTokenInfoType, IdTokenType
from ocppref.csms.domain.authorization import comes_from_us, excludes_others, judge, key_of
from ocppref.csms.domain.transactions import Transaction
from ocppref.csms.ledger import Ledger
from ocppref.csms.storage import device_model, holdings, tokens
from ocppref.csms.storage.store import Store


class Authorizer:
    """Asks the database each time: a token that was blocked counts as blocked at once."""

    def __init__(self, store: Store, ledger: Ledger, *, concurrent: bool = False) -> None:
        self._store = store
        self._ledger = ledger
        self._concurrent = concurrent

    async def judge(self, station: str, token: IdTokenType) -> IdTokenInfoType:
        """What is to be answered for a token, wherever it charges."""
        known = await self._store.read(lambda c: tokens.find(c, key_of(token)))
        found = judge(token, known, datetime.now(UTC))
        if known is None and comes_from_us(token) and await self._is_ours(station, token):
            return IdTokenInfoType(status=AuthorizationStatusEnumType.ACCEPTED)
        return found

    async def judge_at(self, station: str, token: IdTokenType) -> IdTokenInfoType:
        """What is to be answered for a token that is shown at a station, in no transaction yet.

        C01.FR.24: not now, while somebody who may not charge any more still is at the station,
        as long as that can be nowhere else there than where the new one wants to charge.
        """
        found = await self.judge(station, token)
        accepted = found.status is AuthorizationStatusEnumType.ACCEPTED
        if accepted and await self._is_taken(station, token):
            return found.model_copy(update={"status": AuthorizationStatusEnumType.NOT_AT_THIS_TIME})
        return found

    async def _is_taken(self, station: str, token: IdTokenType) -> bool:
        transactions = list(self._ledger.find_open(station))
        if len(transactions) != 1 or transactions[0].id_token is None:
            return False
        first = transactions[0].id_token
        if key_of(first) == key_of(token):
            return False
        known = await self._store.read(lambda c: device_model.read_connectors(c, [station]))
        if len({each.evse_id for each in known[station]}) > 1:
            return False
        judged = await self.judge(station, first)
        return judged.status is not AuthorizationStatusEnumType.ACCEPTED

    async def judge_in(
        self, transaction: Transaction, token: IdTokenType, *, offline: bool
    ) -> IdTokenInfoType:
        """What is to be answered for a token in a transaction (C09.FR.12, E01.FR.11, E01.FR.12)."""
        found = await self.judge(transaction.station, token)
        accepted = found.status is AuthorizationStatusEnumType.ACCEPTED
        # What was delivered late may have ended since: then nothing is won by refusing it.
        if accepted and not offline and self._is_elsewhere(transaction, token):
            return found.model_copy(update={"status": AuthorizationStatusEnumType.CONCURRENT_TX})
        return found

    def _is_elsewhere(self, transaction: Transaction, token: IdTokenType) -> bool:
        """Whether the token has started another transaction before, which goes on."""
        own = transaction.id_token
        if self._concurrent:
            return False
        if not transaction.is_open or own is None or not excludes_others(token):
            return False
        if key_of(own) != key_of(token):
            return False  # it is here to end this one
        return any(
            other.first_event_at < transaction.first_event_at
            for other in self._ledger.find_open_by_token(key_of(token))
            if (other.station, other.transaction_id)
            != (transaction.station, transaction.transaction_id)
        )

    async def _is_ours(self, station: str, token: IdTokenType) -> bool:
        """Whether the CSMS has sent that token to the station, to start with (C05, C24)."""
        starts = await self._store.read(
            lambda c: holdings.read_all(c, station, holdings.Kind.REMOTE_START)
        )
        return any(_token_of(start) == key_of(token) for start in starts)


def _token_of(start: dict[str, object]) -> object:
    token = start.get("idToken")
    return key_of(IdTokenType.model_validate(token)) if isinstance(token, dict) else None
