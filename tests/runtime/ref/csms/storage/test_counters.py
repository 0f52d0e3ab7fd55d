"""Numbers that are given once."""

from __future__ import annotations

import asyncio

from tests.runtime.ref.csms.running import in_loop, store_at

from ocppref.csms.storage import counters


@in_loop
async def test_no_number_is_given_twice_even_after_a_restart(database_url: str) -> None:
    given: list[int] = []
    for _ in range(2):
        async with store_at(database_url) as store:
            numbers = (store.write(lambda c: counters.take(c, "id")) for _ in range(20))
            given += await asyncio.gather(*numbers)
    assert sorted(given) == list(range(1, 41))


@in_loop
async def test_numbers_that_others_use_are_passed_over(database_url: str) -> None:
    async with store_at(database_url) as store:
        await store.write(lambda c: counters.skip_to(c, "id", 41))
        assert await store.write(lambda c: counters.take(c, "id")) == 42
        await store.write(lambda c: counters.skip_to(c, "id", 7))
        assert await store.write(lambda c: counters.take(c, "id", 10)) == 43
        assert await store.write(lambda c: counters.take(c, "id")) == 53
        assert await store.write(lambda c: counters.take(c, "other")) == 1
