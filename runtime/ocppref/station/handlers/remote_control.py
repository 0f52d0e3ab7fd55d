"""What the CSMS does from afar: functional block F Remote Control, without TriggerMessage."""

from __future__ import annotations

from ocpp21 import (
    AuthorizationStatusEnumType,
    ChargingStationCalls,
    IdTokenInfoType,
    RequestStartStopStatusEnumType,
    RequestStartTransactionRequest,
    RequestStartTransactionResponse,
    RequestStopTransactionRequest,
    RequestStopTransactionResponse,
    StatusInfoType,
    TriggerReasonEnumType,
    UnlockConnectorRequest,
    UnlockConnectorResponse,
    UnlockStatusEnumType,
)
from ocppj import CallContext
from ocppref.station.authorization import Authorization
from ocppref.station.device_model import DeviceModel, variables
from ocppref.station.driver import Driver
from ocppref.station.hardware import Hardware
from ocppref.station.registration import Registration
from ocppref.station.transactions import Transactions

Context = CallContext[ChargingStationCalls]
_Status = RequestStartStopStatusEnumType
_Unlock = UnlockStatusEnumType


class RemoteControlHandler:
    """RequestStartTransaction, RequestStopTransaction and UnlockConnector."""

    def __init__(
        self,
        *,
        model: DeviceModel,
        hardware: Hardware,
        registration: Registration,
        authorization: Authorization,
        transactions: Transactions,
        driver: Driver,
    ) -> None:
        self._model = model
        self._hardware = hardware
        self._registration = registration
        self._authorization = authorization
        self._transactions = transactions
        self._driver = driver
        self._claimed: set[int] = set()
        """EVSEs for which a remote start is under way."""

    async def on_request_start_transaction(
        self, request: RequestStartTransactionRequest, context: Context
    ) -> RequestStartTransactionResponse:
        """F01, F02. A charging profile is ignored: there is no smart charging (F01.FR.12)."""
        evse_id = self._choose(request)
        if isinstance(evse_id, str):
            info = StatusInfoType(reason_code=evse_id)
            return RequestStartTransactionResponse(status=_Status.REJECTED, status_info=info)
        self._claimed.add(evse_id)
        context.after_answer(lambda: self._start(evse_id, request))
        running = self._transactions.running(evse_id)
        return RequestStartTransactionResponse(
            status=_Status.ACCEPTED,
            transaction_id=None if running is None else running.id,  # F01.FR.13
        )

    async def on_request_stop_transaction(
        self, request: RequestStopTransactionRequest, context: Context
    ) -> RequestStopTransactionResponse:
        """F03, F04."""
        if not self._registration.is_accepted:  # B02.FR.05
            return _refuse_stop("CSNotAccepted")
        if self._transactions.find(request.transaction_id) is None:  # F03.FR.08
            return _refuse_stop("TxNotFound")

        async def stop() -> None:
            self._transactions.remote_stop(request.transaction_id)

        context.after_answer(stop)
        return RequestStopTransactionResponse(status=_Status.ACCEPTED)  # F03.FR.07

    async def on_unlock_connector(
        self, request: UnlockConnectorRequest, context: Context
    ) -> UnlockConnectorResponse:
        """F05."""
        evse = self._hardware.evses.get(request.evse_id)
        if evse is None:
            return _answer_unlock(_Unlock.UNKNOWN_CONNECTOR, "UnknownEvse")
        if request.connector_id not in evse.connectors:  # F05.FR.03
            return _answer_unlock(_Unlock.UNKNOWN_CONNECTOR, "UnknownConnectorId")
        is_occupied = evse.connectors[request.connector_id].occupied
        done = self._transactions.unlock(request.evse_id, request.connector_id)
        if done is None:  # F05.FR.02
            return _answer_unlock(_Unlock.ONGOING_AUTHORIZED_TRANSACTION, "TxInProgress")

        async def report() -> None:  # E02.FR.17
            self._transactions.meter(request.evse_id, (), TriggerReasonEnumType.UNLOCK_COMMAND)

        if done and is_occupied:
            context.after_answer(report)
        status = _Unlock.UNLOCKED if done else _Unlock.UNLOCK_FAILED  # F05.FR.04, F05.FR.05
        return _answer_unlock(status, None if is_occupied else "NoCable")

    def _choose(self, request: RequestStartTransactionRequest) -> int | str:
        """The EVSE to start at, or the reason code for which nothing is started."""
        if not self._registration.is_accepted:  # B02.FR.05
            return "CSNotAccepted"
        token, group, evse_id = request.id_token, request.group_id_token, request.evse_id
        if evse_id is None:  # F01.FR.20
            evse_id = self._driver.choose(token, group)
            return "TxInProgress" if evse_id is None or evse_id in self._claimed else evse_id
        if evse_id not in self._hardware.evses:
            return "UnknownEvse"
        if evse_id in self._claimed or self._had_authorization(evse_id):  # F01.FR.24
            return "TxInProgress"
        # F01.FR.21, F01.FR.22, F01.FR.23
        return self._driver.refusal(evse_id, token, group) or evse_id

    def _had_authorization(self, evse_id: int) -> bool:
        transaction = self._transactions.running(evse_id)
        return transaction is not None and transaction.token is not None

    async def _start(self, evse_id: int, request: RequestStartTransactionRequest) -> None:
        try:
            info = await self._judge(evse_id, request)
        finally:
            self._claimed.discard(evse_id)
        if info is None or self._driver.is_master(info.group_id_token):  # C16.FR.03
            return
        token, group = request.id_token, info.group_id_token
        # While the CSMS was asked, somebody else may have come.
        if self._driver.refusal(evse_id, token, group) is None:
            self._driver.admit(evse_id, token, info, request.remote_start_id)

    async def _judge(
        self, evse_id: int, request: RequestStartTransactionRequest
    ) -> IdTokenInfoType | None:
        """What is known of the token; None if it may not charge."""
        info = IdTokenInfoType(status=AuthorizationStatusEnumType.ACCEPTED)
        if self._model[variables.AUTHORIZE_REMOTE_START]:  # F01.FR.01
            decision = await self._authorization.authorize(request.id_token, evse_id, remote=True)
            if not decision.accepted:
                return None
            info = decision.info
        # F01.FR.02: else the CSMS, which has sent it, knows what it does.
        group = info.group_id_token or request.group_id_token
        return info.model_copy(update={"group_id_token": group})


def _refuse_stop(reason_code: str) -> RequestStopTransactionResponse:
    info = StatusInfoType(reason_code=reason_code)
    return RequestStopTransactionResponse(status=_Status.REJECTED, status_info=info)


def _answer_unlock(
    status: UnlockStatusEnumType, reason_code: str | None
) -> UnlockConnectorResponse:
    info = None if reason_code is None else StatusInfoType(reason_code=reason_code)
    return UnlockConnectorResponse(status=status, status_info=info)
