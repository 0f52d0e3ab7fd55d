"""The whole way from a bundle to a package: what is written, and when nothing is."""

from __future__ import annotations

import gc
import os
import subprocess
import sys
from dataclasses import replace
from pathlib import Path

import pytest

from ocppgen.build import build
from ocppgen.config import BuildOptions, Models
from ocppgen.diagnostics import GeneratorError
from ocppgen.output.filetree import FileTree, has_header, read
from ocppgen.output.record import RECORD_FILE, parse_record

BUNDLES = Path(__file__).parents[1] / "golden" / "bundles"
STALE = """
[[patch]]
file = "ResetRequest.json"
pointer = "/required/0"
op = "put"
expect = "lever"
value = "button"
reason = "It is no lever."
source = "None."
"""
RELAXED = """
[[patch]]
file = "ResetRequest.json"
pointer = "/required/0"
op = "remove"
expect = "switch"
reason = "It may be left out."
source = "None."
"""


@pytest.fixture
def mini(tmp_path: Path) -> BuildOptions:
    """A build of a small bundle into an empty folder."""
    return BuildOptions(bundle=BUNDLES / "enum", out=tmp_path / "out")


def with_errata(options: BuildOptions, folder: Path, text: str) -> BuildOptions:
    (folder / "mine.toml").write_text(text)
    return replace(options, errata=(folder / "mine.toml",))


def package(options: BuildOptions) -> FileTree:
    return read(options.out / (options.package or "ocpp21"))


def test_every_file_says_who_wrote_it(mini: BuildOptions) -> None:
    outcome = build(mini)
    tree = package(mini)
    assert outcome.target == mini.out / "ocpp21"
    assert [path for path, text in tree if not has_header(text)] == ["py.typed"]
    first = {text.partition("\n")[0] for path, text in tree if path.endswith(".py")}
    assert first == {outcome.inputs.header}
    record = parse_record(tree.files[RECORD_FILE])
    assert record is not None
    assert record.files.keys() == tree.files.keys() - {RECORD_FILE}
    assert outcome.inputs.header == f"# {record.header}"


def test_tells_its_steps_in_order(mini: BuildOptions) -> None:
    steps: list[str] = []
    build(mini, step=steps.append)
    verbs = [step.split()[0] for step in steps]
    assert verbs == ["reading", "generating", "formatting", "writing"]


def test_a_second_build_generates_and_writes_nothing(mini: BuildOptions) -> None:
    build(mini)
    before = (mini.out / "ocpp21").stat()
    steps: list[str] = []
    outcome = build(mini, step=steps.append)
    assert (outcome.changes, steps) == (None, [])
    assert (mini.out / "ocpp21").stat() == before


def test_an_edited_file_is_written_again(mini: BuildOptions) -> None:
    build(mini)
    wanted = package(mini)
    enums = mini.out / "ocpp21" / "enums.py"
    enums.write_text(enums.read_text() + "# edited\n")
    outcome = build(mini)
    assert outcome.changes is not None and outcome.changes.paths == ("enums.py",)
    assert package(mini) == wanted


def test_a_check_of_an_untouched_package_finds_nothing(mini: BuildOptions) -> None:
    build(mini)
    assert build(mini, check=True).changes is None


def test_a_check_names_what_differs_and_writes_nothing(mini: BuildOptions) -> None:
    build(mini)
    folder = mini.out / "ocpp21"
    (folder / "enums.py").write_text("edited = True\n")
    (folder / "mine.py").write_text("mine = True\n")
    (folder / "actions.py").unlink()
    before = package(mini)
    changes = build(mini, check=True).changes
    assert changes is not None
    assert (changes.created, changes.changed) == (("actions.py",), ("enums.py",))
    assert changes.removed == ("mine.py",)
    assert package(mini) == before


def test_a_check_of_a_missing_package_makes_no_folder(mini: BuildOptions) -> None:
    changes = build(mini, check=True).changes
    assert changes is not None and "enums.py" in changes.created
    assert not mini.out.exists()


def test_a_record_that_lies_about_its_inputs_is_found_out(mini: BuildOptions) -> None:
    build(mini)
    record = mini.out / "ocpp21" / RECORD_FILE
    record.write_text(record.read_text().replace('"inputs": "', '"inputs": "0'))
    outcome = build(mini, check=True)
    assert outcome.changes is not None and outcome.changes.paths == (RECORD_FILE,)


