"""The commands, as processes of their own."""

from __future__ import annotations

import json
import os
import re
import signal
import subprocess
import sys
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from ocppref.cli import main

_READY = re.compile(
    r"CSMS ready ocpp=(ws://127\.0\.0\.1:\d+/ocpp) http=(http://127\.0\.0\.1:\d+)\n"
)


@dataclass
class Serving:
    """A CSMS in a process of its own."""

    process: subprocess.Popen[str]
    ocpp_url: str
    http_url: str

    def get(self, path: str, token: str) -> object:
        """What the API answers."""
        request = urllib.request.Request(
            f"{self.http_url}/api/v1{path}", headers={"Authorization": f"Bearer {token}"}
        )
        with urllib.request.urlopen(request, timeout=30) as answer:
            return json.load(answer)


@contextmanager
def serving(*options: str, folder: Path, **environment: str) -> Iterator[Serving]:
    """`ocppref csms serve`, once it is ready. It is killed at the end, if it still runs."""
    command = [sys.executable, "-m", "ocppref.cli", "csms", "serve", *options]
    free = {"CSMS_PORT": "0", "CSMS_HTTP_PORT": "0"}
    with (
        (folder / "stderr").open("a") as errors,
        subprocess.Popen(
            command,
            cwd=folder,
            env={**os.environ, **free, **environment},
            stdout=subprocess.PIPE,
            stderr=errors,
            text=True,
        ) as process,
    ):
        try:
            assert process.stdout is not None
            line = process.stdout.readline()
            ready = _READY.fullmatch(line)
            assert ready is not None, (line, (folder / "stderr").read_text())
            yield Serving(process, *ready.groups())
        finally:
            process.kill()


def _run(*arguments: str, **environment: str) -> Result:
    return CliRunner().invoke(main, ["csms", *arguments], env=environment)


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGINT])
def test_it_serves_until_it_is_told_to_end(tmp_path: Path, number: signal.Signals) -> None:
    with serving(folder=tmp_path, CSMS_API_TOKEN="hush", LOG_FORMAT="json") as csms:
        assert csms.get("/stations", "hush") == []
        csms.process.send_signal(number)
        assert csms.process.wait(20) == 0
        assert csms.process.stdout is not None
        assert csms.process.stdout.read() == ""
    log = (tmp_path / "stderr").read_text()
    assert "hush" not in log
    assert all(json.loads(line)["timestamp"] for line in log.splitlines())


def test_a_token_is_made_where_none_is_given(tmp_path: Path) -> None:
    with serving("--log-level", "ERROR", folder=tmp_path) as csms:
        log = (tmp_path / "stderr").read_text()
        token = log.strip().rpartition(" ")[2]
        assert csms.get("/stations", token) == []


def test_stations_and_tokens_are_added_to_the_database(tmp_path: Path) -> None:
    where = {"CSMS_DATABASE_URL": f"sqlite+aiosqlite:///{tmp_path}/csms.db"}
    made = _run("add-station", "CS001", **where)
    assert made.exit_code == 0
    assert re.fullmatch(r"CS001 may connect\. Its password is \S{32}\n", made.output)
    given = _run("add-station", "CS002", "--password", "correct horse battery", **where)
    assert given.output == "CS002 may connect.\n"
    assert _run("add-station", "CS002", "--registration", "Pending", **where).exit_code == 0
    assert (
        _run("add-token", "ABCD", "--group", "G", **where).output == "ISO14443 ABCD is Accepted.\n"
    )
    listed = _run("list-stations", "--json", **where).output.splitlines()
    assert [json.loads(line)["registration"] for line in listed] == ["Accepted", "Pending"]
    assert "never seen" in _run("list-stations", **where).output
    with serving("--api-token", "hush", folder=tmp_path, **where) as csms:
        shown = csms.get("/tokens", "hush")
        assert isinstance(shown, list)
        assert shown[0]["groupIdToken"] == {"idToken": "G", "type": "Central"}


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (("serve", "--port", "http"), "--port: "),
        (("serve", "--security-profile", "2"), "needs a certificate"),
        (("serve", "--database-url", "nonsense"), "--database-url: this is no URL"),
        (("serve", "--database-url", "sqlite+aiosqlite:////none/csms.db"), "unable to open"),
        (("serve", "--database-url", "postgresql://127.0.0.1:1/x"), "refused"),
        (("serve", "--tls-cert", "x.pem"), "has no TLS"),
        (("add-station", "a:b"), "'a:b' is no identity"),
        (("add-station", "../x"), "'../x' is no identity"),
        (("add-station", "x" * 49), "is no identity"),
        (("add-station", "CS001", "--password", "short"), "16 to 64 characters"),
        (("add-token", "x" * 256), "1 to 255 characters"),
    ],
)
def test_what_cannot_be_used_is_told_without_a_traceback(
    tmp_path: Path, arguments: tuple[str, ...], said: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    result = _run(*arguments)
    assert result.exit_code == 2
    assert said in result.output
    assert "Traceback" not in result.output
    assert not list(tmp_path.iterdir())


def test_the_start_is_cheap(tmp_path: Path) -> None:
    with serving("--log-level", "ERROR", folder=tmp_path) as csms:
        ticks = Path(f"/proc/{csms.process.pid}/stat").read_text().rpartition(")")[2].split()
        seconds = (int(ticks[11]) + int(ticks[12])) / os.sysconf("SC_CLK_TCK")
    assert seconds < 2.0
