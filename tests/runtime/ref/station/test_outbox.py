"""What has to reach the CSMS, does."""

from __future__ import annotations

import asyncio
import itertools
from collections.abc import Callable
from random import Random

import pytest
from tests.requirements import requirement
from tests.runtime.ref.station.bench import Bench, Lab, lab
from tests.runtime.ref.station.events import notify_event, security_event, transaction_event
from tests.runtime.ref.station.tester import NoAnswer

import ocpp21
from ocpp21 import TransactionEventRequest, TransactionEventResponse
from ocppj import ErrorCode, Refusal
from ocppj.testing import Faults, in_virtual_time
from ocppref.station.outbox import Answered

NO_BACK_OFF = {
    "OCPPCommCtrlr.RetryBackOffWaitMinimum": "10",
    "OCPPCommCtrlr.RetryBackOffRandomRange": "0",
    "OCPPCommCtrlr.RetryBackOffRepeatTimes": "0",
}


def seq_nos(the: Lab) -> list[int]:
    return [event.seq_no for event in the.tester.of("TransactionEvent")]


async def offline(the: Lab, station: Bench) -> None:
    """Take the network away, and wait until the station has noticed."""
    the.network.reachable = False
    the.network.cut()
    await asyncio.sleep(0.1)
    assert not station.link.online


@in_virtual_time
async def test_online_an_event_goes_out_at_once_and_its_answer_is_told() -> None:
    async with lab() as the, the.booted() as station:
        answers: list[Answered] = []
        station.outbox.answered.connect(answers.append)
        the.tester.answers["TransactionEvent"] = lambda _: TransactionEventResponse(total_cost=1.5)
        await the.tester.seen("BootNotification")
        await asyncio.sleep(1)
        station.outbox.add(transaction_event(0, "Started"))
        assert station.outbox.pending("T1") == 1 and station.outbox.pending("T2") == 0
        event = await the.tester.seen("TransactionEvent")
        await asyncio.sleep(1)
        assert not event.offline
        [answered] = answers
        assert answered.request == event and answered.response.total_cost == 1.5
        assert station.outbox.pending() == 0
        assert the.store.load("outbox") == {}


@requirement(
    "E04.FR.01", "E04.FR.02", "E04.FR.03", "E11.FR.01", "E11.FR.02", "E12.FR.01", "E12.FR.02"
)
@in_virtual_time
async def test_offline_events_wait_and_are_delivered_in_order_and_say_so() -> None:
    async with lab() as the, the.booted() as station:
        await the.tester.seen("BootNotification")
        await offline(the, station)
        for number in range(5):
            await asyncio.sleep(60)
            station.outbox.add(transaction_event(number))
        assert station.outbox.pending("T1") == 5
        the.network.reachable = True
        await the.tester.seen("TransactionEvent", 5)
        assert seq_nos(the) == [0, 1, 2, 3, 4]
        assert all(event.offline for event in the.tester.of("TransactionEvent"))
        await asyncio.sleep(1)
        station.outbox.add(transaction_event(5))
        event = await the.tester.seen("TransactionEvent", 6)
        assert not event.offline


@requirement("E11.FR.07")
@in_virtual_time
async def test_what_waits_when_the_connection_goes_was_offline() -> None:
    async with lab() as the, the.booted(variables=NO_BACK_OFF) as station:
        await the.tester.seen("BootNotification")
        the.tester.answers["TransactionEvent"] = _never
        station.outbox.add(transaction_event(0))
        station.outbox.add(transaction_event(1))
        await the.tester.seen("TransactionEvent")
        del the.tester.answers["TransactionEvent"]
        the.network.cut()
        await the.tester.seen("TransactionEvent", 3)
        first, *again = the.tester.of("TransactionEvent")
        assert not first.offline
        assert [(event.seq_no, bool(event.offline)) for event in again] == [(0, True), (1, True)]


@in_virtual_time
async def test_an_event_that_is_undone_is_never_sent() -> None:
    async with lab() as the, the.booted() as station:
        await the.tester.seen("BootNotification")
        await asyncio.sleep(1)
        with pytest.raises(ZeroDivisionError), station.store.transaction():
            station.outbox.add(transaction_event(0))
            raise ZeroDivisionError
        station.outbox.add(transaction_event(1))
        await the.tester.seen("TransactionEvent")
        await asyncio.sleep(100)
        assert seq_nos(the) == [1]


