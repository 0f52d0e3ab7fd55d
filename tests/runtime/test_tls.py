"""Security profiles 2 and 3 with real certificates (OCPP 2.1 Part 2, A00)."""

from __future__ import annotations

import asyncio
import ssl
from contextlib import AbstractAsyncContextManager
from dataclasses import dataclass
from pathlib import Path

import pytest
from tests.runtime.certificates import Authority, authority
from tests.runtime.looping import in_loops, until
from tests.runtime.sides import HEARTBEAT, NOW, Box, Clerk
from tests.runtime.test_station import PASSWORD, QUICK, Attempts

import ocpp21
from ocpp21 import ChargingStationCalls, CsmsCalls
from ocppj import (
    Credentials,
    Csms,
    KeyPair,
    SecurityProfile,
    Station,
    csms_tls,
    passwords,
    station_tls,
)
from ocppj.csms import serve_csms
from ocppj.station import connect_station


@dataclass(frozen=True)
class Certificates:
    """Who trusts whom."""

    operator: Authority
    csms: list[KeyPair]
    station: KeyPair

    @property
    def der(self) -> bytes:
        return ssl.PEM_cert_to_DER_cert(Path(self.station.certificate).read_text())


@pytest.fixture(scope="module")
def issued(tmp_path_factory: pytest.TempPathFactory) -> Certificates:
    operator = authority(tmp_path_factory.mktemp("operator"), "operator")
    server = [operator.issue("localhost", kind) for kind in ("EC", "RSA")]
    return Certificates(operator, server, operator.issue("CS001"))


def profile_2(issued: Certificates) -> AbstractAsyncContextManager[Csms[CsmsCalls]]:
    return serve_csms(
        Clerk(),
        bindings=[ocpp21.CSMS],
        port=0,
        host="localhost",
        tls=csms_tls(issued.csms),
        profile=SecurityProfile.TLS_BASIC,
        authenticate=passwords({"CS001": PASSWORD}),
    )


def profile_3(
    issued: Certificates, seen: list[Credentials] | None = None
) -> AbstractAsyncContextManager[Csms[CsmsCalls]]:
    def authenticate(credentials: Credentials) -> bool:
        assert seen is not None
        seen.append(credentials)
        return True

    return serve_csms(
        Clerk(),
        bindings=[ocpp21.CSMS],
        port=0,
        host="localhost",
        tls=csms_tls(issued.csms, client_ca=issued.operator.file),
        profile=SecurityProfile.TLS_CERTIFICATE,
        authenticate=None if seen is None else authenticate,
    )


def client(
    port: int,
    tls: ssl.SSLContext,
    *,
    password: str | None = None,
    host: str = "localhost",
    identity: str = "CS001",
    attempts: Attempts | None = None,
) -> AbstractAsyncContextManager[Station[ChargingStationCalls]]:
    return connect_station(
        Box(),
        f"wss://{host}:{port}/ocpp",
        identity=identity,
        password=password,
        tls=tls,
        bindings=[ocpp21.CHARGING_STATION],
        backoff=QUICK,
        observers=[attempts] if attempts else [],
    )


@in_loops
async def test_profile_2_is_a_password_inside_tls(issued: Certificates) -> None:
    tls = station_tls(ca=issued.operator.file)
    async with profile_2(issued) as server:
        async with client(server.port, tls, password=PASSWORD) as station:
            await station.connected()
            assert (await station.calls.heartbeat(HEARTBEAT)).current_time == NOW


@in_loops
async def test_profile_3_is_a_certificate_of_the_station(issued: Certificates) -> None:
    seen: list[Credentials] = []
    tls = station_tls(ca=issued.operator.file.read_text(), certificate=issued.station)
    async with profile_3(issued, seen) as server, client(server.port, tls) as station:
        await station.connected()
        assert (await station.calls.heartbeat(HEARTBEAT)).current_time == NOW
    (credentials,) = seen
    certificate = credentials.certificate
    assert certificate is not None
    assert (certificate.common_name, certificate.organization) == ("CS001", "Operator")
    assert certificate.der == issued.der
    assert credentials.password is None


@in_loops
async def test_without_a_function_the_common_name_is_to_be_the_identity(
    issued: Certificates,
) -> None:
    attempts = Attempts()
    tls = station_tls(ca=issued.operator.file, certificate=issued.station)
    async with profile_3(issued) as server:
        async with client(server.port, tls) as station:
            await station.connected()
        async with client(server.port, tls, identity="CS002", attempts=attempts):
            await until(lambda: bool(attempts.seen))
    assert attempts.seen[0] == "the CSMS refuses the connection with HTTP 403 Forbidden"


