"""Recordings, written and read."""

from __future__ import annotations

import json
from datetime import UTC, datetime
from pathlib import Path

import pytest
from tests.runtime.observers.links import FakeLink

from ocppj.contract import Side
from ocppj.recording import (
    LINE_START,
    RecordingError,
    frame_line,
    head,
    lost_line,
    read_recording,
)

NOON = datetime(2026, 1, 31, 12, tzinfo=UTC).timestamp()
LINK = FakeLink()
HEAD = head(LINK, "a-1", "in")


def write(path: Path, *lines: bytes) -> Path:
    path.write_bytes(b"".join(lines))
    return path


def test_a_line_is_an_object_with_everything_in_it() -> None:
    line = frame_line(NOON + 0.25, HEAD, '[3,"x",{"name":"Köln\n"}]')
    assert line.startswith(LINE_START)
    assert line.count(b"\n") == 1
    assert line.isascii()
    assert json.loads(line) == {
        "time": "2026-01-31T12:00:00.250000Z",
        "connection": "a-1",
        "identity": "CS001",
        "side": "CSMS",
        "direction": "in",
        "subprotocol": "ocpp2.1",
        "text": '[3,"x",{"name":"Köln\n"}]',
    }


@pytest.mark.parametrize(
    ("side", "direction", "sender"),
    [
        (Side.CSMS, "in", Side.CHARGING_STATION),
        (Side.CSMS, "out", Side.CSMS),
        (Side.CHARGING_STATION, "in", Side.CSMS),
        (Side.CHARGING_STATION, "out", Side.CHARGING_STATION),
    ],
)
def test_a_frame_is_read_with_who_sent_it(
    tmp_path: Path, side: Side, direction: str, sender: Side
) -> None:
    line = frame_line(NOON, head(FakeLink(side=side), "a-1", direction), "[]")
    (conversation,) = read_recording(write(tmp_path / "r", line)).conversations
    (frame,) = conversation.frames
    assert (frame.sender, frame.text, frame.time) == (sender, "[]", NOON)
    assert (frame.identity, frame.subprotocol, frame.connection) == ("CS001", "ocpp2.1", "a-1")


def test_each_connection_is_a_conversation_even_across_files(tmp_path: Path) -> None:
    other = head(FakeLink(identity="CS002"), "a-2", "in")
    again = head(LINK, "a-3", "out")
    first = write(tmp_path / "r.1", frame_line(1, HEAD, "1"), frame_line(2, other, "2"))
    second = write(tmp_path / "r", frame_line(3, again, "3"), frame_line(4, HEAD, "4"))
    recording = read_recording(first, second)
    said = [[frame.text for frame in each.frames] for each in recording.conversations]
    assert said == [["1", "4"], ["2"], ["3"]]
    assert [each.subprotocol for each in recording.of("CS002")] == ["ocpp2.1"]
    assert len(recording.of("CS001")) == 2


def test_what_was_lost_is_counted(tmp_path: Path) -> None:
    lines = lost_line(1, 3), frame_line(2, HEAD, "x"), lost_line(3, 4)
    assert read_recording(write(tmp_path / "r", *lines)).lost == 7


def test_an_unfinished_last_line_is_passed_over(tmp_path: Path) -> None:
    whole = frame_line(1, HEAD, "x")
    for end in range(len(whole)):
        path = write(tmp_path / "r", whole, whole[:end])
        (conversation,) = read_recording(path).conversations
        assert len(conversation.frames) == 1


GOOD = json.loads(frame_line(1, HEAD, "x"))


@pytest.mark.parametrize(
    "bad",
    [
        b"gibberish",
        b"[]",
        b"7",
        b"\xff",
        b"[" * 100_000,
        *(json.dumps({**GOOD, name: 7}).encode() for name in GOOD),
        *(json.dumps({k: v for k, v in GOOD.items() if k != name}).encode() for name in GOOD),
        b'{"time":"2026-01-31T12:00:00Z","lost":"many"}',
    ],
    ids=lambda bad: bad[:12].decode(errors="replace") + str(len(bad)),
)
def test_another_line_that_is_none_is_told_with_its_place(tmp_path: Path, bad: bytes) -> None:
    path = write(tmp_path / "r", frame_line(1, HEAD, "x"), bad, b"\n")
    with pytest.raises(RecordingError, match=r"r, line 2: this is no line of a recording"):
        read_recording(path)
