"""The tokens that the CSMS knows."""

from __future__ import annotations

from typing import Any

from sqlalchemy import Connection, Row, delete, select

from ocpp21 import AuthorizationStatusEnumType, IdTokenType
from ocppref.csms.domain.authorization import Token, TokenKey
from ocppref.csms.storage.tables import TOKENS
from ocppref.csms.storage.upsert import put


def find(connection: Connection, key: TokenKey) -> Token | None:
    """What is known of a token."""
    where = (TOKENS.c.type == key.type, TOKENS.c.token_key == key.id_token)
    row = connection.execute(select(TOKENS).where(*where)).one_or_none()
    return None if row is None else _token(row)


def find_all(connection: Connection, *, limit: int = 10_000) -> list[Token]:
    """The tokens, by type and id."""
    statement = select(TOKENS).order_by(TOKENS.c.type, TOKENS.c.token_key).limit(limit)
    return [_token(row) for row in connection.execute(statement)]


def save(connection: Connection, token: Token) -> None:
    """Write a token, in place of what was known of it."""
    group = token.group_id_token
    row: dict[str, object] = {
        "type": token.type,
        "token_key": token.key.id_token,
        "id_token": token.id_token,
        "status": token.status.value,
        "group_id_token": None if group is None else group.write_json(),
        "cache_expiry": token.cache_expiry,
        "language1": token.language1,
        "language2": token.language2,
    }
    put(connection, TOKENS, row)


def remove(connection: Connection, key: TokenKey) -> bool:
    """Forget a token; whether there was one."""
    where = (TOKENS.c.type == key.type, TOKENS.c.token_key == key.id_token)
    return connection.execute(delete(TOKENS).where(*where)).rowcount > 0


def _token(row: Row[Any]) -> Token:
    group = row.group_id_token
    return Token(
        type=row.type,
        id_token=row.id_token,
        status=AuthorizationStatusEnumType(row.status),
        group_id_token=None if group is None else IdTokenType.read_json(group),
        cache_expiry=row.cache_expiry,
        language1=row.language1,
        language2=row.language2,
    )
