"""A client that goes before it has said all."""

from __future__ import annotations

import asyncio
import logging
from urllib.parse import urlsplit

import pytest
from tests.runtime.ref.csms.running import TOKEN, csms_at, in_loop

_CALL = "POST /api/v1/stations/CS001/actions/ClearCache HTTP/1.1"


@in_loop
async def _hang_up(sqlite_url: str) -> None:
    async with csms_at(sqlite_url) as served:
        await served.add_station()
        place = urlsplit(served.service.http_url)
        _, writer = await asyncio.open_connection(place.hostname, place.port)
        head = [_CALL, "Host: csms", f"Authorization: Bearer {TOKEN}", "Content-Length: 100"]
        writer.write("\r\n".join([*head, "", "{"]).encode())
        await writer.drain()
        await served.get("/stations")  # it has begun to read by then
        writer.close()
        await writer.wait_closed()
        await served.get("/stations")


def test_a_client_that_hangs_up_is_no_error_of_ours(
    sqlite_url: str, caplog: pytest.LogCaptureFixture
) -> None:
    with caplog.at_level(logging.ERROR):
        _hang_up(sqlite_url)
    assert not caplog.records
