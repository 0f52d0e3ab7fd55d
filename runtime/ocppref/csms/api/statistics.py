"""Statistics, of a Charging Station and of all."""

from __future__ import annotations

from datetime import UTC, datetime

from fastapi import APIRouter

from ocppref.csms.api.lookup import Identity, find_station
from ocppref.csms.api.views import View
from ocppref.csms.parts import Parts
from ocppref.csms.stations import Station
from ocppref.csms.storage.statistics import Statistics, read_statistics


def make_router(parts: Parts) -> APIRouter:
    """The endpoints."""
    router = APIRouter(tags=["statistics"])

    @router.get("/statistics")
    async def get_statistics() -> View:
        """What all Charging Stations have done so far."""
        now = datetime.now(UTC)
        found = await parts.store.read(lambda c: read_statistics(c, None, now))
        connected = parts.stations.connected
        idle = sum(station.is_idle(now) for station in parts.stations)
        of_all = {"stations": found.stations, "connected": connected, "idle": idle}
        return {**of_all, **_shown(found, *parts.stations)}

    @router.get("/stations/{identity}/statistics")
    async def get_statistics_of_station(identity: Identity) -> View:
        """What a Charging Station has done so far."""
        name = (await find_station(parts, identity)).identity
        now = datetime.now(UTC)
        found = await parts.store.read(lambda c: read_statistics(c, name, now))
        live = parts.stations.get(name)
        return _shown(found, *([] if live is None else [live]))

    return router


def _shown(found: Statistics, *live: Station) -> View:
    """What is not written down yet counts too."""
    return {
        "sessions": found.sessions,
        "openSessions": found.sessions_open,
        "energyWh": found.energy,
        "totalCost": found.cost,
        "messagesIn": found.messages_in + sum(each.messages_in for each in live),
        "messagesOut": found.messages_out + sum(each.messages_out for each in live),
        "connections": found.connections,
        "uptimeSeconds": found.uptime,
    }
