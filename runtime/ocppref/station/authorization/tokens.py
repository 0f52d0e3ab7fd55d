"""Tokens: when two are the same, and how they are kept and shown."""

from __future__ import annotations

from ocpp21 import IdTokenInfoType, IdTokenType

CENTRAL = "Central"
KEY_CODE = "KeyCode"
LOCAL = "Local"
NO_AUTHORIZATION = "NoAuthorization"

NOBODY = IdTokenType(id_token="", type=NO_AUTHORIZATION)
"""The token of a start button (C02.FR.01)."""


def key_of(token: IdTokenType) -> str:
    """What makes a token this one: two are equal if their keys are (C01.FR.25).

    An idToken is an identifierString, whose case does not count.
    """
    return f"{token.type.casefold()}|{token.id_token.casefold()}"


def is_same(one: IdTokenType | None, other: IdTokenType | None) -> bool:
    """Whether both are there and equal."""
    return one is not None and other is not None and key_of(one) == key_of(other)


def bare(token: IdTokenType) -> IdTokenType:
    """A token without what is said besides, as it is cached (C10.FR.14)."""
    return IdTokenType(id_token=token.id_token, type=token.type)


def bare_info(info: IdTokenInfoType) -> IdTokenInfoType:
    """What is known of a token, as it is cached (C10.FR.14)."""
    group = info.group_id_token
    return info.model_copy(update={"group_id_token": None if group is None else bare(group)})


def shown(token: IdTokenType) -> str:
    """A token as it may be logged: never a key code (C04.FR.04)."""
    text = "***" if token.type.casefold() == KEY_CODE.casefold() else token.id_token
    return f"{token.type} {text}".rstrip()
