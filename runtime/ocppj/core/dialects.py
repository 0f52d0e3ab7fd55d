"""What differs on the wire between the versions of OCPP-J."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from types import MappingProxyType

from ocppj.core.frames import MessageType
from ocppj.errors import SPELLING_1_6, ErrorCode


@dataclass(frozen=True, slots=True)
class Dialect:
    """One version: its WebSocket subprotocol, the message types spoken, odd spellings of codes."""

    subprotocol: str
    types: frozenset[MessageType]
    spelling: Mapping[str, str]

    def speaks(self, message_type: MessageType) -> bool:
        """Whether this version knows `message_type`."""
        return message_type in self.types

    def spell(self, code: ErrorCode | str) -> str:
        """The text of `code` in this version; a code of a vendor's own stays as it is."""
        known = ErrorCode.read(code)
        return self.spelling.get(known, known)


_SINCE_1_6 = frozenset({MessageType.CALL, MessageType.CALLRESULT, MessageType.CALLERROR})
_AS_IS: Mapping[str, str] = MappingProxyType({})

OCPP_1_6 = Dialect("ocpp1.6", _SINCE_1_6, SPELLING_1_6)
OCPP_2_0_1 = Dialect("ocpp2.0.1", _SINCE_1_6, _AS_IS)
# Types 5 and 6 are new in OCPP 2.1 (Part 4, 4.1.3); an older peer must not be sent them.
OCPP_2_1 = Dialect("ocpp2.1", frozenset(MessageType), _AS_IS)

DIALECTS: Mapping[str, Dialect] = MappingProxyType(
    {dialect.subprotocol: dialect for dialect in (OCPP_2_1, OCPP_2_0_1, OCPP_1_6)}
)
"""By subprotocol name, the newest first."""
