"""`ocppgen diff`, `inspect` and `verify`."""

from __future__ import annotations

import json
import os
import re
import shutil
from pathlib import Path

import pytest

from .command_line import ENUM, refusal, run


@pytest.fixture(autouse=True)
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Each test runs in an empty folder."""
    monkeypatch.chdir(tmp_path)
    return tmp_path


def test_inspect_lists_every_action() -> None:
    lines = run("inspect").stdout.splitlines()
    assert len(lines) == 1 + 91
    assert lines[0].split() == ["Action", "Direction", "Block", "Kind", "Summary"]
    rows = json.loads(run("inspect", "--json").stdout)
    assert len(rows) == 91 and rows[0].keys() >= {"action", "direction", "block", "kind"}


def test_inspect_shows_the_fields_of_one_action() -> None:
    text = run("inspect", "BootNotification").stdout
    assert re.search(r"^chargingStation\.modem\.iccid +charging_station\.modem\.iccid ", text, re.M)
    views = json.loads(run("inspect", "BootNotification", "--json").stdout)
    assert [view["message"] for view in views] == [
        "BootNotificationRequest",
        "BootNotificationResponse",
    ]


def test_verify_says_that_the_default_is_the_published_one() -> None:
    result = run("verify")
    assert result.exit_code == 0
    assert re.fullmatch(r"ocpp==2\.1\.0 is OCPP 2\.1 .*: all 181 files unchanged\n", result.stdout)


def test_verify_names_every_file_that_differs() -> None:
    shutil.copytree(ENUM, "mine")
    Path("mine/MineRequest.json").write_text(Path("mine/ResetRequest.json").read_text())
    result = run("verify", "--bundle", "mine")
    lines = result.stdout.splitlines()
    assert result.exit_code == 1
    assert "missing  HeartbeatRequest.json" in lines
    assert "extra    MineRequest.json" in lines
    assert "changed  ResetRequest.json" in lines
    assert lines[-1].endswith("179 missing, 1 extra, 2 changed")


def test_diff_of_a_bundle_with_itself() -> None:
    result = run("diff", "default", "default", "--exit-code")
    assert (result.exit_code, result.stdout) == (0, "No structural change.\n")


def test_diff_exits_1_only_when_asked_to() -> None:
    shutil.copytree(ENUM, "new")
    for path in Path("new").iterdir():
        path.write_text(path.read_text().replace('"HalfOn"', '"Dimmed"'))
    result = run("diff", ENUM, "new")
    assert result.exit_code == 0 and "Dimmed" in result.stdout
    assert run("diff", ENUM, "new", "--exit-code").exit_code == 1
    report = json.loads(run("diff", ENUM, "new", "--format", "json").stdout)
    assert report["changes"]
    assert run("diff", ENUM, "new", "--format", "markdown").stdout.startswith("## ")


def test_default_is_a_word_and_a_folder_of_that_name_needs_its_path() -> None:
    shutil.copytree(ENUM, "default")
    assert run("diff", "default", "./default", "--exit-code").exit_code == 1
    assert os.listdir() == ["default"]


@pytest.mark.parametrize(
    ("arguments", "told"),
    [
        (["diff", "default"], "Missing argument"),
        (["diff", "default", "default", "--format", "xml"], "'xml' is not one of"),
        (["diff", "default", "none"], "bundle: none: no such folder or zip"),
        (["inspect", "Hartbeat"], "Did you mean Heartbeat?"),
        (["verify", "--bundle", "none"], "bundle: none: no such folder or zip"),
    ],
)
def test_bad_input_exits_2(arguments: list[str], told: str) -> None:
    assert told in refusal(*arguments)
