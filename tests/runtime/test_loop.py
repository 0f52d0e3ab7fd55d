"""The event loop that serves."""

from __future__ import annotations

import asyncio
import gc
import sys

import pytest
import uvloop

from ocppj.loop import collect_rarely, loop_factory, run


async def loop_name() -> str:
    return type(asyncio.get_running_loop()).__module__


def test_it_is_uvloop_where_that_is_installed() -> None:
    assert loop_factory() is uvloop.new_event_loop
    assert run(loop_name()).startswith("uvloop")


def test_it_is_asyncio_where_it_is_not(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "uvloop", None)
    assert run(loop_name()).startswith("asyncio")


def test_the_garbage_collector_is_tuned_only_meanwhile() -> None:
    async def threshold() -> int:
        return gc.get_threshold()[0]

    before = gc.get_threshold()
    assert run(threshold()) == 10_000
    assert run(threshold(), tune_gc=False) == before[0]
    assert gc.get_threshold() == before
    assert gc.get_freeze_count() == 0


def test_who_has_a_loop_of_his_own_can_tune_it_as_well() -> None:
    before = gc.get_threshold()
    with collect_rarely():
        assert gc.get_threshold()[0] == 10_000 and gc.get_freeze_count() > 0
    assert gc.get_threshold() == before and gc.get_freeze_count() == 0
