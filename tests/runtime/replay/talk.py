"""Conversations to play, made up."""

from __future__ import annotations

from ocppj.contract import Side
from ocppj.recording import Conversation, Recorded

CS, CSMS = Side.CHARGING_STATION, Side.CSMS


def said(*lines: tuple[Side, str], step: float = 1.0, identity: str = "CS001") -> Conversation:
    """What each side said, `step` seconds apart."""
    return Conversation(
        identity,
        "ocpp2.1",
        tuple(
            Recorded(1000.0 + number * step, "a-1", identity, sender, "ocpp2.1", text)
            for number, (sender, text) in enumerate(lines)
        ),
    )
