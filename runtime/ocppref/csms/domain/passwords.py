"""Passwords of Charging Stations, as they are stored: salted and hashed (A01.FR.08, A01.FR.09).

The hash is Argon2id, at a cost of 4 MiB and a few milliseconds. That is moderate on purpose. OCPP
wants these passwords to be random and of 16 characters at least (A00.FR.205), which nobody guesses
at any cost, while thousands of stations come back at once after an outage.
"""

from __future__ import annotations

import secrets

from argon2 import PasswordHasher
from argon2.exceptions import InvalidHashError, VerificationError

SHORTEST, LONGEST = 16, 64
"""Characters in a password (A00.FR.205)."""

PASSWORD_PATTERN = f"^[ -~]{{{SHORTEST},{LONGEST}}}$"
"""Basic authentication carries ASCII everywhere, and more than that only by agreement."""

_HASHER = PasswordHasher(time_cost=2, memory_cost=4096, parallelism=1)


def make_password() -> str:
    """A random one, of 32 characters."""
    return secrets.token_urlsafe(24)


def password_problem(password: str) -> str | None:
    """Why a text is no password for a station; None if it is one."""
    if not SHORTEST <= len(password) <= LONGEST:
        return f"a password has {SHORTEST} to {LONGEST} characters, this one has {len(password)}"
    if not (password.isascii() and password.isprintable()):
        return "a password has only letters, digits, spaces and signs of ASCII"
    return None


def hash_password(password: str) -> str:
    """What to store: the way of hashing, its cost, the salt and the hash."""
    return _HASHER.hash(password)


def verify_password(password: str, stored: str) -> bool:
    """Whether it is the password that was hashed. Takes as long either way."""
    try:
        return _HASHER.verify(stored, password)
    except (VerificationError, InvalidHashError):
        return False
