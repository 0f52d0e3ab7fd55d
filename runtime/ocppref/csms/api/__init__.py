"""The REST API, under /api/v1, and what watches over the CSMS: health and metrics."""

from __future__ import annotations

from fastapi import Depends, FastAPI
from prometheus_client import CollectorRegistry
from starlette.middleware import Middleware

from ocppref.csms.api import (
    actions,
    events,
    files,
    health,
    holdings,
    jobs,
    operations,
    page,
    stations,
    statistics,
    tokens,
    transactions,
)
from ocppref.csms.api.bearer import bearer
from ocppref.csms.api.body_limit import BodyLimit
from ocppref.csms.api.openapi import GUARDED, Api
from ocppref.csms.api.problems import add_problem_handlers
from ocppref.csms.parts import Parts

_MODULES = (
    stations,
    holdings,
    tokens,
    transactions,
    actions,
    operations,
    files,
    jobs,
    statistics,
    events,
)
_PREFIX = "/api/v1"


def make_app(parts: Parts, token: str, registry: CollectorRegistry) -> FastAPI:
    """The app of a CSMS. `token` is what clients have to show."""
    app = Api(
        title="Reference CSMS",
        version="1",
        redoc_url=None,
        redirect_slashes=False,
        middleware=[Middleware(BodyLimit)],
    )
    guarded = [Depends(bearer(token))]
    for module in _MODULES:
        app.include_router(
            module.make_router(parts), prefix=_PREFIX, dependencies=guarded, responses=GUARDED
        )
    app.include_router(files.make_station_router(parts))
    app.include_router(health.make_router(parts, registry))
    app.include_router(page.make_router())
    add_problem_handlers(app)
    return app
