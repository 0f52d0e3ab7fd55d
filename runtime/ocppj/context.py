"""What a handler is told besides the message."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from contextvars import Context as ContextVariables
from contextvars import copy_context
from functools import partial
from typing import Generic, Protocol, TypeVar

CallsT = TypeVar("CallsT")
CallsT_co = TypeVar("CallsT_co", covariant=True)


class Source(Protocol[CallsT_co]):
    """The connection that a message came by."""

    @property
    def identity(self) -> str: ...

    @property
    def calls(self) -> CallsT_co: ...


class Context(Generic[CallsT]):
    """The `CallContext` that handlers get.

    What is registered with `after_answer` runs in the order of registration, each in a task, with
    the context variables of the moment: a CALL in it belongs to what was handled. It does not run
    if the answer is a CALLERROR, nor if it could not be sent any more.
    """

    __slots__ = ("_source", "action", "after", "message_id")

    def __init__(self, source: Source[CallsT], action: str, message_id: str) -> None:
        self._source = source
        self.action = action
        self.message_id = message_id
        self.after: list[Callable[[], Awaitable[object]]] | None = None

    @property
    def identity(self) -> str:
        """Identity of the Charging Station at the far or the near end of the connection."""
        return self._source.identity

    @property
    def connection(self) -> Source[CallsT]:
        """The connection itself."""
        return self._source

    @property
    def peer(self) -> CallsT:
        """Typed callers to the side that sent it."""
        return self._source.calls

    def after_answer(self, function: Callable[[], Awaitable[object]]) -> None:
        """Run `function` once the answer is on the wire (at once, after a SEND was handled)."""
        if self.after is None:
            self.after = []
        self.after.append(partial(_run_in, copy_context(), function))


async def _run_in(variables: ContextVariables, function: Callable[[], Awaitable[object]]) -> None:
    if variables == copy_context():
        await function()
    else:  # a coroutine has those of its task
        await asyncio.get_running_loop().create_task(_call(function), context=variables)


async def _call(function: Callable[[], Awaitable[object]]) -> None:
    await function()
