"""What the CSMS asks of the authorization cache: functional block C Authorization."""

from __future__ import annotations

import logging

from ocpp21 import (
    ChargingStationCalls,
    ClearCacheRequest,
    ClearCacheResponse,
    ClearCacheStatusEnumType,
    StatusInfoType,
)
from ocppj import CallContext
from ocppref.station.authorization import Cache
from ocppref.station.store import StateError

LOG = logging.getLogger("ocppref.station")

_Status = ClearCacheStatusEnumType


class AuthorizationHandler:
    """ClearCache."""

    def __init__(self, *, cache: Cache) -> None:
        self._cache = cache

    async def on_clear_cache(
        self, request: ClearCacheRequest, context: CallContext[ChargingStationCalls]
    ) -> ClearCacheResponse:
        """C11."""
        if not self._cache.is_enabled:  # C11.FR.04
            info = StatusInfoType(reason_code="NotEnabled")
            return ClearCacheResponse(status=_Status.REJECTED, status_info=info)
        try:
            self._cache.clear()
        except StateError as error:  # C11.FR.05
            LOG.error("the authorization cache cannot be cleared: %s", error)
            info = StatusInfoType(reason_code="InternalError")
            return ClearCacheResponse(status=_Status.REJECTED, status_info=info)
        return ClearCacheResponse(status=_Status.ACCEPTED)  # C11.FR.03
