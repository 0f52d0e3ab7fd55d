"""What is to be seen on the display, as rules."""

from __future__ import annotations

from datetime import timedelta

import pytest
from tests.requirements import requirement
from tests.runtime.ref.station.tester import START

from ocpp21 import MessageContentType, MessageInfoType, MessageStateEnumType
from ocppref.station.display.showing import cycle, matches, wording

HOUR = timedelta(hours=1)


def message(number: int, priority: str = "NormalCycle", **more: object) -> MessageInfoType:
    content = {"format": "UTF8", "content": f"text {number}"}
    values = {"id": number, "priority": priority, "message": content, **more}
    return MessageInfoType.model_validate(values)


def seen(*messages: MessageInfoType, **at: object) -> list[int]:
    state = at.get("state")
    assert state is None or isinstance(state, MessageStateEnumType)
    transaction_id = at.get("transaction_id")
    assert transaction_id is None or isinstance(transaction_id, str)
    return [each.id for each in cycle(messages, START, state, transaction_id)]


@requirement("O01.FR.12", "O02.FR.14")
def test_normal_messages_take_turns() -> None:
    assert seen(message(2), message(1)) == [1, 2]


@requirement("O01.FR.13", "O01.FR.14", "O02.FR.15", "O02.FR.16")
def test_those_in_front_take_turns_and_hide_the_normal_ones() -> None:
    assert seen(message(1), message(3, "InFront"), message(2, "InFront")) == [2, 3]


@requirement("O01.FR.15", "O02.FR.17")
def test_one_that_is_always_in_front_stands_alone() -> None:
    assert seen(message(1, "InFront"), message(2, "AlwaysFront"), message(3)) == [2]


@requirement("O01.FR.06", "O01.FR.07", "O02.FR.06", "O02.FR.07")
@pytest.mark.parametrize(
    ("begins", "ends", "is_seen"),
    [
        (-HOUR, HOUR, True),
        (timedelta(0), HOUR, True),
        (HOUR, 2 * HOUR, False),
        (-HOUR, timedelta(0), False),
        (-HOUR, None, True),
        (None, HOUR, True),
    ],
)
def test_a_message_has_its_time(
    begins: timedelta | None, ends: timedelta | None, is_seen: bool
) -> None:
    times: dict[str, object] = {}
    if begins is not None:
        times["startDateTime"] = START + begins
    if ends is not None:
        times["endDateTime"] = START + ends
    assert seen(message(1, **times)) == ([1] if is_seen else [])


def test_an_early_message_in_front_hides_nothing() -> None:
    assert seen(message(1), message(2, "AlwaysFront", startDateTime=START + HOUR)) == [1]


def test_a_message_for_a_state_is_seen_in_that_state_only() -> None:
    charging, idle = MessageStateEnumType.CHARGING, MessageStateEnumType.IDLE
    some = message(1, state="Charging"), message(2)
    assert seen(*some, state=charging) == [1, 2]
    assert seen(*some, state=idle) == [2]
    assert seen(*some) == [2]


def test_a_message_for_a_transaction_is_seen_there_only() -> None:
    some = message(1, transactionId="T1"), message(2)
    assert seen(*some, transaction_id="T1") == [1, 2]
    assert seen(*some, transaction_id="T2") == [2]


def words(*languages: str) -> MessageInfoType:
    first, *rest = [
        MessageContentType.model_validate(
            {"format": "UTF8", "content": each, **({"language": each} if each else {})}
        )
        for each in languages
    ]
    return message(1).model_copy(update={"message": first, "message_extra": rest or None})


@requirement("O01.FR.08", "O01.FR.09", "O02.FR.08", "O02.FR.09")
@pytest.mark.parametrize(
    ("there", "wanted", "shown"),
    [
        (("nl", "de", "en"), ("de",), "de"),
        (("nl", "de", "en"), ("fr", "de"), "de"),
        (("nl", "de", "en"), ("fr",), "en"),
        (("nl", "de"), ("fr",), "nl"),
        (("nl", "en-US"), ("en-GB",), "en-US"),
        (("", "de"), ("de",), "de"),
        (("",), ("de",), ""),
    ],
)
def test_the_words_are_those_that_the_driver_reads(
    there: tuple[str, ...], wanted: tuple[str, ...], shown: str
) -> None:
    assert wording(words(*there), wanted).content == shown


@requirement("O01.FR.17", "O02.FR.12")
def test_languages_are_the_same_whatever_the_region_and_the_case() -> None:
    assert matches("en-US", "EN") and not matches("en", "es")
