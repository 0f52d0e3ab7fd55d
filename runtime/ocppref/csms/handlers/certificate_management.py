"""Functional block M: Certificate management."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

from ocpp21 import (
    CertificateStatusEnumType,
    CertificateStatusType,
    CsmsCalls,
    CsmsCertificateManagementHandler,
    Get15118EVCertificateRequest,
    Get15118EVCertificateResponse,
    GetCertificateChainStatusRequest,
    GetCertificateChainStatusResponse,
    GetCertificateStatusEnumType,
    GetCertificateStatusRequest,
    GetCertificateStatusResponse,
    Iso15118EVCertificateStatusEnumType,
    StatusInfoType,
)
from ocppj import CallContext
from ocppref.csms.handlers.block import Block

_UNSUPPORTED = "UnsupportedRequest"
_AGAIN = timedelta(hours=1)  # there is no use in asking before


class CertificateManagement(Block, CsmsCertificateManagementHandler):
    """No contract pool and no OCSP responder is connected: everything fails, and says so."""

    async def on_get_15118_ev_certificate(
        self, request: Get15118EVCertificateRequest, context: CallContext[CsmsCalls]
    ) -> Get15118EVCertificateResponse:
        """M01, M02."""
        return Get15118EVCertificateResponse(
            status=Iso15118EVCertificateStatusEnumType.FAILED,
            status_info=StatusInfoType(reason_code=_UNSUPPORTED),
            exi_response="",
        )

    async def on_get_certificate_status(
        self, request: GetCertificateStatusRequest, context: CallContext[CsmsCalls]
    ) -> GetCertificateStatusResponse:
        """M06."""
        return GetCertificateStatusResponse(
            status=GetCertificateStatusEnumType.FAILED,
            status_info=StatusInfoType(reason_code=_UNSUPPORTED),
        )

    async def on_get_certificate_chain_status(
        self, request: GetCertificateChainStatusRequest, context: CallContext[CsmsCalls]
    ) -> GetCertificateChainStatusResponse:
        """M07."""
        again = datetime.now(UTC) + _AGAIN
        return GetCertificateChainStatusResponse(
            certificate_status=[
                CertificateStatusType(
                    certificate_hash_data=each.certificate_hash_data,
                    source=each.source,
                    status=CertificateStatusEnumType.FAILED,
                    next_update=again,
                )
                for each in request.certificate_status_requests
            ]
        )
