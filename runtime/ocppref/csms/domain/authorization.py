"""Whether a token may charge (C01 to C17, E05)."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import NamedTuple

from ocpp21 import AuthorizationStatusEnumType, IdTokenInfoType, IdTokenType

NO_AUTHORIZATION = "NoAuthorization"
CENTRAL = "Central"
KEY_CODE = "KeyCode"
DIRECT_PAYMENT = "DirectPayment"

_MANY_AT_ONCE = frozenset({NO_AUTHORIZATION, KEY_CODE})  # these do not say who it is
_OURS = frozenset({CENTRAL, DIRECT_PAYMENT})  # these come from the CSMS itself (C05, C24)


class TokenKey(NamedTuple):
    """What tells tokens apart; the case of the letters does not count."""

    type: str
    id_token: str


@dataclass(frozen=True, slots=True)
class Token:
    """What the CSMS knows of a token. It counts as expired from `cache_expiry` on."""

    type: str
    id_token: str
    status: AuthorizationStatusEnumType = AuthorizationStatusEnumType.ACCEPTED
    group_id_token: IdTokenType | None = None
    cache_expiry: datetime | None = None
    language1: str | None = None
    language2: str | None = None

    @property
    def key(self) -> TokenKey:
        """See `TokenKey`."""
        return TokenKey(self.type, self.id_token.lower())


def key_of(token: IdTokenType) -> TokenKey:
    """See `TokenKey`."""
    return TokenKey(token.type, token.id_token.lower())


def comes_from_us(token: IdTokenType) -> bool:
    """Whether the CSMS itself makes tokens of that type, for a remote start."""
    return token.type in _OURS


def excludes_others(token: IdTokenType) -> bool:
    """Whether a token stands for somebody who charges at one place at a time."""
    return token.type not in _MANY_AT_ONCE


def judge(shown: IdTokenType, known: Token | None, now: datetime) -> IdTokenInfoType:
    """What to answer for a token. `known` is what the CSMS knows of it, if anything."""
    if shown.type == NO_AUTHORIZATION:
        return IdTokenInfoType(status=AuthorizationStatusEnumType.ACCEPTED)  # C02.FR.02
    if known is None:
        return IdTokenInfoType(status=_status_of_unknown(shown))
    return IdTokenInfoType(
        status=_status(known, now),
        cache_expiry_date_time=known.cache_expiry,
        group_id_token=known.group_id_token,  # C01.FR.06, C09.FR.12
        language1=known.language1,
        language2=_second_language(known),
    )


def _status(known: Token, now: datetime) -> AuthorizationStatusEnumType:
    accepted = known.status is AuthorizationStatusEnumType.ACCEPTED
    if accepted and known.cache_expiry is not None and known.cache_expiry <= now:
        return AuthorizationStatusEnumType.EXPIRED
    return known.status


def _status_of_unknown(shown: IdTokenType) -> AuthorizationStatusEnumType:
    if shown.type == KEY_CODE:
        return (
            AuthorizationStatusEnumType.INVALID
        )  # C04.FR.01: a wrong PIN is not an unknown person
    return AuthorizationStatusEnumType.UNKNOWN


def _second_language(known: Token) -> str | None:
    """Only besides a first one, and another one (IdTokenInfoType)."""
    return known.language2 if known.language1 and known.language2 != known.language1 else None
