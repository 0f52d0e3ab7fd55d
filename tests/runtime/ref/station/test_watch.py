"""Which attempts to connect, and which frames, concern security."""

from __future__ import annotations

import asyncio
import contextlib
import socket
import ssl
from pathlib import Path
from typing import Any

import pytest
from tests.runtime.certificates import authority
from tests.runtime.looping import in_loops

from ocppj import (
    HandshakeError,
    Ignored,
    KeyPair,
    NetworkProfile,
    OCPPConnectionError,
    SecurityProfile,
    Trouble,
    connect_socket,
    csms_tls,
    station_tls,
)
from ocppref.station.watch import Watch, event_of


@pytest.mark.parametrize(
    ("error", "event"),
    [
        (HandshakeError("no", 401), "FailedToAuthenticateAtCsms"),
        (HandshakeError("no", 403), "FailedToAuthenticateAtCsms"),
        (HandshakeError("later", 503), ""),
        (HandshakeError("no subprotocol"), ""),
        (OCPPConnectionError("gone"), ""),
        (ConnectionRefusedError(111, "refused"), ""),
    ],
)
def test_what_an_attempt_means(error: Any, event: str) -> None:
    assert event_of(error) == event


async def fail_at(server: ssl.SSLContext, station: ssl.SSLContext) -> OSError:
    """The error of a real handshake. (A server of asyncio would not send its alert.)"""
    with socket.create_server(("localhost", 0)) as listening:
        profile = NetworkProfile(
            f"wss://localhost:{listening.getsockname()[1]}",
            "CS001",
            SecurityProfile.TLS_BASIC,
            "p" * 16,
            station,
        )
        serving = asyncio.create_task(asyncio.to_thread(_shake_hands, listening, server))
        with pytest.raises(OSError) as failed:
            await connect_socket(asyncio.Protocol, profile)
        await serving
    return failed.value


def _shake_hands(listening: socket.socket, server: ssl.SSLContext) -> None:
    connection, _ = listening.accept()
    with contextlib.suppress(OSError), connection:
        with contextlib.suppress(ssl.SSLError):
            server.wrap_socket(connection.dup(), server_side=True).close()


@in_loops
async def test_what_a_failed_tls_handshake_means(tmp_path: Path) -> None:
    operator, other = authority(tmp_path, "operator"), authority(tmp_path, "other")
    pair: KeyPair = operator.issue("localhost")
    good = csms_tls([pair])
    wrong = station_tls(ca=other.file)
    assert event_of(await fail_at(good, wrong)) == "InvalidCsmsCertificate"

    ciphers = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    ciphers.load_cert_chain(pair.certificate, pair.key)
    ciphers.maximum_version = ssl.TLSVersion.TLSv1_2
    ciphers.set_ciphers("ECDHE-ECDSA-CHACHA20-POLY1305")
    station = station_tls(ca=operator.file)
    station.maximum_version = ssl.TLSVersion.TLSv1_2
    assert event_of(await fail_at(ciphers, station)) == "InvalidTLSCipherSuite"

    modern = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    modern.load_cert_chain(pair.certificate, pair.key)
    modern.minimum_version = ssl.TLSVersion.TLSv1_3
    assert event_of(await fail_at(modern, station)) == "InvalidTLSVersion"


def test_frames_that_are_no_ocpp_are_told_without_their_contents() -> None:
    watch, told = Watch(), list[str]()
    watch.invalid.connect(told.append)
    link: Any = None
    watch.ignored(link, Ignored(Trouble.NOT_JSON, None, None, "secret"))
    watch.ignored(link, Ignored(Trouble.LATE_ANSWER, None, None, ""))
    assert told == ["not JSON"]
    watch.close()
    watch.ignored(link, Ignored(Trouble.NOT_JSON, None, None, ""))
    assert len(told) == 1
