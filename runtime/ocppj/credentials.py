"""How a Charging Station proves who it is, and the verdict (OCPP 2.1 Part 2, A00)."""

from __future__ import annotations

import base64
import binascii
import hmac
import ssl
from collections.abc import Awaitable, Callable, Mapping, Sequence
from dataclasses import dataclass, field
from enum import Enum, IntEnum
from http import HTTPStatus
from typing import TypeAlias, cast

from ocppj.errors import OCPPUsageError
from ocppj.identity import identity_key


class SecurityProfile(IntEnum):
    """The security profiles of OCPP. 0 is no security at all, for a laboratory."""

    UNSECURED = 0
    BASIC = 1
    TLS_BASIC = 2
    TLS_CERTIFICATE = 3

    @property
    def has_password(self) -> bool:
        """Whether the station shows a password."""
        return self in (SecurityProfile.BASIC, SecurityProfile.TLS_BASIC)

    @property
    def has_tls(self) -> bool:
        """Whether the connection is encrypted."""
        return self >= SecurityProfile.TLS_BASIC


def security_profile(number: int) -> SecurityProfile:
    """The security profile of that number. Raises `OCPPUsageError` if there is none."""
    try:
        return SecurityProfile(number)
    except ValueError:
        raise OCPPUsageError(f"{number!r} is no security profile: 0, 1, 2 or 3") from None


@dataclass(frozen=True, slots=True)
class ClientCertificate:
    """The certificate of a Charging Station, whose chain TLS has verified."""

    der: bytes = field(repr=False)
    common_name: str
    organization: str
    serial_number: str


@dataclass(frozen=True, slots=True)
class Credentials:
    """What a Charging Station shows when it connects.

    `identity` is that of the URL. Basic authentication with another user name never gets here.
    `password` is None in profiles without one, `certificate` in profiles without one.
    """

    identity: str
    password: str | None = field(repr=False)
    certificate: ClientCertificate | None
    address: str


class Verdict(Enum):
    """What to do with a Charging Station that connects. The value is the status of HTTP."""

    ACCEPTED = HTTPStatus.SWITCHING_PROTOCOLS
    WRONG_CREDENTIALS = HTTPStatus.UNAUTHORIZED
    FORBIDDEN = HTTPStatus.FORBIDDEN
    UNKNOWN_IDENTITY = HTTPStatus.NOT_FOUND
    TRY_LATER = HTTPStatus.SERVICE_UNAVAILABLE


Authenticate: TypeAlias = Callable[[Credentials], Verdict | bool | Awaitable[Verdict | bool]]
"""A function, async or not. False means `WRONG_CREDENTIALS`."""


def password_matches(given: str | None, wanted: str) -> bool:
    """Compare two passwords, in a time that does not tell how far they agree."""
    return hmac.compare_digest((given or "").encode(), wanted.encode()) and given is not None


def passwords(known: Mapping[str, str]) -> Authenticate:
    """Accept the stations of a table from identity to password. It may change as time goes by."""

    def authenticate(credentials: Credentials) -> Verdict:
        wanted = known.get(credentials.identity)
        # An unknown identity takes as long as a known one.
        matches = password_matches(credentials.password, wanted or "")
        if wanted is None:
            return Verdict.UNKNOWN_IDENTITY
        return Verdict.ACCEPTED if matches else Verdict.WRONG_CREDENTIALS

    return authenticate


def certificate_names(credentials: Credentials) -> Verdict:
    """Accept stations whose certificate has their identity for a common name."""
    certificate = credentials.certificate
    if certificate is None:
        return Verdict.FORBIDDEN
    same = identity_key(certificate.common_name) == identity_key(credentials.identity)
    return Verdict.ACCEPTED if same else Verdict.FORBIDDEN


def basic_authorization(identity: str, password: str) -> str:
    """The value of an Authorization header (OCPP 2.1 Part 2, A00.FR.202: UTF-8 as it is)."""
    return f"Basic {base64.b64encode(f'{identity}:{password}'.encode()).decode()}"


def read_basic(headers: Sequence[str]) -> tuple[str, str] | None:
    """User name and password of the only Authorization header; None if they cannot be read."""
    if len(headers) != 1:
        return None
    scheme, _, encoded = headers[0].strip().partition(" ")
    if scheme.lower() != "basic":
        return None
    try:
        text = base64.b64decode(encoded.strip(), validate=True).decode()
    except (binascii.Error, ValueError):
        return None
    user, colon, password = text.partition(":")
    return (user, password) if colon else None


def read_certificate(connection: ssl.SSLObject | None) -> ClientCertificate | None:
    """The certificate that the peer has shown; None if there is none."""
    der = connection.getpeercert(binary_form=True) if connection is not None else None
    if connection is None or not der:
        return None
    shown = connection.getpeercert() or {}
    parts = cast("tuple[tuple[tuple[str, str], ...], ...]", shown.get("subject", ()))
    subject = {name: value for part in parts for name, value in part}
    return ClientCertificate(
        der,
        subject.get("commonName", ""),
        subject.get("organizationName", ""),
        str(shown.get("serialNumber", "")),
    )
