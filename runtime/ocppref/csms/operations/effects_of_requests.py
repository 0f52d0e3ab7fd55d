"""What is known once a Charging Station has accepted a request as a whole."""

from __future__ import annotations

import json
from datetime import datetime
from typing import cast

from ocpp21 import (
    AuthorizationData,
    CancelReservationRequest,
    CertificateHashDataType,
    ChangeTransactionTariffRequest,
    ClearChargingProfileRequest,
    ClearDERControlRequest,
    ClearDisplayMessageRequest,
    DeleteCertificateRequest,
    GetInstalledCertificateIdsRequest,
    GetInstalledCertificateIdsResponse,
    GetTariffsRequest,
    GetTariffsResponse,
    RequestStartTransactionRequest,
    RequestStartTransactionResponse,
    ReserveNowRequest,
    SendLocalListRequest,
    SetChargingProfileRequest,
    SetDefaultTariffRequest,
    SetDERControlRequest,
    SetDERControlResponse,
    SetDisplayMessageRequest,
    SetNetworkProfileRequest,
    UpdateEnumType,
)
from ocppref.csms.storage import Connection, holdings, reservations, tariffs
from ocppref.csms.storage.holdings import Kind

_OURS = "CSO"  # ChargingLimitSource: the CSMS


def reserve(
    request: ReserveNowRequest, _: object, connection: Connection, station: str, now: datetime
) -> None:
    """H01."""
    text, until = request.write_json(), request.expiry_date_time
    reservations.save(connection, station, request.id, until, text, now)


def cancel_reservation(
    request: CancelReservationRequest,
    _: object,
    connection: Connection,
    station: str,
    now: datetime,
) -> None:
    """H02."""
    reservations.end(connection, station, request.reservation_id, "Canceled", now)


def set_message(
    request: SetDisplayMessageRequest,
    _: object,
    connection: Connection,
    station: str,
    now: datetime,
) -> None:
    """O01, O02, O06."""
    held = {str(request.message.id): request.message.write_json()}
    holdings.save(connection, station, Kind.DISPLAY_MESSAGE, held, now)


def clear_message(
    request: ClearDisplayMessageRequest,
    _: object,
    connection: Connection,
    station: str,
    now: datetime,
) -> None:
    """O05."""
    holdings.remove(connection, station, Kind.DISPLAY_MESSAGE, [str(request.id)])


def set_profile(
    request: SetChargingProfileRequest,
    _: object,
    connection: Connection,
    station: str,
    now: datetime,
) -> None:
    """K01: one with its id is replaced."""
    profile = request.charging_profile
    _hold_profile(connection, station, request.evse_id, json.loads(profile.write_json()), now)


def start(
    request: RequestStartTransactionRequest,
    response: RequestStartTransactionResponse,
    connection: Connection,
    station: str,
    now: datetime,
) -> None:
    """F01.FR.10: a profile that came with it is for the transaction, if that is known already."""
    profile, transaction_id = request.charging_profile, response.transaction_id
    if profile is not None and transaction_id is not None and request.evse_id is not None:
        own = profile.model_copy(update={"transaction_id": transaction_id})
        _hold_profile(connection, station, request.evse_id, json.loads(own.write_json()), now)


def clear_profiles(
    request: ClearChargingProfileRequest,
    _: object,
    connection: Connection,
    station: str,
    now: datetime,
) -> None:
    """K10: an id goes before all criteria."""
    gone = [
        str(profile["id"])
        for held in holdings.read_all(connection, station, Kind.CHARGING_PROFILE)
        for profile in cast(list[dict[str, object]], held["chargingProfile"])
        if _is_meant(request, held["evseId"], profile)
    ]
    holdings.remove(connection, station, Kind.CHARGING_PROFILE, gone)


def update_list(
    request: SendLocalListRequest, _: object, connection: Connection, station: str, now: datetime
) -> None:
    """D01: an entry without idTokenInfo takes a token out of a list that is updated."""
    entries = request.local_authorization_list or []
    if request.update_type is UpdateEnumType.FULL:
        holdings.clear(connection, station, Kind.LOCAL_LIST)
    stay = {_key(each): each.write_json() for each in entries if each.id_token_info is not None}
    gone = [_key(each) for each in entries if each.id_token_info is None]
    holdings.save(connection, station, Kind.LOCAL_LIST, stay, now)
    holdings.remove(connection, station, Kind.LOCAL_LIST, gone)


def set_network_profile(
    request: SetNetworkProfileRequest,
    _: object,
    connection: Connection,
    station: str,
    now: datetime,
) -> None:
    """B09. The secrets in it are not kept."""
    data = request.connection_data
    shown = data.model_copy(update={"basic_auth_password": None, "apn": None, "vpn": None})
    kept = request.model_copy(update={"connection_data": shown})
    held = {str(request.configuration_slot): kept.write_json()}
    holdings.save(connection, station, Kind.NETWORK_PROFILE, held, now)


def set_tariff(
    request: SetDefaultTariffRequest,
    _: object,
    connection: Connection,
    station: str,
    now: datetime,
) -> None:
    """I07. The tariff itself is kept for ever."""
    tariffs.keep(connection, request.tariff, now)
    _hold_tariff(connection, station, request.evse_id, request.tariff.tariff_id, "Default", now)


