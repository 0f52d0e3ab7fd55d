"""The Local Authorization List, and what the CSMS does with it."""

from __future__ import annotations

from collections.abc import Sequence

import pytest
from hypothesis import given
from hypothesis import strategies as st
from tests.requirements import requirement
from tests.runtime.manual_clock import ManualClock
from tests.runtime.ref.station.charging import DRIVER, FRIEND, accepted, info, site
from tests.runtime.ref.station.tester import START

from ocpp21 import (
    AuthorizationData,
    GetLocalListVersionRequest,
    IdTokenInfoType,
    IdTokenType,
    SendLocalListRequest,
    SendLocalListStatusEnumType,
    UpdateEnumType,
)
from ocppj.testing import in_virtual_time
from ocppref.station.authorization import ListRefused, LocalList
from ocppref.station.config import StationConfig
from ocppref.station.device_model import DeviceModel, variables
from ocppref.station.store import MemoryStore
from ocppref.station.time import StationClock

Status = SendLocalListStatusEnumType
FULL, CHANGE = UpdateEnumType.FULL, UpdateEnumType.DIFFERENTIAL
Said = Sequence[tuple[IdTokenType, IdTokenInfoType | None]]


def request(version: int, kind: UpdateEnumType, said: Said | None = None) -> SendLocalListRequest:
    data = [AuthorizationData(id_token=token, id_token_info=info) for token, info in said or ()]
    return SendLocalListRequest(
        version_number=version, update_type=kind, local_authorization_list=data or None
    )


class Desk:
    """A list."""

    def __init__(self) -> None:
        self.store = MemoryStore()
        self.clock = StationClock(ManualClock(), lambda: START)
        self.restart()

    def restart(self) -> None:
        config = StationConfig()
        self.model = DeviceModel(config=config, store=self.store, clock=self.clock)
        self.list = LocalList(clock=self.clock, store=self.store, model=self.model)

    def refused(self, request: SendLocalListRequest) -> tuple[Status, str]:
        before = (self.list.version, self.store.load("local_list"))
        with pytest.raises(ListRefused) as caught:
            self.list.update(request)
        assert (self.list.version, self.store.load("local_list")) == before
        return caught.value.status, caught.value.reason_code


@requirement("D01.FR.15", "D01.FR.01", "D01.FR.10", "D01.FR.12")
def test_a_full_list_replaces_what_was_there_and_stays() -> None:
    desk = Desk()
    desk.list.update(request(3, FULL, [(DRIVER, accepted())]))
    desk.list.update(request(2, FULL, [(FRIEND, info("Blocked"))]))
    desk.restart()
    assert desk.list.version == 2
    assert desk.list.get(DRIVER) is None
    assert desk.list.get(FRIEND) == info("Blocked")
    assert desk.model[variables.LOCAL_AUTH_LIST_ENTRIES] == 1


@requirement("D01.FR.04")
def test_a_full_list_without_tokens_empties_it() -> None:
    desk = Desk()
    desk.list.update(request(3, FULL, [(DRIVER, accepted())]))
    desk.list.update(request(4, FULL))
    assert (len(desk.list), desk.list.version) == (0, 4)


@requirement("D01.FR.16", "D01.FR.17")
def test_changes_add_update_and_remove() -> None:
    desk = Desk()
    desk.list.update(request(1, CHANGE, [(DRIVER, accepted()), (FRIEND, accepted())]))
    lower = IdTokenType(id_token=FRIEND.id_token.lower(), type=FRIEND.type)
    desk.list.update(request(2, CHANGE, [(DRIVER, info("Expired")), (lower, None)]))
    assert desk.list.get(DRIVER) == info("Expired")
    assert desk.list.get(FRIEND) is None
    assert desk.list.version == 2


@requirement("D01.FR.05")
def test_no_changes_change_only_the_version() -> None:
    desk = Desk()
    desk.list.update(request(1, FULL, [(DRIVER, accepted())]))
    desk.list.update(request(5, CHANGE))
    assert (len(desk.list), desk.list.version) == (1, 5)


@requirement("D01.FR.19", "D01.FR.02")
@pytest.mark.parametrize("version", [1, 4, 5])
def test_changes_to_an_older_version_are_refused(version: int) -> None:
    desk = Desk()
    desk.list.update(request(5, FULL, [(DRIVER, accepted())]))
    assert desk.refused(request(version, CHANGE))[0] is Status.VERSION_MISMATCH


@requirement("D01.FR.18")
@pytest.mark.parametrize("version", [0, -1])
def test_a_version_is_positive(version: int) -> None:
    assert Desk().refused(request(version, FULL))[0] is Status.FAILED


