"""Passwords of Charging Stations, as they are stored: salted and hashed (A01.FR.08, A01.FR.09).

The hash is scrypt, at a cost of 4 MiB and some ten milliseconds. That is moderate on purpose.
OCPP wants these passwords to be random and of 16 characters at least (A00.FR.205), which nobody
guesses at any cost, while thousands of stations come back at once after an outage.
"""

from __future__ import annotations

import base64
import hashlib
import hmac
import secrets

SHORTEST, LONGEST = 16, 64
"""Characters in a password (A00.FR.205)."""

_COST, _BLOCK, _PARALLEL, _LENGTH = 2**12, 8, 1, 32


def make_password() -> str:
    """A random one, of 32 characters."""
    return secrets.token_urlsafe(24)


def password_problem(password: str) -> str | None:
    """Why a text is no password for a station; None if it is one."""
    if not SHORTEST <= len(password) <= LONGEST:
        return f"a password has {SHORTEST} to {LONGEST} characters, this one has {len(password)}"
    if not password.isprintable():
        return "a password has no control characters in it"
    return None


def hash_password(password: str) -> str:
    """What to store: the way of hashing, the salt and the hash."""
    salt = secrets.token_bytes(16)
    digest = _scrypt(password, salt, _COST, _BLOCK, _PARALLEL)
    return "$".join(("scrypt", str(_COST), str(_BLOCK), str(_PARALLEL), _text(salt), _text(digest)))


def verify_password(password: str, stored: str) -> bool:
    """Whether it is the password that was hashed. Takes as long either way."""
    kind, cost, block, parallel, salt, digest = stored.split("$")
    assert kind == "scrypt"
    found = _scrypt(password, _bytes(salt), int(cost), int(block), int(parallel))
    return hmac.compare_digest(found, _bytes(digest))


def _scrypt(password: str, salt: bytes, cost: int, block: int, parallel: int) -> bytes:
    return hashlib.scrypt(
        password.encode(),
        salt=salt,
        n=cost,
        r=block,
        p=parallel,
        maxmem=256 * cost * block,
        dklen=_LENGTH,
    )


def _text(value: bytes) -> str:
    return base64.b64encode(value).decode()


def _bytes(text: str) -> bytes:
    return base64.b64decode(text)
