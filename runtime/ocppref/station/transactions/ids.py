"""Ids of transactions, none of which is ever given twice (E01.FR.08)."""

from __future__ import annotations

import json
import random
import uuid

from ocppref.station.store import Store

_KIND = "transaction_ids"
_KEY = "last"


class TransactionIds:
    """UUIDs, from a number that counts up in the store and the chance of the very first one.

    So they are the same for the same seed, and yet a restart with that seed repeats none.
    """

    __slots__ = ("_count", "_root", "_store")

    def __init__(self, store: Store, chance: random.Random) -> None:
        self._store = store
        kept = store.load(_KIND).get(_KEY)
        if kept is None:
            self._root, self._count = uuid.UUID(int=chance.getrandbits(128), version=4), 0
        else:
            root, self._count = json.loads(kept)
            self._root = uuid.UUID(root)

    def new(self) -> str:
        """Another id. Call it in the transaction of the store in which it is used."""
        self._count += 1
        self._store.put(_KIND, _KEY, json.dumps([str(self._root), self._count]))
        return str(uuid.uuid5(self._root, str(self._count)))
