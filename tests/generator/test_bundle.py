"""Reading bundles: the wheel's, folders, and everything that can be wrong with them."""

from __future__ import annotations

import hashlib
import os
import shutil
import statistics
import subprocess
import sys
import time
from pathlib import Path

import pytest

from ocppgen.diagnostics import Findings, GeneratorError, Severity
from ocppgen.schema import merge
from ocppgen.source import bundle, bundle_limits, versions, wheel

from .golden_texts import BUNDLES, GOLDEN, said

GENERATOR = Path(bundle.__file__).parents[1]


def failure(path: Path) -> str:
    """The error that stops the first three stages on the bundle at `path`."""
    with pytest.raises(GeneratorError) as caught:
        loaded = bundle.load(path)
        versions.detect(loaded)
        merge.merge(loaded)
    return said(caught.value, path)


def names(path: Path) -> list[str]:
    """The files of the bundle at `path`."""
    return list(bundle.load(path).files)


@pytest.mark.parametrize("path", sorted((GOLDEN / "bad").iterdir()), ids=lambda path: path.name)
def test_bad_bundle_is_refused_with_its_golden_text(path: Path) -> None:
    assert failure(path) == (path / "expected.txt").read_text()


def test_default_bundle_is_that_of_the_wheel() -> None:
    loaded = bundle.load()
    assert loaded.origin == "ocpp==2.1.0"
    assert len(loaded.files) == 181
    assert list(loaded.files) == sorted(loaded.files)
    raw = (wheel.schemas() / "ResetRequest.json").read_bytes()
    assert loaded.files["ResetRequest.json"].sha256 == hashlib.sha256(raw).hexdigest()


def test_default_bundle_is_read_without_importing_the_wheel() -> None:
    code = (
        "import sys; from ocppgen.source import bundle; bundle.load(); "
        "print({'ocpp', 'jsonschema', 'importlib.metadata', 'zipfile'} & set(sys.modules))"
    )
    result = subprocess.run(
        [sys.executable, "-c", code],
        env={**os.environ, "PYTHONPATH": str(GENERATOR)},
        capture_output=True,
        text=True,
        check=True,
    )
    assert result.stdout == "set()\n"


def test_default_bundle_is_quick() -> None:
    times = []
    for _ in range(5):
        start = time.process_time()
        bundle.load()
        times.append(time.process_time() - start)
    assert statistics.median(times) < 0.25  # 0.02 on an idle machine


def test_missing_wheel_says_what_to_install(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sys, "path", [str(GENERATOR)])
    with pytest.raises(GeneratorError) as caught:
        bundle.load()
    assert said(caught.value) == (
        "error: bundle: ocpp==2.1.0: the package is not installed\n"
        "  pip install 'ocppgen[generate]', or give another copy with --bundle DIR|ZIP.\n"
    )


