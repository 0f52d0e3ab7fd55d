"""Everything `ocppj` raises, in one tree, and the error codes that travel in a CALLERROR.

Three families are kept apart, because they call for different reactions:

* a handler raises `Refusal` to answer the peer with a CALLERROR;
* a caller catches `OCPPCallError` (the peer refused), `OCPPTimeoutError`, `OCPPConnectionError`,
  `OCPPBusyError` or `OCPPValidationError`;
* `OCPPUsageError` says that local code broke a rule. It is a bug here, never the peer's doing.

They all derive from `OCPPError`.
"""

from __future__ import annotations

from collections.abc import Mapping
from enum import StrEnum
from types import MappingProxyType

DESCRIPTION_LIMIT = 255
"""Characters in an errorDescription (OCPP 2.1 Part 4, 4.2.3)."""

NO_DETAILS: Mapping[str, object] = MappingProxyType({})


class ErrorCode(StrEnum):
    """The error codes of OCPP 2.0.1 and 2.1 (OCPP 2.1 Part 4, 4.3), in their spelling."""

    FORMAT_VIOLATION = "FormatViolation"
    GENERIC_ERROR = "GenericError"
    INTERNAL_ERROR = "InternalError"
    MESSAGE_TYPE_NOT_SUPPORTED = "MessageTypeNotSupported"
    NOT_IMPLEMENTED = "NotImplemented"
    NOT_SUPPORTED = "NotSupported"
    OCCURRENCE_CONSTRAINT_VIOLATION = "OccurrenceConstraintViolation"
    PROPERTY_CONSTRAINT_VIOLATION = "PropertyConstraintViolation"
    PROTOCOL_ERROR = "ProtocolError"
    RPC_FRAMEWORK_ERROR = "RpcFrameworkError"
    SECURITY_ERROR = "SecurityError"
    TYPE_CONSTRAINT_VIOLATION = "TypeConstraintViolation"

    @classmethod
    def read(cls, text: str) -> ErrorCode | str:
        """The code that `text` spells, in the way of 2.x or of 1.6; `text` itself if none."""
        try:
            return cls(text)
        except ValueError:
            return _READ_1_6.get(text, text)


SPELLING_1_6: Mapping[str, str] = MappingProxyType(
    {
        # OCPP-J 1.6, 4.2.3 misspells these two, and peers compare the text.
        ErrorCode.FORMAT_VIOLATION: "FormationViolation",
        ErrorCode.OCCURRENCE_CONSTRAINT_VIOLATION: "OccurenceConstraintViolation",
        # These two do not exist there. A frame out of shape is a FormationViolation in 1.6.
        ErrorCode.RPC_FRAMEWORK_ERROR: "FormationViolation",
        ErrorCode.MESSAGE_TYPE_NOT_SUPPORTED: "GenericError",
    }
)
"""How OCPP 1.6 writes the codes that it writes differently."""

_READ_1_6 = {
    "FormationViolation": ErrorCode.FORMAT_VIOLATION,
    "OccurenceConstraintViolation": ErrorCode.OCCURRENCE_CONSTRAINT_VIOLATION,
}


class OCPPError(Exception):
    """The root: whatever else `ocppj` raises is one of these."""


class OCPPTimeoutError(OCPPError, TimeoutError):
    """The peer did not answer a CALL in time. The CALL counts as not sent (Part 4, 4.1.1)."""


class OCPPConnectionError(OCPPError, ConnectionError):
    """There is no connection, or it went away before the CALL was answered."""


class OCPPBusyError(OCPPError):
    """So many CALLs wait for their turn already that this one was not accepted."""


class OCPPUsageError(OCPPError):
    """Local code broke a rule of the protocol or of this library, such as answering twice."""


class OCPPValidationError(OCPPError):
    """A payload does not follow its schema: an answer of the peer's, or a request of our own.

    `code` is the error code for that, `pointer` the JSON pointer of the field ("" is the whole
    payload), `reason` a sentence that never repeats the field's value.
    """

    def __init__(self, code: ErrorCode, reason: str, pointer: str = "") -> None:
        super().__init__(code, reason, pointer)
        self.code = code
        self.reason = reason
        self.pointer = pointer

    def __str__(self) -> str:
        place = f" at {self.pointer}" if self.pointer else ""
        return f"{self.code}{place}: {self.reason}"


class _Coded(OCPPError):
    """Carries the three fields of a CALLERROR."""

    def __init__(
        self,
        code: ErrorCode | str,
        description: str = "",
        details: Mapping[str, object] = NO_DETAILS,
    ) -> None:
        plain = dict(details)
        super().__init__(code, description, plain)
        self.code = ErrorCode.read(code)
        self.description = description
        self.details: Mapping[str, object] = plain

    def __str__(self) -> str:
        return f"{self.code}: {self.description}" if self.description else str(self.code)


class OCPPCallError(_Coded):
    """The peer answered a CALL with a CALLERROR.

    `code` is an `ErrorCode` where the peer used one that exists, else the text it sent.
    """


class Refusal(_Coded):
    """Raised by a handler to answer the CALL with a CALLERROR.

    A business refusal (status Rejected and its like) is a response, not a `Refusal`.
    An `OCPPCallError` that a handler lets through is not relayed: it is about another CALL.
    """