@requirement("B01.FR.08", "E12.FR.02")
@in_virtual_time
async def test_what_an_earlier_power_on_left_is_delivered_after_the_boot() -> None:
    async with lab() as the:
        the.network.reachable = False
        async with the.booted() as station:
            for number in range(3):
                station.outbox.add(transaction_event(number))
            station.outbox.queue(security_event())
        the.network.reachable = True
        async with the.booted() as station:
            assert station.outbox.pending("T1") == 3
            assert station.outbox.waiting == 4
            station.outbox.add(transaction_event(3))
            await the.tester.seen("TransactionEvent", 4)
            assert seq_nos(the) == [0, 1, 2, 3]
            assert all(event.offline for event in the.tester.of("TransactionEvent"))
            assert the.tester.actions()[0] == "BootNotification"
            assert len(the.tester.of("SecurityEventNotification")) == 1


@requirement("E13.FR.01", "E13.FR.02", "E13.FR.03", "E13.FR.04")
@in_virtual_time
async def test_a_refused_event_is_sent_again_and_given_up_after_the_last_attempt() -> None:
    variables = {
        "OCPPCommCtrlr.MessageAttempts[TransactionEvent]": "4",
        "OCPPCommCtrlr.MessageAttemptInterval[TransactionEvent]": "10",
    }
    async with lab() as the, the.booted(variables=variables) as station:
        await the.tester.seen("BootNotification")
        the.tester.answers["TransactionEvent"] = _refuse(lambda event: event.seq_no == 1)
        for number in range(3):
            station.outbox.add(transaction_event(number))
        await the.tester.seen("TransactionEvent", 6)
        await asyncio.sleep(1000)
        assert seq_nos(the) == [0, 1, 1, 1, 1, 2]
        times = the.tester.times("TransactionEvent")[1:5]
        waits = [later - earlier for earlier, later in itertools.pairwise(times)]
        assert waits == pytest.approx([10, 20, 30])
        contents = [event.write_json() for event in the.tester.of("TransactionEvent")[1:5]]
        assert len(set(contents)) == 1


@requirement("E13.FR.02", "E13.FR.03")
@in_virtual_time
async def test_without_an_answer_the_time_out_comes_before_the_wait() -> None:
    variables = {"OCPPCommCtrlr.MessageAttemptInterval[TransactionEvent]": "10"}
    async with lab() as the, the.booted(variables=variables) as station:
        await the.tester.seen("BootNotification")
        the.tester.answers["TransactionEvent"] = _never
        station.outbox.add(transaction_event(0))
        await the.tester.seen("TransactionEvent", 3)
        first, second, third = the.tester.times("TransactionEvent")
        assert (second - first, third - second) == pytest.approx((30 + 10, 30 + 20))
        await asyncio.sleep(3600)
        assert len(the.tester.of("TransactionEvent")) == 3
        assert station.outbox.pending() == 0


@in_virtual_time
async def test_a_new_connection_ends_the_wait_for_another_attempt() -> None:
    async with lab() as the, the.booted(variables=NO_BACK_OFF) as station:
        await the.tester.seen("BootNotification")
        the.tester.answers["TransactionEvent"] = _refuse(lambda _: True)
        station.outbox.add(transaction_event(0))
        await the.tester.seen("TransactionEvent")
        await asyncio.sleep(1)
        the.network.cut()
        await the.tester.seen("TransactionEvent", 2)
        first, second = the.tester.times("TransactionEvent")
        assert 10 <= second - first < 15


