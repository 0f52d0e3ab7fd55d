"""Changes the password of a Charging Station (A01).

The new one is kept before it is sent, so that whatever happens then, the station can come back:
until it is known which of the two the station has, both are good.
"""

from __future__ import annotations

import asyncio
from collections.abc import Iterable

from ocpp21 import (
    ComponentType,
    SetVariableDataType,
    SetVariablesRequest,
    SetVariableStatusEnumType,
    VariableType,
)
from ocppref.csms.domain.passwords import hash_password, verify_password
from ocppref.csms.storage import stations as rows
from ocppref.csms.storage.store import Store


class Passwords:
    """What is stored of passwords, in step with what stations have."""

    def __init__(self, store: Store) -> None:
        self._store = store

    async def set(self, identity: str, password: str) -> None:
        """Change it here only: for a station that is not connected, or has none yet."""
        await self._change(identity, password_hash=await _hash(password), next_password_hash=None)

    async def announce(self, identity: str, password: str) -> None:
        """It is about to be sent to the station."""
        await self._change(identity, next_password_hash=await _hash(password))

    async def settle(self, identity: str, *, taken: bool) -> None:
        """The station has answered: it has taken the new one, or keeps the old one."""
        record = await self._store.read(lambda c: rows.find(c, identity))
        if record is None or record.next_password_hash is None:
            return
        if taken:
            new = record.next_password_hash
            await self._change(identity, password_hash=new, next_password_hash=None)
        else:
            await self._change(identity, next_password_hash=None)

    async def is_current(self, identity: str, password: str) -> bool:
        """Whether it is the password of the station now."""
        record = await self._store.read(lambda c: rows.find(c, identity))
        if record is None or record.password_hash is None:
            return False
        return await asyncio.to_thread(verify_password, password, record.password_hash)

    async def _change(self, identity: str, **values: str | None) -> None:
        await self._store.write(lambda c: rows.change(c, identity, values))


def password_request(password: str) -> SetVariablesRequest:
    """What a password is sent with."""
    return SetVariablesRequest(
        set_variable_data=[
            SetVariableDataType(
                component=ComponentType(name="SecurityCtrlr"),
                variable=VariableType(name="BasicAuthPassword"),
                attribute_value=password,
            )
        ]
    )


def password_in(request: SetVariablesRequest) -> str | None:
    """The password that a request sets; None if it sets none."""
    found = [
        d.attribute_value for d in request.set_variable_data if is_password(d.component, d.variable)
    ]
    return found[-1] if found else None


def is_password(component: ComponentType, variable: VariableType) -> bool:
    """Whether a variable is the password of the station (SecurityCtrlr, or a network profile's)."""
    place = component.name.lower()
    return variable.name.lower() == "basicauthpassword" and place == "securityctrlr"


def is_taken(statuses: Iterable[tuple[ComponentType, VariableType, object]]) -> bool:
    """Whether the station has accepted a password, by what it answers for each variable."""
    accepted = SetVariableStatusEnumType.ACCEPTED
    return any(
        is_password(component, variable) and status == accepted
        for component, variable, status in statuses
    )


async def _hash(password: str) -> str:
    return await asyncio.to_thread(hash_password, password)
