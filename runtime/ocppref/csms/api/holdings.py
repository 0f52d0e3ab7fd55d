"""What the CSMS believes a Charging Station holds."""

from __future__ import annotations

from fastapi import APIRouter

from ocppref.csms.api.lookup import Identity, find_station
from ocppref.csms.api.views import View, reservation_view
from ocppref.csms.parts import Parts
from ocppref.csms.storage import holdings, reservations
from ocppref.csms.storage.holdings import Kind

_PLACES = {
    "charging-profiles": (Kind.CHARGING_PROFILE, "Charging profiles."),
    "display-messages": (Kind.DISPLAY_MESSAGE, "Display messages."),
    "certificates": (Kind.CERTIFICATE, "Certificates."),
    "monitors": (Kind.MONITOR, "Monitors of variables."),
    "local-list": (Kind.LOCAL_LIST, "The local authorization list."),
    "tariffs": (Kind.TARIFF, "Tariffs."),
}


def make_router(parts: Parts) -> APIRouter:
    """The endpoints."""
    router = APIRouter(tags=["holdings"])
    for place, (kind, summary) in _PLACES.items():
        _add(router, parts, place, kind, summary)

    @router.get("/stations/{identity}/reservations")
    async def get_reservations(identity: Identity) -> list[View]:
        """Reservations, the newest first."""
        record = await find_station(parts, identity)
        found = await parts.store.read(lambda c: reservations.find_all(c, record.identity))
        return [reservation_view(each) for each in found]

    return router


def _add(router: APIRouter, parts: Parts, place: str, kind: Kind, summary: str) -> None:
    async def get_held(identity: Identity) -> list[View]:
        record = await find_station(parts, identity)
        return await parts.store.read(lambda c: holdings.read_all(c, record.identity, kind))

    name = f"get_{place.replace('-', '_')}"
    path = f"/stations/{{identity}}/{place}"
    router.add_api_route(path, get_held, methods=["GET"], summary=summary, operation_id=name)
