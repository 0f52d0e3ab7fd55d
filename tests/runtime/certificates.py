"""Real certificates, made on the spot."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path

from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec, rsa
from cryptography.x509.oid import NameOID

from ocppj import KeyPair

Key = ec.EllipticCurvePrivateKey | rsa.RSAPrivateKey


def new_key(kind: str) -> Key:
    """ "EC" or "RSA"."""
    if kind == "EC":
        return ec.generate_private_key(ec.SECP256R1())
    return rsa.generate_private_key(public_exponent=65537, key_size=2048)


@dataclass(frozen=True)
class Authority:
    """A CA that writes what it signs into a folder."""

    folder: Path
    name: str
    key: Key
    certificate: x509.Certificate

    @property
    def file(self) -> Path:
        return self.folder / f"{self.name}.pem"

    def issue(self, common_name: str, kind: str = "EC", *, ca: bool = False) -> KeyPair:
        """A certificate for that name, without any subjectAltName: as OCPP wants it."""
        key = new_key(kind)
        certificate = _signed(common_name, key, self.certificate.subject, self.key, ca=ca)
        path = self.folder / f"{self.name}-{common_name}-{kind}"
        files = KeyPair(path.with_suffix(".crt"), path.with_suffix(".key"))
        Path(files.certificate).write_bytes(_pem(certificate))
        assert files.key is not None
        Path(files.key).write_bytes(
            key.private_bytes(
                serialization.Encoding.PEM,
                serialization.PrivateFormat.PKCS8,
                serialization.NoEncryption(),
            )
        )
        return files


def authority(folder: Path, name: str) -> Authority:
    """A new CA."""
    key = new_key("EC")
    certificate = _signed(name, key, _name(name), key, ca=True)
    made = Authority(folder, name, key, certificate)
    made.file.write_bytes(_pem(certificate))
    return made


def _name(common_name: str) -> x509.Name:
    return x509.Name(
        [
            x509.NameAttribute(NameOID.ORGANIZATION_NAME, "Operator"),
            x509.NameAttribute(NameOID.COMMON_NAME, common_name),
        ]
    )


def _signed(
    common_name: str, key: Key, issuer: x509.Name, issuer_key: Key, *, ca: bool
) -> x509.Certificate:
    now = datetime.now(UTC)
    return (
        x509.CertificateBuilder()
        .subject_name(_name(common_name))
        .issuer_name(issuer)
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(now - timedelta(hours=1))
        .not_valid_after(now + timedelta(hours=1))
        .add_extension(x509.BasicConstraints(ca=ca, path_length=None), critical=True)
        .sign(issuer_key, hashes.SHA256())
    )


def _pem(certificate: x509.Certificate) -> bytes:
    return certificate.public_bytes(serialization.Encoding.PEM)
