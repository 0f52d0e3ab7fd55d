"""The steps that a scenario can have."""

from collections.abc import Mapping

from ocppref.station.scenario.steps.directing import Csms, Note, Repeat
from ocppref.station.scenario.steps.step import CsmsHand, Entry, Failed, Stage, Step
from ocppref.station.scenario.steps.watching import Expect, Wait, WaitFor, WaitOnline
from ocppref.station.scenario.steps.world import (
    Connection,
    Ev,
    Fault,
    Plug,
    PowerCycle,
    Set,
    Token,
    Unplug,
)

STEPS: Mapping[str, type[Step]] = {
    step.word: step
    for step in (
        *(WaitOnline, Plug, Unplug, Token, Ev, Connection, PowerCycle, Fault, Set),
        *(Wait, WaitFor, Expect, Csms, Note, Repeat),
    )
}
"""By the word that they have in a file."""

__all__ = [
    "STEPS",
    "Connection",
    "Csms",
    "CsmsHand",
    "Entry",
    "Ev",
    "Expect",
    "Failed",
    "Fault",
    "Note",
    "Plug",
    "PowerCycle",
    "Repeat",
    "Set",
    "Stage",
    "Step",
    "Token",
    "Unplug",
    "Wait",
    "WaitFor",
    "WaitOnline",
]