def change_tariff(
    request: ChangeTransactionTariffRequest,
    _: object,
    connection: Connection,
    station: str,
    now: datetime,
) -> None:
    """I11: it is known for ever, but no station holds it beyond the transaction."""
    tariffs.keep(connection, request.tariff, now)


def replace_tariffs(
    request: GetTariffsRequest,
    response: GetTariffsResponse,
    connection: Connection,
    station: str,
    now: datetime,
) -> None:
    """I09: these, and no others; of the EVSE that was asked for, if it was one."""
    known = holdings.read_all(connection, station, Kind.TARIFF)
    gone = [f"{each['evseId']}/{each['tariffId']}" for each in known if _is_at(request, each)]
    holdings.remove(connection, station, Kind.TARIFF, gone)
    for each in response.tariff_assignments or ():
        kind = each.tariff_kind.value.removesuffix("Tariff")
        for evse_id in each.evse_ids or [request.evse_id]:
            _hold_tariff(connection, station, evse_id, each.tariff_id, kind, now)


def delete_certificate(
    request: DeleteCertificateRequest,
    _: object,
    connection: Connection,
    station: str,
    now: datetime,
) -> None:
    """M04."""
    hashes = request.certificate_hash_data
    holdings.remove(connection, station, Kind.CERTIFICATE, [_certificate_key(hashes)])


def replace_certificates(
    request: GetInstalledCertificateIdsRequest,
    response: GetInstalledCertificateIdsResponse,
    connection: Connection,
    station: str,
    now: datetime,
) -> None:
    """M03: these, and no others of the types that were asked for."""
    wanted = {each.value for each in request.certificate_type or ()}
    known = holdings.read_keyed(connection, station, Kind.CERTIFICATE)
    gone = [key for key, each in known.items() if not wanted or each["certificateType"] in wanted]
    holdings.remove(connection, station, Kind.CERTIFICATE, gone)
    held = {
        _certificate_key(each.certificate_hash_data): each.write_json()
        for each in response.certificate_hash_data_chain or ()
    }
    holdings.save(connection, station, Kind.CERTIFICATE, held, now)


def set_control(
    request: SetDERControlRequest,
    response: SetDERControlResponse,
    connection: Connection,
    station: str,
    now: datetime,
) -> None:
    """R04: what it supersedes stays there until it is over, so it is kept."""
    held = {request.control_id: request.write_json()}
    holdings.save(connection, station, Kind.DER_CONTROL, held, now)


def clear_control(
    request: ClearDERControlRequest, _: object, connection: Connection, station: str, now: datetime
) -> None:
    """R04: by id, by type, or all defaults or all others."""
    known = holdings.read_keyed(connection, station, Kind.DER_CONTROL)
    gone = [key for key, each in known.items() if _is_control_meant(request, key, each)]
    holdings.remove(connection, station, Kind.DER_CONTROL, gone)


def _hold_profile(
    connection: Connection, station: str, evse_id: int, profile: dict[str, object], now: datetime
) -> None:
    held = {"chargingLimitSource": _OURS, "evseId": evse_id, "chargingProfile": [profile]}
    key = str(profile["id"])
    holdings.save(connection, station, Kind.CHARGING_PROFILE, {key: json.dumps(held)}, now)


def _is_meant(
    request: ClearChargingProfileRequest, evse_id: object, profile: dict[str, object]
) -> bool:
    if request.charging_profile_id is not None:
        return profile["id"] == request.charging_profile_id
    criteria = request.charging_profile_criteria
    if criteria is None:
        return True
    purpose = criteria.charging_profile_purpose
    pairs = (
        (criteria.evse_id, evse_id),
        (criteria.stack_level, profile["stackLevel"]),
        (purpose.value if purpose else None, profile["chargingProfilePurpose"]),
    )
    return all(wanted is None or wanted == found for wanted, found in pairs)


def _is_control_meant(
    request: ClearDERControlRequest, key: str, control: dict[str, object]
) -> bool:
    if request.control_id is not None:
        return key == request.control_id
    if control.get("isDefault") != request.is_default:
        return False
    kind = request.control_type
    return kind is None or control.get("controlType") == kind.value


def _is_at(request: GetTariffsRequest, held: dict[str, object]) -> bool:
    return request.evse_id == 0 or held["evseId"] == request.evse_id


def _hold_tariff(
    connection: Connection, station: str, evse_id: int, tariff_id: str, kind: str, now: datetime
) -> None:
    held = {"tariffId": tariff_id, "evseId": evse_id, "tariffKind": f"{kind}Tariff"}
    key = f"{evse_id}/{tariff_id}"
    holdings.save(connection, station, Kind.TARIFF, {key: json.dumps(held)}, now)


def _certificate_key(hashes: CertificateHashDataType) -> str:
    return f"{hashes.hash_algorithm}/{hashes.issuer_key_hash}/{hashes.serial_number}".lower()


def _key(entry: AuthorizationData) -> str:
    return f"{entry.id_token.type}/{entry.id_token.id_token.lower()}"