def test_other_version_of_the_wheel_is_refused(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    info = tmp_path / "ocpp-2.0.0.dist-info"
    info.mkdir()
    (info / "METADATA").write_text("Metadata-Version: 2.1\nName: ocpp\nVersion: 2.0.0\n")
    monkeypatch.setattr(sys, "path", [str(tmp_path)])
    with pytest.raises(GeneratorError, match=r"version 2\.0\.0 is installed instead"):
        bundle.load()


def test_wheel_without_its_schemas_is_refused(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    (tmp_path / "ocpp-2.1.0.dist-info").mkdir()
    monkeypatch.setattr(sys, "path", [str(tmp_path)])
    with pytest.raises(GeneratorError, match="ocpp/v21/schemas is missing from it"):
        bundle.load()


def test_folder_is_read_at_any_depth(tmp_path: Path) -> None:
    shutil.copytree(BUNDLES / "enum", tmp_path / "part 3" / "schemas" / "json")
    loaded = bundle.load(tmp_path)
    assert list(loaded.files) == ["ResetRequest.json", "ResetResponse.json"]
    assert loaded.origin == tmp_path.name
    assert loaded.digest == bundle.load(BUNDLES / "enum").digest


def test_digest_tells_content_and_names_apart(tmp_path: Path) -> None:
    digests = {bundle.load(path).digest for path in BUNDLES.iterdir()}
    assert len(digests) == len(list(BUNDLES.iterdir()))
    shutil.copytree(BUNDLES / "enum", tmp_path / "same")
    (tmp_path / "same" / "ResetRequest.json").rename(tmp_path / "same" / "Reset.json")
    assert bundle.load(tmp_path / "same").digest != bundle.load(BUNDLES / "enum").digest


def test_the_same_file_twice_is_one_file(tmp_path: Path) -> None:
    shutil.copytree(BUNDLES / "enum", tmp_path / "one")
    shutil.copytree(BUNDLES / "enum", tmp_path / "two")
    assert names(tmp_path) == ["ResetRequest.json", "ResetResponse.json"]


def test_what_is_no_message_schema_is_reported_and_ignored(tmp_path: Path) -> None:
    shutil.copytree(BUNDLES / "enum", tmp_path, dirs_exist_ok=True)
    (tmp_path / "package.json").write_text('{"name": "x", "type": "module"}')
    (tmp_path / "list.json").write_text("[1, 2]")
    findings = Findings("bundle")
    loaded = bundle.load(tmp_path, findings)
    assert list(loaded.files) == ["ResetRequest.json", "ResetResponse.json"]
    assert [(each.severity, each.file) for each in findings.items] == [
        (Severity.WARNING, "list.json"),
        (Severity.WARNING, "package.json"),
    ]
    assert str(findings.items[0]) == ("bundle: list.json: ignored: this is no OCPP message schema")


def test_notes_of_the_operating_system_are_passed_over(tmp_path: Path) -> None:
    shutil.copytree(BUNDLES / "enum", tmp_path, dirs_exist_ok=True)
    for name in ("._ResetRequest.json", ".cache/x.json", "__MACOSX/x.json"):
        (tmp_path / name).parent.mkdir(exist_ok=True)
        (tmp_path / name).write_bytes(b"\x00\x05\x16\x07")
    findings = Findings("bundle")
    bundle.load(tmp_path, findings)
    assert findings.items == []


def test_all_faults_of_a_bundle_are_told_at_once(tmp_path: Path) -> None:
    (tmp_path / "A.json").write_text("{")
    (tmp_path / "B.json").write_text("")
    assert [line for line in failure(tmp_path).splitlines() if line.startswith("error")] == [
        "error: bundle: A.json: the JSON ends too early, at line 1, column 2",
        "error: bundle: B.json: the file is empty",
    ]


def test_missing_path_is_refused(tmp_path: Path) -> None:
    assert failure(tmp_path / "nowhere").startswith(
        "error: bundle: <bundle>: no such folder or zip\n"
    )


def test_file_that_is_no_zip_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "schemas.tar.gz"
    path.write_bytes(b"\x1f\x8b")
    assert failure(path) == (
        "error: bundle: <bundle>: cannot be read as a zip: File is not a zip file\n"
        "  Download the zip again, or unpack it and give the folder.\n"
    )


def test_loops_of_links_end(tmp_path: Path) -> None:
    shutil.copytree(BUNDLES / "enum", tmp_path / "real")
    (tmp_path / "real" / "up").symlink_to(tmp_path)
    (tmp_path / "linked").symlink_to(tmp_path / "real")
    assert names(tmp_path) == ["ResetRequest.json", "ResetResponse.json"]


def test_link_to_nothing_is_refused(tmp_path: Path) -> None:
    shutil.copytree(BUNDLES / "enum", tmp_path / "real")
    (tmp_path / "gone.json").symlink_to(tmp_path / "nowhere")
    (tmp_path / "self.json").symlink_to(tmp_path / "self.json")
    assert failure(tmp_path) == (
        "error: bundle: gone.json: is no file: a broken link, or a device\n"
        "  Make it a readable file, or take it out of the bundle.\n"
    )


def test_pipe_does_not_block(tmp_path: Path) -> None:
    os.mkfifo(tmp_path / "pipe.json")
    assert "pipe.json: is no file" in failure(tmp_path)


def test_unreadable_file_is_refused(tmp_path: Path) -> None:
    # Nothing is mapped at address 0, so that not even root can read this file.
    (tmp_path / "A.json").symlink_to("/proc/self/mem")
    assert "A.json: cannot be read: Input/output error" in failure(tmp_path)


def test_huge_file_is_refused(tmp_path: Path) -> None:
    with (tmp_path / "A.json").open("wb") as stream:
        stream.truncate(10 * 1024**3)
    assert "A.json: the file is larger than 4 MiB, which no OCPP schema is" in failure(tmp_path)


def test_folder_with_too_much_in_it_is_refused(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(bundle_limits.Budget, "__init__", _small_budget)
    shutil.copytree(BUNDLES / "enum", tmp_path / "a")
    shutil.copytree(BUNDLES / "shared_type", tmp_path / "b")
    assert "the bundle is larger than 128 MiB" in failure(tmp_path)
    for index in range(20):
        (tmp_path / f"{index}.txt").touch()
    assert "<bundle>: the bundle has more than 50000 files" in failure(tmp_path)


def _small_budget(budget: bundle_limits.Budget) -> None:
    budget.bytes_left, budget.entries_left = 1000, 10


@pytest.mark.parametrize("version", ["v16", "v201", "v21"])
def test_every_bundle_of_the_wheel_has_only_message_schemas(version: str) -> None:
    findings = Findings("bundle")
    bundle.load(wheel.schemas(version), findings)
    assert findings.items == []
