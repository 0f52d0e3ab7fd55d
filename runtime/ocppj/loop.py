"""The event loop: uvloop where it is installed (the extra `fast`), else that of asyncio."""

from __future__ import annotations

import asyncio
import gc
from collections.abc import Callable, Coroutine, Iterator
from contextlib import contextmanager
from importlib import import_module
from typing import TypeAlias, TypeVar, cast

T = TypeVar("T")

LoopFactory: TypeAlias = Callable[[], asyncio.AbstractEventLoop]


def loop_factory() -> LoopFactory:
    """What makes the fastest event loop that there is here, for `asyncio.Runner`."""
    try:
        uvloop = import_module("uvloop")
    except ImportError:
        return asyncio.new_event_loop
    return cast(LoopFactory, uvloop.new_event_loop)


def run(main: Coroutine[object, None, T], *, debug: bool | None = None, tune_gc: bool = True) -> T:
    """`asyncio.run` for a process that serves: on the fastest event loop that there is here.

    With `tune_gc` the garbage collector works less often, as in `collect_rarely`.
    """
    with asyncio.Runner(debug=debug, loop_factory=loop_factory()) as runner:
        if not tune_gc:
            return runner.run(cast("Coroutine[object, object, T]", main))
        with collect_rarely():
            return runner.run(cast("Coroutine[object, object, T]", main))


@contextmanager
def collect_rarely() -> Iterator[None]:
    """Within it the garbage collector leaves alone what is loaded by now, and works less often.

    Handlers that wait for something cost a quarter less then. It is about the whole process, so
    `serve_csms` does not do it: `run` does, or whoever has the process.
    """
    before = gc.get_threshold()
    gc.collect()
    gc.freeze()
    gc.set_threshold(10_000, 20, 100)
    try:
        yield
    finally:
        gc.set_threshold(*before)
        gc.unfreeze()