@requirement("E04.FR.07", "E04.FR.08", "J02.FR.12", "J02.FR.13")
@requirement("E11.FR.04", "E11.FR.05", "E12.FR.04", "E12.FR.05")
@in_virtual_time
async def test_low_on_memory_it_leaves_out_every_other_meter_message_only() -> None:
    async with lab() as the, the.booted(capacity=20) as station:
        await the.tester.seen("BootNotification")
        await offline(the, station)
        station.outbox.add(transaction_event(0, "Started", "MeterValuePeriodic"))
        for number in range(1, 9):
            station.outbox.add(transaction_event(number, trigger="MeterValuePeriodic"))
        for number in range(9, 14):
            station.outbox.add(transaction_event(number, trigger="LimitSet"))
        token = {"id_token": "A", "type": "ISO14443"}
        station.outbox.add(transaction_event(14, trigger="MeterValueClock", id_token=token))
        for number in range(15, 20):
            station.outbox.add(transaction_event(number, trigger="MeterValueClock"))
        assert station.outbox.pending() == 20
        station.outbox.add(transaction_event(20, "Ended", "EVDeparted"))
        the.network.reachable = True
        await the.tester.seen("TransactionEvent", where=lambda event: event.seq_no == 20)
        missed = set(range(21)) - set(seq_nos(the))
        assert missed == {1, 3, 5, 7, 15, 17, 19}
        assert seq_nos(the) == sorted(seq_nos(the))


@in_virtual_time
async def test_thinning_goes_on_as_more_comes_in_and_never_costs_a_begin_or_an_end() -> None:
    async with lab() as the, the.booted(capacity=50) as station:
        await the.tester.seen("BootNotification")
        await offline(the, station)
        for transaction in range(10):
            name = f"T{transaction}"
            station.outbox.add(transaction_event(0, "Started", transaction=name))
            for number in range(1, 100):
                meter = transaction_event(number, trigger="MeterValuePeriodic", transaction=name)
                station.outbox.add(meter)
            station.outbox.add(transaction_event(100, "Ended", transaction=name))
            assert station.outbox.pending() < 100
        the.network.reachable = True
        await the.tester.seen("TransactionEvent", 10, lambda event: event.seq_no == 100)
        await asyncio.sleep(1)
        events = the.tester.of("TransactionEvent")
        assert sum(event.seq_no == 0 for event in events) == 10
        assert the.store.load("outbox") == {}


@requirement("A04.FR.02")
@in_virtual_time
async def test_security_events_wait_for_the_connection_and_for_an_answer() -> None:
    async with lab() as the, the.booted() as station:
        await the.tester.seen("BootNotification")
        await offline(the, station)
        station.outbox.queue(security_event("MemoryExhaustion"))
        the.tester.answers["SecurityEventNotification"] = _never
        the.network.reachable = True
        await the.tester.seen("SecurityEventNotification", 7)
        station.outbox.add(transaction_event(0))  # it does not stand in the way of others
        await the.tester.seen("TransactionEvent")
        del the.tester.answers["SecurityEventNotification"]
        await the.tester.seen("SecurityEventNotification", 8)
        await asyncio.sleep(3600)
        assert len(the.tester.of("SecurityEventNotification")) == 8


@in_virtual_time
async def test_a_security_event_that_the_csms_refuses_is_not_sent_again() -> None:
    async with lab() as the, the.booted() as station:
        the.tester.answers["SecurityEventNotification"] = _refuse(lambda _: True)
        station.outbox.queue(security_event("MemoryExhaustion"))
        station.outbox.queue(security_event("TamperDetectionActivated"))
        await the.tester.seen("SecurityEventNotification", 2)
        await asyncio.sleep(3600)
        assert len(the.tester.of("SecurityEventNotification")) == 2


@pytest.mark.parametrize(
    ("queue_all", "threshold", "severity", "arrives"),
    [
        ("false", 5, 5, True),
        ("false", 5, 6, False),
        ("false", 5, None, False),
        ("false", 0, 1, False),
        ("true", 0, 9, True),
    ],
)
def test_offline_an_event_of_the_device_model_waits_by_its_severity(
    queue_all: str, threshold: int, severity: int | None, arrives: bool
) -> None:
    @in_virtual_time
    async def run() -> None:
        variables = {
            "OCPPCommCtrlr.QueueAllMessages": queue_all,
            "MonitoringCtrlr.OfflineQueuingSeverity": str(threshold),
        }
        async with lab() as the, the.booted(variables=variables) as station:
            await the.tester.seen("BootNotification")
            await offline(the, station)
            station.outbox.post(notify_event(severity))
            the.network.reachable = True
            await asyncio.sleep(100)
            assert len(the.tester.of("NotifyEvent")) == arrives

    run()


