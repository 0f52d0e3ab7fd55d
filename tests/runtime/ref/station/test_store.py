"""What survives."""

from __future__ import annotations

import os
import signal
import sqlite3
import subprocess
import sys
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from ocppref.station.store import MemoryStore, SqliteStore, StateError, Store, UndoneError


@pytest.fixture(params=["memory", "sqlite"])
def store(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Store]:
    made = MemoryStore() if request.param == "memory" else SqliteStore(tmp_path / "state.db")
    yield made
    made.close()


def test_keeps_entries_by_kind_in_the_order_of_their_keys(store: Store) -> None:
    store.put("queue", "002", "b")
    store.put("queue", "001", "a")
    store.put("other", "001", "é")
    store.put("queue", "002", "B")
    assert list(store.load("queue").items()) == [("001", "a"), ("002", "B")]
    assert store.load("other") == {"001": "é"}
    store.delete("queue", "001")
    store.delete("queue", "nothing")
    store.delete("nothing", "nothing")
    assert store.load("queue") == {"002": "B"}
    assert store.load("nothing") == {}


def test_a_transaction_is_undone_as_a_whole(store: Store) -> None:
    store.put("kind", "a", "before")
    with pytest.raises(ZeroDivisionError), store.transaction():
        store.put("kind", "a", "after")
        store.put("kind", "b", "new")
        store.put("kind", "b", "newer")
        store.delete("kind", "a")
        raise ZeroDivisionError
    assert store.load("kind") == {"a": "before"}
    with store.transaction():
        store.put("kind", "a", "after")
    assert store.load("kind") == {"a": "after"}


def test_an_inner_transaction_is_part_of_the_outer(store: Store) -> None:
    with pytest.raises(ZeroDivisionError), store.transaction():
        with store.transaction():
            store.put("kind", "a", "inner")
        assert store.load("kind") == {"a": "inner"}
        raise ZeroDivisionError
    assert store.load("kind") == {}


def test_who_swallows_the_failure_of_an_inner_one_is_told(store: Store) -> None:
    def swallow() -> None:
        with store.transaction():
            store.put("kind", "a", "outer")
            with pytest.raises(ZeroDivisionError), store.transaction():
                raise ZeroDivisionError

    with pytest.raises(UndoneError):
        swallow()
    assert store.load("kind") == {}
    with store.transaction():
        store.put("kind", "a", "next")
    assert store.load("kind") == {"a": "next"}


def test_what_waits_for_the_commit_runs_after_the_outermost_and_only_if_it_holds(
    store: Store,
) -> None:
    seen = list[str]()
    store.after_commit(lambda: seen.append("at once"))
    with store.transaction():
        with store.transaction():
            store.after_commit(lambda: seen.append("inner"))
        seen.append("not yet")
    with pytest.raises(ZeroDivisionError), store.transaction():
        store.after_commit(lambda: seen.append("undone"))
        raise ZeroDivisionError
    with store.transaction():
        pass
    assert seen == ["at once", "not yet", "inner"]


def test_the_file_keeps_it_all(tmp_path: Path) -> None:
    first = SqliteStore(tmp_path / "state.db")
    first.put("kind", "a", "text")
    first.close()
    second = SqliteStore(tmp_path / "state.db")
    assert second.load("kind") == {"a": "text"}
    second.close()


KILLED = """
import sys
from ocppref.station.store import SqliteStore
store = SqliteStore(sys.argv[1])
number = 0
while True:
    with store.transaction():
        store.put("a", "n", str(number))
        store.put("b", "n", str(number))
    print(number, flush=True)
    number += 1
"""


@pytest.mark.parametrize("lines", [1, 7, 40])
def test_what_was_committed_survives_a_kill_and_never_by_half(tmp_path: Path, lines: int) -> None:
    path = tmp_path / "state.db"
    with subprocess.Popen(
        [sys.executable, "-c", KILLED, str(path)], stdout=subprocess.PIPE, text=True
    ) as process:
        assert process.stdout is not None
        told = [process.stdout.readline() for _ in range(lines)][-1]
        process.send_signal(signal.SIGKILL)
    store = SqliteStore(path)
    [a], [b] = store.load("a").values(), store.load("b").values()
    assert a == b and int(a) >= int(told)
    store.close()


def newer(path: Path) -> None:
    SqliteStore(path).close()
    with sqlite3.connect(path) as connection:
        connection.execute("PRAGMA user_version = 99")
    connection.close()


def foreign(path: Path) -> None:
    with sqlite3.connect(path) as connection:
        connection.execute("CREATE TABLE mine (x)")
    connection.close()


def text(path: Path) -> None:
    path.write_text("this is a letter to my aunt, and no database at all\n" * 100)


def damaged(path: Path) -> None:
    store = SqliteStore(path)
    with store.transaction():
        for number in range(2000):
            store.put("kind", f"{number:06}", "x" * 50)
    store.close()
    content = bytearray(path.read_bytes())
    for page in range(2, len(content) // 4096):
        content[page * 4096 : page * 4096 + 300] = os.urandom(300)
    path.write_bytes(content)


def folder(path: Path) -> None:
    path.mkdir()


@pytest.mark.parametrize(
    ("spoil", "says"),
    [
        (newer, "was written by a newer version"),
        (foreign, "is a database of something else"),
        (text, "is damaged"),
        (damaged, "is damaged"),
        (folder, "cannot be opened"),
    ],
)
def test_a_file_that_does_not_do_is_refused_with_its_name_and_left_alone(
    tmp_path: Path, spoil: Callable[[Path], None], says: str
) -> None:
    path = tmp_path / "state.db"
    spoil(path)
    before = path.read_bytes() if path.is_file() else b""
    with pytest.raises(StateError, match=says) as raised:
        SqliteStore(path)
    assert str(path) in str(raised.value)
    assert (path.read_bytes() if path.is_file() else b"") == before


def test_a_folder_that_is_not_there_is_said(tmp_path: Path) -> None:
    with pytest.raises(StateError, match="cannot be opened for writing"):
        SqliteStore(tmp_path / "nowhere" / "state.db")


HOLDING = """
import sys, time
from ocppref.station.store import SqliteStore
store = SqliteStore(sys.argv[1])
print("it is mine", flush=True)
time.sleep(600)
"""


def test_only_one_process_has_it_even_if_that_does_nothing(tmp_path: Path) -> None:
    path = tmp_path / "state.db"
    with subprocess.Popen(
        [sys.executable, "-c", HOLDING, str(path)], stdout=subprocess.PIPE, text=True
    ) as process:
        assert process.stdout is not None
        process.stdout.readline()
        try:
            with pytest.raises(StateError, match="in use by another process"):
                SqliteStore(path)
        finally:
            process.kill()
    SqliteStore(path).close()
