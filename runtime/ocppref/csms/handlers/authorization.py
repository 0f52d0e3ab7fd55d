"""Functional block C: Authorization."""

from __future__ import annotations

from ocpp21 import (
    AuthorizationStatusEnumType,
    AuthorizeCertificateStatusEnumType,
    AuthorizeRequest,
    AuthorizeResponse,
    CsmsAuthorizationHandler,
    CsmsCalls,
    GenericStatusEnumType,
    IdTokenInfoType,
    NotifySettlementRequest,
    NotifySettlementResponse,
    StatusInfoType,
    VatNumberValidationRequest,
    VatNumberValidationResponse,
)
from ocppj import CallContext
from ocppref.csms.handlers.block import Block


class Authorization(Block, CsmsAuthorizationHandler):
    """Judges tokens. Contract certificates cannot be verified here, so they are not accepted."""

    async def on_authorize(
        self, request: AuthorizeRequest, context: CallContext[CsmsCalls]
    ) -> AuthorizeResponse:
        """C01 and those after it."""
        if request.certificate is not None or request.iso15118_certificate_hash_data is not None:
            return AuthorizeResponse(  # C07
                id_token_info=IdTokenInfoType(status=AuthorizationStatusEnumType.INVALID),
                certificate_status=AuthorizeCertificateStatusEnumType.CERT_CHAIN_ERROR,
            )
        found = await self.parts.authorizer.judge_at(self.identity(context), request.id_token)
        return AuthorizeResponse(id_token_info=found)

    async def on_notify_settlement(
        self, request: NotifySettlementRequest, context: CallContext[CsmsCalls]
    ) -> NotifySettlementResponse:
        """C19 to C22. The station makes the receipts: this CSMS has none to offer."""
        await self.keep(context, request)
        return NotifySettlementResponse()

    async def on_vat_number_validation(
        self, request: VatNumberValidationRequest, context: CallContext[CsmsCalls]
    ) -> VatNumberValidationResponse:
        """C18: there is nobody here to ask about it."""
        return VatNumberValidationResponse(
            vat_number=request.vat_number,
            evse_id=request.evse_id,
            status=GenericStatusEnumType.REJECTED,
            status_info=StatusInfoType(reason_code="UnsupportedRequest"),
        )
