"""What a station knows of a customer: told, and forgotten (N09, N10)."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from ocpp21 import (
    CustomerInformationRequest,
    CustomerInformationResponse,
    CustomerInformationStatusEnumType,
    IdTokenType,
    NotifyCustomerInformationRequest,
    StatusInfoType,
)
from ocppref.station.authorization import Authorization
from ocppref.station.authorization.tokens import is_same
from ocppref.station.reservations import Reservations
from ocppref.station.time import StationClock
from ocppref.station.transactions import Transaction, Transactions

_Status = CustomerInformationStatusEnumType

PART = 512
"""So many characters are in one NotifyCustomerInformation at most."""

NO_DATA = "No data was found."
CLEARED = "The data was cleared."

Answer = tuple[CustomerInformationResponse, Sequence[NotifyCustomerInformationRequest]]


class Customers:
    """Knows where data of customers is kept.

    A customer is known by his token only: there are no customer identifiers and no certificates of
    customers here, so that nothing is ever found by these.
    """

    def __init__(
        self,
        *,
        clock: StationClock,
        authorization: Authorization,
        reservations: Reservations,
        transactions: Transactions,
    ) -> None:
        self._clock = clock
        self._authorization = authorization
        self._reservations = reservations
        self._transactions = transactions

    def ask(self, request: CustomerInformationRequest) -> Answer:
        """The answer, and the messages that are to follow it. What is to be cleared is cleared."""
        status, reason = self._judge(request)
        if reason is not None:
            info = StatusInfoType(reason_code=reason)
            return CustomerInformationResponse(status=status, status_info=info), ()
        text = self._find(request.id_token)
        if request.clear:
            self._forget(request.id_token)
            text = text if request.report else CLEARED  # N10.FR.03, N10.FR.06
        messages = self._messages(request.request_id, text or NO_DATA)
        return CustomerInformationResponse(status=status), messages

    def _judge(
        self, request: CustomerInformationRequest
    ) -> tuple[CustomerInformationStatusEnumType, str | None]:
        named = (request.id_token, request.customer_certificate, request.customer_identifier)
        if sum(each is not None for each in named) != 1:  # N09.FR.09
            return _Status.INVALID, "MissingParam" if not any(named) else "InvalidValue"
        if not (request.report or request.clear):  # N09.FR.07, N10.FR.07
            return _Status.REJECTED, "InvalidValue"
        if request.clear and self._transaction_of(request.id_token) is not None:  # N10.FR.05
            return _Status.REJECTED, "TxInProgress"
        return _Status.ACCEPTED, None  # N09.FR.02, N10.FR.01

    def _transaction_of(self, token: IdTokenType | None) -> Transaction | None:
        return next((each for each in self._transactions.all() if is_same(each.token, token)), None)

    def _find(self, token: IdTokenType | None) -> str:
        return "" if token is None else "\n".join(self._lines(token))

    def _lines(self, token: IdTokenType) -> Iterator[str]:
        """All that is known, by the place where it is kept."""
        cached = self._authorization.cache.get(token)
        if cached is not None:
            yield f"Authorization Cache: {cached.write_json()}"
        listed = self._authorization.local_list.get(token)
        if listed is not None:
            yield f"Local Authorization List: {listed.write_json()}"
        for reservation in self._reservations.all():
            if reservation.is_for_token(token):
                yield f"Reservation: {reservation.request.write_json()}"
        transaction = self._transaction_of(token)
        if transaction is not None:
            yield f"Transaction: {transaction.id} since {transaction.started_at.isoformat()}"

    def _forget(self, token: IdTokenType | None) -> None:
        """Forget it, but for the Local Authorization List: that is the CSMS's (N10.FR.02)."""
        if token is None:
            return
        self._authorization.cache.forget(token)
        for reservation in self._reservations.all():
            if reservation.is_for_token(token):
                self._reservations.cancel(reservation.id)

    def _messages(self, request_id: int, text: str) -> tuple[NotifyCustomerInformationRequest, ...]:
        now = self._clock.utc()
        return tuple(
            NotifyCustomerInformationRequest(
                request_id=request_id,
                generated_at=now,
                seq_no=start // PART,
                tbc=start + PART < len(text),
                data=text[start : start + PART],
            )
            for start in range(0, len(text), PART)
        )
