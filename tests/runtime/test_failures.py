"""What a Charging Station tells of the attempts that fail."""

from __future__ import annotations

import logging
import ssl
from collections.abc import Callable, Iterator

import pytest
from tests.runtime.certificates import authority
from tests.runtime.looping import in_loops, until
from tests.runtime.sides import csms, station

import ocpp21
from ocppj import (
    Backoff,
    HandshakeError,
    NetworkProfile,
    Observer,
    OCPPConnectionError,
    SecurityProfile,
    connect_station,
    csms_tls,
    passwords,
    serve_csms,
    station_tls,
)
from ocppj.failures import Failures

QUICK = Backoff(0, 0, 0)
WAY = NetworkProfile("ws://a", "CS001")


class Failed(Observer):
    """Keeps which attempts failed, and with what."""

    def __init__(self) -> None:
        self.seen: list[tuple[NetworkProfile, OCPPConnectionError | OSError]] = []
        self.reasons: list[str] = []

    def connection_refused(self, identity: str, address: str, reason: str) -> None:
        self.reasons.append(reason)

    def attempt_failed(self, profile: NetworkProfile, error: OCPPConnectionError | OSError) -> None:
        self.seen.append((profile, error))


@pytest.fixture
def levels(caplog: pytest.LogCaptureFixture) -> Iterator[Callable[[], list[str]]]:
    """The levels of what was logged, so far."""
    with caplog.at_level(logging.INFO, "ocppj"):
        yield lambda: [record.levelname for record in caplog.records]


def test_only_news_is_a_warning(levels: Callable[[], list[str]]) -> None:
    failures = Failures(None)
    other = NetworkProfile("ws://b", "CS001")
    for profile, why in [(WAY, "x"), (WAY, "x"), (other, "x"), (WAY, "x"), (other, "x")]:
        failures.attempt_failed(profile, ConnectionRefusedError(why))
    assert levels() == ["WARNING", "INFO", "WARNING", "INFO", "INFO"]
    failures.attempt_failed(WAY, ConnectionRefusedError("y"))
    assert levels()[-1] == "WARNING"
    failures.connected()
    assert failures.last is None
    failures.attempt_failed(WAY, ConnectionRefusedError("y"))
    assert levels()[-1] == "WARNING"


def test_an_error_without_words_has_its_name() -> None:
    failed = Failed()
    Failures(failed).attempt_failed(WAY, ConnectionAbortedError())
    assert failed.reasons == ["ConnectionAbortedError"]


def test_a_bug_is_a_failure_with_a_cause() -> None:
    failed, bug = Failed(), KeyError("x")
    failures = Failures(failed)
    failures.attempt_failed(WAY, bug)
    assert isinstance(failures.last, OCPPConnectionError)
    assert failures.last.__cause__ is bug
    assert failed.seen == [(WAY, failures.last)]
    assert failed.reasons == [str(failures.last)]


def test_a_host_name_that_is_none_is_no_bug(levels: Callable[[], list[str]]) -> None:
    failures = Failures(None)
    failures.attempt_failed(WAY, UnicodeError("label too long"))
    assert str(failures.last) == "the host name cannot be used: label too long"
    assert levels() == ["WARNING"]


@in_loops
async def test_a_wrong_password_can_be_told_from_other_failures() -> None:
    failed = Failed()
    doors = {"profile": SecurityProfile.BASIC, "authenticate": passwords({"CS001": "right" * 4})}
    async with csms(**doors) as server:
        async with station(server.port, password="wrong", backoff=QUICK, observers=[failed]):
            await until(lambda: len(failed.seen) > 1)
    profile, error = failed.seen[0]
    assert profile.password == "wrong"
    assert isinstance(error, HandshakeError) and error.status == 401
    assert "wrong" not in str(error)


@in_loops
async def test_the_certificate_of_the_wrong_server_is_an_ssl_error(
    tmp_path_factory: pytest.TempPathFactory,
) -> None:
    failed, folder = Failed(), tmp_path_factory.mktemp("tls")
    ours, theirs = authority(folder, "ours"), authority(folder, "theirs")
    async with (
        serve_csms(
            (),
            bindings=ocpp21.CSMS,
            port=0,
            host="localhost",
            tls=csms_tls([theirs.issue("localhost")]),
            profile=SecurityProfile.TLS_BASIC,
            authenticate=lambda credentials: True,
        ) as server,
        connect_station(
            (),
            f"wss://localhost:{server.port}",
            identity="CS001",
            password="a password of some length",
            tls=station_tls(ca=ours.file),
            bindings=ocpp21.CHARGING_STATION,
            backoff=QUICK,
            observers=[failed],
        ),
    ):
        await until(lambda: bool(failed.seen))
    assert isinstance(failed.seen[0][1], ssl.SSLCertVerificationError)
