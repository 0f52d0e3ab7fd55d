"""Where a Charging Station connects to, and in which order it tries (OCPP 2.1 Part 2, B09, B10)."""

from __future__ import annotations

import ssl
from collections.abc import Sequence
from dataclasses import dataclass, field
from urllib.parse import urlsplit

from websockets.exceptions import InvalidURI
from websockets.uri import parse_uri

from ocppj.credentials import SecurityProfile
from ocppj.errors import OCPPUsageError
from ocppj.identity import connection_url


@dataclass(frozen=True, slots=True)
class NetworkProfile:
    """One way to reach a CSMS.

    `url` is that of the endpoint, without the identity. `message_timeout` is that of
    NetworkConnectionProfile; None leaves it to the limits. Raises `OCPPUsageError` where the URL,
    the security profile and the credentials do not fit together.
    """

    url: str
    identity: str
    security: SecurityProfile = SecurityProfile.UNSECURED
    password: str | None = field(default=None, repr=False)
    tls: ssl.SSLContext | None = None
    message_timeout: float | None = None

    def __post_init__(self) -> None:
        wanted = "wss" if self.security.has_tls else "ws"
        if urlsplit(self.url).scheme != wanted:
            raise OCPPUsageError(f"with profile {self.security} the URL begins with {wanted}://")
        if self.security.has_password is not (self.password is not None):
            has = "a" if self.security.has_password else "no"
            raise OCPPUsageError(f"profile {self.security} has {has} password")
        if self.security.has_tls is not (self.tls is not None):
            raise OCPPUsageError(f"profile {self.security} and tls= do not fit, see station_tls")
        try:
            parse_uri(self.url)
        except ValueError as error:
            raise OCPPUsageError(f"the URL has no such port: {error}") from None
        except InvalidURI as error:
            raise OCPPUsageError(f"the URL cannot be used: {error.msg}") from None
        connection_url(self.url, self.identity)

    @property
    def target(self) -> str:
        """The URL to connect to."""
        return connection_url(self.url, self.identity)


class Selection:
    """Which profile the next attempt is for.

    Each has so many attempts, then it is the next one's turn, and after the last the first one's
    (B10.FR.08); that never ends (B10.FR.09). After a connection, the profile that worked begins.
    """

    def __init__(self, profiles: Sequence[NetworkProfile], attempts: int) -> None:
        if not profiles or attempts < 1:
            raise OCPPUsageError("at least one network profile, and one attempt for each")
        self._profiles = tuple(profiles)
        self._attempts = attempts
        self._at = self._failed = 0

    @property
    def current(self) -> NetworkProfile:
        """The profile to try."""
        return self._profiles[self._at]

    def succeeded(self) -> None:
        """The attempt led to a connection."""
        self._failed = 0

    def failed(self) -> None:
        """The attempt failed."""
        self._failed += 1
        if self._failed >= self._attempts:
            self._failed = 0
            self._at = (self._at + 1) % len(self._profiles)
