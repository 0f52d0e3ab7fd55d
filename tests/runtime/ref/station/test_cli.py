"""`ocppref station run`, as a process."""

from __future__ import annotations

import asyncio
import json
import os
import re
import signal
import socket
import subprocess
import sys
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager, contextmanager
from pathlib import Path
from typing import Any

import httpx
import pytest
from tests.runtime.certificates import authority
from tests.runtime.ref.station.tester import Tester

import ocpp21
from ocppj import Csms, CsmsOptions, SecurityProfile, csms_tls, passwords, serve_csms
from ocppref.station.store import SqliteStore
from ocppref.station.time import machine_time

PASSWORD = "a password of enough characters"
COMMAND = [sys.executable, "-m", "ocppref.cli", "station", "run"]
QUICK = [
    "--set=OCPPCommCtrlr.RetryBackOffWaitMinimum=1",
    "--set=OCPPCommCtrlr.RetryBackOffRandomRange=0",
    "--set=OCPPCommCtrlr.RetryBackOffRepeatTimes=0",
]


def environment(**more: str) -> dict[str, str]:
    kept = {name: os.environ[name] for name in ("PATH", "HOME") if name in os.environ}
    roots = os.pathsep.join(path for path in sys.path if path)
    return {**kept, "PYTHONPATH": roots, **more}


def refused(folder: Path, *options: str, **env: str) -> str:
    """Run it, and see it refuse: exit code 2, a message and no traceback."""
    done = subprocess.run(
        [*COMMAND, *options],
        cwd=folder,
        env=environment(**env),
        capture_output=True,
        text=True,
        timeout=60,
    )
    assert done.returncode == 2, done.stderr
    assert "Traceback" not in done.stderr and "Error: " in done.stderr
    assert done.stdout == ""
    return done.stderr


class Process:
    """A station that runs."""

    def __init__(self, folder: Path, options: list[str], env: dict[str, str]) -> None:
        self.log = folder / "log"
        with self.log.open("a") as log:
            self.popen = subprocess.Popen(
                [*COMMAND, *options],
                cwd=folder,
                env=environment(**env),
                stdout=subprocess.PIPE,
                stderr=log,
                text=True,
            )
        assert self.popen.stdout is not None
        self.ready = self.popen.stdout.readline().strip()
        assert self.ready, self.log.read_text()

    @property
    def url(self) -> str:
        found = re.fullmatch(r"Station ready identity=(\S+) control=(http://\S+)", self.ready)
        assert found is not None, self.ready
        return found[2]

    def post(self, path: str, **body: object) -> None:
        response = httpx.post(f"{self.url}{path}", json=body, trust_env=False)
        assert response.status_code == 200, response.text

    def state(self) -> dict[str, Any]:
        state: dict[str, Any] = httpx.get(f"{self.url}/state", trust_env=False).json()
        return state

    def end(self, number: int = signal.SIGTERM) -> int:
        self.popen.send_signal(number)
        return self.popen.wait(30)


@contextmanager
def running(folder: Path, *options: str, **env: str) -> Iterator[Process]:
    process = Process(folder, ["--control-port", "0", *options], env)
    try:
        yield process
    finally:
        process.popen.kill()
        process.popen.wait()
        assert process.popen.stdout is not None
        process.popen.stdout.close()


@asynccontextmanager
async def csms(
    port: int = 0, options: CsmsOptions | None = None
) -> AsyncIterator[tuple[Csms[ocpp21.CsmsCalls], Tester]]:
    tester = Tester(now=machine_time)
    async with serve_csms(
        tester, bindings=[ocpp21.CSMS], host="127.0.0.1", port=port, **(options or {})
    ) as server:
        yield server, tester


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
        return port


