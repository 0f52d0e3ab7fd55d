"""The committed package is what a build into an empty folder writes, byte for byte."""

from __future__ import annotations

from pathlib import Path

from ocppgen.build import build
from ocppgen.config import BuildOptions

COMMITTED = Path(__file__).parents[2] / "generated/ocpp21"


def _bytes(folder: Path) -> dict[str, bytes]:
    files = (path for path in folder.rglob("*") if path.is_file() and path.suffix != ".pyc")
    return {path.relative_to(folder).as_posix(): path.read_bytes() for path in files}


def test_the_committed_package_is_current(tmp_path: Path) -> None:
    build(BuildOptions(out=tmp_path))
    assert _bytes(tmp_path / "ocpp21") == _bytes(COMMITTED)


def test_no_text_of_the_schemas_is_in_it() -> None:
    from ocppgen.source import bundle

    texts = {text for file in bundle.load().files.values() for text in _descriptions(file.schema)}
    long = {text for text in texts if len(text) > 40}
    assert len(long) > 500  # else this would prove nothing
    written = " ".join(path.read_text() for path in COMMITTED.rglob("*.py"))
    flat = " ".join(written.split())
    assert not [text for text in long if " ".join(text.split()) in flat]


def _descriptions(value: object) -> list[str]:
    if isinstance(value, dict):
        own = [value["description"]] if isinstance(value.get("description"), str) else []
        return own + [text for inner in value.values() for text in _descriptions(inner)]
    if isinstance(value, list):
        return [text for inner in value for text in _descriptions(inner)]
    return []
