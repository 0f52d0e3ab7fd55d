"""Lines that somebody else's thread brings to the disk."""

from __future__ import annotations

import logging
import os
import threading
from collections.abc import Sequence
from pathlib import Path

import pytest

from ocppj.observers.journal import Flush, Journal
from ocppj.observers.linefile import LineFile


def gap(lost: int) -> bytes:
    return b"lost %d\n" % lost


class SlowFile(LineFile):
    """A disk that takes nothing until it is told to, and may fail then."""

    def __init__(self, path: Path) -> None:
        super().__init__(path, start=b"")
        self.busy = threading.Event()
        self.go = threading.Event()
        self.error: OSError | None = None
        self.synced = 0

    def write(self, lines: Sequence[bytes]) -> None:
        self.busy.set()
        assert self.go.wait(10)
        if self.error is not None:
            raise self.error
        super().write(lines)

    def sync(self) -> None:
        self.synced += 1
        super().sync()


@pytest.fixture
def disk(tmp_path: Path) -> SlowFile:
    return SlowFile(tmp_path / "file")


def journal(disk: LineFile, flush: Flush = Flush.SOON, backlog: int = 1000) -> Journal:
    return Journal(disk, flush=flush, backlog=backlog, gap=gap)


def texts(tmp_path: Path) -> list[str]:
    return (tmp_path / "file").read_text().splitlines()


@pytest.mark.parametrize("flush", Flush)
def test_all_lines_are_there_in_order_after_the_close(tmp_path: Path, flush: Flush) -> None:
    writer = journal(LineFile(tmp_path / "file", start=b""), flush, backlog=100_000)
    for number in range(1000):
        writer.add(b"%d\n" % number)
    writer.close()
    writer.close()
    assert texts(tmp_path) == [str(number) for number in range(1000)]
    assert (writer.lost, writer.failure) == (0, None)


def test_a_line_is_there_soon_without_a_close(disk: SlowFile, tmp_path: Path) -> None:
    writer = journal(disk)
    writer.add(b"1\n")
    assert disk.busy.wait(10)
    disk.go.set()
    writer.close()
    assert texts(tmp_path) == ["1"]


def test_at_once_is_at_once(tmp_path: Path) -> None:
    writer = journal(LineFile(tmp_path / "file", start=b""), Flush.AT_ONCE)
    writer.add(b"1\n")
    assert texts(tmp_path) == ["1"]
    writer.close()


@pytest.mark.parametrize(("flush", "synced"), [(Flush.SOON, False), (Flush.SYNCED, True)])
def test_only_synced_is_synced(disk: SlowFile, flush: Flush, synced: bool) -> None:
    disk.go.set()
    writer = journal(disk, flush)
    writer.add(b"1\n")
    writer.close()
    assert bool(disk.synced) is synced


def test_a_slow_disk_holds_up_nobody_and_loses_what_is_too_much(
    disk: SlowFile, tmp_path: Path
) -> None:
    writer = journal(disk, backlog=10)
    writer.add(b"1\n")
    assert disk.busy.wait(10)  # from here on, the thread is stuck
    for number in range(2, 10):
        writer.add(b"%d\n" % number)  # of these five fit
    assert writer.lost == 3
    disk.go.set()
    writer.close()
    assert texts(tmp_path) == ["1", "2", "3", "4", "5", "6", "lost 3"]


def test_a_disk_that_fails_ends_it(disk: SlowFile, caplog: pytest.LogCaptureFixture) -> None:
    disk.error = OSError("no space left")
    disk.go.set()
    writer = journal(disk, Flush.AT_ONCE)
    with caplog.at_level(logging.ERROR):
        for number in range(5):
            writer.add(b"%d\n" % number)
        writer.close()
    assert writer.failure is disk.error
    assert writer.lost == 5
    assert [record.getMessage() for record in caplog.records] == ["recording stops: no space left"]


def test_what_comes_after_the_close_is_lost(tmp_path: Path) -> None:
    writer = journal(LineFile(tmp_path / "file", start=b""))
    writer.close()
    writer.add(b"late\n")
    assert (writer.lost, texts(tmp_path)) == (1, [])


@pytest.mark.parametrize("flush", [Flush.SOON, Flush.AT_ONCE])
def test_threads_do_not_mix_up_lines(tmp_path: Path, flush: Flush) -> None:
    writer = journal(LineFile(tmp_path / "file", start=b""), flush, backlog=1_000_000)

    def work(name: int) -> None:
        for number in range(200):
            writer.add(b"%d-%d\n" % (name, number))

    threads = [threading.Thread(target=work, args=(name,)) for name in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    writer.close()
    found = texts(tmp_path)
    assert len(found) == 800
    for name in range(4):
        own = [line for line in found if line.startswith(f"{name}-")]
        assert own == [f"{name}-{number}" for number in range(200)]


def test_closed_journals_leave_nothing_behind(tmp_path: Path) -> None:
    def descriptors() -> int:
        return len(os.listdir("/proc/self/fd")) if os.path.exists("/proc/self/fd") else 0

    threads, files = threading.active_count(), descriptors()
    for number in range(10):
        journal(LineFile(tmp_path / str(number), start=b"")).close()
    assert (threading.active_count(), descriptors()) == (threads, files)