@requirement("D01.FR.06")
def test_no_token_is_there_twice() -> None:
    twice = [(DRIVER, accepted()), (DRIVER, info("Blocked"))]
    for kind in (FULL, CHANGE):
        assert Desk().refused(request(1, kind, twice))[0] is Status.FAILED


def test_a_full_list_says_something_of_each_token() -> None:
    refused = Desk().refused(request(1, FULL, [(DRIVER, None)]))
    assert refused == (Status.FAILED, "MissingParam")


def test_there_is_only_so_much_room() -> None:
    desk = Desk()
    desk.model.characterise(variables.LOCAL_AUTH_LIST_ENTRIES, maximum=1)
    desk.list.update(request(1, FULL, [(DRIVER, accepted())]))
    refused = desk.refused(request(2, CHANGE, [(FRIEND, accepted())]))
    assert refused == (Status.FAILED, "OutOfStorage")


@requirement("D01.FR.13", "D02.FR.03")
def test_a_disabled_list_is_neither_used_nor_changed() -> None:
    desk = Desk()
    desk.list.update(request(1, FULL, [(DRIVER, accepted())]))
    desk.model.write(variables.LOCAL_AUTH_LIST_ENABLED, False)
    assert (desk.list.version, desk.list.get(DRIVER)) == (0, None)
    assert desk.refused(request(2, FULL)) == (Status.FAILED, "NotEnabled")
    desk.model.write(variables.LOCAL_AUTH_LIST_ENABLED, True)
    assert desk.list.version == 1


TOKENS = st.builds(
    lambda text: IdTokenType(id_token=text, type="ISO14443"), st.sampled_from("abcAB")
)
SAID = st.lists(st.tuples(TOKENS, st.sampled_from([None, accepted(), info("Blocked")])), max_size=4)


@requirement("D01.FR.15", "D01.FR.16", "D01.FR.17", "D01.FR.19")
@given(st.lists(st.tuples(st.integers(1, 6), st.sampled_from([FULL, CHANGE]), SAID), max_size=8))
def test_the_list_is_what_was_accepted(updates: list[tuple[int, UpdateEnumType, Said]]) -> None:
    desk, expected, version = Desk(), dict[str, IdTokenInfoType](), 0
    for number, kind, said in updates:
        wanted = request(number, kind, said)
        try:
            desk.list.update(wanted)
        except ListRefused:
            continue
        version = number
        expected = {} if kind is FULL else expected
        for token, each in said:
            expected.pop(token.id_token.lower(), None)
            if each is not None:
                expected[token.id_token.lower()] = each
    desk.restart()
    assert desk.list.version == version
    for text in "abc":
        got = desk.list.get(IdTokenType(id_token=text, type="ISO14443"))
        assert got == expected.get(text)


@requirement("D02.FR.01", "D02.FR.02", "D01.FR.02", "D01.FR.11")
@in_virtual_time
async def test_the_csms_sends_it_and_asks_for_its_version() -> None:
    settings = {
        "LocalAuthListCtrlr.ItemsPerMessage": "2",
        "LocalAuthListCtrlr.BytesPerMessage": "1000",
    }
    async with site(settings) as place:
        csms = place.lab.to_station
        answer = await csms.get_local_list_version(GetLocalListVersionRequest())
        assert answer.version_number == 0
        good = request(7, FULL, [(DRIVER, accepted())])
        assert (await csms.send_local_list(good)).status is Status.ACCEPTED
        older = await csms.send_local_list(request(7, CHANGE))
        assert older.status is Status.VERSION_MISMATCH
        three = [(IdTokenType(id_token=each, type="eMAID"), accepted()) for each in "abc"]
        many = await csms.send_local_list(request(8, CHANGE, three))
        assert many.status is Status.FAILED
        assert many.status_info is not None
        assert many.status_info.reason_code == "TooManyElements"
        long = [
            (IdTokenType(id_token=each * 250, type="eMAID"), accepted("g" * 250)) for each in "ab"
        ]
        large = await csms.send_local_list(request(8, CHANGE, long))
        assert large.status_info is not None
        assert large.status_info.reason_code == "TooLargeElement"
        answer = await csms.get_local_list_version(GetLocalListVersionRequest())
        assert answer.version_number == 7


@requirement("D01.FR.09")
@in_virtual_time
async def test_nothing_but_the_csms_changes_it() -> None:
    async with site() as place:
        power = place.on
        power.authorization.local_list.update(request(1, FULL, [(DRIVER, accepted("fleet"))]))
        place.answer_events(id_token_info=info("Blocked"))
        place.hardware.plug(1)
        await place.present()
        await place.told(trigger_reason="Deauthorized")
        assert power.authorization.local_list.get(DRIVER) == accepted("fleet")
