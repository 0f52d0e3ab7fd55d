"""Whatever a CSMS says, a Charging Station answers it as OCPP wants, and lives on."""

from __future__ import annotations

import asyncio
import json
from collections.abc import Callable
from datetime import timedelta
from typing import Any, TypeAlias

import pytest
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st
from tests.runtime.ref.conformance.by_hand import ByHand
from tests.runtime.ref.conformance.scenes import Cell, cell
from tests.runtime.ref.station.tester import virtual_date

from ocpp21.actions import ACTIONS
from ocpp21.testing import JsonObject, broken, valid
from ocppj import CallSpec, Direction
from ocppj.testing import run_virtually

_SPECS = {
    name: spec
    for name, spec in ACTIONS.items()
    if spec.direction is not Direction.CHARGING_STATION and isinstance(spec, CallSpec)
}
_QUIET = settings(
    deadline=None,
    database=None,
    max_examples=6,
    derandomize=True,
    phases=[Phase.explicit, Phase.generate],  # to shrink whole sessions takes minutes
    suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large],
)
_MANY = settings(_QUIET, max_examples=60)

_DAY = 86_400.0
Live: TypeAlias = "dict[str, Any]"
"""Values that mean something to a station: by the name of the field."""

SITUATIONS = ["no answer", "pending", "rejected", "accepted", "plugged", "charging", "offline tx"]


def _status(status: str) -> Callable[[Any], dict[str, Any]]:
    return lambda _: {
        "status": status,
        "currentTime": virtual_date().isoformat(),
        "interval": 30,
    }


async def _come_to(situation: str, place: Cell) -> str:
    """Bring the station there; gives the id of a transaction, of one that is none otherwise."""
    if situation in ("no answer", "pending", "rejected"):
        await place.csms.seen("BootNotification")
        await asyncio.sleep(0.1)
        return "none"
    await place.csms.seen("NotifyEvent")
    if situation == "charging":
        return await place.charge()
    if situation == "offline tx":
        await place.station.go_offline()
        transaction = await place.charge()
        await place.station.go_online()
        await asyncio.sleep(1)
        return transaction
    if situation == "plugged":
        await place.station.plug(1)
    return "none"


def _csms(situation: str) -> ByHand:
    csms = ByHand()
    if situation == "no answer":
        csms.answers["BootNotification"] = lambda _: None
    elif situation in ("pending", "rejected"):
        csms.answers["BootNotification"] = _status(situation.capitalize())
    return csms


_NAMES = (
    ("TxCtrlr", "TxStartPoint"),
    ("TxCtrlr", "EVConnectionTimeOut"),
    ("OCPPCommCtrlr", "HeartbeatInterval"),
    ("EVSE", "AvailabilityState"),
    ("Connector", "AvailabilityState"),
    ("EVSE", "Power"),
    ("SecurityCtrlr", "BasicAuthPassword"),
    ("ClockCtrlr", "DateTime"),
    ("SampledDataCtrlr", "TxUpdatedInterval"),
    ("ChargingStation", "Model"),
    ("TxCtrlr", "TxStopPoint"),
    ("TxCtrlr", "StopTxOnInvalidId"),
    ("AlignedDataCtrlr", "Interval"),
    ("OCPPCommCtrlr", "WebSocketPingInterval"),
    ("OCPPCommCtrlr", "RetryBackOffRepeatTimes"),
    ("AuthCtrlr", "Enabled"),
    ("LocalAuthListCtrlr", "Enabled"),
    ("SampledDataCtrlr", "TxEndedInterval"),
)


_VALUES = ("0", "1", "60", "86400", "true", "false", "EVConnected", "Authorized", "", "0.5", "-1")


def aim(value: Any, choose: Callable[[int], int], live: Live) -> Any:
    """The same payload, with some of its values as they are at this station."""
    if isinstance(value, list):
        return [aim(each, choose, live) for each in value]
    if not isinstance(value, dict):
        return value
    made = {key: aim(each, choose, live) for key, each in value.items()}
    if {"component", "variable"} <= made.keys() and choose(4):
        component, variable = _NAMES[choose(len(_NAMES))]
        evse = {"evse": {"id": 1}} if component in ("EVSE", "Connector") else {}
        if component == "Connector":
            evse["evse"]["connectorId"] = 1
        made["component"] = {"name": component, **evse}
        made["variable"] = {"name": variable}
    for key in made:
        if choose(4) and key in live and type(made[key]) is type(live[key]):
            made[key] = live[key]
        elif choose(3) and key in ("evseId", "connectorId", "reservationId", "requestId"):
            made[key] = choose(3)
        elif key == "evse" and isinstance(made[key], dict) and choose(3):
            made[key] = {"id": choose(3)}
        elif key == "attributeValue" and choose(4):
            made[key] = _VALUES[choose(len(_VALUES))]
    return made


def _live(transaction_id: str) -> Live:
    later = virtual_date() + timedelta(seconds=100)
    return {
        "transactionId": transaction_id,
        "idToken": {"idToken": "04A1B2", "type": "ISO14443"},
        "expiryDateTime": later.isoformat(),
        "location": "http://127.0.0.1:1/file",
        "configurationSlot": 1,
    }


async def _say(place: Cell, action: str, payload: Any) -> list[Any] | None:
    """The frame that answers; None where the station was on its way down for what was said."""
    try:
        async with asyncio.timeout(60):
            return await place.csms.call(action, payload)
    except TimeoutError:
        assert _has_left(place), (action, payload)
        return None


