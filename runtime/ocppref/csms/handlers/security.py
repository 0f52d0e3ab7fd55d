"""Functional block A: Security."""

from __future__ import annotations

from ocpp21 import (
    CsmsCalls,
    CsmsSecurityHandler,
    GenericStatusEnumType,
    SecurityEventNotificationRequest,
    SecurityEventNotificationResponse,
    SignCertificateRequest,
    SignCertificateResponse,
    StatusInfoType,
)
from ocppj import CallContext
from ocppref.csms.handlers.block import Block


class Security(Block, CsmsSecurityHandler):
    """Keeps security events. There is no certificate authority to sign anything."""

    async def on_security_event_notification(
        self, request: SecurityEventNotificationRequest, context: CallContext[CsmsCalls]
    ) -> SecurityEventNotificationResponse:
        """A04: any type is taken, known or not."""
        await self.keep(context, request)
        return SecurityEventNotificationResponse()

    async def on_sign_certificate(
        self, request: SignCertificateRequest, context: CallContext[CsmsCalls]
    ) -> SignCertificateResponse:
        """A02, A03."""
        return SignCertificateResponse(
            status=GenericStatusEnumType.REJECTED,
            status_info=StatusInfoType(
                reason_code="UnsupportedRequest", additional_info="no certificate authority"
            ),
        )
