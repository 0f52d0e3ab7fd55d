"""The event loop that a contestant is told to run on."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Coroutine
from importlib import import_module


def _factory(loop: str) -> Callable[[], asyncio.AbstractEventLoop]:
    if loop == "uvloop":
        factory: Callable[[], asyncio.AbstractEventLoop] = import_module("uvloop").new_event_loop
        return factory
    return asyncio.new_event_loop


def run(main: Coroutine[object, None, None], loop: str) -> None:
    """Run a server until it is killed."""
    with asyncio.Runner(loop_factory=_factory(loop)) as runner:
        runner.run(main)
