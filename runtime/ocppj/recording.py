"""Recordings of what went over the wire, as `ocppj.observers.recorder` writes them.

A recording is a file of JSON objects, one per line, each of which can be read by itself:

    {"time":"2026-01-31T12:00:00.000000Z","connection":"64f2b1-1","identity":"CS001","side":"CSMS",
     "direction":"in","subprotocol":"ocpp2.1","text":"[2,...]"}

`side` is the side that recorded; `connection` tells apart the connections of one station, and
means nothing else. A line with `lost` instead says how many frames were not recorded before it.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from json.encoder import encode_basestring_ascii as quote
from pathlib import Path

from ocppj.contract import Side
from ocppj.errors import OCPPError
from ocppj.observer import Link

LINE_START = b'{"time":"'
"""What each line of a recording begins with."""


class RecordingError(OCPPError):
    """A file is no recording, or not a whole one."""


@dataclass(frozen=True, slots=True)
class Recorded:
    """One frame. `time` is in seconds since 1970, `sender` the side that it came from."""

    time: float
    connection: str
    identity: str
    sender: Side
    subprotocol: str
    text: str


@dataclass(frozen=True, slots=True)
class Conversation:
    """What was said on one connection, in order."""

    identity: str
    subprotocol: str
    frames: tuple[Recorded, ...]


@dataclass(frozen=True, slots=True)
class Recording:
    """All that was read: conversations in the order in which they began, and what is missing."""

    conversations: tuple[Conversation, ...]
    lost: int = 0

    def of(self, identity: str) -> tuple[Conversation, ...]:
        """The conversations of one station."""
        return tuple(each for each in self.conversations if each.identity == identity)


def read_recording(*paths: Path) -> Recording:
    """Read the files of one recording, oldest first; such as `x.jsonl.1` and then `x.jsonl`.

    What a killed recorder left unfinished at the end of a file is passed over. Raises
    `RecordingError` for any other line that is no line of a recording, OSError for a file that
    cannot be read.
    """
    found: dict[str, list[Recorded]] = {}
    lost = 0
    for path in paths:
        for line in _lines(path):
            if isinstance(line, int):
                lost += line
            else:
                found.setdefault(line.connection, []).append(line)
    return Recording(tuple(_conversation(frames) for frames in found.values()), lost)


def head(link: Link, connection: str, direction: str) -> str:
    """What all lines of a connection in one direction have in common, behind the time."""
    about = {
        "connection": connection,
        "identity": link.identity,
        "side": link.side.value,
        "direction": direction,
        "subprotocol": link.subprotocol,
    }
    return f"{json.dumps(about, separators=(',', ':'))[1:-1]}"


def frame_line(time: float, head: str, text: str) -> bytes:
    """The line of a frame."""
    return f'{{"time":"{_written(time)}",{head},"text":{quote(text)}}}\n'.encode()


def lost_line(time: float, lost: int) -> bytes:
    """The line that stands for so many frames."""
    return f'{{"time":"{_written(time)}","lost":{lost}}}\n'.encode()


def _written(time: float) -> str:
    return datetime.fromtimestamp(time, UTC).strftime("%Y-%m-%dT%H:%M:%S.%fZ")


def _lines(path: Path) -> Iterator[Recorded | int]:
    with path.open("rb") as file:
        for number, line in enumerate(file, 1):
            # No line is written but with its end; without it, it is the last one, and cut.
            if line.endswith(b"\n"):
                yield _read(line, f"{path}, line {number}")


def _read(line: bytes, place: str) -> Recorded | int:
    try:
        said = json.loads(line)
        time = datetime.fromisoformat(said["time"]).timestamp()
        if "lost" in said:
            return int(said["lost"])
        side = Side(said["side"])
        sender = side if {"in": False, "out": True}[said["direction"]] else side.peer
        texts = [said[name] for name in ("connection", "identity", "subprotocol", "text")]
    except (ValueError, TypeError, KeyError, RecursionError) as error:
        raise RecordingError(f"{place}: this is no line of a recording") from error
    if not all(isinstance(text, str) for text in texts):
        raise RecordingError(f"{place}: this is no line of a recording")
    return Recorded(time, texts[0], texts[1], sender, texts[2], texts[3])


def _conversation(frames: Iterable[Recorded]) -> Conversation:
    whole = tuple(frames)
    return Conversation(whole[0].identity, whole[0].subprotocol, whole)
