"""TLS as OCPP wants it (OCPP 2.1 Part 2, A00.FR.306 to FR.323 and FR.409 to FR.426)."""

from __future__ import annotations

import ssl
from collections.abc import Iterable
from os import PathLike
from typing import NamedTuple, TypeAlias

Path: TypeAlias = str | PathLike[str]

# The four that a CSMS has to offer, those with forward secrecy first. OpenSSL leaves out the two
# with RSA key exchange unless they are named. In between, what an RSA certificate can do better.
_CIPHERS = ":".join(
    (
        "ECDHE-ECDSA-AES128-GCM-SHA256",
        "ECDHE-ECDSA-AES256-GCM-SHA384",
        "ECDHE-RSA-AES128-GCM-SHA256",
        "ECDHE-RSA-AES256-GCM-SHA384",
        "AES128-GCM-SHA256",
        "AES256-GCM-SHA384",
    )
)


class KeyPair(NamedTuple):
    """Files in PEM: a certificate with the chain above it, and its key."""

    certificate: Path
    key: Path | None = None
    password: str | None = None


def csms_tls(certificates: Iterable[KeyPair], *, client_ca: Path | None = None) -> ssl.SSLContext:
    """TLS for `serve_csms`.

    To offer all that OCPP demands, give two: a certificate with an ECDSA key and one with an RSA
    key. With `client_ca`, the file of the CAs that sign Charging Stations' certificates, stations
    have to show one (profile 3). Raises OSError (ssl.SSLError is one) for files that do not do.
    """
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    _harden(context)
    for pair in certificates:
        context.load_cert_chain(pair.certificate, pair.key, pair.password)
    if client_ca is not None:
        context.load_verify_locations(client_ca)
        context.verify_mode = ssl.CERT_REQUIRED
    return context


def station_tls(*, ca: Path | str, certificate: KeyPair | None = None) -> ssl.SSLContext:
    """TLS for `connect_station`.

    `ca` is the file of the operator's CAs, or their text in PEM; no others are trusted.
    `certificate` is that of the Charging Station, for profile 3.
    """
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
    _harden(context)
    if isinstance(ca, str) and "-----BEGIN" in ca:
        context.load_verify_locations(cadata=ca)
    else:
        context.load_verify_locations(ca)
    if certificate is not None:
        context.load_cert_chain(certificate.certificate, certificate.key, certificate.password)
    return context


def _harden(context: ssl.SSLContext) -> None:
    context.minimum_version = ssl.TLSVersion.TLSv1_2
    context.set_ciphers(_CIPHERS)
    context.options |= ssl.OP_NO_COMPRESSION | ssl.OP_NO_RENEGOTIATION
