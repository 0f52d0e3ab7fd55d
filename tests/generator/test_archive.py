"""Reading zips, friendly and hostile ones."""

from __future__ import annotations

import io
import tracemalloc
import zipfile
from collections.abc import Mapping
from pathlib import Path

import pytest

from ocppgen.diagnostics import Findings, GeneratorError
from ocppgen.source import archive, bundle
from ocppgen.source.bundle_limits import MIB, Budget

from .golden_texts import BUNDLES, said

DOWNLOAD = "  Download the zip again, or unpack it and give the folder.\n"
DISTRUST = "  Do not use this zip: get it from another source.\n"
NARROW = "  Point at the folder or zip that holds only the JSON schemas.\n"


def zipped(members: Mapping[str, bytes], method: int = zipfile.ZIP_DEFLATED) -> bytes:
    """A zip with these members."""
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w", method) as target:
        for name, content in members.items():
            target.writestr(name, content)
    return buffer.getvalue()


def schemas(feature: str = "enum", prefix: str = "") -> dict[str, bytes]:
    """The files of one mini-bundle."""
    return {prefix + path.name: path.read_bytes() for path in (BUNDLES / feature).iterdir()}


@pytest.fixture
def path(tmp_path: Path) -> Path:
    """Where a test puts its zip."""
    return tmp_path / "bundle.zip"


def failure(path: Path, content: bytes) -> str:
    """The error for a zip with this content, or for what should be one."""
    path.write_bytes(content)
    with pytest.raises(GeneratorError) as caught:
        bundle.load(path)
    return said(caught.value, path)


@pytest.mark.parametrize(
    "method", [zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED, zipfile.ZIP_BZIP2, zipfile.ZIP_LZMA]
)
def test_zip_is_read_like_its_folder(path: Path, method: int) -> None:
    path.write_bytes(zipped(schemas(), method))
    loaded = bundle.load(path)
    assert loaded.origin == "bundle.zip"
    assert loaded.digest == bundle.load(BUNDLES / "enum").digest


def test_zip_as_the_alliance_ships_it(path: Path) -> None:
    inner = zipped(schemas(prefix="OCPP-2.1/JSON_schemas/"))
    parts = {"part 2/text.pdf": b"%PDF", "part3_schemas.zip": inner, "part 4/": b""}
    path.write_bytes(zipped(parts))
    assert list(bundle.load(path).files) == ["ResetRequest.json", "ResetResponse.json"]


def test_zip_in_a_folder_is_read(tmp_path: Path) -> None:
    (tmp_path / "sub").mkdir()
    (tmp_path / "sub" / "schemas.ZIP").write_bytes(zipped(schemas()))
    assert list(bundle.load(tmp_path).files) == ["ResetRequest.json", "ResetResponse.json"]


def test_paths_are_told_with_the_zips_they_are_in(path: Path) -> None:
    inner = zipped({"json/other.json": b"[]", **schemas()})
    path.write_bytes(zipped({"part 3/schemas.zip": inner}))
    findings = Findings("bundle")
    bundle.load(path, findings)
    assert [each.file for each in findings.items] == ["part 3/schemas.zip/json/other.json"]


def test_backslashes_separate_folders(path: Path) -> None:
    path.write_bytes(zipped(schemas(prefix="OCPP\\json\\")))
    assert list(bundle.load(path).files) == ["ResetRequest.json", "ResetResponse.json"]


def test_hidden_members_are_passed_over(path: Path) -> None:
    path.write_bytes(zipped({**schemas(), "__MACOSX/._ResetRequest.json": b"\x00"}))
    assert list(bundle.load(path).files) == ["ResetRequest.json", "ResetResponse.json"]


@pytest.mark.parametrize(
    "name",
    ["../ResetRequest.json", "a/../../b.json", "/etc/x.json", "C:\\x.json", "..\\x.txt", "x/.."],
)
def test_path_that_leads_out_is_refused(path: Path, name: str) -> None:
    shown = name.replace("\\", "/")
    assert failure(path, zipped({**schemas(), name: b"{}"})) == (
        f"error: bundle: {shown}: the path leads out of the zip\n{DISTRUST}"
    )


def test_zip_with_a_bad_path_inside_a_zip_is_refused(path: Path) -> None:
    content = zipped({"inner.zip": zipped({"../x.json": b"{}"})})
    assert "inner.zip/../x.json: the path leads out of the zip" in failure(path, content)


@pytest.mark.parametrize("keep", [0, 10, 200, -30])
def test_truncated_zip_is_refused(path: Path, keep: int) -> None:
    text = failure(path, zipped(schemas())[:keep])
    assert text.startswith("error: bundle: <bundle>: cannot be read as a zip: ")
    assert text.endswith(DOWNLOAD)


