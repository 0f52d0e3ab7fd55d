"""How a part tells others that something happened, without knowing them."""

from __future__ import annotations

from collections.abc import Callable
from typing import Generic, TypeVar

T = TypeVar("T")


class Signal(Generic[T]):
    """Listeners that are called, in the order in which they were connected.

    What a listener raises goes to whoever emits, and those after it are not called.
    """

    __slots__ = ("_listeners",)

    def __init__(self) -> None:
        self._listeners: tuple[Callable[[T], object], ...] = ()

    def connect(self, listener: Callable[[T], object]) -> Callable[[], None]:
        """Have `listener` called from now on; what is returned puts an end to that."""
        self._listeners = (*self._listeners, listener)
        is_connected = True

        def disconnect() -> None:
            nonlocal is_connected
            if is_connected:
                is_connected = False
                self._drop(listener)

        return disconnect

    def emit(self, value: T) -> None:
        """Call all that are connected now."""
        for listener in self._listeners:
            listener(value)

    def _drop(self, listener: Callable[[T], object]) -> None:
        """Forget one connection. The same listener may have several: they are all alike."""
        left = list(self._listeners)
        left.remove(listener)
        self._listeners = tuple(left)
