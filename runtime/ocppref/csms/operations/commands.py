"""Sends what an operator wants sent, and keeps what comes of it."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Protocol, TypeVar

from ocpp21 import RequestStartTransactionRequest, SetVariablesRequest, SetVariablesResponse
from ocppj import CallSpec, OCPPCallError, OCPPConnectionError, OCPPTimeoutError
from ocppref.csms.errors import CsmsError
from ocppref.csms.operations.effects import effect_of
from ocppref.csms.operations.numbers import JOBS, has_number, with_number
from ocppref.csms.operations.outgoing import NotAllowedError, NotConnectedError, Outgoing
from ocppref.csms.operations.passwords import Passwords, is_taken, password_in
from ocppref.csms.storage import holdings, jobs
from ocppref.csms.storage.jobs import Status
from ocppref.csms.storage.store import Store

_NOTHING_TO_COME = frozenset({"EmptyResultSet", "NoProfiles", "NotFound", "Unknown"})
_TAKEN = frozenset({"Accepted", "AcceptedCanceled"})


class Message(Protocol):
    """A request or a response of OCPP."""

    def write_json(self) -> str: ...


RequestT = TypeVar("RequestT", bound=Message)
ResponseT = TypeVar("ResponseT", bound=Message)


class JobExistsError(CsmsError):
    """The requestId is that of another job."""


class Commands:
    """Numbers, jobs and effects around a CALL."""

    def __init__(self, store: Store, outgoing: Outgoing, passwords: Passwords) -> None:
        self._store = store
        self._outgoing = outgoing
        self._passwords = passwords

    async def number(
        self, station: str, action: str, payload: Mapping[str, object]
    ) -> dict[str, object]:
        """The payload with the number that it needs and does not have."""
        if not has_number(action):
            return dict(payload)
        return await self._store.write(lambda c: with_number(c, station, action, payload))

    async def send(
        self,
        station: str,
        spec: CallSpec[RequestT, ResponseT],
        request: RequestT,
        timeout: float | None = None,  # noqa: ASYNC109 - it ends the CALL, not only the waiting
    ) -> ResponseT:
        """Send a request, which has its number, and keep what its answer means.

        Raises what `Outgoing.call` raises, and `JobExistsError`.
        """
        job = await self._begin(station, spec.name, request)
        await self._prepare(station, request)
        try:
            response = await self._outgoing.call(station, spec, request, timeout)
        except (OCPPCallError, NotConnectedError, NotAllowedError) as error:
            await self._fail(station, job, request, error)
            raise
        except (OCPPTimeoutError, OCPPConnectionError):
            raise  # nobody knows whether the station has it
        await self._keep(station, job, request, response)
        return response

    async def _begin(self, station: str, action: str, request: Message) -> int | None:
        if action not in JOBS:
            return None
        request_id: int = getattr(request, "request_id")  # noqa: B009 - all of these have one
        text, now = request.write_json(), datetime.now(UTC)
        is_new = await self._store.write(
            lambda c: jobs.begin(c, request_id, station, action, text, now)
        )
        if not is_new:
            raise JobExistsError(f"there is a job with the requestId {request_id}")
        return request_id

    async def _prepare(self, station: str, request: Message) -> None:
        """Keep what has to be known before the station acts on it."""
        if isinstance(request, RequestStartTransactionRequest):
            held, now = {str(request.remote_start_id): request.write_json()}, datetime.now(UTC)
            kind = holdings.Kind.REMOTE_START
            await self._store.write(lambda c: holdings.save(c, station, kind, held, now))
        elif isinstance(request, SetVariablesRequest):
            password = password_in(request)
            if password is not None:
                await self._passwords.announce(station, password)

    async def _fail(
        self, station: str, job: int | None, request: Message, error: Exception
    ) -> None:
        if job is not None:
            await self._progress(station, job, _shown(error), Status.FAILED)
        if isinstance(request, SetVariablesRequest) and password_in(request) is not None:
            await self._passwords.settle(station, taken=False)

    async def _keep(
        self, station: str, job: int | None, request: Message, response: object
    ) -> None:
        if job is not None:
            status = str(getattr(response, "status", "Accepted"))
            await self._progress(station, job, status, _end_of(status))
        if isinstance(request, SetVariablesRequest) and isinstance(response, SetVariablesResponse):
            await self._settle_password(station, request, response)
        keep, now = effect_of(request, response), datetime.now(UTC)
        if keep is not None:
            await self._store.write(lambda c: keep(c, station, now))

    async def _settle_password(
        self, station: str, request: SetVariablesRequest, response: SetVariablesResponse
    ) -> None:
        if password_in(request) is not None:
            results = response.set_variable_result
            taken = is_taken((r.component, r.variable, r.attribute_status) for r in results)
            await self._passwords.settle(station, taken=taken)

    async def _progress(self, station: str, job: int, detail: str, status: Status | None) -> None:
        now = datetime.now(UTC)
        await self._store.write(lambda c: jobs.progress(c, station, job, detail, now, status))


def _end_of(status: str) -> Status | None:
    """What an answer's status makes of a job; None while more is to come."""
    if status in _TAKEN:
        return None
    return Status.SUCCEEDED if status in _NOTHING_TO_COME else Status.FAILED


def _shown(error: Exception) -> str:
    code = getattr(error, "code", None)
    return str(code if code is not None else type(error).__name__)[:50]
