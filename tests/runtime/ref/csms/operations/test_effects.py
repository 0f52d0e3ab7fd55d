"""What the CSMS believes a station holds, after what the station has accepted."""

from __future__ import annotations

from typing import Any

from tests.runtime.ref.csms.running import Served, csms_at, event, in_loop
from tests.runtime.ref.csms.station_side import StationSide

ACCEPTED = {"status": "Accepted"}
_SCHEDULE = {
    "id": 1,
    "chargingRateUnit": "W",
    "chargingSchedulePeriod": [{"startPeriod": 0, "limit": 1.0}],
}


async def _send(served: Served, action: str, body: dict[str, Any], status: int = 200) -> None:
    answer = await served.post(f"/stations/CS001/actions/{action}", body)
    assert answer.status_code == status, answer.text


async def _held(served: Served, place: str) -> Any:
    return await served.get(f"/stations/CS001/{place}")


def _profile(number: int, level: int = 0, **more: Any) -> dict[str, Any]:
    profile = {
        "id": number,
        "stackLevel": level,
        "chargingProfilePurpose": "TxDefaultProfile",
        "chargingProfileKind": "Relative",
        "chargingSchedule": [_SCHEDULE],
        **more,
    }
    return {"evseId": 1, "chargingProfile": profile}


async def _profiles(served: Served) -> list[int]:
    held = await _held(served, "charging-profiles")
    return sorted(each["chargingProfile"][0]["id"] for each in held)


@in_loop
async def test_profiles_come_and_go(database_url: str) -> None:
    side = StationSide(SetChargingProfile=ACCEPTED, ClearChargingProfile=ACCEPTED)
    async with csms_at(database_url) as served:
        await served.add_station()
        async with served.station(handlers=side) as station:
            await station.calls.transaction_event(event("Started", 0, evse=1))
            for number in (1, 2, 3):
                await _send(served, "SetChargingProfile", _profile(number, number))
            for_transaction = _profile(4, chargingProfilePurpose="TxProfile", transactionId="T1")
            await _send(served, "SetChargingProfile", for_transaction)
            await _send(served, "SetChargingProfile", _profile(5, 1), 422)  # K01.FR.06
            assert await _profiles(served) == [1, 2, 3, 4]
            await _send(served, "ClearChargingProfile", {"chargingProfileId": 1})
            assert await _profiles(served) == [2, 3, 4]
            criteria = {"chargingProfileCriteria": {"stackLevel": 2, "evseId": 1}}
            await _send(served, "ClearChargingProfile", criteria)
            assert await _profiles(served) == [3, 4]
            await station.calls.transaction_event(event("Ended", 1))
            assert await _profiles(served) == [3]
            side.answers = {**side.answers, "SetChargingProfile": {"status": "Rejected"}}
            await _send(served, "SetChargingProfile", _profile(6, 6))
            assert await _profiles(served) == [3]


def _entry(name: str, **more: Any) -> dict[str, Any]:
    return {"idToken": {"idToken": name, "type": "ISO14443"}, **more}


@in_loop
async def test_the_local_list_is_as_it_was_sent(database_url: str) -> None:
    side = StationSide(SendLocalList=ACCEPTED, GetLocalListVersion={"versionNumber": 0})
    known = {"idTokenInfo": ACCEPTED}

    async def send(served: Served, kind: str, *entries: dict[str, Any]) -> list[str]:
        body = {"updateType": kind, "localAuthorizationList": list(entries)}
        await _send(served, "SendLocalList", body)
        held = await _held(served, "local-list")
        return sorted(each["idToken"]["idToken"] for each in held)

    async with csms_at(database_url) as served:
        await served.add_station()
        async with served.station(handlers=side):
            assert await send(served, "Full", _entry("A", **known), _entry("B", **known)) == [
                "A",
                "B",
            ]
            changed = await send(served, "Differential", _entry("A"), _entry("C", **known))
            assert changed == ["B", "C"]
            assert await send(served, "Full", _entry("D", **known)) == ["D"]
            assert [each.version_number for each in side.requests("SendLocalList")] == [1, 2, 3]
            await _send(served, "GetLocalListVersion", {})
            assert await _held(served, "local-list") == []


@in_loop
async def test_tariffs_are_kept_for_ever_but_held_only_for_a_while(database_url: str) -> None:
    cleared = {"clearTariffsResult": [{"tariffId": "T", "status": "Accepted"}]}
    side = StationSide(SetDefaultTariff=ACCEPTED, ClearTariffs=cleared)
    async with csms_at(database_url) as served:
        await served.add_station()
        async with served.station(handlers=side):
            tariff = {"tariffId": "T", "currency": "EUR"}
            await _send(served, "SetDefaultTariff", {"evseId": 1, "tariff": tariff})
            [held] = await _held(served, "tariffs")
            assert (held["tariffId"], held["evseId"]) == ("T", 1)
            await _send(served, "ClearTariffs", {"tariffIds": ["T"]})
            assert await _held(served, "tariffs") == []
            other = {**tariff, "currency": "USD"}
            await _send(served, "SetDefaultTariff", {"evseId": 1, "tariff": other}, 422)


def _hashes(serial: str) -> dict[str, str]:
    return {
        "hashAlgorithm": "SHA256",
        "issuerNameHash": "aa",
        "issuerKeyHash": "bb",
        "serialNumber": serial,
    }


@in_loop
async def test_certificates_are_those_that_it_tells(database_url: str) -> None:
    chain = [
        {"certificateHashData": _hashes(each), "certificateType": "CSMSRootCertificate"}
        for each in ("01", "02")
    ]
    told = {"status": "Accepted", "certificateHashDataChain": chain}
    side = StationSide(GetInstalledCertificateIds=told, DeleteCertificate=ACCEPTED)
    async with csms_at(database_url) as served:
        await served.add_station()
        async with served.station(handlers=side):
            await _send(served, "GetInstalledCertificateIds", {})
            assert len(await _held(served, "certificates")) == 2
            await _send(served, "DeleteCertificate", {"certificateHashData": _hashes("01")})
            [left] = await _held(served, "certificates")
            assert left["certificateHashData"]["serialNumber"] == "02"
