"""Identities in URLs (OCPP 2.1 Part 4, 3.1.1)."""

from __future__ import annotations

import pytest

from ocppj.errors import OCPPUsageError
from ocppj.identity import connection_url, identity_of


@pytest.mark.parametrize(
    ("path", "identity"),
    [
        ("/ocpp/CS001", "CS001"),
        ("/CS001", "CS001"),
        ("/a/b/c/CS001", "CS001"),
        ("/ocpp/RDAM%7C123", "RDAM|123"),
        ("/ocpp/a.b-c_d=e+f@g*h", "a.b-c_d=e+f@g*h"),
        ("/ocpp/CS001?x=/y", "CS001"),
        ("/ocpp/" + "x" * 48, "x" * 48),
        ("/ocpp/" + "x" * 49, None),
        ("/ocpp/", None),
        ("/", None),
        ("", None),
        ("/ocpp/a%3Ab", None),
        ("/ocpp/a:b", None),
        ("/ocpp/a%2Fb", None),
        ("/ocpp/a b", None),
        ("/ocpp/%C3%A9", None),
        ("/ocpp/%FF", None),
        ("/ocpp/CS001%0A", None),
    ],
)
def test_the_identity_is_the_last_segment_decoded(path: str, identity: str | None) -> None:
    assert identity_of(path) == identity


@pytest.mark.parametrize(
    ("endpoint", "identity", "url"),
    [
        ("ws://h/ocpp", "CS001", "ws://h/ocpp/CS001"),
        ("ws://h/ocpp/", "CS001", "ws://h/ocpp/CS001"),
        ("wss://h", "RDAM|123", "wss://h/RDAM%7C123"),
    ],
)
def test_the_url_of_a_connection(endpoint: str, identity: str, url: str) -> None:
    assert connection_url(endpoint, identity) == url


@pytest.mark.parametrize("identity", ["", "a:b", "a/b", "é", "x" * 49, "a b", "CS001\n"])
def test_what_is_no_identity_has_no_url(identity: str) -> None:
    with pytest.raises(OCPPUsageError, match="no identity"):
        connection_url("ws://h", identity)
