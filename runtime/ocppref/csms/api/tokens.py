"""Tokens: who may charge."""

from __future__ import annotations

from typing import Annotated

from fastapi import APIRouter, HTTPException, Path, Query
from pydantic import BaseModel, ConfigDict, Field

from ocpp21 import AuthorizationStatusEnumType, IdTokenType
from ocppref.csms.api.moments import Moment
from ocppref.csms.api.views import View, token_view
from ocppref.csms.domain.authorization import Token, TokenKey
from ocppref.csms.parts import Parts
from ocppref.csms.storage import tokens

_NO_NUL = r"^[^\x00]*$"  # which no database takes
Type = Annotated[str, Path(min_length=1, max_length=20, pattern=_NO_NUL)]
Text = Annotated[str, Path(min_length=1, max_length=255, pattern=_NO_NUL)]
Language = Annotated[str | None, Field(max_length=8, pattern=_NO_NUL)]


class TokenBody(BaseModel):
    """What is known of a token."""

    model_config = ConfigDict(extra="forbid", populate_by_name=True)

    status: AuthorizationStatusEnumType = AuthorizationStatusEnumType.ACCEPTED
    group_id_token: Annotated[IdTokenType | None, Field(alias="groupIdToken")] = None
    cache_expiry: Annotated[Moment | None, Field(alias="cacheExpiryDateTime")] = None
    language1: Language = None
    language2: Language = None


def make_router(parts: Parts) -> APIRouter:
    """The endpoints."""
    router = APIRouter(tags=["tokens"])

    @router.get("/tokens")
    async def list_tokens(limit: Annotated[int, Query(ge=1, le=10_000)] = 10_000) -> list[View]:
        """Tokens by type and id."""
        found = await parts.store.read(lambda c: tokens.find_all(c, limit=limit))
        return [token_view(each) for each in found]

    @router.put("/tokens/{type}/{id_token:path}")
    async def put_token(type: Type, id_token: Text, body: TokenBody) -> View:
        """Make a token known, or change it."""
        token = Token(
            type=type,
            id_token=id_token,
            status=body.status,
            group_id_token=body.group_id_token,
            cache_expiry=body.cache_expiry,
            language1=body.language1,
            language2=body.language2,
        )
        await parts.store.write(lambda c: tokens.save(c, token))
        return token_view(token)

    @router.delete("/tokens/{type}/{id_token:path}", status_code=204)
    async def delete_token(type: Type, id_token: Text) -> None:
        """Forget a token."""
        key = TokenKey(type, id_token.lower())
        if not await parts.store.write(lambda c: tokens.remove(c, key)):
            raise HTTPException(404, "there is no such token")

    return router