def test_what_an_interrupted_run_left_is_removed_by_the_next(mini: BuildOptions) -> None:
    build(mini)
    left = mini.out / ".ocpp21.ocppgen-new"
    left.mkdir()
    (left / "enums.py").write_text("half")
    assert build(mini, check=True).changes is None
    assert left.exists()  # a check writes nothing
    assert build(mini).changes is None
    assert os.listdir(mini.out) == ["ocpp21"]


def test_an_erratum_changes_what_it_says_and_only_that_is_formatted(
    mini: BuildOptions, tmp_path: Path
) -> None:
    build(mini)
    steps: list[str] = []
    patched = with_errata(mini, tmp_path, RELAXED)
    outcome = build(patched, step=steps.append)
    assert outcome.changes is not None
    diff = outcome.changes.diff_text("ocpp21")
    assert "-    switch: SwitchEnumType\n" in diff
    assert "+    switch: SwitchEnumType | None = None\n" in diff
    (formatting,) = (step for step in steps if step.startswith("formatting"))
    done, total = (int(word) for word in formatting.split() if word.isdigit())
    assert 0 < done < total / 2
    cold = replace(patched, out=tmp_path / "cold")
    build(cold)
    assert package(cold) == package(patched)


def test_a_stale_erratum_stops_the_build(mini: BuildOptions, tmp_path: Path) -> None:
    with pytest.raises(GeneratorError) as caught:
        build(with_errata(mini, tmp_path, STALE))
    assert "errata" in str(caught.value)
    assert not mini.out.exists()


def test_a_file_of_the_users_stops_the_build(mini: BuildOptions) -> None:
    (mini.out / "ocpp21").mkdir(parents=True)
    (mini.out / "ocpp21" / "actions.py").write_text("mine = True\n")
    with pytest.raises(GeneratorError, match=r"write: ocpp21/actions.py: this file was not gen"):
        build(mini)
    assert package(mini) == FileTree({"actions.py": "mine = True\n"})


def test_the_collector_of_the_caller_is_as_before(mini: BuildOptions) -> None:
    build(mini)
    assert gc.isenabled()


@pytest.mark.parametrize(
    ("name", "models"),
    [
        *((name, Models.PYDANTIC) for name in sorted(os.listdir(BUNDLES))),
        ("custom_data", Models.MSGSPEC),
        ("ocpp_1_6", Models.MSGSPEC),
    ],
)
def test_every_small_bundle_builds_into_a_package_that_imports(
    name: str, models: Models, tmp_path: Path
) -> None:
    options = BuildOptions(bundle=BUNDLES / name, out=tmp_path, package="mini", models=models)
    outcome = build(options)
    assert outcome.protocol is not None
    names = [action.request for action in outcome.protocol.actions]
    program = f"import mini; [getattr(mini, name) for name in {names}]; mini.ACTIONS"
    path = os.pathsep.join([str(tmp_path), *sys.path])
    done = subprocess.run(
        [sys.executable, "-W", "error", "-c", program],
        env={**os.environ, "PYTHONPATH": path}, capture_output=True, text=True,
    )  # fmt: skip
    assert done.returncode == 0, done.stderr


def start_build(
    folder: Path, seed: str, locale: dict[str, str], *options: str
) -> subprocess.Popen[bytes]:
    """A build in a process of its own, from a folder of its own."""
    folder.mkdir(parents=True)
    environment = {
        **{key: value for key, value in os.environ.items() if not key.startswith("LC_")},
        **locale,
        "PYTHONHASHSEED": seed,
        "PYTHONPATH": os.pathsep.join(sys.path),
    }
    command = [sys.executable, "-m", "ocppgen", "build", *options]
    return subprocess.Popen(command, cwd=folder, env=environment, stderr=subprocess.DEVNULL)


@pytest.mark.parametrize(
    "options",
    [("--bundle", str(BUNDLES / "described"), "--descriptions"), ()],
    ids=["described", "published"],
)
def test_builds_are_the_same_to_the_byte_everywhere(tmp_path: Path, options: list[str]) -> None:
    ascii_only = {"LC_ALL": "C", "PYTHONUTF8": "0", "PYTHONCOERCECLOCALE": "0"}
    places = [tmp_path / "here", tmp_path / "some where" / "else"]
    builds = [
        start_build(places[0], "1", ascii_only, *options),
        start_build(places[1], "4242", {"LC_ALL": "C.UTF-8", "TZ": "Asia/Tokyo"}, *options),
    ]
    assert [each.wait() for each in builds] == [0, 0]
    first, second = (read(place / "ocpp21") for place in places)
    assert first == second
    assert len(first.files) > 10
    assert not [path for path, text in first if str(tmp_path) in text]
