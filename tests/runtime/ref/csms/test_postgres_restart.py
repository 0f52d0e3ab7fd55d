"""A PostgreSQL that goes away and comes back: a station is never told that all is well when not."""

from __future__ import annotations

import asyncio
from collections.abc import Iterator

import pytest
from tests.runtime.ref.csms.postgres import OwnServer, own_server
from tests.runtime.ref.csms.running import csms_at, event, in_loop, until

from ocppj import ErrorCode, OCPPCallError


@pytest.fixture(scope="module")
def own_postgres(tmp_path_factory: pytest.TempPathFactory) -> Iterator[OwnServer]:
    """A server that may be stopped without harm to others."""
    with own_server(tmp_path_factory.mktemp("postgres")) as server:
        yield server


@in_loop
async def test_what_was_answered_is_there_when_the_database_is_back(
    own_postgres: OwnServer,
) -> None:
    answered: list[int] = []
    refused: list[int] = []
    async with csms_at(f"{own_postgres.url}postgres") as served:
        await served.add_station()
        async with served.station() as station:

            async def charge() -> None:
                for number in range(10_000):
                    try:
                        kind = "Updated" if number else "Started"
                        await station.calls.transaction_event(event(kind, number))
                    except OCPPCallError as error:
                        assert error.code is ErrorCode.INTERNAL_ERROR
                        refused.append(number)
                        await asyncio.sleep(0.02)
                    else:
                        answered.append(number)

            charging = asyncio.create_task(charge())
            await until(lambda: len(answered) > 20)
            await asyncio.to_thread(own_postgres.stop)
            await until(lambda: len(refused) > 3)
            ready = await served.http.get(f"{served.service.http_url}/readyz")
            assert ready.status_code == 503
            assert (await served.http.get("/stations")).status_code == 503
            await asyncio.to_thread(own_postgres.start)
            before = len(answered)
            await until(lambda: len(answered) > before + 20)
            charging.cancel()
            await asyncio.gather(charging, return_exceptions=True)
        shown = await served.get("/transactions/CS001/T1")
    numbers = [each["seqNo"] for each in shown["events"]]
    assert set(answered) <= set(numbers)
    assert len(numbers) == len(set(numbers))
    assert set(shown["missingSeqNos"]) <= set(refused)
    assert set(numbers) | set(shown["missingSeqNos"]) == set(range(max(numbers) + 1))
