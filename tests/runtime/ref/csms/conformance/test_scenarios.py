"""Interoperability: our own Charging Station in all of its scenarios."""

from __future__ import annotations

import json
from collections.abc import Mapping
from datetime import datetime
from typing import Any, cast

import pytest
from tests.generated.published import errors
from tests.runtime.ref.csms.conformance.virtual import Business, business
from tests.runtime.ref.csms.running import PASSWORD

from ocpp21 import AuthorizationStatusEnumType, RegistrationStatusEnumType
from ocpp21.actions import ACTIONS
from ocppj import SecurityProfile
from ocppref.csms import CsmsService, CsmsSettings
from ocppref.csms.domain.authorization import Token
from ocppref.csms.domain.passwords import hash_password
from ocppref.csms.storage import stations, tokens, transactions
from ocppref.station.config import StationConfig
from ocppref.station.scenario.format import Scenario
from ocppref.station.scenario.frames import Frames
from ocppref.station.scenario.loader import shipped
from ocppref.station.scenario.player import play
from ocppref.station.scenario.steps import Stage
from ocppref.station.station import Station

__all__ = ["business"]
_ALL = dict(shipped())
_NAME = "CS001"


class _Hand:
    """Sends what a scenario wants sent, as an operator does."""

    def __init__(self, csms: CsmsService) -> None:
        self._commands = csms.parts.commands

    async def call(self, action: str, payload: Mapping[str, Any]) -> None:
        spec = cast(Any, ACTIONS[action])
        await self._commands.send(_NAME, spec, spec.request.read_json(json.dumps(payload)))


@pytest.mark.parametrize("name", _ALL)
def test_a_scenario_is_played_and_nothing_of_it_is_lost(
    name: str, business: Business, sqlite_url: str
) -> None:
    business.run(_play(_ALL[name], business, sqlite_url))


async def _play(scenario: Scenario, business: Business, url: str) -> None:
    settings = CsmsSettings.model_validate({"port": 0, "http_port": 0, "database_url": url})
    frames = Frames()
    async with CsmsService(settings) as csms:
        await _provision(csms, scenario, business.now())
        config = StationConfig(
            identity=_NAME,
            csms_url=csms.ocpp_url,
            password=PASSWORD,
            security_profile=SecurityProfile.BASIC,
            evses=scenario.head.station.make_evses(),
            variables=scenario.head.station.variables,
        )
        station = Station(config, wall=business.now, observers=[frames, business], seed=1)
        async with station:
            stage = Stage(station, frames, _Hand(csms), say=lambda _: None)
            outcome = await play(scenario, stage)
            assert [each.message for each in outcome.results if each.message] == []
        await _check(csms, frames)


async def _provision(csms: CsmsService, scenario: Scenario, now: datetime) -> None:
    store = csms.parts.store
    accepted = RegistrationStatusEnumType.ACCEPTED.value
    password = {"password_hash": hash_password(PASSWORD)}
    await store.write(lambda c: stations.add(c, _NAME, now, accepted))
    await store.write(lambda c: stations.change(c, _NAME, password))
    good = {"04A1B2C3D4E5F6", "04FFFFFFFFFFFF", *_parameters(scenario)}
    bad = scenario.head.csms.tokens
    for name in good | bad.keys():
        status = AuthorizationStatusEnumType(bad.get(name, "Accepted"))
        token = Token(type="ISO14443", id_token=name, status=status)
        await store.write(lambda c, token=token: tokens.save(c, token))


def _parameters(scenario: Scenario) -> set[str]:
    return {value for name, value in scenario.values.items() if name.endswith("token")}


async def _check(csms: CsmsService, frames: Frames) -> None:
    """What the station has sent is what the CSMS has; all that the CSMS sent is valid."""
    sent: dict[str, list[int]] = {}
    for frame in frames.all:
        if frame.direction == "in" and frame.type in ("call", "result"):
            kind = "Request" if frame.type == "call" else "Response"
            assert errors(f"{frame.action}{kind}", cast(Any, frame.payload)) == set()
        assert frame.type != "error" or frame.direction == "out"
        if frame.action == "TransactionEvent" and frame.type == "call":
            info = cast(Any, frame.payload["transactionInfo"])
            numbers = sent.setdefault(info["transactionId"], [])
            number = cast(int, frame.payload["seqNo"])
            if number not in numbers:
                numbers.append(number)
    found = await csms.parts.store.read(lambda c: transactions.find_some(c, station=_NAME))
    assert {each.transaction_id for each in found} == set(sent)
    for each in found:
        texts = await csms.parts.store.read(
            lambda c, id=each.transaction_id: transactions.read_events(c, _NAME, id, limit=10_000)
        )
        assert [json.loads(text)["seqNo"] for text in texts] == sorted(sent[each.transaction_id])
        assert each.complete and not each.is_open and each.energy is not None
