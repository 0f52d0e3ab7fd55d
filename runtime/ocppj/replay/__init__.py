"""Plays a recording against a live station or CSMS, and says what came out otherwise.

recording = read_recording(Path("cs001.jsonl"))
report = await play_station(recording.of("CS001")[0], "ws://127.0.0.1:9000")
for difference in report.differences: ...
"""

from ocppj.recording import Conversation, Recorded, Recording, RecordingError, read_recording
from ocppj.replay.players import CsmsPlayer, play_csms, play_station
from ocppj.replay.report import Changed, Difference, Missing, Report, Unexpected, Unsent
from ocppj.replay.script import Pace, Script

__all__ = [
    "Changed",
    "Conversation",
    "CsmsPlayer",
    "Difference",
    "Missing",
    "Pace",
    "Recorded",
    "Recording",
    "RecordingError",
    "Report",
    "Script",
    "Unexpected",
    "Unsent",
    "play_csms",
    "play_station",
    "read_recording",
]
