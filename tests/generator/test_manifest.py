"""The manifests of the three bundles, and what they find."""

from __future__ import annotations

import json
import shutil
from pathlib import Path

import pytest

from ocppgen.diagnostics import GeneratorError
from ocppgen.source import bundle, manifest, versions, wheel

from .golden_texts import BUNDLES, said

HINT = "  Install ocppgen again: the manifest is part of it.\n"


@pytest.mark.parametrize(
    ("number", "folder", "count"), [("2.1", "v21", 181), ("2.0.1", "v201", 128), ("1.6", "v16", 78)]
)
def test_manifest_is_that_of_the_wheel(number: str, folder: str, count: int) -> None:
    read = manifest.read(versions.VERSIONS[number].folder)
    differences = manifest.compare(bundle.load(wheel.schemas(folder)), read)
    assert not differences
    assert str(differences) == "none"
    assert len(read.files) == count
    assert number in read.edition


def test_missing_extra_and_changed_files_are_named(tmp_path: Path) -> None:
    shutil.copytree(BUNDLES / "enum", tmp_path / "enum")
    before = manifest.Manifest.of(bundle.load(tmp_path / "enum"), "Ours", "here")
    changed = tmp_path / "enum" / "ResetResponse.json"
    changed.write_text(changed.read_text() + "\n")
    (tmp_path / "enum" / "ResetRequest.json").rename(tmp_path / "enum" / "Reset.json")
    differences = manifest.compare(bundle.load(tmp_path / "enum"), before)
    assert differences == manifest.Differences(
        missing=("ResetRequest.json",), extra=("Reset.json",), changed=("ResetResponse.json",)
    )
    assert str(differences) == "1 missing, 1 extra, 1 changed"
    assert differences


def test_manifest_is_read_as_it_was_written(tmp_path: Path) -> None:
    made = manifest.Manifest.of(bundle.load(BUNDLES / "enum"), "Ours", "here")
    (tmp_path / "manifest.json").write_text(made.as_json())
    assert manifest.read(tmp_path) == made


def test_missing_manifest_is_an_error(tmp_path: Path) -> None:
    with pytest.raises(GeneratorError) as caught:
        manifest.read(tmp_path / "ocpp-9")
    assert said(caught.value) == (
        "error: manifest: ocpp-9/manifest.json: cannot be read: No such file or directory\n" + HINT
    )


@pytest.mark.parametrize(
    "content",
    [
        [],
        {},
        {"edition": "1", "source": "x"},
        {"edition": 1, "source": "x", "files": {}},
        {"edition": "1", "source": "x", "files": {"A.json": 5}},
        {"edition": "1", "source": "x", "files": {}, "more": 1},
    ],
)
def test_malformed_manifest_is_an_error(tmp_path: Path, content: object) -> None:
    (tmp_path / "manifest.json").write_text(json.dumps(content))
    with pytest.raises(GeneratorError, match='must hold "edition", "source" and "files"'):
        manifest.read(tmp_path)
