"""Where a station connects to, and in which order (OCPP 2.1 Part 2, B10)."""

from __future__ import annotations

import ssl

import pytest

from ocppj.credentials import SecurityProfile
from ocppj.errors import OCPPUsageError
from ocppj.network_profiles import NetworkProfile, Selection

TLS = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)


def way(host: str) -> NetworkProfile:
    return NetworkProfile(f"ws://{host}/ocpp", "CS001")


@pytest.mark.parametrize(
    ("url", "security", "password", "tls", "why"),
    [
        ("wss://h", SecurityProfile.UNSECURED, None, None, "begins with ws://"),
        ("ws://h", SecurityProfile.TLS_CERTIFICATE, None, TLS, "begins with wss://"),
        ("http://h", SecurityProfile.UNSECURED, None, None, "begins with ws://"),
        ("ws://h", SecurityProfile.BASIC, None, None, "has a password"),
        ("ws://h", SecurityProfile.UNSECURED, "secret", None, "has no password"),
        ("wss://h", SecurityProfile.TLS_BASIC, "secret", None, "tls="),
        ("ws://h", SecurityProfile.BASIC, "secret", TLS, "tls="),
        ("ws://", SecurityProfile.UNSECURED, None, None, "hostname"),
        ("ws://h:99999", SecurityProfile.UNSECURED, None, None, "port"),
        ("ws://h/#x", SecurityProfile.UNSECURED, None, None, "fragment"),
    ],
)
def test_what_does_not_fit_together_is_refused(
    url: str,
    security: SecurityProfile,
    password: str | None,
    tls: ssl.SSLContext | None,
    why: str,
) -> None:
    with pytest.raises(OCPPUsageError, match=why) as caught:
        NetworkProfile(url, "CS001", security, password, tls)
    assert "secret" not in str(caught.value)


def test_the_target_names_the_station() -> None:
    assert NetworkProfile("ws://h/ocpp", "RDAM|123").target == "ws://h/ocpp/RDAM%7C123"


def test_the_password_does_not_show() -> None:
    assert "hush" not in repr(NetworkProfile("ws://h", "CS001", SecurityProfile.BASIC, "hush"))


def test_each_profile_has_its_attempts_and_then_it_begins_again() -> None:
    selection, seen = Selection([way("a"), way("b")], attempts=2), []
    for _ in range(6):
        seen.append(selection.current.url[5])
        selection.failed()
    assert seen == ["a", "a", "b", "b", "a", "a"]


def test_after_a_connection_the_profile_that_worked_has_all_its_attempts() -> None:
    selection, seen = Selection([way("a"), way("b")], attempts=2), []
    for outcome in "ff" "f" "s" "ff" "f":
        seen.append(selection.current.url[5])
        (selection.failed if outcome == "f" else selection.succeeded)()
    assert seen == ["a", "a", "b", "b", "b", "b", "a"]


@pytest.mark.parametrize(("profiles", "attempts"), [([], 1), ([way("a")], 0)])
def test_there_is_at_least_one_to_try(profiles: list[NetworkProfile], attempts: int) -> None:
    with pytest.raises(OCPPUsageError, match="at least one"):
        Selection(profiles, attempts)