def test_runs_a_session_and_ends_cleanly(tmp_path: Path) -> None:
    async def run() -> None:
        async with csms() as (server, tester):
            url = f"ws://127.0.0.1:{server.port}/ocpp"
            with running(tmp_path, "--csms-url", url, "--identity", "CS7", "--evses", "2") as it:
                await tester.seen("NotifyEvent", 2)
                assert it.ready.startswith("Station ready identity=CS7 control=http://127.0.0.1:")
                await asyncio.to_thread(it.post, "/plug", evseId=2)
                await asyncio.to_thread(it.post, "/token", evseId=2, idToken="A", type="Local")
                event = await tester.seen("TransactionEvent")
                assert event.evse.id == 2
                connection = server.connections["CS7"]
                assert await asyncio.to_thread(it.end) == 0
                assert connection.close_code == 1000
        assert (tmp_path / "CS7.db").exists()

    asyncio.run(run())


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGINT])
def test_without_a_csms_it_waits_and_ends_when_told(tmp_path: Path, number: int) -> None:
    with running(tmp_path, "--csms-url", f"ws://127.0.0.1:{free_port()}/ocpp") as it:
        assert it.state()["online"] is False
        assert it.end(number) == 0
    assert "could not connect" in it.log.read_text()
    assert "Traceback" not in it.log.read_text()


def test_a_csms_that_comes_later_is_found(tmp_path: Path) -> None:
    async def run() -> None:
        port = free_port()
        with running(tmp_path, "--csms-url", f"ws://127.0.0.1:{port}/ocpp", *QUICK) as it:
            async with csms(port) as (_, tester):
                await tester.seen("BootNotification")
            assert await asyncio.to_thread(it.end) == 0

    asyncio.run(run())


def test_without_a_control_port_there_is_no_control_api(tmp_path: Path) -> None:
    process = Process(tmp_path, ["--csms-url", "ws://127.0.0.1:1/ocpp"], {})
    assert process.ready == "Station ready identity=CS001 control=off"
    assert process.end() == 0
    assert process.popen.stdout is not None
    process.popen.stdout.close()


def test_the_environment_does_as_well_and_an_option_wins(tmp_path: Path) -> None:
    async def run() -> None:
        options: CsmsOptions = {
            "profile": SecurityProfile.BASIC,
            "authenticate": passwords({"OPTION": PASSWORD}),
        }
        async with csms(options=options) as (server, tester):
            with running(
                tmp_path,
                "--identity",
                "OPTION",
                CP_CSMS_URL=f"ws://127.0.0.1:{server.port}/ocpp",
                CP_IDENTITY="ENVIRONMENT",
                CP_PASSWORD=PASSWORD,
                CP_STATE=str(tmp_path / "kept.db"),
                LOG_FORMAT="json",
                LOG_LEVEL="DEBUG",
            ) as it:
                await tester.seen("BootNotification")
                assert await asyncio.to_thread(it.end) == 0
        assert (tmp_path / "kept.db").exists()
        lines = [json.loads(line) for line in it.log.read_text().splitlines()]
        assert {"timestamp", "level", "logger", "message"} <= set(lines[0])
        assert any(line["message"] == "connection opened" for line in lines)
        assert PASSWORD not in it.log.read_text()

    asyncio.run(run())


@pytest.mark.parametrize("profile", [2, 3])
def test_tls_with_a_password_or_a_certificate(tmp_path: Path, profile: int) -> None:
    ca = authority(tmp_path, "ca")
    server_pair, client = ca.issue("localhost"), ca.issue("CS001")
    options: CsmsOptions = {"profile": SecurityProfile(profile)}
    if profile == 2:
        options["authenticate"] = passwords({"CS001": PASSWORD})
        options_tls = csms_tls([server_pair])
        given = ["--password", PASSWORD]
    else:
        options_tls = csms_tls([server_pair], client_ca=ca.file)
        given = ["--cert", str(client.certificate), "--key", str(client.key)]

    async def run() -> None:
        tester = Tester(now=machine_time)
        async with serve_csms(
            tester,
            bindings=[ocpp21.CSMS],
            host="127.0.0.1",
            port=0,
            tls=options_tls,
            **options,
        ) as server:
            url = f"wss://localhost:{server.port}/ocpp"
            with running(tmp_path, "--csms-url", url, "--ca", str(ca.file), *given) as it:
                boot = await tester.seen("BootNotification")
                assert boot.charging_station.serial_number == ("CS001" if profile == 3 else None)
                assert await asyncio.to_thread(it.end) == 0

    asyncio.run(run())


