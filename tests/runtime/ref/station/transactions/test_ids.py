"""Ids of transactions."""

from __future__ import annotations

import random
import uuid
from pathlib import Path

from tests.requirements import requirement

from ocppref.station.store import MemoryStore, SqliteStore
from ocppref.station.transactions.ids import TransactionIds


@requirement("E01.FR.08", "E02.FR.08")
def test_no_id_is_given_twice_even_with_the_same_seed_after_a_restart(tmp_path: Path) -> None:
    seen: set[str] = set()
    for _ in range(5):
        store = SqliteStore(tmp_path / "state.db")
        ids = TransactionIds(store, random.Random(7))
        made = [ids.new() for _ in range(20)]
        assert seen.isdisjoint(made)
        seen.update(made)
        store.close()
    assert len(seen) == 100
    assert all(len(each) <= 36 and uuid.UUID(each) for each in seen)


def test_the_same_seed_gives_the_same_ids() -> None:
    one, other = (TransactionIds(MemoryStore(), random.Random(7)) for _ in range(2))
    assert [one.new() for _ in range(3)] == [other.new() for _ in range(3)]
    assert TransactionIds(MemoryStore(), random.Random(8)).new() != one.new()
