"""Where a Charging Station connects to, and in which order it tries (OCPP 2.1 Part 2, B09, B10)."""

from __future__ import annotations

import ssl
from collections.abc import Sequence
from dataclasses import dataclass, field
from urllib.parse import urlsplit

from websockets.exceptions import InvalidURI
from websockets.uri import parse_uri

from ocppj.credentials import SecurityProfile, security_profile
from ocppj.errors import OCPPUsageError
from ocppj.identity import check_identity, connection_url


@dataclass(frozen=True, slots=True)
class NetworkProfile:
    """One way to reach a CSMS.

    `url` is that of the endpoint, without the identity. `message_timeout` is that of
    NetworkConnectionProfile; None leaves it to the limits. `slot` is its configurationSlot, for
    whoever keeps such. Raises `OCPPUsageError` where the URL, the security profile and the
    credentials do not fit together.
    """

    url: str
    identity: str
    security: SecurityProfile = SecurityProfile.UNSECURED
    password: str | None = field(default=None, repr=False)
    tls: ssl.SSLContext | None = None
    message_timeout: float | None = None
    slot: int | None = None

    def __post_init__(self) -> None:
        security = security_profile(self.security)
        object.__setattr__(self, "security", security)
        _check_url(self.url, security)
        if security.has_password is not (self.password is not None):
            has = "a" if security.has_password else "no"
            raise OCPPUsageError(f"security profile {security} has {has} password")
        if security.has_tls is not (self.tls is not None):
            raise OCPPUsageError(
                f"security profile {security} and tls= do not fit: see station_tls"
            )
        check_identity(self.identity)

    @property
    def target(self) -> str:
        """The URL to connect to."""
        return connection_url(self.url, self.identity)

    def is_way_of(self, other: NetworkProfile) -> bool:
        """Whether both are the same way, be it with another password: by slot, else by URL."""
        if self.slot is not None or other.slot is not None:
            return self.slot == other.slot
        return (self.url, self.identity) == (other.url, other.identity)


class Selection:
    """Which profile the next attempt is for.

    Each has so many attempts, then it is the next one's turn, and after the last the first one's
    (B10.FR.08); that never ends (B10.FR.09). After a connection, the profile that worked begins.
    """

    def __init__(self, profiles: Sequence[NetworkProfile], attempts: int) -> None:
        self._profiles = _checked(profiles)
        self._attempts = 1
        self._at = self._failed = 0
        self.attempts = attempts

    @property
    def attempts(self) -> int:
        """How many each has. A change holds at once."""
        return self._attempts

    @attempts.setter
    def attempts(self, attempts: int) -> None:
        if attempts < 1:
            raise OCPPUsageError("at least one attempt for each network profile")
        self._attempts = attempts

    @property
    def profiles(self) -> Sequence[NetworkProfile]:
        """All of them. After a change the one whose turn it is keeps it if it is still there."""
        return self._profiles

    @profiles.setter
    def profiles(self, profiles: Sequence[NetworkProfile]) -> None:
        before = self.current
        self._profiles = _checked(profiles)
        places = [at for at, each in enumerate(self._profiles) if each.is_way_of(before)]
        if places:
            self._at = places[0]
        else:
            self._at = self._failed = 0

    @property
    def current(self) -> NetworkProfile:
        """The profile to try."""
        return self._profiles[self._at]

    def succeeded(self) -> None:
        """The attempt led to a connection."""
        self._failed = 0

    def failed(self, profile: NetworkProfile) -> None:
        """An attempt failed. It does not count if it is another one's turn by now."""
        if profile is not self.current:
            return
        self._failed += 1
        if self._failed >= self._attempts:
            self._failed = 0
            self._at = (self._at + 1) % len(self._profiles)


def _checked(profiles: Sequence[NetworkProfile]) -> tuple[NetworkProfile, ...]:
    if not profiles:
        raise OCPPUsageError("at least one network profile is needed")
    return tuple(profiles)


def _check_url(url: str, security: SecurityProfile) -> None:
    """Whether it is the URL of a CSMS. It is not repeated: somebody may have put a password in."""
    try:
        parts = urlsplit(url)
        parse_uri(url)
    except InvalidURI as error:
        if not url.startswith(("ws://", "wss://")):
            raise OCPPUsageError(_NO_URL) from None
        raise OCPPUsageError(f"the URL cannot be used: {error.msg}") from None
    except ValueError as error:
        raise OCPPUsageError(f"host or port of the URL cannot be used: {error}") from None
    if any(each <= " " for each in url):
        raise OCPPUsageError("the URL has white space in it")
    if parts.username is not None:
        raise OCPPUsageError("the URL holds a user name: give identity= and password= instead")
    if parts.query:
        raise OCPPUsageError("the URL has a query, but the identity is to be its end")
    wanted = "wss" if security.has_tls else "ws"
    if parts.scheme != wanted:
        raise OCPPUsageError(
            f"with security profile {security} the URL begins with {wanted}://; "
            "with tls= it is wss://, without it ws://"
        )


_NO_URL = "the URL of a CSMS begins with ws:// or wss://, such as ws://127.0.0.1:9000/ocpp"
