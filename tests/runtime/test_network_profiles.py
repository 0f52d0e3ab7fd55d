"""Where a station connects to, and in which order (OCPP 2.1 Part 2, B10)."""

from __future__ import annotations

import ssl
from dataclasses import replace

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
        ("http://h", SecurityProfile.UNSECURED, None, None, "begins with ws:// or wss://"),
        ("h:9000", SecurityProfile.UNSECURED, None, None, "such as ws://127.0.0.1:9000/ocpp"),
        ("", SecurityProfile.UNSECURED, None, None, "begins with ws:// or wss://"),
        (" ws://h", SecurityProfile.UNSECURED, None, None, "white space"),
        ("ws://a b", SecurityProfile.UNSECURED, None, None, "white space"),
        ("ws://h/?x=1", SecurityProfile.UNSECURED, None, None, "query"),
        ("ws://me:secret@h", SecurityProfile.UNSECURED, None, None, "user name"),
        ("ws://[h", SecurityProfile.UNSECURED, None, None, "host or port"),
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
        selection.failed(selection.current)
    assert seen == ["a", "a", "b", "b", "a", "a"]


def test_after_a_connection_the_profile_that_worked_has_all_its_attempts() -> None:
    selection, seen = Selection([way("a"), way("b")], attempts=2), []
    for outcome in "ff" "f" "s" "ff" "f":
        seen.append(selection.current.url[5])
        if outcome == "f":
            selection.failed(selection.current)
        else:
            selection.succeeded()
    assert seen == ["a", "a", "b", "b", "b", "b", "a"]


def test_the_security_profile_may_be_a_number() -> None:
    given = NetworkProfile("ws://h", "CS001", 1, "secret")  # type: ignore[arg-type]
    assert given.security is SecurityProfile.BASIC
    with pytest.raises(OCPPUsageError, match="7 is no security profile"):
        NetworkProfile("ws://h", "CS001", 7)  # type: ignore[arg-type]


def failing(selection: Selection, times: int) -> str:
    """The hosts of so many attempts that fail."""
    seen = ""
    for _ in range(times):
        seen += selection.current.url[5]
        selection.failed(selection.current)
    return seen


def test_the_number_of_attempts_may_change_at_any_time() -> None:
    selection = Selection([way("a"), way("b")], attempts=3)
    assert failing(selection, 1) == "a"
    selection.attempts = 1
    assert failing(selection, 3) == "aba"
    selection.attempts = 2
    assert failing(selection, 4) == "bbaa"
    with pytest.raises(OCPPUsageError, match="at least one"):
        selection.attempts = 0
    assert selection.attempts == 2


def test_other_profiles_do_not_cost_the_current_one_its_turn() -> None:
    selection = Selection([way("a"), way("b")], attempts=2)
    assert failing(selection, 3) == "aab"
    renewed = replace(way("b"), security=SecurityProfile.BASIC, password="new")
    selection.profiles = [way("c"), renewed, way("a")]
    assert selection.current is renewed
    assert failing(selection, 4) == "baac"
    selection.profiles = [way("x"), way("y")]
    assert failing(selection, 3) == "xxy"
    with pytest.raises(OCPPUsageError, match="at least one"):
        selection.profiles = []


def test_a_slot_says_which_profile_is_which() -> None:
    one, two = replace(way("a"), slot=1), replace(way("a"), slot=2)
    assert not one.is_way_of(two) and not one.is_way_of(way("a"))
    assert one.is_way_of(replace(way("z"), slot=1))


def test_an_attempt_for_a_profile_that_is_no_more_does_not_count() -> None:
    selection = Selection([way("a"), way("b")], attempts=1)
    before = selection.current
    selection.profiles = [way("c"), way("d")]
    selection.failed(before)
    assert failing(selection, 2) == "cd"


@pytest.mark.parametrize(("profiles", "attempts"), [([], 1), ([way("a")], 0)])
def test_there_is_at_least_one_to_try(profiles: list[NetworkProfile], attempts: int) -> None:
    with pytest.raises(OCPPUsageError, match="at least one"):
        Selection(profiles, attempts)
