"""Messages that a CSMS sets, gets and clears, at a station that charges."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from datetime import timedelta

import pytest
from tests.requirements import requirement
from tests.runtime.ref.station.charging import DRIVER, Site, accepted, charge, site
from tests.runtime.ref.station.display.test_showing import message
from tests.runtime.ref.station.handlers.contexts import Asked
from tests.runtime.ref.station.tester import START

from ocpp21 import (
    AuthorizeResponse,
    ChargingStationCalls,
    ClearDisplayMessageRequest,
    GetDisplayMessagesRequest,
    MessageInfoType,
    SetDisplayMessageRequest,
)
from ocppj.testing import in_virtual_time
from ocppref.station.device_model import variables
from ocppref.station.display import Display
from ocppref.station.handlers.display_message import DisplayMessageHandler
from ocppref.station.store import MemoryStore, StateError

MINUTE = timedelta(minutes=1)


class AskedByCsms(Asked):
    def __init__(self, place: Site) -> None:
        super().__init__()
        self._place = place

    @property
    def peer(self) -> ChargingStationCalls:
        return self._place.on.bench.link.unrestricted


@dataclass
class Shown:
    """A display at a station, and what the CSMS can do with it."""

    place: Site
    display: Display

    async def set(self, message: MessageInfoType) -> str:
        answer = await self._handler.on_set_display_message(
            SetDisplayMessageRequest(message=message), Asked()
        )
        return answer.status.value

    async def clear(self, number: int) -> str:
        request = ClearDisplayMessageRequest(id=number)
        answer = await self._handler.on_clear_display_message(request, Asked())
        return answer.status.value

    async def get(self, **what: object) -> tuple[str, list[MessageInfoType]]:
        asked, tester = AskedByCsms(self.place), self.place.lab.tester
        before = len(tester.of("NotifyDisplayMessages"))
        request = GetDisplayMessagesRequest.model_validate({"requestId": 7, **what})
        answer = await self._handler.on_get_display_messages(request, asked)
        assert len(tester.of("NotifyDisplayMessages")) == before  # the answer comes first
        await asked.answered()
        parts = tester.of("NotifyDisplayMessages")[before:]
        assert {part.request_id for part in parts} <= {7}
        assert [part.tbc for part in parts] == [True] * (len(parts) - 1) + [False] * bool(parts)
        return answer.status.value, [each for part in parts for each in part.message_info or []]

    @property
    def texts(self) -> list[str]:
        return [each.content for each in self.display.shown()]

    @property
    def count(self) -> int:
        return self.place.on.model[variables.NUMBER_OF_DISPLAY_MESSAGES]

    @property
    def _handler(self) -> DisplayMessageHandler:
        return DisplayMessageHandler(display=self.display)


def power_on(place: Site) -> Display:
    on = place.on
    display = Display(
        model=on.model, store=place.lab.store, clock=on.bench.clock, transactions=on.transactions
    )
    display.start()
    return display


@asynccontextmanager
async def shown() -> AsyncIterator[Shown]:
    async with site() as place:
        display = power_on(place)
        yield Shown(place, display)
        display.close()


@in_virtual_time
async def test_a_message_is_shown_and_counted_until_it_is_cleared() -> None:
    async with shown() as the:
        assert await the.set(message(1)) == "Accepted"
        assert the.texts == ["text 1"] and the.count == 1
        assert await the.clear(1) == "Accepted"
        assert the.texts == [] and the.count == 0


@requirement("O05.FR.01", "O05.FR.02")
@in_virtual_time
async def test_what_is_not_there_cannot_be_cleared() -> None:
    async with shown() as the:
        await the.set(message(1))
        assert await the.clear(2) == "Unknown"
        assert await the.clear(1) == "Accepted"
        assert await the.clear(1) == "Unknown"


@requirement("O05.FR.03")
@in_virtual_time
async def test_a_message_that_cannot_be_cleared_stays(monkeypatch: pytest.MonkeyPatch) -> None:
    async with shown() as the:
        await the.set(message(1))

        def fail(*_: object) -> None:
            raise StateError("the disk is full")

        with monkeypatch.context() as broken:
            broken.setattr(MemoryStore, "delete", fail)
            assert await the.clear(1) == "Rejected"
        assert the.texts == ["text 1"]


@requirement("O01.FR.01", "O01.FR.02", "O01.FR.03", "O02.FR.03", "O02.FR.04", "O02.FR.05")
@pytest.mark.parametrize(
    ("handle", "kept", "status"),
    [
        (variables.DISPLAY_MESSAGE_SUPPORTED_PRIORITIES, ["InFront"], "NotSupportedPriority"),
        (variables.DISPLAY_MESSAGE_SUPPORTED_STATES, ["Idle"], "NotSupportedState"),
        (variables.DISPLAY_MESSAGE_SUPPORTED_FORMATS, ["ASCII"], "NotSupportedMessageFormat"),
    ],
)
def test_what_the_station_cannot_do_is_refused(
    handle: variables.Members, kept: list[str], status: str
) -> None:
    @in_virtual_time
    async def show() -> None:
        async with shown() as the:
            the.place.on.model.write(handle, tuple(kept))
            assert await the.set(message(1, state="Charging")) == status
            assert the.count == 0

    show()


@requirement("O01.FR.18")
@in_virtual_time
async def test_a_language_that_is_not_spoken_is_refused() -> None:
    async with shown() as the:
        content = {"format": "UTF8", "content": "x", "language": "xx"}
        assert await the.set(message(1, messageExtra=[content])) == "LanguageNotSupported"
        assert await the.set(message(1, messageExtra=[{**content, "language": "en-GB"}])) == (
            "Accepted"
        )


@in_virtual_time
async def test_a_display_that_is_off_takes_nothing() -> None:
    async with shown() as the:
        the.place.on.model.write(variables.DISPLAY_MESSAGE_ENABLED, False)
        assert await the.set(message(1)) == "Rejected"


@in_virtual_time
async def test_a_display_that_does_not_exist_takes_nothing() -> None:
    async with shown() as the:
        assert await the.set(message(1, display={"name": "Billboard"})) == "Rejected"


@requirement("O01.FR.11", "O02.FR.11")
@in_virtual_time
async def test_there_is_a_bound_and_replacing_does_not_count() -> None:
    async with shown() as the:
        for number in range(20):
            assert await the.set(message(number)) == "Accepted"
        assert await the.set(message(20)) == "Rejected"
        assert await the.set(message(19, "InFront")) == "Accepted"
        assert the.count == 20


@requirement("O06.FR.01")
@in_virtual_time
async def test_a_message_with_the_same_id_takes_the_place_of_the_other() -> None:
    async with shown() as the:
        await the.set(message(1, endDateTime=START + MINUTE))
        await the.set(message(1))
        await asyncio.sleep(120)
        assert the.texts == ["text 1"] and the.count == 1


@requirement("O01.FR.16", "O02.FR.18")
@in_virtual_time
async def test_there_is_one_message_always_in_front_the_newest() -> None:
    async with shown() as the:
        await the.set(message(1, "AlwaysFront"))
        await the.set(message(2, "AlwaysFront"))
        assert the.texts == ["text 2"] and the.count == 1


@requirement("O01.FR.07", "O02.FR.07")
@in_virtual_time
async def test_a_message_goes_when_its_time_is_over() -> None:
    async with shown() as the:
        await the.set(message(1, endDateTime=START + MINUTE))
        await asyncio.sleep(55)
        assert the.count == 1
        await asyncio.sleep(6)
        assert the.count == 0 and (await the.get())[0] == "Unknown"


@requirement("O02.FR.01", "O02.FR.02")
@in_virtual_time
async def test_a_message_for_a_transaction_goes_with_it() -> None:
    async with shown() as the:
        place = the.place
        assert await the.set(message(1, transactionId="nobody's")) == "UnknownTransaction"
        place.hardware.plug(1)
        await place.present(DRIVER, 1)
        started = await place.event(1)
        number = started.transaction_info.transaction_id
        assert await the.set(message(1, transactionId=number)) == "Accepted"
        assert [each.content for each in the.display.shown(transaction_id=number)] == ["text 1"]
        place.hardware.unplug(1)
        await place.told(event_type="Ended")
        assert the.count == 0


@requirement("C01.FR.08", "C01.FR.09", "C01.FR.13")
@pytest.mark.parametrize(
    ("languages", "seen"),
    [
        ({"language1": "de", "language2": "fr"}, "Deutsch"),
        ({"language1": "es", "language2": "fr"}, "fran\u00e7ais"),
        ({"language1": "es"}, "English"),
        ({}, "Deutsch"),  # as the station is set
    ],
)
@in_virtual_time
async def test_a_driver_sees_his_own_language(languages: dict[str, str], seen: str) -> None:
    async with shown() as the:
        place = the.place
        place.on.model.write(variables.DISPLAY_MESSAGE_LANGUAGE, "de")
        said = accepted(**languages)
        place.lab.tester.answers["Authorize"] = lambda _: AuthorizeResponse(id_token_info=said)
        transaction = await charge(place)
        words = {"fr": "fran\u00e7ais", "de": "Deutsch", "en": "English"}
        first, *others = (
            {"format": "UTF8", "language": each, "content": text} for each, text in words.items()
        )
        assert await the.set(message(1, message=first, messageExtra=others)) == "Accepted"
        [found] = the.display.shown(transaction_id=transaction.id)
        assert found.content == seen


@requirement("O01.FR.10", "O02.FR.10")
@in_virtual_time
async def test_messages_survive_a_power_cycle() -> None:
    async with shown() as the:
        await the.set(message(1))
        await the.set(message(2, endDateTime=START + MINUTE))
        the.display.close()
        await the.place.switch_off()
        await asyncio.sleep(120)
        the.place.switch_on()
        display = power_on(the.place)
        await asyncio.sleep(1)
        assert [each.content for each in display.shown()] == ["text 1"]
        display.close()


@requirement("O03.FR.01", "O03.FR.02", "O03.FR.03", "O03.FR.04", "O03.FR.05", "O03.FR.06")
@requirement("O04.FR.07")
@in_virtual_time
async def test_all_messages_are_told_in_parts() -> None:
    async with shown() as the:
        assert await the.get() == ("Unknown", [])
        for number in range(20):
            await the.set(message(number))
        status, told = await the.get()
        assert status == "Accepted" and [each.id for each in told] == list(range(20))


@requirement("O04.FR.01", "O04.FR.02", "O04.FR.03", "O04.FR.04", "O04.FR.05", "O04.FR.06")
@in_virtual_time
async def test_some_messages_are_told() -> None:
    async with shown() as the:
        for number in range(12):
            await the.set(message(number, "InFront" if number % 2 else "NormalCycle"))
        await the.set(message(12, state="Idle"))
        numbers = [each.id for each in (await the.get(id=[1, 2, 99]))[1]]
        assert numbers == [1, 2]
        assert [each.id for each in (await the.get(id=[1, 2], priority="InFront"))[1]] == [1]
        assert [each.id for each in (await the.get(state="Idle"))[1]] == [12]
        assert (await the.get(id=[99]))[0] == "Unknown"
        assert len((await the.get(id=list(range(11))))[1]) == 11
