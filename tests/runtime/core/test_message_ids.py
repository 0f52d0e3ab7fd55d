"""Ids of our own."""

from __future__ import annotations

import random
import uuid

from hypothesis import given
from hypothesis import strategies as st

from ocppj.core.message_ids import MESSAGE_ID_LIMIT, random_ids


@given(st.integers(min_value=0, max_value=2**128 - 1))
def test_an_id_is_a_random_uuid_of_36_characters(bits: int) -> None:
    text = random_ids(lambda _: bits)()
    read = uuid.UUID(text)
    assert str(read) == text
    assert len(text) == MESSAGE_ID_LIMIT == 36
    assert (read.version, read.variant) == (4, uuid.RFC_4122)


def test_every_bit_that_is_free_counts() -> None:
    ids = {random_ids(lambda _, bits=1 << bit: bits)() for bit in range(128)}
    # Six bits are fixed. Set or not, they leave the id of zero bits.
    assert len(ids) == 122 + 1


def test_all_bits_come_from_the_source_that_was_given() -> None:
    first, again = (random_ids(random.Random(5).getrandbits) for _ in range(2))
    assert [first() for _ in range(100)] == [again() for _ in range(100)]


def test_128_bits_are_asked_for_each_id_and_ids_differ() -> None:
    asked: list[int] = []
    source = random.Random(5)

    def getrandbits(count: int) -> int:
        asked.append(count)
        return source.getrandbits(count)

    new_id = random_ids(getrandbits)
    assert len({new_id() for _ in range(1000)}) == 1000
    assert set(asked) == {128}
    assert len(asked) == 1000
