"""What a station may be made as."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from ocppj import SecurityProfile
from ocppref.station.config import ConfigError, ConnectorConfig, EvseConfig, StationConfig


def test_the_defaults_make_a_station() -> None:
    config = StationConfig()
    assert [evse.id for evse in config.evses] == [1]
    assert "secret" not in repr(StationConfig(password="secret of sixteen"))


@pytest.mark.parametrize(
    ("evses", "says"),
    [
        ((), "there is at least one"),
        ((EvseConfig(1), EvseConfig(3)), "EVSEs are numbered"),
        ((EvseConfig(1, connectors=()),), "EVSE 1: connectors are numbered"),
        ((EvseConfig(1, connectors=(ConnectorConfig(2),)),), "EVSE 1: connectors are numbered"),
        ((EvseConfig(1, max_power=0),), "0 W is not possible"),
        ((EvseConfig(1, max_power=float("nan")),), "nan W is not possible"),
        ((EvseConfig(1, phases=4),), "4 phases"),
    ],
)
def test_what_cannot_be_is_refused(evses: tuple[EvseConfig, ...], says: str) -> None:
    with pytest.raises(ConfigError, match=says):
        StationConfig(evses=evses)


def test_a_profile_with_a_password_needs_one() -> None:
    with pytest.raises(ConfigError, match="security profile 1 needs a password"):
        StationConfig(security_profile=SecurityProfile.BASIC)


SECRET = "a secret of sixteen"


@pytest.mark.parametrize(
    ("made", "profile"),
    [
        ({}, 0),
        ({"password": SECRET}, 1),
        ({"csms_url": "wss://csms.example", "password": SECRET}, 2),
        ({"csms_url": "wss://csms.example", "cert": Path("cs.pem")}, 3),
        ({"csms_url": "wss://csms.example", "cert": Path("cs.pem"), "password": SECRET}, 3),
        ({"password": SECRET, "security_profile": SecurityProfile.UNSECURED}, 0),
    ],
)
def test_the_security_profile_follows_from_what_is_given(
    made: dict[str, Any], profile: int
) -> None:
    assert StationConfig(**made).security == profile


@pytest.mark.parametrize(
    ("made", "says"),
    [
        ({"password": ""}, "security profile 1 needs a password"),
        ({"csms_url": "wss://csms.example"}, "security profile 2 needs a password"),
    ],
)
def test_what_a_profile_needs_is_not_forgotten(made: dict[str, Any], says: str) -> None:
    with pytest.raises(ConfigError, match=says):
        StationConfig(**made)


def test_it_follows_anew_where_something_else_is_given() -> None:
    assert replace(StationConfig(), password=SECRET).security is SecurityProfile.BASIC
    assert replace(StationConfig(password=SECRET), password=None).security == 0
