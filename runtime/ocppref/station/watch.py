"""Sees what happens on the connection, for those who report it."""

from __future__ import annotations

import ssl

from ocppj import (
    HandshakeError,
    Ignored,
    Link,
    NetworkProfile,
    Observer,
    OCPPConnectionError,
    Refused,
    Trouble,
)
from ocppref.station.signals import Signal

_NO_CREDENTIALS = (401, 403)
# Of a station that waited too long, or was wrong itself: no sign of an attack.
_HARMLESS = frozenset(
    {Trouble.LATE_ANSWER, Trouble.UNREAD_BY_PEER, Trouble.CLOSED, Trouble.TOO_MANY_CALLS}
)
_OLD_TLS = ("UNSUPPORTED_PROTOCOL", "PROTOCOL_VERSION", "WRONG_VERSION_NUMBER")
_OTHER_CIPHERS = ("NO_SHARED_CIPHER", "HANDSHAKE_FAILURE", "INSUFFICIENT_SECURITY", "DH_KEY")


class Watch(Observer):
    """`failed` has the type of the security event, and what is known; `invalid` what was wrong."""

    def __init__(self) -> None:
        self.failed: Signal[tuple[str, str]] = Signal()
        self.invalid: Signal[str] = Signal()
        self._is_open = True

    def close(self) -> None:
        """See nothing more."""
        self._is_open = False

    def attempt_failed(self, profile: NetworkProfile, error: OCPPConnectionError | OSError) -> None:
        """No connection came about."""
        event = event_of(error)
        if event and self._is_open:
            self.failed.emit((event, f"{profile.url}: {_describe(error)}"))

    def refused(self, link: Link, event: Refused) -> None:
        """A frame that is no OCPP was answered with an error."""
        self._tell(event)

    def ignored(self, link: Link, event: Ignored) -> None:
        """A frame was dropped."""
        self._tell(event)

    def _tell(self, event: Refused | Ignored) -> None:
        # Not the description: it may repeat what the CSMS sent.
        if self._is_open and event.trouble not in _HARMLESS:
            self.invalid.emit(str(event.trouble))


def event_of(error: OCPPConnectionError | OSError) -> str:
    """The type of the security event that a failed attempt to connect is, or "" for none."""
    if isinstance(error, HandshakeError):
        return "FailedToAuthenticateAtCsms" if error.status in _NO_CREDENTIALS else ""
    if isinstance(error, ssl.SSLCertVerificationError):
        return "InvalidCsmsCertificate"
    reason = (error.reason or "") if isinstance(error, ssl.SSLError) else ""
    if any(each in reason for each in _OLD_TLS):
        return "InvalidTLSVersion"
    return "InvalidTLSCipherSuite" if any(each in reason for each in _OTHER_CIPHERS) else ""


def _describe(error: OCPPConnectionError | OSError) -> str:
    if isinstance(error, ssl.SSLCertVerificationError):
        return error.verify_message
    return (error.reason or "TLS") if isinstance(error, ssl.SSLError) else str(error)
