"""Callers that outlive a connection."""

from __future__ import annotations

from collections.abc import Callable
from typing import Generic, TypeVar

from ocppj.connection import Connection
from ocppj.contract import CallSpec, SendSpec
from ocppj.errors import OCPPConnectionError
from ocppj.service import Service

CallsT = TypeVar("CallsT")
RequestT = TypeVar("RequestT")
ResponseT = TypeVar("ResponseT")


class LastingCaller(Generic[CallsT]):
    """The `Caller` of one version of OCPP. It uses the connection that `find` gives at the time.

    A connection that speaks another version is none.
    """

    __slots__ = ("_find", "_service")

    def __init__(self, find: Callable[[], Connection[CallsT]], service: Service[CallsT]) -> None:
        self._find = find
        self._service = service

    async def call(
        self,
        spec: CallSpec[RequestT, ResponseT],
        request: RequestT,
        timeout: float | None = None,  # noqa: ASYNC109 - it ends the CALL, not only the waiting
    ) -> ResponseT:
        """Send a CALL. Raises an `OCPPError`, as `find` does where there is no connection."""
        return await self._connection().call(spec, request, timeout)

    async def send(self, spec: SendSpec[RequestT], message: RequestT) -> None:
        """Send a SEND. Raises an `OCPPError`."""
        await self._connection().send(spec, message)

    def _connection(self) -> Connection[CallsT]:
        connection = self._find()
        if connection.service is not self._service:
            raise OCPPConnectionError(
                f"{connection.subprotocol} is spoken now, not {self._service.dialect.subprotocol}"
            )
        return connection
