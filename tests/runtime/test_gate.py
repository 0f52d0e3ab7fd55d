"""How many are let in."""

from __future__ import annotations

import asyncio
from http import HTTPStatus

from tests.runtime.manual_clock import ManualClock

from ocppj.gate import Gate
from ocppj.limits import Admission


def test_without_bounds_everybody_is_let_in() -> None:
    gate = Gate(Admission(), ManualClock())
    assert {gate.enter("a") for _ in range(1000)} == {None}
    assert not gate.overrun


def test_those_who_leave_make_room() -> None:
    gate = Gate(Admission(connections=1), ManualClock())
    assert gate.enter("a") is None
    assert gate.enter("b") is HTTPStatus.SERVICE_UNAVAILABLE
    gate.leave()
    gate.leave()
    assert gate.enter("c") is None


def test_addresses_are_counted_each_by_itself_and_anew_after_a_while() -> None:
    clock = ManualClock()
    gate = Gate(Admission(per_address=1, address_window=60), clock)
    assert [gate.enter(host) for host in "aab"] == [None, HTTPStatus.TOO_MANY_REQUESTS, None]
    asyncio.run(clock.turn(59))
    assert gate.enter("a") is HTTPStatus.TOO_MANY_REQUESTS
    asyncio.run(clock.turn(1))
    assert gate.enter("a") is None


def test_a_gate_that_is_shut_lets_nobody_in() -> None:
    gate = Gate(Admission(), ManualClock())
    gate.shut = True
    assert gate.overrun
