"""Messages as values: which Action one belongs to, and how it is kept and read again."""

from __future__ import annotations

import json
from typing import Protocol, cast

from ocpp21.actions import ACTIONS
from ocppj import CallSpec


class Message(Protocol):
    """A request of the generated package."""

    def write_json(self) -> str:
        """The payload, as on the wire."""
        ...


class _Readable(Protocol):
    """A class of messages."""

    def read_json(self, text: str) -> Message:
        """Read a payload."""
        ...


_BY_NAME = {spec.request_name: spec for spec in ACTIONS.values() if isinstance(spec, CallSpec)}


def spec_of(message: Message) -> CallSpec[Message, object]:
    """The Action that a request starts. Raises TypeError for anything else."""
    spec = _BY_NAME.get(type(message).__name__)
    if spec is None:
        raise TypeError(f"{type(message).__name__} is not the request of an Action")
    return cast("CallSpec[Message, object]", spec)


def to_text(message: Message) -> str:
    """A request with its Action, to be kept."""
    return f'{{"action":"{spec_of(message).name}","payload":{message.write_json()}}}'


def from_text(text: str) -> Message:
    """The request that was kept. Raises ValueError for what cannot be read."""
    kept = json.loads(text)
    spec = ACTIONS[kept["action"]]
    return cast(_Readable, spec.request).read_json(json.dumps(kept["payload"]))
