"""Whole lines in a file, whatever happened to it before."""

from __future__ import annotations

import os
import stat
from pathlib import Path

import pytest

from ocppj.errors import OCPPUsageError
from ocppj.observers.linefile import LineFile


def lines_in(path: Path) -> list[bytes]:
    return path.read_bytes().splitlines()


def open_file(path: Path, max_bytes: int | None = None, kept: int = 5) -> LineFile:
    return LineFile(path, start=b"L:", max_bytes=max_bytes, kept=kept)


def test_lines_are_added_to_what_is_there(tmp_path: Path) -> None:
    path = tmp_path / "file"
    for text in (b"L:1\n", b"L:2\n"):
        file = open_file(path)
        file.write([text, b"L:x\n"])
        file.sync()
        file.close()
    assert lines_in(path) == [b"L:1", b"L:x", b"L:2", b"L:x"]


def test_nobody_else_may_read_it(tmp_path: Path) -> None:
    open_file(tmp_path / "file").close()
    assert stat.S_IMODE((tmp_path / "file").stat().st_mode) == 0o600


@pytest.mark.parametrize(
    ("before", "kept"),
    [
        (b"", b""),
        (b"L", b""),
        (b"L:1", b""),
        (b"L:1\n", b"L:1\n"),
        (b"L:1\nL:2", b"L:1\n"),
        (b"L:1\n" + b"x" * 200_000, b"L:1\n"),
        (b"L:" + b"x" * 200_000, b""),
    ],
    ids=["empty", "one byte", "no end", "whole", "cut", "cut and long", "long without end"],
)
def test_what_a_killed_writer_left_unfinished_is_cut_off(
    tmp_path: Path, before: bytes, kept: bytes
) -> None:
    path = tmp_path / "file"
    path.write_bytes(before)
    file = open_file(path)
    file.write([b"L:new\n"])
    file.close()
    assert path.read_bytes() == kept + b"L:new\n"


@pytest.mark.parametrize("before", [b"a novel, without an end", b"x"])
def test_a_file_of_another_kind_is_left_alone(tmp_path: Path, before: bytes) -> None:
    path = tmp_path / "file"
    path.write_bytes(before)
    with pytest.raises(OCPPUsageError, match="holds something else already"):
        open_file(path)
    assert path.read_bytes() == before


def test_a_full_file_makes_room(tmp_path: Path) -> None:
    path = tmp_path / "file"
    file = open_file(path, max_bytes=8, kept=2)
    file.write([b"L:%d\n" % number for number in range(7)])
    file.write([b"L:7\n"])
    file.write([b"L:8\n"])
    file.close()
    assert lines_in(path) == [b"L:8"]
    assert lines_in(tmp_path / "file.1") == [b"L:6", b"L:7"]
    assert lines_in(tmp_path / "file.2") == [b"L:4", b"L:5"]
    assert sorted(os.listdir(tmp_path)) == ["file", "file.1", "file.2"]


def test_what_was_there_before_counts(tmp_path: Path) -> None:
    path = tmp_path / "file"
    path.write_bytes(b"L:1\nL:2\n")
    file = open_file(path, max_bytes=8)
    file.write([b"L:3\n"])
    file.close()
    assert (lines_in(path), lines_in(tmp_path / "file.1")) == ([b"L:3"], [b"L:1", b"L:2"])


def test_a_line_longer_than_the_file_has_one_of_its_own(tmp_path: Path) -> None:
    path = tmp_path / "file"
    file = open_file(path, max_bytes=8)
    file.write([b"L:1\n", b"L:much longer\n", b"L:2\n"])
    file.close()
    assert lines_in(tmp_path / "file.2") == [b"L:1"]
    assert lines_in(tmp_path / "file.1") == [b"L:much longer"]
    assert lines_in(path) == [b"L:2"]


@pytest.mark.parametrize(("max_bytes", "kept"), [(0, 1), (10, 0)])
def test_room_must_be_possible(tmp_path: Path, max_bytes: int, kept: int) -> None:
    with pytest.raises(OCPPUsageError, match="has to be kept"):
        open_file(tmp_path / "file", max_bytes, kept)
    assert not (tmp_path / "file").exists()


def test_a_disk_that_is_full_in_the_middle_of_a_line_leaves_whole_lines(tmp_path: Path) -> None:
    resource = pytest.importorskip("resource", reason="this system has no limit on file sizes")
    signal = pytest.importorskip("signal")
    path = tmp_path / "file"
    file = open_file(path)
    file.write([b"L:1\n"])
    before = resource.getrlimit(resource.RLIMIT_FSIZE)
    handler = signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
    resource.setrlimit(resource.RLIMIT_FSIZE, (10, before[1]))
    try:
        with pytest.raises(OSError, match="too large"):
            file.write([b"L:2\n", b"L:3 is too long\n"])
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, before)
        signal.signal(signal.SIGXFSZ, handler)
    assert path.read_bytes() == b"L:1\n"
    file.write([b"L:4\n"])
    file.close()
    assert lines_in(path) == [b"L:1", b"L:4"]
