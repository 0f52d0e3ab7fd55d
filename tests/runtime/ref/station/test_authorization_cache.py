"""The authorization cache."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import timedelta

import pytest
from tests.requirements import requirement
from tests.runtime.manual_clock import ManualClock
from tests.runtime.ref.station.charging import DRIVER, FRIEND, accepted, info
from tests.runtime.ref.station.tester import START

from ocpp21 import IdTokenInfoType, IdTokenType
from ocppref.station.authorization import Cache
from ocppref.station.authorization.tokens import NOBODY
from ocppref.station.config import StationConfig
from ocppref.station.device_model import DeviceModel, variables
from ocppref.station.store import MemoryStore
from ocppref.station.time import StationClock


class Desk:
    """A cache, and its time."""

    def __init__(self, settings: Mapping[str, str] | None = None) -> None:
        self.store = MemoryStore()
        self.passed = 0.0
        self.clock = StationClock(ManualClock(), lambda: START + timedelta(seconds=self.passed))
        self.config = StationConfig(variables=settings or {})
        self.restart()

    def restart(self) -> None:
        self.model = DeviceModel(config=self.config, store=self.store, clock=self.clock)
        self.cache = Cache(clock=self.clock, store=self.store, model=self.model)

    @property
    def storage(self) -> int:
        return self.model[variables.AUTH_CACHE_STORAGE]


def token(number: int) -> IdTokenType:
    return IdTokenType(id_token=f"{number:08}", type="ISO14443")


@requirement("C10.FR.01", "C10.FR.02", "C10.FR.14")
def test_all_that_was_said_is_kept_over_a_reboot_but_for_additional_info() -> None:
    desk = Desk()
    extra = [{"additional_id_token": "x", "type": "y"}]
    group = {"id_token": "fleet", "type": "Central", "additional_info": extra}
    said = IdTokenInfoType.model_validate(
        {
            "status": "Blocked",
            "group_id_token": group,
            "language1": "de",
            "charging_priority": 3,
            "evse_id": [1],
            "personal_message": {"format": "UTF8", "content": "Hallo"},
        }
    )
    shown = IdTokenType.model_validate(
        {"id_token": "ABC", "type": "eMAID", "additional_info": extra}
    )
    desk.cache.put(shown, said)
    desk.restart()
    known = desk.cache.get(IdTokenType(id_token="abc", type="eMAID"))
    assert known is not None and known.group_id_token is not None
    assert known.group_id_token.additional_info is None
    assert known.model_dump(exclude={"group_id_token"}) == said.model_dump(
        exclude={"group_id_token"}
    )
    assert all("additional" not in text for text in desk.store.load("authorization_cache").values())


@requirement("C02.FR.03", "C05.FR.02")
def test_some_types_are_never_kept() -> None:
    desk = Desk()
    desk.cache.put(NOBODY, accepted())
    desk.cache.put(IdTokenType(id_token="app", type="Central"), accepted())
    assert len(desk.cache) == 0


@requirement("C10.FR.10", "C10.FR.08")
def test_a_token_is_forgotten_so_long_after_its_last_use() -> None:
    desk = Desk({"AuthCacheCtrlr.LifeTime": "100"})
    desk.cache.put(DRIVER, accepted())
    desk.passed = 90
    desk.cache.use(DRIVER)
    desk.passed = 189
    assert desk.cache.get(DRIVER) == accepted()
    desk.restart()
    assert desk.cache.get(DRIVER) == accepted()
    desk.passed = 191
    assert desk.cache.get(DRIVER) is None
    assert (len(desk.cache), desk.storage) == (0, 0)


@requirement("C10.FR.13")
def test_a_token_is_forgotten_at_its_own_date() -> None:
    desk = Desk({"AuthCacheCtrlr.LifeTime": "10"})
    desk.cache.put(DRIVER, accepted(cache_expiry_date_time=START + timedelta(seconds=50)))
    desk.passed = 49
    assert desk.cache.get(DRIVER) is not None
    desk.passed = 50
    assert desk.cache.get(DRIVER) is None


@requirement("C10.FR.10", "C10.FR.13")
def test_a_date_that_is_over_removes_what_was_there() -> None:
    desk = Desk()
    desk.cache.put(DRIVER, accepted())
    desk.cache.put(DRIVER, accepted(cache_expiry_date_time=START))
    assert len(desk.cache) == 0


@requirement("C10.FR.11")
def test_a_disabled_cache_knows_and_learns_nothing() -> None:
    desk = Desk()
    desk.cache.put(DRIVER, accepted())
    desk.model.write(variables.AUTH_CACHE_ENABLED, False)
    assert desk.cache.get(DRIVER) is None
    desk.cache.put(FRIEND, accepted())
    desk.model.write(variables.AUTH_CACHE_ENABLED, True)
    assert desk.cache.get(DRIVER) == accepted()
    assert desk.cache.get(FRIEND) is None


def full(policy: str) -> Desk:
    """Room for three tokens, and three are there: 0 is refused, 1 is often used, 2 is fresh."""
    desk = Desk({"AuthCacheCtrlr.Policy": policy})
    for number, said in ((1, accepted()), (0, info("NoCredit")), (2, accepted())):
        desk.passed += 1
        desk.cache.put(token(number), said)
    desk.passed = 10
    for _ in range(3):
        desk.cache.use(token(1))
    desk.passed = 20
    desk.cache.use(token(2))
    desk.model.characterise(variables.AUTH_CACHE_STORAGE, maximum=desk.storage)
    return desk


@requirement("C10.FR.07")
@pytest.mark.parametrize(("policy", "victim"), [("LRU", 1), ("LFU", 2), ("FIFO", 1)])
def test_a_full_cache_makes_room(policy: str, victim: int) -> None:
    desk = full(policy)
    desk.passed = 30
    desk.cache.put(token(3), accepted())
    assert desk.cache.get(token(0)) is None  # what is not accepted goes first
    assert desk.cache.get(token(3)) is not None
    desk.cache.use(token(3))
    desk.cache.use(token(3))
    desk.cache.put(token(4), accepted())
    assert desk.cache.get(token(victim)) is None
    assert len(desk.cache) == 3


def test_what_is_too_large_for_all_room_is_not_kept() -> None:
    desk = full("LRU")
    desk.cache.put(IdTokenType(id_token="x" * 255, type="ISO14443"), accepted("y" * 200))
    assert desk.cache.get(IdTokenType(id_token="x" * 255, type="ISO14443")) is None


@requirement("C11.FR.01")
def test_it_can_be_cleared() -> None:
    desk = full("LRU")
    desk.cache.clear()
    assert (len(desk.cache), desk.storage) == (0, 0)
    desk.restart()
    assert len(desk.cache) == 0
