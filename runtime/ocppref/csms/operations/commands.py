"""Sends what an operator wants sent, and keeps what comes of it."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, datetime
from typing import TypeVar

from ocpp21 import (
    GetReportRequest,
    RequestStartTransactionRequest,
    SetVariablesRequest,
    SetVariablesResponse,
)
from ocppj import CallSpec, OCPPCallError, OCPPConnectionError, OCPPTimeoutError
from ocppref.csms.domain.preconditions import Problem, find_problems
from ocppref.csms.domain.splitting import LIMITED, Limits, Message, TooLargeError, join, split
from ocppref.csms.errors import CsmsError
from ocppref.csms.ledger import Ledger
from ocppref.csms.operations.effects import effect_of
from ocppref.csms.operations.numbers import JOBS, NUMBERS, note, take
from ocppref.csms.operations.outgoing import NotAllowedError, NotConnectedError, Outgoing
from ocppref.csms.operations.passwords import Passwords, is_taken, password_in
from ocppref.csms.storage import Connection, holdings, jobs
from ocppref.csms.storage.jobs import Status
from ocppref.csms.storage.situation import StoredSituation
from ocppref.csms.storage.store import Store

_NOTHING_TO_COME = frozenset({"EmptyResultSet", "NoProfiles", "NotFound", "Unknown"})
_TAKEN = frozenset({"Accepted", "AcceptedCanceled"})

RequestT = TypeVar("RequestT", bound=Message)
ResponseT = TypeVar("ResponseT", bound=Message)


class JobExistsError(CsmsError):
    """The requestId is that of another job."""


class PreconditionError(CsmsError):
    """A request must not be sent: `problems` says which rules it breaks, and where."""

    def __init__(self, problems: Sequence[Problem]) -> None:
        super().__init__("; ".join(f"{each.requirement}: {each.reason}" for each in problems))
        self.problems = tuple(problems)


class Commands:
    """Preconditions, numbers, parts, jobs and effects around a CALL."""

    def __init__(
        self, store: Store, outgoing: Outgoing, passwords: Passwords, ledger: Ledger
    ) -> None:
        self._store = store
        self._outgoing = outgoing
        self._passwords = passwords
        self._ledger = ledger

    async def send(
        self,
        station: str,
        spec: CallSpec[RequestT, ResponseT],
        request: RequestT,
        timeout: float | None = None,  # noqa: ASYNC109 - it ends the CALL, not only the waiting
        *,
        numbered: bool = True,
    ) -> ResponseT:
        """Send a request and keep what its answer means.

        One that is not `numbered` gets its number here. Raises what `Outgoing.call` raises,
        `PreconditionError` and `JobExistsError`; nothing is sent then.
        """
        self._outgoing.check(station)
        await self._check(station, request)
        parts = await self._split(station, request)
        numbers = await self._number(station, spec.name, request, len(parts), numbered)
        responses: list[ResponseT] = []
        for part in _with_numbers(spec.name, parts, numbers):
            responses.append(await self._send(station, spec, part, timeout))
            if getattr(part, "update_type", None) and not _is_accepted(responses[-1]):
                break  # a part of a local list adds to the one before
        return join(request, responses)

    async def take_number(self, station: str, action: str) -> int:
        """A number for a request of that Action, which was never given."""
        return await self._store.write(lambda c: take(c, station, action))

    async def _check(self, station: str, request: Message) -> None:
        transactions = {t.transaction_id: t.evse_id for t in self._ledger.find_open(station)}
        now = datetime.now(UTC)

        def find(connection: Connection) -> list[Problem]:
            return find_problems(request, StoredSituation(connection, station, transactions, now))

        problems = await self._store.read(find)
        if problems:
            raise PreconditionError(problems)

    async def _split(self, station: str, request: RequestT) -> list[RequestT]:
        limits = await self.limits(station, type(request))
        try:
            return split(request, limits)
        except TooLargeError as error:
            problem = Problem("BytesPerMessage", f"/{error.place}", str(error))
            raise PreconditionError([problem]) from None

    async def limits(self, station: str, request: type[object]) -> Limits:
        """How much of a request the station takes in one message, as far as it has said."""
        rule = LIMITED.get(request)
        if rule is None:
            return Limits()
        component, instance = rule.component, rule.instance

        def read(connection: Connection) -> Limits:
            found = StoredSituation(connection, station, {}, datetime.now(UTC))
            items = found.value(component, "ItemsPerMessage", instance=instance)
            size = found.value(component, "BytesPerMessage", instance=instance)
            return Limits(_count(items), _count(size))

        return await self._store.read(read)

    async def _number(
        self, station: str, action: str, request: Message, parts: int, numbered: bool
    ) -> list[int]:
        """A number for each part, if that Action has numbers."""
        number = NUMBERS.get(action)
        if number is None:
            return []
        if not numbered:
            first = await self._store.write(lambda c: take(c, station, action, parts))
            return [*range(first, first + parts)]
        given: int = getattr(request, number.field)
        others = [given + more for more in range(1, parts)]
        if isinstance(request, GetReportRequest) and parts > 1:
            first = await self._store.write(lambda c: take(c, station, action, parts - 1))
            others = [*range(first, first + parts - 1)]
        await self._store.write(lambda c: note(c, station, action, max([given, *others])))
        return [given, *others]

    async def _send(
        self,
        station: str,
        spec: CallSpec[RequestT, ResponseT],
        request: RequestT,
        timeout: float | None,  # noqa: ASYNC109 - see above
    ) -> ResponseT:
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


def _with_numbers(action: str, parts: Sequence[RequestT], numbers: Sequence[int]) -> list[RequestT]:
    if not numbers:
        return list(parts)
    field = NUMBERS[action].field
    pairs = zip(parts, numbers, strict=True)
    return [part.model_copy(update={field: number}) for part, number in pairs]


def _count(text: str | None) -> int | None:
    """What a limit says, if it says anything sensible."""
    is_count = text is not None and text.strip().isdecimal() and int(text) > 0
    return int(text) if text is not None and is_count else None


def _is_accepted(response: object) -> bool:
    return getattr(response, "status", None) == "Accepted"


def _end_of(status: str) -> Status | None:
    """What an answer's status makes of a job; None while more is to come."""
    if status in _TAKEN:
        return None
    return Status.SUCCEEDED if status in _NOTHING_TO_COME else Status.FAILED


def _shown(error: Exception) -> str:
    code = getattr(error, "code", None)
    return str(code if code is not None else type(error).__name__)[:50]
