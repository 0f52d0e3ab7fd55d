"""The certificates that a station has for its connection, in files."""

from __future__ import annotations

import ssl
from pathlib import Path

from ocppj import KeyPair, SecurityProfile, station_tls


class Certificates:
    """A root certificate of the CSMS, and the station's own. Either may be missing."""

    __slots__ = ("_ca", "_contexts", "_pair")

    def __init__(self, ca: Path | None, cert: Path | None, key: Path | None) -> None:
        self._ca = ca
        self._pair = None if cert is None else KeyPair(cert, key)
        self._contexts: dict[bool, ssl.SSLContext] = {}

    def find_fault(self, profile: SecurityProfile) -> str:
        """What is missing for a security profile, and "" where nothing is."""
        if not profile.has_tls:
            return ""
        if self._ca is None:  # A05.FR.02
            return f"security profile {profile:d} needs a root certificate of the CSMS"
        if profile is SecurityProfile.TLS_CERTIFICATE and self._pair is None:  # A05.FR.03
            return f"security profile {profile:d} needs a certificate of the station"
        try:
            self.tls(profile)
        except OSError as error:
            return f"the certificates cannot be used: {error}"
        return ""

    def tls(self, profile: SecurityProfile) -> ssl.SSLContext | None:
        """The TLS of a security profile; None where it has none. Raises OSError."""
        if not profile.has_tls or self._ca is None:
            return None
        shows_own = profile is SecurityProfile.TLS_CERTIFICATE
        if shows_own not in self._contexts:
            pair = self._pair if shows_own else None
            self._contexts[shows_own] = station_tls(ca=self._ca, certificate=pair)
        return self._contexts[shows_own]
