"""Manufacturers, their certificates, and what they sign."""

from __future__ import annotations

import base64
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec, padding, rsa
from cryptography.x509.oid import NameOID
from tests.runtime.certificates import new_key
from tests.runtime.ref.station.tester import START

_SHA256 = hashes.SHA256()


@dataclass
class Signer:
    """Somebody with a certificate."""

    key: Any
    certificate: x509.Certificate

    @property
    def pem(self) -> str:
        return self.certificate.public_bytes(serialization.Encoding.PEM).decode()

    def issue(self, name: str, kind: str = "EC", **more: Any) -> Signer:
        """A certificate below this one."""
        return signer(name, kind, issuer=self, **more)

    def revoke(self, other: Signer) -> str:
        """A revocation list with that certificate, in PEM."""
        revoked = (
            x509.RevokedCertificateBuilder()
            .serial_number(other.certificate.serial_number)
            .revocation_date(START - timedelta(days=1))
            .build()
        )
        made = (
            x509.CertificateRevocationListBuilder()
            .issuer_name(self.certificate.subject)
            .last_update(START - timedelta(days=1))
            .next_update(START + timedelta(days=30))
            .add_revoked_certificate(revoked)
            .sign(self.key, _SHA256)
        )
        return made.public_bytes(serialization.Encoding.PEM).decode()

    def sign(self, content: bytes) -> str:
        """A signature in base64."""
        if isinstance(self.key, rsa.RSAPrivateKey):
            scheme = padding.PSS(padding.MGF1(_SHA256), padding.PSS.DIGEST_LENGTH)
            signature = self.key.sign(content, scheme, _SHA256)
        else:
            signature = self.key.sign(content, ec.ECDSA(_SHA256))
        return base64.b64encode(signature).decode()


def signer(
    name: str,
    kind: str = "EC",
    *,
    issuer: Signer | None = None,
    ca: bool = False,
    key: Any = None,
    since: datetime = START - timedelta(days=30),
    until: datetime = START + timedelta(days=365),
) -> Signer:
    """Somebody new; self-signed if nobody issues the certificate."""
    key = key or new_key(kind)
    subject = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, name)])
    builder = (
        x509.CertificateBuilder()
        .subject_name(subject)
        .issuer_name(subject if issuer is None else issuer.certificate.subject)
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(since)
        .not_valid_after(until)
        .add_extension(x509.BasicConstraints(ca=ca, path_length=None), critical=True)
    )
    return Signer(key, builder.sign(key if issuer is None else issuer.key, _SHA256))
