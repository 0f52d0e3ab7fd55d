"""What a handler is told besides the message."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
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

    What is registered with `after_answer` runs in the order of registration, each in a task. It
    does not run if the answer is a CALLERROR, nor if it could not be sent any more.
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
        self.after.append(function)
