from __future__ import annotations

import asyncio
from datetime import timedelta
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from tests.requirements import requirement
from tests.runtime.ref.station.monitors import (
    LEVEL,
    POWER,
    add,
    clear,
    events,
    monitor,
    put,
    report,
)
from tests.runtime.ref.station.stage import Stage, stage
from tests.runtime.ref.station.tester import START

import ocpp21
from ocppj import ErrorCode, Refusal
from ocppj.testing import in_virtual_time
from ocppref.station.streams import Value, bundle

STREAM = "NotifyPeriodicEventStream"


def params(interval: int | None = None, values: int | None = None) -> dict[str, Any]:
    limits = {"interval": interval, "values": values}
    given = {name: limit for name, limit in limits.items() if limit is not None}
    return {"periodic_event_stream": given}


async def opened(place: Stage, every: float = 10, **how: int) -> int:
    """A stream of power that is open; gives its id."""
    number = await add(place, POWER, "Periodic", every, **params(**how))
    request = await place.tester.seen("OpenPeriodicEventStream")
    assert request.constant_stream_data.variable_monitoring_id == number
    await asyncio.sleep(0.1)
    return int(request.constant_stream_data.id)


async def listed(place: Stage) -> list[Any]:
    request = ocpp21.GetPeriodicEventStreamRequest()
    answer = await place.to_station.get_periodic_event_stream(request)
    return answer.constant_stream_data or []


async def adjust(place: Stage, stream: int, **how: int) -> str:
    request = ocpp21.AdjustPeriodicEventStreamRequest.model_validate({"id": stream, "params": how})
    answer = await place.to_station.adjust_periodic_event_stream(request)
    return answer.status.value


def sizes(place: Stage) -> list[int]:
    return [len(message.data) for message in place.tester.of(STREAM)]


def refuse(_: object) -> ocpp21.OpenPeriodicEventStreamResponse:
    return ocpp21.OpenPeriodicEventStreamResponse.model_validate({"status": "Rejected"})


def not_known(_: object) -> ocpp21.OpenPeriodicEventStreamResponse:
    raise Refusal(ErrorCode.NOT_IMPLEMENTED, "what is a stream?")


# Values on their way


@requirement("N11.FR.01", "N11.FR.02", "N15.FR.01", "N15.FR.06", "N15.FR.09", "N15.FR.04")
@in_virtual_time
async def test_values_are_streamed_every_so_many_seconds() -> None:
    async with stage() as place:
        await place.booted()
        number = await opened(place, 10, interval=60)
        await asyncio.sleep(125)
        first, second = place.tester.of(STREAM)
        assert place.tester.times(STREAM)[1] - place.tester.times(STREAM)[0] == pytest.approx(60)
        assert [item.t for item in second.data] == [0, 10, 20, 30, 40, 50]
        assert (first.id, first.pending) == (number, 0)
        assert second.basetime - first.basetime == timedelta(seconds=60)
        assert events(place, number) == []


@requirement("N15.FR.08")
@in_virtual_time
async def test_values_are_streamed_as_soon_as_there_are_so_many() -> None:
    async with stage() as place:
        await place.booted()
        place.tester.received.clear()
        await opened(place, 10, values=3)
        await asyncio.sleep(95)
        assert sizes(place) == [3, 3, 3]


@requirement("N15.FR.07", "N15.FR.04")
@in_virtual_time
async def test_there_are_never_more_values_in_a_message() -> None:
    async with stage() as place:
        await place.booted()
        await opened(place, 10, interval=20, values=2)
        await place.station.go_offline()
        await asyncio.sleep(75)
        await place.station.go_online()
        await asyncio.sleep(60)
        messages = place.tester.of(STREAM)
        assert max(sizes(place)) == 2
        assert messages[0].pending > 0
        assert sum(sizes(place)) >= 12  # none of them was lost


@given(
    gaps=st.lists(st.integers(0, 10**6), min_size=1, max_size=40),
    pending=st.integers(0, 100),
)
def test_a_bundle_tells_the_time_of_each_value(gaps: list[int], pending: int) -> None:
    at, values = START, []
    for number, gap in enumerate(gaps):
        at += timedelta(milliseconds=gap)
        values.append(Value(at, str(number)))
    message = bundle(7, values, pending)
    assert message.data[0].t == 0
    assert message.pending == pending
    assert [
        (message.basetime + timedelta(seconds=item.t), item.v) for item in message.data
    ] == values


# Opening


@requirement("N11.FR.07")
@pytest.mark.parametrize("answer", [refuse, not_known])
@in_virtual_time
async def test_a_csms_that_wants_no_stream_gets_events(answer: Any) -> None:
    async with stage() as place:
        await place.booted()
        place.tester.answers["OpenPeriodicEventStream"] = answer
        number = await opened(place, 10, interval=60)
        await asyncio.sleep(65)
        assert (len(events(place, number)), sizes(place)) == (6, [])
        assert await listed(place) == []
        await place.station.power_cycle()
        await place.booted()
        assert len(place.tester.of("OpenPeriodicEventStream")) == 1