def _has_left(place: Cell) -> bool:
    """Whether it has closed a connection: it was reset, or goes to another CSMS."""
    return place.csms.connections > 1 or not place.station.state()["online"]


async def _is_well(place: Cell, situation: str) -> None:
    """It still does what it should."""
    await asyncio.sleep(100)
    if place.station.state()["powered"] and place.station.state()["online"]:
        answer = await place.csms.call("GetLocalListVersion", {})
        assert answer[0] == (4 if situation == "rejected" else 3), answer
    await place.station.power_cycle()
    place.csms.answers.clear()
    await asyncio.sleep(100)
    state = place.station.state()
    assert state["powered"], state


Choose: TypeAlias = "Callable[[int], int]"


def _chooser(numbers: list[int]) -> Choose:
    left = iter(numbers)
    return lambda below: next(left, 0) % below


_NUMBERS = st.lists(st.integers(0, 999), max_size=60)


@pytest.mark.parametrize("action", sorted(_SPECS))
def test_valid_payloads_of_every_action_in_every_situation(action: str) -> None:
    payload = st.tuples(st.just(action), valid(_SPECS[action].request))

    @_QUIET
    @given(st.sampled_from(SITUATIONS), st.lists(payload, min_size=1, max_size=4), _NUMBERS)
    def play(situation: str, payloads: list[tuple[str, JsonObject]], numbers: list[int]) -> None:
        run_virtually(_play_valid(situation, payloads, numbers), limit=_DAY)

    play()


async def _play_valid(
    situation: str, payloads: list[tuple[str, JsonObject]], numbers: list[int]
) -> None:
    async with cell(csms=_csms(situation)) as place:
        live, choose = _live(await _come_to(situation, place)), _chooser(numbers)
        aimed = [(name, aim(payload, choose, live)) for name, payload in payloads]
        for name, payload in aimed:
            frame = await _say(place, name, payload)
            if frame is None:
                continue
            if situation == "rejected":
                assert frame[0] == 4 and frame[2] == "SecurityError", frame
            else:
                # What is valid may not be supported, or be too much; it is never malformed.
                assert frame[0] == 3 or frame[2] in (
                    "NotSupported",
                    "NotImplemented",
                    "OccurrenceConstraintViolation",
                    "PropertyConstraintViolation",
                    "FormatViolation",
                ), frame
        await _is_well(place, situation)


@pytest.mark.parametrize("action", sorted(_SPECS))
def test_broken_payloads_of_every_action_are_refused(action: str) -> None:
    @_QUIET
    @given(
        st.sampled_from(SITUATIONS),
        st.lists(broken(_SPECS[action].request), min_size=1, max_size=6),
    )
    def play(situation: str, cases: list[Any]) -> None:
        run_virtually(_play_broken(situation, action, [case.payload for case in cases]), limit=_DAY)

    play()


async def _play_broken(situation: str, action: str, payloads: list[Any]) -> None:
    async with cell(csms=_csms(situation)) as place:
        await _come_to(situation, place)
        for payload in payloads:
            frame = await place.csms.call(action, payload)
            assert frame[0] == 4, (frame, payload)
        await _is_well(place, situation)


_ANY = st.sampled_from(sorted(_SPECS)).flatmap(
    lambda name: st.tuples(st.just(name), valid(_SPECS[name].request))
)


@_MANY
@given(st.sampled_from(SITUATIONS), st.lists(_ANY, min_size=3, max_size=12), _NUMBERS)
def test_all_actions_one_after_another(
    situation: str, payloads: list[tuple[str, JsonObject]], numbers: list[int]
) -> None:
    run_virtually(_play_any(situation, payloads, numbers), limit=_DAY)


async def _play_any(
    situation: str, payloads: list[tuple[str, JsonObject]], numbers: list[int]
) -> None:
    async with cell(csms=_csms(situation)) as place:
        live, choose = _live(await _come_to(situation, place)), _chooser(numbers)
        for name, payload in payloads:
            await _say(place, name, aim(payload, choose, live))
            await asyncio.sleep(choose(3))
        await _is_well(place, situation)


_JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=40),
    lambda inner: st.lists(inner, max_size=5) | st.dictionaries(st.text(max_size=9), inner),
    max_leaves=20,
)
_HEADS = st.sampled_from([2, 3, 4, 5, 6, 7, 0, -1, 2.0, "2", None, True])


@_MANY
@given(
    st.sampled_from(SITUATIONS),
    st.lists(
        st.one_of(
            st.text(max_size=100),
            _JSON.map(json.dumps),
            st.tuples(_HEADS, _JSON, st.sampled_from([*sorted(_SPECS), "x"]), _JSON).map(
                json.dumps
            ),
            st.tuples(_HEADS, st.text(max_size=50), _JSON).map(json.dumps),
        ),
        max_size=10,
    ),
)
def test_any_text_at_all(situation: str, texts: list[str]) -> None:
    async def play() -> None:
        async with cell(csms=_csms(situation)) as place:
            await _come_to(situation, place)
            for text in texts:
                if place.station.state()["online"]:
                    place.csms.say(text.encode(errors="replace"))
                    await asyncio.sleep(0.5)
            await _is_well(place, situation)

    run_virtually(play(), limit=_DAY)


def test_it_is_all_54_actions_and_the_one_of_both() -> None:
    assert len(_SPECS) == 54 + 1 and "DataTransfer" in _SPECS
