"""Rules for transactions, reservations, triggers and messages to drivers (blocks E, F, H, I, O)."""

from __future__ import annotations

from collections.abc import Iterator

from ocpp21 import (
    ChargingProfilePurposeEnumType,
    CostUpdatedRequest,
    MessageTriggerEnumType,
    RequestStartTransactionRequest,
    RequestStopTransactionRequest,
    ReserveNowRequest,
    SetDisplayMessageRequest,
    TriggerMessageRequest,
)
from ocppref.csms.domain.preconditions.problem import Problem
from ocppref.csms.domain.preconditions.profiles import check_schedules
from ocppref.csms.domain.preconditions.situation import Situation, is_on


def check_start(request: RequestStartTransactionRequest, situation: Situation) -> Iterator[Problem]:
    """A profile that comes with it is for the transaction that does not exist yet."""
    profile = request.charging_profile
    if profile is None:
        return
    if profile.charging_profile_purpose is not ChargingProfilePurposeEnumType.TX_PROFILE:
        pointer = "/chargingProfile/chargingProfilePurpose"
        yield Problem("F01.FR.09", pointer, "the purpose has to be TxProfile")
    if profile.transaction_id is not None:
        pointer = "/chargingProfile/transactionId"
        yield Problem("F01.FR.11", pointer, "the transaction has no id yet")
    yield from check_schedules(profile, "/chargingProfile", situation)


def check_stop(request: RequestStopTransactionRequest, situation: Situation) -> Iterator[Problem]:
    """It goes on."""
    yield from _goes_on("F03.FR.08", request.transaction_id, "/transactionId", situation)


def check_cost(request: CostUpdatedRequest, situation: Situation) -> Iterator[Problem]:
    """It goes on."""
    yield from _goes_on("CostUpdatedRequest", request.transaction_id, "/transactionId", situation)


def check_reservation(request: ReserveNowRequest, situation: Situation) -> Iterator[Problem]:
    """For an EVSE, or a type of connector, or anything; for a time to come."""
    if request.evse_id is not None and request.connector_type is not None:
        yield Problem("ReserveNowRequest", "/connectorType", "not both evseId and connectorType")
    unspecified = request.evse_id is None
    allowed = is_on(situation.value("ReservationCtrlr", "NonEvseSpecific"))
    if unspecified and allowed is False:
        yield Problem("H01.FR.19", "/evseId", "the station reserves only an EVSE that is named")
    if request.expiry_date_time <= situation.now:
        yield Problem("ReserveNowRequest", "/expiryDateTime", "this time has passed")


def check_trigger(request: TriggerMessageRequest, situation: Situation) -> Iterator[Problem]:
    """A status is that of a connector; a custom trigger has a name."""
    wanted, evse = request.requested_message, request.evse
    if wanted is MessageTriggerEnumType.STATUS_NOTIFICATION and (
        evse is None or evse.connector_id is None
    ):
        yield Problem("F06.FR.13", "/evse/connectorId", "StatusNotification needs a connectorId")
    if wanted is MessageTriggerEnumType.CUSTOM_TRIGGER and not request.custom_trigger:
        yield Problem("TriggerMessageRequest", "/customTrigger", "CustomTrigger needs a name")


def check_display_message(
    request: SetDisplayMessageRequest, situation: Situation
) -> Iterator[Problem]:
    """A message for a transaction that goes on, in what the station can show."""
    message = request.message
    if message.transaction_id is not None:
        pointer = "/message/transactionId"
        yield from _goes_on("O02.FR.12", message.transaction_id, pointer, situation)
    supported = {
        "priority": ("SupportedPriorities", message.priority.value),
        "state": ("SupportedStates", message.state.value if message.state else None),
        "message/format": ("SupportedFormats", message.message.format.value),
    }
    for place, (variable, value) in supported.items():
        known = situation.value("DisplayMessageCtrlr", variable)
        if value is not None and known and value not in _listed(known):
            yield Problem("MessageInfoType", f"/message/{place}", f"the station has only {known}")


def _goes_on(
    requirement: str, transaction_id: str, pointer: str, situation: Situation
) -> Iterator[Problem]:
    if transaction_id not in situation.open_transactions():
        yield Problem(requirement, pointer, "no such transaction goes on at this station")


def _listed(text: str) -> set[str]:
    return {each.strip() for each in text.split(",")}
