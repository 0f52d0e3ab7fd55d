"""Jobs: what stations were asked for and deliver later."""

from __future__ import annotations

from typing import Annotated

from fastapi import APIRouter, HTTPException, Path

from ocppref.csms.api.views import View, job_view
from ocppref.csms.parts import Parts
from ocppref.csms.storage import jobs

RequestId = Annotated[int, Path(ge=-(2**31), lt=2**31)]


def make_router(parts: Parts) -> APIRouter:
    """The endpoints."""
    router = APIRouter(tags=["jobs"])

    @router.get("/jobs/{requestId}")
    async def get_job(requestId: RequestId) -> View:
        """How a job stands."""
        found = await parts.store.read(lambda c: jobs.find(c, requestId))
        if found is None:
            raise HTTPException(404, "there is no such job")
        return job_view(found)

    return router
