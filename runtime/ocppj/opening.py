"""Things that are opened with `await`, or with `async with`, which closes them as well."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Generator
from contextlib import AbstractAsyncContextManager
from types import TracebackType
from typing import Generic, Protocol, TypeVar


class _Closing(Protocol):
    """What can be closed."""

    async def close(self) -> None: ...


OpenedT = TypeVar("OpenedT", bound=_Closing)


class Opening(AbstractAsyncContextManager[OpenedT], Generic[OpenedT]):
    """Opens something: `await` it to have it, or `async with` it to have it closed as well."""

    def __init__(self, opening: Callable[[], Awaitable[OpenedT]]) -> None:
        self._opening = opening
        self._opened: OpenedT | None = None

    def __await__(self) -> Generator[object, None, OpenedT]:
        return self._opening().__await__()

    async def __aenter__(self) -> OpenedT:
        self._opened = await self._opening()
        return self._opened

    async def __aexit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        traceback: TracebackType | None,
    ) -> None:
        if self._opened is not None:
            await self._opened.close()
