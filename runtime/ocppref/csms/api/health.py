"""Whether the CSMS is well, and its metrics. Everybody may ask."""

from __future__ import annotations

from fastapi import APIRouter, Response
from fastapi.responses import PlainTextResponse
from prometheus_client import CONTENT_TYPE_LATEST, CollectorRegistry, generate_latest

from ocppref.csms.errors import StorageError
from ocppref.csms.parts import Parts


def make_router(parts: Parts, registry: CollectorRegistry) -> APIRouter:
    """The endpoints."""
    router = APIRouter(tags=["health"])

    @router.get("/healthz")
    async def get_health() -> dict[str, str]:
        """The process lives."""
        return {"status": "ok"}

    @router.get("/readyz", responses={503: {"description": "The database cannot be used."}})
    async def get_readiness(response: Response) -> dict[str, str]:
        """The database can be used: 503 if not."""
        try:
            await parts.store.ping()
        except StorageError:
            response.status_code = 503
            return {"status": "the database cannot be used"}
        return {"status": "ok"}

    @router.get("/metrics", response_class=PlainTextResponse)
    async def get_metrics() -> Response:
        """Metrics for Prometheus."""
        return Response(generate_latest(registry), media_type=CONTENT_TYPE_LATEST)

    return router
