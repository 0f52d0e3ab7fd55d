"""Scenarios: sessions that are written down, played, and judged."""

from ocppref.station.scenario.format import Scenario
from ocppref.station.scenario.frames import Frame, Frames, NotSeen, Pattern
from ocppref.station.scenario.loader import load, shipped
from ocppref.station.scenario.outcome import Outcome, StepResult, Verdict
from ocppref.station.scenario.player import play
from ocppref.station.scenario.problems import ScenarioError
from ocppref.station.scenario.running import Audience, play_virtually
from ocppref.station.scenario.steps import Stage

__all__ = [
    "Audience",
    "Frame",
    "Frames",
    "NotSeen",
    "Outcome",
    "Pattern",
    "Scenario",
    "ScenarioError",
    "Stage",
    "StepResult",
    "Verdict",
    "load",
    "play",
    "play_virtually",
    "shipped",
]