@requirement("N11.FR.09")
@pytest.mark.parametrize(
    "wanted",
    [
        monitor(POWER, "Periodic", 10, **params()),
        monitor(POWER, "Periodic", 10, **params(interval=0, values=0)),
        monitor(LEVEL, "UpperThreshold", 10, **params(interval=60)),
    ],
)
@in_virtual_time
async def test_what_cannot_be_streamed(wanted: dict[str, Any]) -> None:
    async with stage() as place:
        await place.booted()
        [result] = await put(place, wanted)
        assert result.status.value == "Rejected"


@in_virtual_time
async def test_there_are_only_so_many_streams() -> None:
    async with stage({"MonitoringCtrlr.MaxPeriodicEventStreams": "1"}) as place:
        await place.booted()
        number = await opened(place, 10, interval=60)
        wanted = monitor(POWER, "Periodic", 10, severity=7, **params(interval=60))
        [result] = await put(place, wanted)
        assert (result.status.value, result.status_info.reason_code) == (
            "Rejected",
            "TooManyElements",
        )
        assert await add(place, POWER, "Periodic", 10, id=number, **params(interval=30)) == number


@requirement("N11.FR.02")
@in_virtual_time
async def test_streams_are_opened_again_after_a_reboot() -> None:
    async with stage() as place:
        await place.booted()
        number = await opened(place, 10, interval=60, values=10)
        await place.station.power_cycle()
        request = await place.tester.seen("OpenPeriodicEventStream", 2)
        constant = request.constant_stream_data
        assert constant.variable_monitoring_id == number
        assert (constant.params.interval, constant.params.values) == (60, 10)
        await asyncio.sleep(61)
        assert len(sizes(place)) == 1


# Looking, adjusting, closing


@requirement("N12.FR.01")
@in_virtual_time
async def test_open_streams_are_listed() -> None:
    async with stage() as place:
        await place.booted()
        assert await listed(place) == []
        number = await opened(place, 10, interval=60)
        [found] = await listed(place)
        assert (found.id, found.variable_monitoring_id, found.params.interval) == (
            number,
            number,
            60,
        )


@requirement("N14.FR.03")
@in_virtual_time
async def test_a_stream_is_adjusted_and_stays_so() -> None:
    async with stage() as place:
        await place.booted()
        number = await opened(place, 10, interval=600)
        assert await adjust(place, number, interval=20) == "Accepted"
        await asyncio.sleep(61)
        assert sizes(place) == [2, 2, 2]
        await place.station.power_cycle()
        request = await place.tester.seen("OpenPeriodicEventStream", 2)
        assert request.constant_stream_data.params.interval == 20


@requirement("N14.FR.02")
@in_virtual_time
async def test_what_cannot_be_adjusted() -> None:
    async with stage() as place:
        await place.booted()
        number = await opened(place, 10, interval=600)
        assert await adjust(place, number + 1, interval=20) == "Rejected"
        assert await adjust(place, number, interval=0) == "Rejected"


@requirement("N13.FR.01", "N13.FR.03", "N13.FR.05")
@in_virtual_time
async def test_a_monitor_that_is_cleared_closes_its_stream() -> None:
    async with stage() as place:
        await place.booted()
        number = await opened(place, 10, interval=600)
        await asyncio.sleep(35)
        place.tester.received.clear()
        assert await clear(place, number) == ["Accepted"]
        request = await place.tester.seen("ClosePeriodicEventStream")
        assert request.id == number
        assert place.tester.actions()[:2] == [STREAM, "ClosePeriodicEventStream"]
        assert sizes(place) == [3]
        assert await listed(place) == []


@requirement("N13.FR.04", "N13.FR.06")
@in_virtual_time
async def test_a_monitor_that_is_set_without_a_stream_tells_by_events_again() -> None:
    async with stage() as place:
        await place.booted()
        number = await opened(place, 10, interval=600)
        await add(place, POWER, "Periodic", 10, id=number)
        await place.tester.seen("ClosePeriodicEventStream")
        await asyncio.sleep(35)
        assert len(events(place, number)) == 3
        assert sizes(place) == []
        assert number in await report(place)


@in_virtual_time
async def test_a_monitor_that_is_set_with_another_stream_opens_that() -> None:
    async with stage() as place:
        await place.booted()
        number = await opened(place, 10, interval=600)
        await add(place, POWER, "Periodic", 10, id=number, **params(interval=20))
        await place.tester.seen("OpenPeriodicEventStream", 2)
        await asyncio.sleep(41)
        actions = [each for each in place.tester.actions() if "PeriodicEventStream" in each]
        assert actions[:3] == [
            "OpenPeriodicEventStream",
            "ClosePeriodicEventStream",
            "OpenPeriodicEventStream",
        ]
        assert sum(sizes(place)) == 4
