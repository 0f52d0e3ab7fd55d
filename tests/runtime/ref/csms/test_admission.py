"""Who may connect, over real sockets."""

from __future__ import annotations

import asyncio
import base64
import time
from pathlib import Path

import pytest
from tests.requirements import requirement
from tests.runtime.certificates import authority
from tests.runtime.raw_peer import raw_peer, request
from tests.runtime.ref.csms.running import PASSWORD, Served, boot, csms_at, in_loop, until

import ocpp21
from ocpp21 import HeartbeatRequest
from ocppj import Backoff, KeyPair, OCPPCallError, OCPPTimeoutError, connect_station, station_tls
from ocppref.csms.errors import ListenError
from ocppref.csms.operations.passwords import Passwords


def _basic(user: str, password: str) -> str:
    encoded = base64.b64encode(f"{user}:{password}".encode()).decode()
    return f"Authorization: Basic {encoded}"


async def _status(served: Served, identity: str, *headers: str) -> int:
    async with raw_peer(served.port, request(f"/ocpp/{identity}", extra=headers)) as peer:
        return peer.status


@requirement("A00.FR.207")
@in_loop
async def test_only_identity_and_password_together_let_a_station_in(database_url: str) -> None:
    async with csms_at(database_url) as served:
        await served.add_station("CS001")
        await served.add_station("CS002", password="another good password")
        right = _basic("CS001", PASSWORD)
        assert await _status(served, "CS001", right) == 101
        assert await _status(served, "cs001", _basic("cs001", PASSWORD)) == 101
        assert await _status(served, "CS001", _basic("CS001", PASSWORD.upper())) == 401
        assert await _status(served, "CS001", _basic("CS001", "")) == 401
        assert await _status(served, "CS001") == 401
        assert await _status(served, "CS002", right) == 401
        assert await _status(served, "CS002", _basic("CS002", PASSWORD)) == 401
        assert await _status(served, "CS003", _basic("CS003", PASSWORD)) == 404
        assert await _status(served, "a%3Ab", _basic("a", PASSWORD)) == 404


@in_loop
async def test_a_station_without_a_password_stays_outside(database_url: str) -> None:
    async with csms_at(database_url) as served:
        await served.put("/stations/CS001", {})
        assert await _status(served, "CS001", _basic("CS001", "")) == 401


@in_loop
async def test_in_the_laboratory_the_unknown_may_come(database_url: str) -> None:
    async with csms_at(database_url, accept_unknown=True, security_profile=0) as served:
        assert await _status(served, "CS009") == 101
        assert (await served.get("/stations/CS009"))["registration"] == "Accepted"
    async with csms_at(database_url, accept_unknown=True) as served:
        assert await _status(served, "CS010", _basic("CS010", "whatever")) == 101
        await served.add_station("CS011")
        assert await _status(served, "CS011", _basic("CS011", "whatever")) == 401


@requirement("A05.FR.07")
@in_loop
async def test_no_station_comes_back_with_a_lower_profile(database_url: str) -> None:
    async with csms_at(database_url) as served:
        await served.add_station()
        assert await _status(served, "CS001", _basic("CS001", PASSWORD)) == 101
    async with csms_at(database_url, security_profile=0) as served:
        assert await _status(served, "CS001") == 403
        await served.add_station("CS002")
        assert await _status(served, "CS002") == 101


@requirement("A01.FR.03")
@in_loop
async def test_a_changed_password_counts_at_once(database_url: str) -> None:
    async with csms_at(database_url) as served:
        await served.add_station()
        assert await _status(served, "CS001", _basic("CS001", PASSWORD)) == 101
        await until(lambda: not served.service.parts.stations["CS001"].is_connected)
        await served.add_station(password="another good password")
        assert await _status(served, "CS001", _basic("CS001", PASSWORD)) == 401
        assert await _status(served, "CS001", _basic("CS001", "another good password")) == 101


@in_loop
async def test_a_password_on_its_way_is_good_and_so_is_the_old_one_until_it_is_used(
    database_url: str,
) -> None:
    new = "another good password"
    async with csms_at(database_url) as served:
        await served.add_station()
        await Passwords(served.service.parts.store).announce("CS001", new)
    async with csms_at(database_url) as served:
        assert await _status(served, "CS001", _basic("CS001", PASSWORD)) == 101
        assert await _status(served, "CS001", _basic("CS001", "a third good password")) == 401
        assert await _status(served, "CS001", _basic("CS001", new)) == 101
        assert await _status(served, "CS001", _basic("CS001", PASSWORD)) == 401


@in_loop
async def test_coming_back_costs_no_hashing(sqlite_url: str) -> None:
    async with csms_at(sqlite_url) as served:
        await served.add_station()
        right = _basic("CS001", PASSWORD)
        assert await _status(served, "CS001", right) == 101
        before = time.process_time()
        ends = await asyncio.gather(*(_status(served, "CS001", right) for _ in range(50)))
        assert set(ends) == {101}
        # Hashing alone would take 50 times 9 ms.
        assert time.process_time() - before < 0.3


@requirement("B01.FR.11", "B01.FR.12", "A00.FR.403")
@in_loop
async def test_with_certificates_the_serial_number_is_that_of_the_certificate(
    database_url: str, tmp_path: Path
) -> None:
    ca = authority(tmp_path, "operator")
    server = ca.issue("localhost")
    async with csms_at(
        database_url,
        host="localhost",
        security_profile=3,
        tls_cert=server.certificate,
        tls_key=server.key,
        client_ca=ca.file,
    ) as served:
        await served.put("/stations/CS001", {})
        own, others = ca.issue("CS001"), ca.issue("CS002")
        async with _with_certificate(served, "CS001", own, ca.file) as station:
            connection = await station.connected()
            with pytest.raises(OCPPCallError, match="SecurityError"):
                await station.calls.boot_notification(boot(serial_number="another"))
            await connection.wait_closed()
            await station.connected()
            response = await station.calls.boot_notification(boot(serial_number="CS001"))
            assert response.status == "Accepted"
            await station.calls.heartbeat(HeartbeatRequest())
        async with _with_certificate(served, "CS001", others, ca.file) as station:
            with pytest.raises(OCPPTimeoutError, match="403"):
                await station.connected(timeout=0.5)


def _with_certificate(served: Served, identity: str, pair: KeyPair, ca: Path):  # type: ignore[no-untyped-def]
    return connect_station(
        [],
        served.service.ocpp_url,
        identity=identity,
        bindings=[ocpp21.CHARGING_STATION],
        backoff=Backoff(wait_minimum=0.05, random_range=0),
        tls=station_tls(ca=ca, certificate=pair),
    )


@in_loop
async def test_a_key_that_is_not_that_of_the_certificate_is_told(
    sqlite_url: str, tmp_path: Path
) -> None:
    ca = authority(tmp_path, "operator")
    one, other = ca.issue("localhost"), ca.issue("elsewhere")
    with pytest.raises(ListenError, match="KEY_VALUES_MISMATCH"):
        async with csms_at(
            sqlite_url, security_profile=2, tls_cert=one.certificate, tls_key=other.key
        ):
            pass
    with pytest.raises(ListenError, match=r"none\.pem.*No such file"):
        async with csms_at(sqlite_url, security_profile=2, tls_cert=tmp_path / "none.pem"):
            pass