@in_virtual_time
async def test_what_is_not_kept_is_sent_all_the_same_while_others_wait() -> None:
    async with lab() as the, the.booted() as station:
        await the.tester.seen("BootNotification")
        await asyncio.sleep(1)
        station.outbox.queue(security_event())
        station.outbox.post(notify_event(9))
        await the.tester.seen("NotifyEvent")


@in_virtual_time
async def test_with_queue_all_messages_any_message_waits() -> None:
    variables = {"OCPPCommCtrlr.QueueAllMessages": "true"}
    async with lab() as the, the.booted(variables=variables) as station:
        await the.tester.seen("BootNotification")
        await offline(the, station)
        for status in ("Occupied", "Available"):
            station.outbox.post(_status(status))
        the.network.reachable = True
        await the.tester.seen("StatusNotification", 2)
        statuses = [each.connector_status.value for each in the.tester.of("StatusNotification")]
        assert statuses == ["Occupied", "Available"]


@in_virtual_time
async def test_what_is_posted_when_the_connection_is_about_to_go_is_not_lost() -> None:
    async with lab() as the, the.booted(variables=NO_BACK_OFF) as station:
        await the.tester.seen("BootNotification")
        await asyncio.sleep(1)
        the.network.half_open()
        station.outbox.post(notify_event(0, 1))
        await asyncio.sleep(1)
        the.network.cut()
        await asyncio.sleep(0.1)
        station.outbox.post(notify_event(0, 2))
        await the.tester.seen("NotifyEvent", 2)
        numbers = [event.event_data[0].event_id for event in the.tester.of("NotifyEvent")]
        assert numbers == [1, 2]


@in_virtual_time
async def test_a_listener_that_fails_costs_no_second_delivery() -> None:
    async with lab() as the, the.booted() as station:

        def fail(_: Answered) -> None:
            station.store.put("mine", "a", "half")
            raise ZeroDivisionError

        station.outbox.answered.connect(fail)
        for number in range(2):
            station.outbox.add(transaction_event(number))
        await the.tester.seen("TransactionEvent", 2)
        await asyncio.sleep(3600)
        assert seq_nos(the) == [0, 1]
        assert the.store.load("outbox") == the.store.load("mine") == {}


@in_virtual_time
async def test_what_cannot_be_read_any_more_does_not_block_the_rest() -> None:
    async with lab() as the:
        the.store.put("outbox", f"{7:012}", "{")
        async with the.booted() as station:
            station.outbox.add(transaction_event(1))
            await the.tester.seen("TransactionEvent")
            assert sorted(the.store.load("outbox")) == [f"{8:012}"]


@pytest.mark.parametrize("seed", range(8))
def test_on_a_bad_network_nothing_is_lost_and_nothing_out_of_order(seed: int) -> None:
    @in_virtual_time
    async def run() -> None:
        variables = {**NO_BACK_OFF, "OCPPCommCtrlr.MessageAttempts[TransactionEvent]": "1000"}
        async with lab() as the:
            random = Random(seed)
            wanted: list[int] = []
            while len(wanted) < 200:  # through several power-ons
                async with the.booted(variables=variables) as station:
                    the.network.faults = Faults(drop=0.05, duplicate=0.05, cut=0.05, delay=0.1)
                    for _ in range(random.randrange(10, 60)):
                        station.outbox.add(transaction_event(len(wanted)))
                        wanted.append(len(wanted))
                        await asyncio.sleep(random.choice([0, 0.1, 40]))
            the.network.faults = Faults()
            async with the.booted(variables=variables) as station:
                await asyncio.sleep(10_000)
                assert station.outbox.pending() == 0
            seen = seq_nos(the)
            assert list(dict.fromkeys(seen)) == wanted

    run()


def _never(_: object) -> object:
    raise NoAnswer


def _refuse(
    which: Callable[[TransactionEventRequest], bool],
) -> Callable[[TransactionEventRequest], object]:
    def answer(request: TransactionEventRequest) -> TransactionEventResponse:
        if which(request):
            raise Refusal(ErrorCode.INTERNAL_ERROR)
        return TransactionEventResponse()

    return answer


def _status(status: str) -> ocpp21.StatusNotificationRequest:
    return ocpp21.StatusNotificationRequest.model_validate(
        {
            "timestamp": "2025-06-01T12:00:00Z",
            "connector_status": status,
            "evse_id": 1,
            "connector_id": 1,
        }
    )