@in_loops
async def test_without_a_certificate_profile_3_lets_nobody_in(issued: Certificates) -> None:
    attempts = Attempts()
    tls = station_tls(ca=issued.operator.file)
    async with profile_3(issued) as server:
        async with client(server.port, tls, attempts=attempts):
            await until(lambda: bool(attempts.seen))
        assert not server.connections


@in_loops
async def test_a_certificate_of_somebody_else_lets_nobody_in(
    issued: Certificates, tmp_path: Path
) -> None:
    attempts = Attempts()
    stranger = authority(tmp_path, "stranger").issue("CS001")
    tls = station_tls(ca=issued.operator.file, certificate=stranger)
    async with profile_3(issued) as server:
        async with client(server.port, tls, attempts=attempts):
            await until(lambda: bool(attempts.seen))
        assert not server.connections


@in_loops
async def test_a_station_does_not_trust_just_any_csms(issued: Certificates, tmp_path: Path) -> None:
    attempts = Attempts()
    tls = station_tls(ca=authority(tmp_path, "stranger").file)
    async with profile_2(issued) as server:
        async with client(server.port, tls, password=PASSWORD, attempts=attempts):
            await until(lambda: bool(attempts.seen))
    assert "CERTIFICATE_VERIFY_FAILED" in attempts.seen[0]


@in_loops
async def test_the_name_of_the_csms_has_to_match(issued: Certificates) -> None:
    attempts = Attempts()
    tls = station_tls(ca=issued.operator.file)
    async with profile_2(issued) as server:
        async with client(server.port, tls, password=PASSWORD, host="127.0.0.1", attempts=attempts):
            await until(lambda: bool(attempts.seen))
    assert "mismatch" in attempts.seen[0] or "not valid for" in attempts.seen[0]


def tls_1_2(issued: Certificates, cipher: str) -> ssl.SSLContext:
    context = station_tls(ca=issued.operator.file)
    context.maximum_version = ssl.TLSVersion.TLSv1_2
    context.set_ciphers(cipher)
    return context


@pytest.mark.parametrize(
    "cipher",
    [
        "ECDHE-ECDSA-AES128-GCM-SHA256",
        "ECDHE-ECDSA-AES256-GCM-SHA384",
        "AES128-GCM-SHA256",
        "AES256-GCM-SHA384",
    ],
)
@in_loops
async def test_all_four_cipher_suites_are_there(issued: Certificates, cipher: str) -> None:
    async with profile_2(issued) as server:
        _, writer = await asyncio.open_connection(
            "localhost", server.port, ssl=tls_1_2(issued, cipher)
        )
        assert writer.get_extra_info("cipher")[0] == cipher
        assert writer.get_extra_info("compression") is None
        writer.transport.abort()


@pytest.mark.parametrize(
    ("cipher", "version"),
    [
        ("AES128-SHA", ssl.TLSVersion.TLSv1_2),
        ("ECDHE-RSA-AES128-SHA", ssl.TLSVersion.TLSv1_2),
        ("ALL:@SECLEVEL=0", ssl.TLSVersion.TLSv1_1),
    ],
)
@pytest.mark.filterwarnings("ignore:ssl.TLSVersion.TLSv1_1 is deprecated")
@in_loops
async def test_what_is_too_old_is_turned_away(
    issued: Certificates, cipher: str, version: ssl.TLSVersion
) -> None:
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
    context.load_verify_locations(issued.operator.file)
    context.set_ciphers(cipher)
    context.minimum_version = min(version, ssl.TLSVersion.TLSv1_2)
    context.maximum_version = version
    async with profile_2(issued) as server:
        with pytest.raises(OSError):
            await asyncio.open_connection("localhost", server.port, ssl=context)


@in_loops
async def test_whoever_does_not_speak_tls_gets_nowhere(issued: Certificates) -> None:
    async with profile_2(issued) as server:
        reader, writer = await asyncio.open_connection("localhost", server.port)
        writer.write(b"GET /CS001 HTTP/1.1\r\n\r\n")
        assert b"HTTP/1.1 101" not in await reader.read()
        writer.transport.abort()


def test_files_that_do_not_do_are_os_errors(tmp_path: Path) -> None:
    with pytest.raises(OSError):
        csms_tls([KeyPair(tmp_path / "missing.pem")])
    with pytest.raises(OSError):
        station_tls(ca=tmp_path / "missing.pem")
