"""OCPP-J without input and output: frames, and the rules of who may say what when.

Nothing in here knows of sockets, of a clock, of a log or of models: payloads are text. Use it as
it is to speak OCPP-J over any transport; `ocppj` itself is built on it.
"""

from ocppj.core.decoder import decode, explain
from ocppj.core.dialects import DIALECTS, OCPP_1_6, OCPP_2_0_1, OCPP_2_1, Dialect
from ocppj.core.events import (
    Abandoned,
    Answered,
    Ended,
    Event,
    Failed,
    Ignored,
    Refused,
    ResultRefused,
    Spoiled,
    TimedOut,
)
from ocppj.core.frames import (
    NO_ID,
    Call,
    CallError,
    CallResult,
    CallResultError,
    Frame,
    MessageType,
    Send,
    encode,
)
from ocppj.core.message_ids import MESSAGE_ID_LIMIT, random_ids
from ocppj.core.reactions import TABLE, Row, reaction_to
from ocppj.core.session import Session
from ocppj.core.troubles import Trouble, Unreadable

__all__ = [
    "DIALECTS",
    "MESSAGE_ID_LIMIT",
    "NO_ID",
    "OCPP_1_6",
    "OCPP_2_0_1",
    "OCPP_2_1",
    "TABLE",
    "Abandoned",
    "Answered",
    "Call",
    "CallError",
    "CallResult",
    "CallResultError",
    "Dialect",
    "Ended",
    "Event",
    "Failed",
    "Frame",
    "Ignored",
    "MessageType",
    "Refused",
    "ResultRefused",
    "Row",
    "Send",
    "Session",
    "Spoiled",
    "TimedOut",
    "Trouble",
    "Unreadable",
    "decode",
    "encode",
    "explain",
    "random_ids",
    "reaction_to",
]
