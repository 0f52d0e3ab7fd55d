"""The variables of one station."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path

import pytest
from tests.requirements import requirement
from tests.runtime.ref.station.models import NOW, TWO_EVSES, model, set_, status

from ocpp21 import AttributeEnumType, SetVariableStatusEnumType
from ocppref.station.config import EvseConfig, StationConfig
from ocppref.station.device_model import Change, Refusal, VariableError, variables
from ocppref.station.device_model.keys import VariableKey
from ocppref.station.store import MemoryStore, SqliteStore, StateError

TIME_OUT = variables.EV_CONNECTION_TIME_OUT
MAX_SET = AttributeEnumType.MAX_SET


def test_defaults_are_those_of_the_catalogue() -> None:
    here = model()
    assert here[TIME_OUT] == 60
    assert here[variables.TX_START_POINT] == ("PowerPathClosed",)
    assert here[variables.MASTER_PASS_GROUP_ID] == ""
    assert here.get_or_none(variables.ACTIVE_NETWORK_PROFILE) is None


def test_what_has_no_value_or_is_not_there() -> None:
    here = model()
    with pytest.raises(VariableError, match="ActiveNetworkProfile has no value"):
        here[variables.ACTIVE_NETWORK_PROFILE]
    with pytest.raises(VariableError, match=r"no variable EVSE@9\.Power"):
        here[variables.EVSE_POWER.at(evse=9)]
    with pytest.raises(VariableError, match=r"no variable EVSE\.Power"):
        here[variables.EVSE_POWER]
    assert here.get_or_none(variables.EVSE_POWER.at(evse=9)) is None


def test_the_station_knows_how_it_was_made() -> None:
    config = StationConfig(evses=TWO_EVSES, vendor="V", model="M", serial_number="S")
    here = model(config=config)
    assert (here[variables.VENDOR_NAME], here[variables.MODEL]) == ("V", "M")
    assert here[variables.SERIAL_NUMBER] == "S"
    assert here[variables.FIRMWARE_VERSION] == config.firmware_version
    assert here[variables.STATION_SUPPLY_PHASES] == 3
    assert here[variables.EVSE_SUPPLY_PHASES.at(evse=1)] == 1
    assert here[variables.CONNECTOR_TYPE.at(evse=1, connector=2)] == "cCCS2"
    assert here[variables.CONNECTOR_SUPPLY_PHASES.at(evse=1, connector=1)] == 1
    assert here[variables.CONNECTOR_SUPPLY_PHASES.at(evse=2, connector=1)] == 0  # direct current
    power = here.entry(variables.EVSE_POWER.at(evse=2).key)
    assert here.characteristics(power).maximum == 150_000
    assert here[variables.EVSE_POWER_MAX_SET.at(evse=2)] == 150_000


def test_the_station_writes_what_an_operator_may_not() -> None:
    here = model()
    told: list[Change] = []
    here.changed.connect(told.append)
    state = variables.CONNECTOR_AVAILABILITY_STATE.at(evse=1, connector=1)
    here.write(state, "Occupied")
    here.write(state, "Occupied")
    assert here[state] == "Occupied"
    assert told == [Change(state.key, "Available", "Occupied")]
    with pytest.raises(VariableError):
        here.write(variables.EVSE_POWER.at(evse=2), 1.0)


def test_a_value_can_be_asked_for_when_it_is_wanted() -> None:
    here = model()
    readings = iter([1.5, 2.5])
    here.provide(variables.EVSE_POWER.at(evse=1), lambda: next(readings))
    assert here[variables.EVSE_POWER.at(evse=1)] == 1.5
    assert here.text(variables.EVSE_POWER.at(evse=1).key) == "2.5"
    assert here[variables.DATE_TIME] == NOW


@pytest.mark.parametrize("kind", ["memory", "sqlite"])
def test_what_was_set_survives_a_power_cycle(kind: str, tmp_path: Path) -> None:
    store = MemoryStore() if kind == "memory" else SqliteStore(tmp_path / "state")
    here = model(store=store)
    assert status(here, TIME_OUT.key, "17") == ("Accepted", None)
    power = variables.EVSE_POWER_MAX_SET.at(evse=1)
    assert status(here, power.key, "5000", MAX_SET) == ("Accepted", None)
    here.write(variables.ACTIVE_MONITORING_LEVEL, 3)
    here.write(variables.EVSE_POWER.at(evse=1), 7000.0)
    if isinstance(store, SqliteStore):
        store.close()
        store = SqliteStore(tmp_path / "state")
    again = model(store=store)
    assert (again[TIME_OUT], again[power]) == (17, 5000)
    assert again[variables.ACTIVE_MONITORING_LEVEL] == 3
    assert again[variables.EVSE_POWER.at(evse=1)] == 0  # what is measured is measured anew
    store.close()


def test_values_of_an_evse_that_is_gone_are_left_alone() -> None:
    store = MemoryStore()
    config = StationConfig(evses=(EvseConfig(1), EvseConfig(2)))
    power = variables.EVSE_POWER_MAX_SET.at(evse=2)
    set_(model(store=store, config=config), power.key, "5000", MAX_SET)
    model(store=store)
    assert model(store=store, config=config)[power] == 5000


class TestConfiguration:
    """What the configuration says of variables."""

    def test_it_holds_until_the_csms_says_otherwise(self) -> None:
        store, said = MemoryStore(), {"TxCtrlr.EVConnectionTimeOut": "30"}
        assert model(said, store=store)[TIME_OUT] == 30
        set_(model(said, store=store), TIME_OUT.key, "40")
        assert model(said, store=store)[TIME_OUT] == 40
        assert model(store=store)[TIME_OUT] == 40

    def test_it_holds_again_once_it_has_changed(self) -> None:
        store = MemoryStore()
        set_(model({"TxCtrlr.EVConnectionTimeOut": "30"}, store=store), TIME_OUT.key, "40")
        again = model({"TxCtrlr.EVConnectionTimeOut": "31"}, store=store)
        assert again[TIME_OUT] == 31

    def test_what_does_not_persist_is_said_each_time(self) -> None:
        said = {"DeviceDataCtrlr.ItemsPerMessage[GetReport]": "7"}
        store = MemoryStore()
        assert model(said, store=store)[variables.ITEMS_PER_MESSAGE_GET_REPORT] == 7
        assert model(store=store)[variables.ITEMS_PER_MESSAGE_GET_REPORT] == 50

    def test_a_change_of_it_is_dated(self) -> None:
        store = MemoryStore()
        assert model(store=store)[variables.EXTERNAL_CONFIG_CHANGE_DATE] == NOW
        here = model(store=store)
        here.write(variables.EXTERNAL_CONFIG_CHANGE_DATE, NOW.replace(year=2020))
        assert model(store=store)[variables.EXTERNAL_CONFIG_CHANGE_DATE].year == 2020
        changed = model({"TxCtrlr.EVConnectionTimeOut": "30"}, store=store)
        assert changed[variables.EXTERNAL_CONFIG_CHANGE_DATE] == NOW

    def test_the_connection_is_provisioned_too(self) -> None:
        store = MemoryStore()
        config = StationConfig(csms_url="ws://one.example", identity="A")
        url = variables.OCPP_CSMS_URL.at(component_instance="0")
        here = model(store=store, config=config)
        assert (here[url], here[variables.IDENTITY]) == ("ws://one.example", "A")
        here.write(url, "ws://two.example")
        assert model(store=store, config=config)[url] == "ws://two.example"
        moved = replace(config, csms_url="ws://three.example")
        assert model(store=store, config=moved)[url] == "ws://three.example"


class TestHooks:
    """What the parts of a station want to know, and have a say in."""

    def test_a_check_refuses(self) -> None:
        here = model()
        here.refuse(TIME_OUT, lambda text: Refusal("InvalidValue", "odd") if text == "7" else None)
        assert status(here, TIME_OUT.key, "7") == ("Rejected", "InvalidValue")
        assert status(here, TIME_OUT.key, "8") == ("Accepted", None)
        assert here[TIME_OUT] == 8

    def test_a_check_never_sees_what_is_no_value(self) -> None:
        here, seen = model(), list[str]()
        here.refuse(variables.TX_START_POINT, lambda text: seen.append(text))
        set_(here, variables.TX_START_POINT.key, "Nonsense")
        set_(here, variables.TX_START_POINT.key, "EVConnected , Authorized")
        assert seen == ["EVConnected,Authorized"]

    def test_a_guard_has_all_variables_of_a_component(self) -> None:
        here = model()
        here.guard("TxCtrlr", lambda key, text: Refusal("InternalError", str(key)))
        assert status(here, TIME_OUT.key, "8") == ("Rejected", "InternalError")
        assert status(here, variables.HEARTBEAT_INTERVAL.key, "8") == ("Accepted", None)

    def test_with_reboot_required_it_is_set(self) -> None:
        here = model()
        later = Refusal("NoError", "later", SetVariableStatusEnumType.REBOOT_REQUIRED)
        here.refuse(TIME_OUT, lambda text: later)
        assert status(here, TIME_OUT.key, "8") == ("RebootRequired", "NoError")
        assert here[TIME_OUT] == 8

    def test_a_refusal_counts_more_than_a_reboot(self) -> None:
        here = model()
        later = Refusal("NoError", "later", SetVariableStatusEnumType.REBOOT_REQUIRED)
        here.refuse(TIME_OUT, lambda text: later)
        here.refuse(TIME_OUT, lambda text: Refusal("InvalidValue", "never"))
        assert status(here, TIME_OUT.key, "8") == ("Rejected", "InvalidValue")
        assert here[TIME_OUT] == 60

    def test_a_callback_hears_of_what_an_operator_sets(self) -> None:
        here, heard = model(), list[str]()
        here.on_set(TIME_OUT, heard.append)
        here.write(TIME_OUT, 5)
        set_(here, TIME_OUT.key, "0")
        set_(here, TIME_OUT.key, "9")
        set_(here, TIME_OUT.key, "9")
        assert heard == ["9", "9"]

    def test_what_a_callback_writes_is_kept_with_it(self) -> None:
        store = MemoryStore()
        here = model(store=store)
        here.on_set(TIME_OUT, lambda text: here.write(variables.HEARTBEAT_INTERVAL, int(text)))
        set_(here, TIME_OUT.key, "9")
        assert model(store=store)[variables.HEARTBEAT_INTERVAL] == 9

    def test_what_is_special_about_a_station(self) -> None:
        here, other = model(), model()
        here.characterise(variables.CUSTOM_TRIGGERS, values=("Moon", "Sun"))
        here.characterise(variables.OFFLINE_THRESHOLD, minimum=5, maximum=10)
        assert status(here, variables.OFFLINE_THRESHOLD.key, "4")[0] == "Rejected"
        assert status(here, variables.OFFLINE_THRESHOLD.key, "11")[0] == "Rejected"
        assert status(other, variables.OFFLINE_THRESHOLD.key, "11")[0] == "Accepted"
        triggers = here.characteristics(here.entry(variables.CUSTOM_TRIGGERS.key))
        assert triggers.values == ("Moon", "Sun")


class _Full(MemoryStore):
    """A store that can take nothing any more, once it is full."""

    full = False

    @contextmanager
    def transaction(self) -> Iterator[None]:
        with super().transaction():
            yield
            if self.full:
                raise StateError("the disk is full")


@requirement("B05.FR.09")
def test_what_cannot_be_kept_is_refused_and_not_used() -> None:
    store = _Full()
    here = model(store=store)
    store.full = True
    assert status(here, TIME_OUT.key, "9") == ("Rejected", "OutOfStorage")
    assert here[TIME_OUT] == 60
    store.full = False
    assert status(here, TIME_OUT.key, "9") == ("Accepted", None)


def test_a_key_of_any_case_can_be_written() -> None:
    here = model()
    here.store_text(VariableKey("txctrlr", "evconnectiontimeout"), AttributeEnumType.ACTUAL, "5")
    assert here[TIME_OUT] == 5
