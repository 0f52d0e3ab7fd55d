"""Charging Stations: who they are, and what they have told."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Annotated

from fastapi import APIRouter, HTTPException, Query, Response
from pydantic import BaseModel, ConfigDict, Field, SecretStr, field_validator

from ocpp21 import RegistrationStatusEnumType
from ocpp21.actions import SET_VARIABLES
from ocppref.csms.api.lookup import Identity, Limit, find_station
from ocppref.csms.api.openapi import SENDING
from ocppref.csms.api.views import View, connection_view, station_view
from ocppref.csms.domain.passwords import PASSWORD_PATTERN, password_problem
from ocppref.csms.operations.passwords import password_request
from ocppref.csms.parts import Parts
from ocppref.csms.storage import connections as history
from ocppref.csms.storage import device_model, notices
from ocppref.csms.storage import stations as rows


class Provision(BaseModel):
    """What a station is to be. What is left out stays as it is."""

    model_config = ConfigDict(extra="forbid")

    password: Annotated[
        SecretStr | None, Field(json_schema_extra={"pattern": PASSWORD_PATTERN})
    ] = None
    registration: RegistrationStatusEnumType | None = None
    heartbeat_interval: Annotated[
        int | None, Field(alias="heartbeatInterval", ge=1, le=2**31 - 1)
    ] = None

    @field_validator("password")
    @classmethod
    def _is_password(cls, value: SecretStr | None) -> SecretStr | None:
        problem = None if value is None else password_problem(value.get_secret_value())
        if problem is not None:
            raise ValueError(problem)
        return value


def make_router(parts: Parts) -> APIRouter:
    """The endpoints."""
    router = APIRouter(tags=["stations"])
    _add_stations(router, parts)
    _add_one(router, parts)
    _add_told(router, parts)
    return router


def _add_stations(router: APIRouter, parts: Parts) -> None:
    @router.get("/stations")
    async def list_stations(
        after: Annotated[str, Query(max_length=48)] = "", limit: Limit = 1000
    ) -> list[View]:
        """Charging Stations by identity; the next page is the one `after` the last identity."""
        records = await parts.store.read(lambda c: rows.find_all(c, after=after, limit=limit))
        names = [record.identity for record in records]
        connectors = await parts.store.read(lambda c: device_model.read_connectors(c, names))
        return [
            station_view(record, parts.stations.get(record.identity), connectors[record.identity])
            for record in records
        ]


def _add_one(router: APIRouter, parts: Parts) -> None:
    @router.get("/stations/{identity}")
    async def get_station(identity: Identity) -> View:
        """A Charging Station."""
        return await _view(parts, identity)

    @router.put("/stations/{identity}", responses={201: {"description": "It is new."}, **SENDING})
    async def provision_station(identity: Identity, body: Provision, response: Response) -> View:
        """Provision a Charging Station, or change it: 201 if it is new.

        A new password is sent to a station that is connected, and counts once it is accepted.
        """
        if await _provision(parts, identity, body):
            response.status_code = 201
        return await _view(parts, identity)

    @router.delete("/stations/{identity}", status_code=204)
    async def delete_station(identity: Identity) -> None:
        """Forget a Charging Station, and all that is known of it."""
        record = await find_station(parts, identity)
        await parts.outgoing.close(identity, "this station is not known any more")
        await parts.store.write(lambda c: rows.remove(c, identity))
        parts.ledger.forget(record.identity)
        parts.stations.forget(identity)

    @router.delete("/stations/{identity}/security-profile", status_code=204)
    async def reset_security_profile(identity: Identity) -> None:
        """Let a station come with a lower security profile than it has come with before."""
        record = await find_station(parts, identity)
        change = {"security_profile": None}
        await parts.store.write(lambda c: rows.change(c, record.identity, change))


def _add_told(router: APIRouter, parts: Parts) -> None:
    @router.get("/stations/{identity}/variables")
    async def get_variables(identity: Identity) -> list[View]:
        """The device model as the station has reported it."""
        record = await find_station(parts, identity)
        return await parts.store.read(lambda c: device_model.read_variables(c, record.identity))

    @router.get("/stations/{identity}/events")
    async def get_events(identity: Identity, limit: Limit = 100) -> list[View]:
        """Events that the station has notified, the newest first."""
        return await _notices(parts, identity, "NotifyEvent", limit)

    @router.get("/stations/{identity}/security-events")
    async def get_security_events(identity: Identity, limit: Limit = 100) -> list[View]:
        """Security events, the newest first."""
        return await _notices(parts, identity, "SecurityEventNotification", limit)

    @router.get("/stations/{identity}/messages")
    async def get_messages(identity: Identity, limit: Limit = 100) -> list[View]:
        """The last messages to and from the station, the newest first; secrets are masked."""
        record = await find_station(parts, identity)
        return [dict(each) for each in parts.messages.read(record.identity, limit)]

    @router.get("/stations/{identity}/connections")
    async def get_connections(identity: Identity, limit: Limit = 100) -> list[View]:
        """When the station was connected, the newest first."""
        record = await find_station(parts, identity)
        name = record.identity
        found = await parts.store.read(lambda c: history.read_history(c, name, limit))
        return [connection_view(each) for each in found]


async def _view(parts: Parts, identity: str) -> View:
    record = await find_station(parts, identity)
    name = record.identity
    connectors = await parts.store.read(lambda c: device_model.read_connectors(c, [name]))
    return station_view(record, parts.stations.get(name), connectors[name])


async def _notices(parts: Parts, identity: str, action: str, limit: int) -> list[View]:
    record = await find_station(parts, identity)
    return await parts.store.read(lambda c: notices.read_notices(c, record.identity, action, limit))


async def _provision(parts: Parts, identity: str, body: Provision) -> bool:
    """Carry out what a body asks for; whether the station is new."""
    before = await parts.store.read(lambda c: rows.find(c, identity))
    if before is None:
        accepted, now = RegistrationStatusEnumType.ACCEPTED.value, datetime.now(UTC)
        await parts.store.write(lambda c: rows.add(c, identity, now, accepted))
    values: dict[str, object] = {}
    if body.registration is not None:
        values["registration"] = body.registration.value
    if body.heartbeat_interval is not None:
        values["heartbeat_interval"] = body.heartbeat_interval
    await parts.store.write(lambda c: rows.change(c, identity, values))
    if body.password is not None:
        await _set_password(parts, identity, body.password.get_secret_value())
    return before is None


async def _set_password(parts: Parts, identity: str, password: str) -> None:
    station = parts.stations.get(identity)
    if station is None or not station.is_connected:
        await parts.passwords.set(identity, password)
        return
    request = password_request(password)
    await parts.commands.send(station.identity, SET_VARIABLES, request)
    if not await parts.passwords.is_current(identity, password):
        raise HTTPException(409, "the station has not accepted the new password: the old one stays")
