"""What a person wants done, where OCPP needs more than one message for it."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Annotated

from fastapi import APIRouter, HTTPException, Path, Query
from pydantic import BaseModel, ConfigDict, Field

from ocpp21 import (
    CancelReservationRequest,
    FirmwareType,
    GetLogRequest,
    IdTokenType,
    LogEnumType,
    LogParametersType,
    RequestStartTransactionRequest,
    RequestStopTransactionRequest,
    ReserveNowRequest,
    UpdateFirmwareRequest,
)
from ocpp21.actions import (
    CANCEL_RESERVATION,
    GET_LOG,
    REQUEST_START_TRANSACTION,
    REQUEST_STOP_TRANSACTION,
    RESERVE_NOW,
    UPDATE_FIRMWARE,
)
from ocppref.csms.api.lookup import Identity, find_station
from ocppref.csms.api.moments import Moment
from ocppref.csms.api.openapi import SENDING
from ocppref.csms.api.views import View, job_view
from ocppref.csms.parts import Parts
from ocppref.csms.storage import files, jobs
from ocppref.csms.storage.files import FileKind

_TEXT = r"^[^\x00]*$"


class _Body(BaseModel):
    model_config = ConfigDict(extra="forbid")


class TokenShown(_Body):
    """Who charges."""

    id_token: Annotated[str, Field(alias="idToken", max_length=255, pattern=_TEXT)]
    type: Annotated[str, Field(max_length=20, pattern=_TEXT)] = "ISO14443"

    def as_ocpp(self) -> IdTokenType:
        """As a message has it."""
        return IdTokenType(id_token=self.id_token, type=self.type)


class SessionBody(TokenShown):
    """A session to start."""

    evse_id: Annotated[int | None, Field(alias="evseId", ge=1, le=2**31 - 1, strict=True)] = None


class ReservationBody(TokenShown):
    """A reservation to make: of an EVSE, a type of connector, or anything."""

    expiry: Annotated[Moment, Field(alias="expiryDateTime")]
    evse_id: Annotated[int | None, Field(alias="evseId", ge=1, le=2**31 - 1, strict=True)] = None
    connector_type: Annotated[
        str | None, Field(alias="connectorType", max_length=20, pattern=_TEXT)
    ] = None


class LogBody(_Body):
    """A log to collect; without times, all of it."""

    log_type: Annotated[LogEnumType, Field(alias="logType")] = LogEnumType.DIAGNOSTICS_LOG
    oldest: Annotated[Moment | None, Field(alias="oldestTimestamp")] = None
    latest: Annotated[Moment | None, Field(alias="latestTimestamp")] = None


class FirmwareBody(_Body):
    """An update: the name of an image that was put under /firmware. Without times, at once."""

    firmware: Annotated[str, Field(max_length=255, pattern=_TEXT)]
    retrieve: Annotated[Moment | None, Field(alias="retrieveDateTime")] = None
    install: Annotated[Moment | None, Field(alias="installDateTime")] = None
    certificate: Annotated[str | None, Field(alias="signingCertificate", max_length=5500)] = None
    signature: Annotated[str | None, Field(max_length=800)] = None


def make_router(parts: Parts) -> APIRouter:
    """The endpoints."""
    router = APIRouter(tags=["operations"], responses=SENDING)
    _add_sessions(router, parts)
    _add_reservations(router, parts)
    _add_jobs(router, parts)
    return router


def _add_sessions(router: APIRouter, parts: Parts) -> None:
    @router.post("/stations/{identity}/sessions")
    async def start_session(
        identity: Identity,
        body: SessionBody,
        wait: Annotated[float, Query(ge=0, le=120)] = 0,
    ) -> View:
        """Start a session. The transaction is waited for, for at most `wait` seconds."""
        name = (await find_station(parts, identity)).identity
        request = RequestStartTransactionRequest(
            id_token=body.as_ocpp(),
            evse_id=body.evse_id,
            remote_start_id=await parts.commands.take_number(name, REQUEST_START_TRANSACTION.name),
        )
        with parts.starts.watch(name, request.remote_start_id) as started:
            response = await parts.commands.send(name, REQUEST_START_TRANSACTION, request)
            transaction_id = response.transaction_id
            if response.status == "Accepted" and transaction_id is None:
                transaction_id = await started.transaction_id(wait)
        return {
            "status": response.status.value,
            "remoteStartId": request.remote_start_id,
            "transactionId": transaction_id,
        }

    @router.post("/stations/{identity}/sessions/{transaction_id:path}/stop")
    async def stop_session(
        identity: Identity,
        transaction_id: Annotated[str, Path(min_length=1, max_length=36, pattern=_TEXT)],
    ) -> View:
        """Stop a session."""
        name = (await find_station(parts, identity)).identity
        request = RequestStopTransactionRequest(transaction_id=transaction_id)
        response = await parts.commands.send(name, REQUEST_STOP_TRANSACTION, request)
        return {"status": response.status.value}


def _add_reservations(router: APIRouter, parts: Parts) -> None:
    @router.post("/stations/{identity}/reservations")
    async def reserve(identity: Identity, body: ReservationBody) -> View:
        """Make a reservation."""
        name = (await find_station(parts, identity)).identity
        request = ReserveNowRequest(
            id=await parts.commands.take_number(name, RESERVE_NOW.name),
            id_token=body.as_ocpp(),
            expiry_date_time=body.expiry,
            evse_id=body.evse_id,
            connector_type=body.connector_type,
        )
        response = await parts.commands.send(name, RESERVE_NOW, request)
        return {"status": response.status.value, "id": request.id}

    @router.delete("/stations/{identity}/reservations/{reservationId}")
    async def cancel_reservation(
        identity: Identity, reservationId: Annotated[int, Path(ge=0, lt=2**31)]
    ) -> View:
        """Cancel a reservation."""
        name = (await find_station(parts, identity)).identity
        request = CancelReservationRequest(reservation_id=reservationId)
        response = await parts.commands.send(name, CANCEL_RESERVATION, request)
        return {"status": response.status.value}


def _add_jobs(router: APIRouter, parts: Parts) -> None:
    @router.post("/stations/{identity}/inventory", status_code=202)
    async def request_inventory(identity: Identity) -> View:
        """Ask the station for all its variables: a job."""
        name = (await find_station(parts, identity)).identity
        parts.outgoing.check(name)
        return await _job(parts, await parts.inventory.request(name))

    @router.post("/stations/{identity}/logs", status_code=202)
    async def collect_log(identity: Identity, body: LogBody) -> View:
        """Have a log uploaded to this CSMS: a job. The log is at /jobs/{requestId}/file then."""
        name = (await find_station(parts, identity)).identity
        parts.outgoing.check(name)
        number = await parts.commands.take_number(name, GET_LOG.name)
        log = LogParametersType(
            remote_location=await parts.files.expect_log(name, number),
            oldest_timestamp=body.oldest,
            latest_timestamp=body.latest,
        )
        request = GetLogRequest(request_id=number, log_type=body.log_type, log=log)
        await parts.commands.send(name, GET_LOG, request)
        return await _job(parts, number)

    @router.post("/stations/{identity}/firmware", status_code=202)
    async def update_firmware(identity: Identity, body: FirmwareBody) -> View:
        """Have the station install a firmware image that this CSMS holds: a job."""
        name = (await find_station(parts, identity)).identity
        kind = FileKind.FIRMWARE
        image = await parts.store.read(lambda c: files.find_named(c, kind, body.firmware))
        if image is None:
            raise HTTPException(404, "there is no such firmware")
        parts.outgoing.check(name)
        number = await parts.commands.take_number(name, UPDATE_FIRMWARE.name)
        firmware = FirmwareType(
            location=parts.files.firmware_url(image),
            retrieve_date_time=body.retrieve or datetime.now(UTC),
            install_date_time=body.install,
            signing_certificate=body.certificate,
            signature=body.signature,
        )
        request = UpdateFirmwareRequest(request_id=number, firmware=firmware)
        await parts.commands.send(name, UPDATE_FIRMWARE, request)
        return await _job(parts, number)


async def _job(parts: Parts, number: int) -> View:
    found = await parts.store.read(lambda c: jobs.find(c, number))
    assert found is not None
    return job_view(found)
