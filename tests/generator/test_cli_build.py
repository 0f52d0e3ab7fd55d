"""`ocppgen build`: options, exit codes, and what is printed where."""

from __future__ import annotations

import json
import re
import shutil
from pathlib import Path

import pytest

from ocppgen.output.filetree import read

from .command_line import ENUM, refusal, run


@pytest.fixture(autouse=True)
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Each test runs in an empty folder."""
    monkeypatch.chdir(tmp_path)
    return tmp_path


def test_build_writes_the_package_and_sums_up() -> None:
    result = run("build", "--bundle", ENUM, "--out", "src", "--package", "mine")
    assert result.exit_code == 0
    count = len(read(Path("src/mine")).files)
    assert result.stdout == (
        f"src/mine: OCPP 2.1, 1 Action and 3 types in {count} files ({count} created)\n"
    )
    assert "ocppgen: generating 3 types and 1 Actions" in result.stderr
    assert "warning: bundle: " in result.stderr  # it is not the published one


def test_build_again_says_that_all_is_up_to_date() -> None:
    run("build", "--bundle", ENUM)
    result = run("build", "--bundle", ENUM)
    assert (result.exit_code, result.stdout) == (0, "ocpp21: up to date\n")


def test_check_is_content_with_what_was_built() -> None:
    run("build", "--bundle", ENUM)
    result = run("build", "--bundle", ENUM, "--check")
    assert (result.exit_code, result.stdout) == (0, "ocpp21: up to date\n")


def test_check_prints_a_unified_diff_and_exits_1() -> None:
    run("build", "--bundle", ENUM)
    enums = Path("ocpp21/enums.py")
    wanted = enums.read_text()
    enums.write_text(wanted.replace("HALF_ON", "HALF"))
    result = run("build", "--bundle", ENUM, "--check")
    assert result.exit_code == 1
    assert "--- a/ocpp21/enums.py\n+++ b/ocpp21/enums.py\n" in result.stdout
    assert '-    HALF = "HalfOn"\n+    HALF_ON = "HalfOn"\n' in result.stdout
    assert "ocpp21: 1 file out of date; run `ocppgen build`" in result.stderr
    assert enums.read_text() != wanted


def test_json_prints_one_object_per_line_and_nothing_else() -> None:
    result = run("build", "--bundle", ENUM, "--json")
    warning, note = (json.loads(line) for line in result.output.splitlines())
    assert result.stderr == ""
    keys = ["severity", "stage", "message", "file", "pointer", "hint"]
    assert list(warning) == keys
    assert (warning["severity"], warning["stage"]) == ("warning", "bundle")
    assert (note["severity"], note["stage"], note["file"]) == ("note", "build", "ocpp21")
    Path("ocpp21/enums.py").unlink()
    result = run("build", "--bundle", ENUM, "--json", "--check")
    found = [json.loads(line) for line in result.output.splitlines()]
    assert result.exit_code == 1
    assert [(f["file"], f["message"]) for f in found if f["severity"] == "error"] == [
        ("ocpp21/enums.py", "is missing")
    ]


def test_json_prints_what_is_wrong_too() -> None:
    result = run("build", "--bundle", "nowhere", "--json")
    assert result.exit_code == 2
    (found,) = (json.loads(line) for line in result.output.splitlines())
    assert (found["severity"], found["stage"], found["file"]) == ("error", "bundle", "nowhere")
    assert found["hint"]


def test_pyproject_gives_the_options_and_the_command_line_wins(folder: Path) -> None:
    Path("pyproject.toml").write_text(f"[tool.ocppgen]\nbundle = {ENUM!r}\nout = 'src'\n")
    assert run("build").stdout.startswith("src/ocpp21: OCPP 2.1, 1 Action and 3 types")
    assert run("build", "--out", "lib", "--package", "mine").stdout.startswith("lib/mine: ")
    assert "ResetRequest" in Path("lib/mine/__init__.py").read_text()
    assert run("inspect", "Reset").exit_code == 0


def test_no_errata_leaves_those_of_pyproject_out() -> None:
    Path("stale.toml").write_text("nonsense")
    Path("pyproject.toml").write_text(
        f"[tool.ocppgen]\nbundle = {ENUM!r}\nerrata = ['stale.toml']\n"
    )
    assert "errata: stale.toml" in refusal("build")
    assert run("build", "--no-errata").exit_code == 0


def test_errors_have_stage_place_message_and_hint() -> None:
    shutil.copytree(ENUM, "bad")
    schema = Path("bad/ResetRequest.json")
    schema.write_text(schema.read_text().replace('"enum": [', '"enumm": ['))
    text = refusal("build", "--bundle", "bad")
    place = r"^merge: ResetRequest\.json#/definitions/SwitchEnumType/enumm: .+\n  .+$"
    assert re.search(place, text, re.MULTILINE)


@pytest.mark.parametrize(
    ("arguments", "told"),
    [
        (["build", "--models", "attrs"], "'attrs' is not one of 'pydantic', 'msgspec'"),
        (["build", "--bundel", "x"], "No such option"),
        (["biuld"], "No such command"),
        (["build", "surplus"], "unexpected extra argument"),
        (["build", "--package", "not-a-name"], "config: --package: 'not-a-name' cannot be the"),
        (["build", "--bundle", "none.zip"], "bundle: none.zip: no such folder or zip"),
        (["build", "--errata", "none.toml"], "errata: none.toml: cannot be read"),
        (["build", "--extend", "none"], "none"),
        (["build", "--bundle", ENUM, "--templates", "none"], "none: no such folder"),
        (["build", "--bundle", ENUM, "--out", "/proc/no"], "write: ocpp21: the package cannot be"),
    ],
)
def test_bad_input_exits_2_and_writes_nothing(arguments: list[str], told: str) -> None:
    assert told in refusal(*arguments)


def test_a_stale_erratum_exits_2() -> None:
    Path("stale.toml").write_text(
        '[[patch]]\nfile = "ResetRequest.json"\npointer = "/required/0"\nop = "put"\n'
        'expect = "lever"\nvalue = "button"\nreason = "No lever."\nsource = "None."\n'
    )
    text = refusal("build", "--bundle", ENUM, "--errata", "stale.toml")
    assert text.startswith("errata: ") or "\nerrata: " in text
    assert "stale.toml:1" in text


def test_a_file_without_header_in_the_target_exits_2() -> None:
    Path("ocpp21").mkdir()
    Path("ocpp21/enums.py").write_text("mine = True\n")
    text = refusal("build", "--bundle", ENUM)
    assert "write: ocpp21/enums.py: this file was not generated by ocppgen" in text
    assert Path("ocpp21/enums.py").read_text() == "mine = True\n"


def test_a_bad_pyproject_exits_2() -> None:
    Path("pyproject.toml").write_text("[tool.ocppgen]\nbundel = 'x'\n")
    text = refusal("build")
    assert text == (
        "config: pyproject.toml#/tool/ocppgen/bundel: there is no option 'bundel'\n"
        "  did you mean 'bundle'?\n"
    )


def test_names_that_would_steer_the_terminal_are_shown_harmless() -> None:
    assert "bundle: no?[31mwhere: no such" in refusal("build", "--bundle", "no\x1b[31mwhere")