def test_what_is_wrong_is_said_with_exit_code_2(tmp_path: Path) -> None:
    assert "--evses" in refused(tmp_path, "--evses", "none")
    assert "did you mean TxCtrlr.EVConnectionTimeOut?" in refused(
        tmp_path, "--set", "TxCtrlr.EVConectionTimeOut=5"
    )
    assert "cannot be set like that" in refused(
        tmp_path, "--set", "TxCtrlr.EVConnectionTimeOut=soon"
    )
    assert "nothing.toml" in refused(tmp_path, "--config", "nothing.toml")
    assert "CP_CONTROL_PORT" in refused(tmp_path, CP_CONTROL_PORT="x")
    assert "needs a password" in refused(tmp_path, "--security-profile", "1")
    assert "nothing.pem" in refused(
        tmp_path, "--csms-url=wss://localhost/ocpp", "--password", PASSWORD, "--ca", "nothing.pem"
    )


def test_a_port_that_is_in_use_is_said_and_nothing_is_touched(tmp_path: Path) -> None:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        port = str(taken.getsockname()[1])
        said = refused(tmp_path, "--control-port", port)
    assert port in said and "--control-port" in said
    assert not list(tmp_path.glob("*.db"))


def test_a_state_file_that_does_not_do_is_said(tmp_path: Path) -> None:
    (tmp_path / "letter.db").write_text("Dear aunt, " * 1000)
    assert "is damaged" in refused(tmp_path, "--state", "letter.db")
    assert (tmp_path / "letter.db").read_text().startswith("Dear aunt")
    assert "cannot be opened" in refused(tmp_path, "--state", "nowhere/state.db")
    store = SqliteStore(tmp_path / "mine.db")
    store.put("kind", "key", "text")
    assert "in use by another process" in refused(tmp_path, "--state", "mine.db")
    store.close()


@pytest.mark.parametrize("moment", [0.0, 0.05, 0.3, 1.1])
def test_a_kill_loses_nothing_that_was_queued(tmp_path: Path, moment: float) -> None:
    options = [
        *QUICK,
        "--set=SampledDataCtrlr.TxUpdatedInterval=1",
        "--set=AuthCtrlr.OfflineTxForUnknownIdEnabled=true",
    ]

    async def run() -> None:
        port = free_port()
        url = f"ws://127.0.0.1:{port}/ocpp"
        with running(tmp_path, "--csms-url", url, *options) as it:
            async with csms(port) as (_, tester):
                await tester.seen("NotifyEvent")
            await asyncio.to_thread(it.post, "/plug", evseId=1)
            await asyncio.to_thread(it.post, "/token", evseId=1, idToken="A", type="Local")
            await asyncio.sleep(moment)
            before = await asyncio.to_thread(it.state)
            await asyncio.to_thread(it.end, signal.SIGKILL)
        async with csms(port) as (_, tester):
            with running(tmp_path, "--csms-url", url, *options) as it:
                await tester.seen(
                    "TransactionEvent", where=lambda event: event.trigger_reason == "TxResumed"
                )
                await asyncio.to_thread(it.post, "/token", evseId=1, idToken="A", type="Local")
                await tester.seen(
                    "TransactionEvent", where=lambda event: event.event_type == "Ended"
                )
                assert await asyncio.to_thread(it.end) == 0
        events = tester.of("TransactionEvent")
        assert [event.seq_no for event in events] == list(range(len(events)))
        [transaction] = {event.transaction_info.transaction_id for event in events}
        assert [each["transactionId"] for each in before["transactions"]] == [transaction]
        assert before["queued"] > 0

    asyncio.run(run())
