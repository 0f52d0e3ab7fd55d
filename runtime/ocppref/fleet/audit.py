"""Compares the fleet's journal with what the CSMS has kept, event by event, over its REST API."""

from __future__ import annotations

import asyncio
from collections import Counter
from collections.abc import Iterator
from typing import Any
from urllib.parse import quote

import httpx

from ocppref.fleet.journal import Account, Journal, digest_of
from ocppref.fleet.plan import Api

_AT_ONCE = 8
_PATIENCE = 60.0  # seconds


class ApiError(Exception):
    """The REST API cannot be used. The text says why, and what to do."""


def client_of(api: Api) -> httpx.AsyncClient:
    """A client of the API."""
    return httpx.AsyncClient(
        base_url=f"{api.url.rstrip('/')}/api/v1",
        headers={"Authorization": f"Bearer {api.token}"},
        trust_env=False,
        timeout=_PATIENCE,
    )


async def check_api(api: Api) -> None:
    """Raises `ApiError` if it does not answer as it should."""
    try:
        async with client_of(api) as http:
            answer = await http.get("/stations", params={"limit": 1})
    except (httpx.HTTPError, httpx.InvalidURL) as error:
        detail = str(error) or type(error).__name__
        raise ApiError(f"the API at {api.url} cannot be reached: {detail}") from None
    if answer.status_code == httpx.codes.UNAUTHORIZED:
        raise ApiError(f"the API at {api.url} does not take this --api-token")
    if not answer.is_success:
        raise ApiError(f"the API at {api.url} answers HTTP {answer.status_code} to GET /stations")


async def provision(
    api: Api, identities: list[str], password: str | None, token: tuple[str, str]
) -> None:
    """Make the stations and the token of their drivers known. Raises `ApiError`."""
    body = {} if password is None else {"password": password}
    async with client_of(api) as http:
        gate = asyncio.Semaphore(_AT_ONCE)
        kind, id_token = (quote(each, safe="") for each in token)
        await _put(http, gate, f"/tokens/{kind}/{id_token}", {"status": "Accepted"})
        paths = [f"/stations/{quote(each, safe='')}" for each in identities]
        await asyncio.gather(*(_put(http, gate, path, body) for path in paths))


async def _put(
    http: httpx.AsyncClient, gate: asyncio.Semaphore, path: str, body: dict[str, str]
) -> None:
    async with gate:
        try:
            answer = await http.put(path, json=body)
        except httpx.HTTPError as error:
            raise ApiError(f"PUT {path}: {str(error) or type(error).__name__}") from None
    if not answer.is_success:
        raise ApiError(f"PUT {path}: HTTP {answer.status_code} {answer.text[:200]}")


async def audit(api: Api, journal: Journal) -> tuple[int, list[str]]:
    """How many events the CSMS has as they were told, and what is lost, doubled or different."""
    gate = asyncio.Semaphore(_AT_ONCE)
    async with client_of(api) as http:
        found = await asyncio.gather(
            *(_compare(http, gate, account) for account in journal.accounts.values())
        )
    return sum(good for good, _ in found), [each for _, problems in found for each in problems]


async def _compare(
    http: httpx.AsyncClient, gate: asyncio.Semaphore, account: Account
) -> tuple[int, list[str]]:
    name = f"{account.identity} transaction {account.transaction_id}"
    path = "/transactions/" + "/".join(
        quote(each, safe="") for each in (account.identity, account.transaction_id)
    )
    async with gate:
        try:
            answer = await http.get(path)
        except httpx.HTTPError as error:
            return 0, [f"{name}: cannot be compared: {str(error) or type(error).__name__}"]
    if answer.status_code == httpx.codes.NOT_FOUND:
        return 0, [f"{name}: lost: the CSMS does not have it"]
    if not answer.is_success:
        return 0, [f"{name}: cannot be compared: HTTP {answer.status_code}"]
    problems = list(differences(account, answer.json()))
    return len(account.entries) - len(problems) if not problems else 0, problems


def differences(account: Account, kept: dict[str, Any]) -> Iterator[str]:
    """What the CSMS has kept otherwise than the station told it."""
    name = f"{account.identity} transaction {account.transaction_id}"
    events = {event["seqNo"]: event for event in kept["events"]}
    times = Counter(event["seqNo"] for event in kept["events"])
    for seq_no, entry in sorted(account.entries.items()):
        if seq_no not in events:
            yield f"{name}: seqNo {seq_no} ({entry.kind}) is lost: the CSMS does not have it"
        elif times[seq_no] > 1:
            yield f"{name}: the CSMS has seqNo {seq_no} {times[seq_no]} times"
        elif digest_of(events[seq_no]) != entry.digest:
            yield f"{name}: the CSMS has other data of seqNo {seq_no} ({entry.kind})"
    for seq_no in sorted(events.keys() - account.entries.keys()):
        yield f"{name}: the CSMS has seqNo {seq_no}, which the station never told"
    if account.has_ended and kept["open"]:
        yield f"{name}: it has ended, but the CSMS takes it for open"
