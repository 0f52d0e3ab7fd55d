"""Frames that are kept and waited for."""

from __future__ import annotations

import asyncio
from typing import cast

from ocppj import Link
from ocppj.testing import in_virtual_time
from ocppref.station.scenario import Frames, Pattern

LINK = cast(Link, None)


@in_virtual_time
async def test_an_answer_has_the_action_of_its_call_even_with_the_same_id() -> None:
    frames = Frames()
    frames.frame_out(LINK, '[2,"1","Heartbeat",{}]')
    frames.frame_in(LINK, '[2,"1","Reset",{"type":"OnIdle"}]')
    frames.frame_out(LINK, '[4,"1","NotSupported","no",{}]')
    frames.frame_in(LINK, '[3,"1",{"currentTime":"x"}]')
    frames.frame_in(LINK, '[3,"9",{}]')
    frames.frame_out(LINK, '[6,"2","NotifyPeriodicEventStream",{}]')
    assert [(each.direction, each.type, each.action) for each in frames.all] == [
        ("out", "call", "Heartbeat"),
        ("in", "call", "Reset"),
        ("out", "error", "Reset"),
        ("in", "result", "Heartbeat"),
        ("in", "result", ""),
        ("out", "send", "NotifyPeriodicEventStream"),
    ]
    assert frames.all[2].payload["errorCode"] == "NotSupported"
    last = frames.last(Pattern("Heartbeat", "result"))
    assert last is not None and last.number == 3


@in_virtual_time
async def test_what_is_no_frame_does_no_harm() -> None:
    frames = Frames()
    for text in ("", "{}", "[]", "[9]", "null", '[2,"1"]', "[" * 100_000, '[3,"1",5]', "7"):
        frames.frame_in(LINK, text)
    assert frames.all == []


@in_virtual_time
async def test_it_settles_once_all_is_answered_or_cut() -> None:
    loop, frames = asyncio.get_running_loop(), Frames()
    frames.frame_out(LINK, '[2,"1","Heartbeat",{}]')
    loop.call_later(3, frames.frame_in, LINK, '[3,"1",{}]')
    await frames.settle()
    assert 3 <= loop.time() < 4
    frames.frame_out(LINK, '[2,"2","Heartbeat",{}]')
    loop.call_later(5, frames.connection_closed, LINK, 1006, "")
    await frames.settle()
    assert 8 <= loop.time() < 9
