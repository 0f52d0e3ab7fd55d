"""Real conversations, recorded."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest
from tests.runtime.observers.links import FakeLink, heartbeat

from ocppj.contract import Side
from ocppj.core import Call, CallError, CallResult, decode
from ocppj.errors import OCPPUsageError
from ocppj.observers.journal import Flush
from ocppj.observers.masking import Mask
from ocppj.observers.recorder import Recorder
from ocppj.recording import Recorded, read_recording

LINK = FakeLink()
RUNTIME = Path(__file__).parents[3] / "runtime"


def shape(frame: Recorded) -> tuple[Side, str]:
    read = decode(frame.text)
    return frame.sender, read.action if isinstance(read, Call) else type(read).__name__


@pytest.mark.parametrize("side", Side)
def test_either_side_records_the_same_conversation(tmp_path: Path, side: Side) -> None:
    with Recorder(tmp_path / "r") as recorder:
        heartbeat(**{"csms" if side is Side.CSMS else "station": [recorder]})
    (conversation,) = read_recording(tmp_path / "r").conversations
    assert [shape(frame) for frame in conversation.frames] == [
        (Side.CHARGING_STATION, "Heartbeat"),
        (Side.CSMS, "Reset"),
        (Side.CHARGING_STATION, CallResult.__name__),
        (Side.CSMS, "SetVariables"),
        (Side.CHARGING_STATION, CallError.__name__),
        (Side.CSMS, CallResult.__name__),
    ]
    assert (conversation.identity, conversation.subprotocol) == ("CS001", "ocpp2.1")
    assert recorder.lost == 0
    assert recorder.failure is None


def test_passwords_are_not_recorded_unless_that_is_asked_for(tmp_path: Path) -> None:
    with Recorder(tmp_path / "masked") as first, Recorder(tmp_path / "all", mask=None) as second:
        heartbeat(csms=[first, second])
    assert b"horse" not in (tmp_path / "masked").read_bytes()
    assert b"horse" in (tmp_path / "all").read_bytes()


def test_more_can_be_masked(tmp_path: Path) -> None:
    with Recorder(tmp_path / "r", mask=Mask(id_tokens=True)) as recorder:
        recorder.connection_opened(LINK)
        recorder.frame_in(LINK, '[2,"1","Authorize",{"idToken":{"idToken":"AABB","type":"x"}}]')
    assert b"AABB" not in (tmp_path / "r").read_bytes()


def test_each_connection_has_a_mark_of_its_own(tmp_path: Path) -> None:
    for now in (1000.0, 2000.0):  # as if the process had been started again
        with Recorder(tmp_path / "r", now=lambda now=now: now) as recorder:
            for _ in range(2):
                recorder.connection_opened(LINK)
                recorder.frame_in(LINK, "x")
                recorder.connection_closed(LINK, 1000, "")
    conversations = read_recording(tmp_path / "r").conversations
    assert len({each.frames[0].connection for each in conversations}) == 4
    assert [each.frames[0].time for each in conversations] == [1000, 1000, 2000, 2000]


def test_a_connection_that_was_not_opened_or_is_closed_is_not_recorded(tmp_path: Path) -> None:
    with Recorder(tmp_path / "r") as recorder:
        recorder.frame_in(LINK, "x")
        recorder.connection_closed(LINK, 1000, "")
        recorder.connection_opened(LINK)
        recorder.connection_closed(LINK, 1000, "")
        recorder.frame_out(LINK, "x")
    assert (tmp_path / "r").read_bytes() == b""


def test_a_recording_is_spread_over_files(tmp_path: Path) -> None:
    with Recorder(tmp_path / "r", max_bytes=500, kept=9) as recorder:
        recorder.connection_opened(LINK)
        for number in range(10):
            recorder.frame_in(LINK, str(number))
    paths = [tmp_path / f"r.{number}" for number in range(9, 0, -1)]
    recording = read_recording(*(path for path in paths if path.exists()), tmp_path / "r")
    (conversation,) = recording.conversations
    assert [frame.text for frame in conversation.frames] == [str(n) for n in range(10)]
    assert len(list(tmp_path.iterdir())) > 2


def test_what_is_lost_is_recorded(tmp_path: Path) -> None:
    with Recorder(tmp_path / "r", backlog=300) as recorder:
        recorder.connection_opened(LINK)
        recorder.frame_in(LINK, "fits")
        recorder.frame_in(LINK, "x" * 300)
    assert recorder.lost == 1
    assert read_recording(tmp_path / "r").lost == 1


def test_another_file_is_not_written_over(tmp_path: Path) -> None:
    (tmp_path / "r").write_text("my thesis")
    with pytest.raises(OCPPUsageError, match="name another file"):
        Recorder(tmp_path / "r")
    assert (tmp_path / "r").read_text() == "my thesis"


_RECORD = """
import sys
from pathlib import Path
from types import SimpleNamespace
from ocppj.contract import Side
from ocppj.observers.journal import Flush
from ocppj.observers.recorder import Recorder

recorder = Recorder(Path(sys.argv[1]), flush=Flush[sys.argv[2]], max_bytes=300_000)
link = SimpleNamespace(side=Side.CSMS, identity="CS001", subprotocol="ocpp2.1", address="")
recorder.connection_opened(link)
number = 0
while number < int(sys.argv[3]):
    number += 1
    recorder.frame_in(link, f"{number} " + "x" * (number * 37 % 20_000))
    if sys.argv[4] == "tell":
        print(number, flush=True)
"""


def recording(path: Path, flush: Flush, frames: int, tell: str) -> subprocess.Popen[bytes]:
    return subprocess.Popen(
        [sys.executable, "-c", _RECORD, str(path), flush.name, str(frames), tell],
        env={**os.environ, "PYTHONPATH": str(RUNTIME)},
        stdout=subprocess.PIPE,
    )


def numbers(path: Path) -> list[int]:
    parts = sorted(path.parent.glob(f"{path.name}.*"), reverse=True)
    # A kill may come between two files.
    conversations = read_recording(*parts, *([path] if path.exists() else [])).conversations
    return [int(frame.text.split()[0]) for each in conversations for frame in each.frames]


@pytest.mark.parametrize("flush", [Flush.AT_ONCE, Flush.SOON])
@pytest.mark.parametrize("after", [1, 40, 90])
def test_a_kill_leaves_whole_lines(tmp_path: Path, flush: Flush, after: int) -> None:
    path = tmp_path / "r"
    with recording(path, flush, 10**9, "tell") as process:
        assert process.stdout is not None
        told = [int(process.stdout.readline()) for _ in range(after)]
        process.kill()
        told += [int(line) for line in process.stdout.read().splitlines()]
    found = numbers(path)
    if found:
        assert found == list(range(found[0], found[-1] + 1))
    if flush is Flush.AT_ONCE:
        assert found[-1] >= told[-1]  # nothing was lost
    with Recorder(path) as recorder:  # and it goes on from there
        recorder.connection_opened(LINK)
        recorder.frame_in(LINK, "next")
    assert read_recording(path).conversations[-1].frames[-1].text == "next"


def test_a_recorder_that_nobody_closed_is_written_at_the_end(tmp_path: Path) -> None:
    with recording(tmp_path / "r", Flush.SOON, 20, "quiet") as process:
        assert process.wait(20) == 0
    assert numbers(tmp_path / "r") == list(range(1, 21))