def test_damaged_member_is_refused(path: Path) -> None:
    content = bytearray(zipped(schemas(), zipfile.ZIP_STORED))
    place = content.index(b"SwitchEnumType")
    content[place] ^= 0xFF
    assert "cannot be read as a zip: Bad CRC-32" in failure(path, bytes(content))


def test_damaged_compression_is_refused(path: Path) -> None:
    content = bytearray(zipped(schemas()))
    content[60:100] = b"\xff" * 40
    assert "cannot be read as a zip: Error -3 while decompressing" in failure(path, bytes(content))


def test_unknown_compression_is_refused(path: Path) -> None:
    content = bytearray(zipped(schemas()))
    for header, offset in ((b"PK\x01\x02", 10), (b"PK\x03\x04", 8)):
        content[content.index(header) + offset] = 97
    assert "cannot be read as a zip: That compression method is not supp" in failure(
        path, bytes(content)
    )


def test_encrypted_member_is_refused(path: Path) -> None:
    content = bytearray(zipped({"ResetRequest.json": b"{}"}))
    content[content.index(b"PK\x01\x02") + 8] |= 1
    assert failure(path, bytes(content)) == (
        "error: bundle: ResetRequest.json: is encrypted\n" "  Unpack the zip and give the folder.\n"
    )


def test_symbolic_link_in_a_zip_is_refused(path: Path) -> None:
    link = zipfile.ZipInfo("ResetRequest.json")
    link.external_attr = 0o120777 << 16
    with zipfile.ZipFile(path, "w") as target:
        target.writestr(link, "/etc/passwd")
    assert "ResetRequest.json: is a symbolic link" in failure(path, path.read_bytes())


def test_gigabyte_of_zeros_is_refused_without_reading_it(path: Path) -> None:
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as target:
        with target.open("ResetRequest.json", "w", force_zip64=True) as member:
            for _ in range(1024):
                member.write(bytes(MIB))
    content = path.read_bytes()
    tracemalloc.start()
    text = failure(path, content)
    peak = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    assert "1073741824 bytes packed into" in text
    assert text.endswith(f": a zip bomb\n{DISTRUST}")
    assert peak < 16 * MIB


def test_bomb_whose_header_lies_is_refused(path: Path) -> None:
    content = bytearray(zipped({"ResetRequest.json": bytes(64 * MIB)}))
    place = content.index(b"PK\x01\x02") + 24
    content[place : place + 4] = (10).to_bytes(4, "little")
    assert "cannot be read as a zip: Bad CRC-32" in failure(path, bytes(content))


def test_long_member_is_refused(path: Path) -> None:
    content = zipped({"ResetRequest.json": b" " * (5 * MIB)})
    assert "ResetRequest.json: the file is larger than 4 MiB" in failure(path, content)


def test_many_long_members_are_refused(path: Path) -> None:
    content = zipped({"x.zip": bytes(65 * MIB)})
    path.write_bytes(content)
    with pytest.raises(GeneratorError) as caught:
        list(archive.members(path, Budget(bytes_left=64 * MIB)))
    assert said(caught.value) == (
        f"error: bundle: x.zip: the bundle is larger than 128 MiB\n{NARROW}"
    )


def test_many_entries_are_refused(path: Path) -> None:
    path.write_bytes(zipped({f"{index}.txt": b"" for index in range(20)}))
    with pytest.raises(GeneratorError, match="more than 50000 files"):
        list(archive.members(path, Budget(entries_left=19)))


def test_zips_in_zips_end(path: Path) -> None:
    content = zipped(schemas())
    for _ in range(3):
        content = zipped({"inner.zip": content})
    assert failure(path, content) == (
        "error: bundle: inner.zip/inner.zip/inner.zip: zips inside zips, too deep\n"
        "  Unpack it and give the folder.\n"
    )


def test_zip_without_schemas_is_refused(path: Path) -> None:
    assert "<bundle>: no OCPP message schema in it" in failure(path, zipped({"a.txt": b""}))
    assert "<bundle>: no OCPP message schema in it" in failure(path, zipped({}))


def test_same_name_twice_in_a_zip_is_refused(path: Path) -> None:
    with pytest.warns(UserWarning, match="Duplicate name"), zipfile.ZipFile(path, "w") as target:
        for size in (1, 2):
            target.writestr("A.json", f'{{"$schema": "x", "type": "object", "title": "{size}"}}')
    assert "A.json: another A.json with different content stands at A.json" in failure(
        path, path.read_bytes()
    )
