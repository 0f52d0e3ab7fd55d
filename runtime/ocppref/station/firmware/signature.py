"""Who has signed a firmware file: the signing certificate, and the signature (L01). Pure."""

from __future__ import annotations

import base64
import binascii
from dataclasses import dataclass
from datetime import datetime
from enum import Enum
from pathlib import Path
from typing import TypeVar

from cryptography import x509
from cryptography.exceptions import InvalidSignature, UnsupportedAlgorithm
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec, padding, rsa

ExtensionT = TypeVar("ExtensionT", bound=x509.ExtensionType)

_RSA_BITS = 2048  # A00.FR.501: 112 bits of security
_EC_BITS = 224
_CERTIFICATE = b"-----BEGIN CERTIFICATE-----"
_CRL_BEGIN, _CRL_END = b"-----BEGIN X509 CRL-----", b"-----END X509 CRL-----"


class Verdict(Enum):
    """What a signing certificate is worth."""

    GOOD = "good"
    INVALID = "invalid"
    REVOKED = "revoked"


@dataclass(frozen=True, slots=True)
class Judgement:
    """A verdict, and why."""

    verdict: Verdict
    reason: str = ""


@dataclass(frozen=True, slots=True)
class Manufacturer:
    """The root certificates of the manufacturer, and what has been revoked."""

    roots: tuple[x509.Certificate, ...] = ()
    revocations: tuple[x509.CertificateRevocationList, ...] = ()

    @classmethod
    def read(cls, path: Path | None) -> Manufacturer:
        """From a file of certificates and revocation lists in PEM; none of both without a file.

        Raises OSError and ValueError.
        """
        if path is None:
            return cls()
        pem = path.read_bytes()
        roots = x509.load_pem_x509_certificates(pem) if _CERTIFICATE in pem else []
        blocks = (each.partition(_CRL_END)[0] for each in pem.split(_CRL_BEGIN)[1:])
        lists = [x509.load_pem_x509_crl(_CRL_BEGIN + each + _CRL_END) for each in blocks]
        return cls(tuple(roots), tuple(lists))

    def judge(self, pem: str, now: datetime) -> Judgement:
        """Judge a signing certificate, with those that lead to a root behind it (L01.FR.12)."""
        try:
            leaf, *others = x509.load_pem_x509_certificates(pem.encode())
            return self._judge(leaf, others, now)
        except (ValueError, TypeError, UnsupportedAlgorithm):
            return Judgement(Verdict.INVALID, "it is not an X.509 certificate in PEM")

    def _judge(
        self, leaf: x509.Certificate, others: list[x509.Certificate], now: datetime
    ) -> Judgement:
        if fault := _fault_of_leaf(leaf):
            return Judgement(Verdict.INVALID, fault)
        chain = self._chain(leaf, others)
        if chain is None:
            return Judgement(
                Verdict.INVALID, "no root certificate of the manufacturer is behind it"
            )
        if any(not _is_valid_at(each, now) for each in chain):
            return Judgement(Verdict.INVALID, "it has expired, or is not valid yet")
        if any(self._is_revoked(each) for each in chain):
            return Judgement(Verdict.REVOKED, "it has been revoked")
        return Judgement(Verdict.GOOD)

    def _chain(
        self, leaf: x509.Certificate, others: list[x509.Certificate]
    ) -> list[x509.Certificate] | None:
        """From the leaf up to a root; only the leaf where no root is known."""
        chain = [leaf]
        if not self.roots:
            return chain
        while chain[-1] not in self.roots:
            above = next((each for each in self.roots if _has_issued(each, chain[-1])), None)
            if above is None:
                left = [each for each in others if each not in chain]
                above = next((each for each in left if _has_issued(each, chain[-1])), None)
            if above is None:
                return None
            chain.append(above)
        return chain

    def _is_revoked(self, certificate: x509.Certificate) -> bool:
        return any(
            each.issuer == certificate.issuer
            and any(each.is_signature_valid(_key_of(root)) for root in self.roots)
            and each.get_revoked_certificate_by_serial_number(certificate.serial_number) is not None
            for each in self.revocations
        )


def is_signed(content: bytes, signature: str, pem: str) -> bool:
    """Whether a signature in base64 is that of the whole file (L01.FR.04).

    SHA-256, and RSA-PSS or ECDSA, as the key of the certificate is.
    """
    try:
        certificate = x509.load_pem_x509_certificates(pem.encode())[0]
        _verify(certificate, base64.b64decode(signature, validate=True), content)
    except (InvalidSignature, UnsupportedAlgorithm, binascii.Error, ValueError, TypeError):
        return False
    return True


def _verify(certificate: x509.Certificate, signature: bytes, content: bytes) -> None:
    key, sha256 = certificate.public_key(), hashes.SHA256()
    if isinstance(key, rsa.RSAPublicKey):
        scheme = padding.PSS(padding.MGF1(sha256), padding.PSS.AUTO)
        key.verify(signature, content, scheme, sha256)
    elif isinstance(key, ec.EllipticCurvePublicKey):
        key.verify(signature, content, ec.ECDSA(sha256))
    else:
        raise InvalidSignature


def _fault_of_leaf(certificate: x509.Certificate) -> str:
    key = certificate.public_key()
    if isinstance(key, rsa.RSAPublicKey):
        is_strong = key.key_size >= _RSA_BITS
    elif isinstance(key, ec.EllipticCurvePublicKey):
        is_strong = key.key_size >= _EC_BITS
    else:
        return "its key is neither RSA nor ECDSA"
    if not is_strong:
        return "its key is too short"
    usage = _extension(certificate, x509.KeyUsage)
    return "its key is not for signatures" if usage and not usage.digital_signature else ""


def _is_valid_at(certificate: x509.Certificate, now: datetime) -> bool:
    return certificate.not_valid_before_utc <= now <= certificate.not_valid_after_utc


def _has_issued(issuer: x509.Certificate, certificate: x509.Certificate) -> bool:
    constraints = _extension(issuer, x509.BasicConstraints)
    if constraints is None or not constraints.ca:
        return False
    usage = _extension(issuer, x509.KeyUsage)
    if usage is not None and not usage.key_cert_sign:
        return False
    try:
        certificate.verify_directly_issued_by(issuer)
    except (ValueError, TypeError, InvalidSignature):
        return False
    return True


def _extension(certificate: x509.Certificate, kind: type[ExtensionT]) -> ExtensionT | None:
    try:
        return certificate.extensions.get_extension_for_class(kind).value
    except x509.ExtensionNotFound:
        return None


def _key_of(certificate: x509.Certificate) -> rsa.RSAPublicKey | ec.EllipticCurvePublicKey:
    key = certificate.public_key()
    if isinstance(key, rsa.RSAPublicKey | ec.EllipticCurvePublicKey):
        return key
    raise ValueError("the key of the manufacturer is neither RSA nor ECDSA")
