"""Reservations: made, used, cancelled, expired."""

from __future__ import annotations

import asyncio
from datetime import timedelta
from typing import Any

import pytest
from tests.requirements import requirement
from tests.runtime.ref.station.models import set_
from tests.runtime.ref.station.plant import Site, site, statuses
from tests.runtime.ref.station.tester import START, virtual_date

from ocpp21 import (
    CancelReservationRequest,
    ChangeAvailabilityRequest,
    EVSEType,
    IdTokenType,
    OperationalStatusEnumType,
    ReserveNowRequest,
    ReserveNowResponse,
)
from ocppj.testing import in_virtual_time
from ocppref.station.config import ConnectorConfig, EvseConfig
from ocppref.station.device_model import variables

ANNA = IdTokenType(id_token="ANNA", type="ISO14443")
BERT = IdTokenType(id_token="BERT", type="ISO14443")
FLEET = IdTokenType(id_token="FLEET", type="Central")
ONE, SECOND = EvseConfig(1), EvseConfig(2)
THIRD = EvseConfig(3, (ConnectorConfig(1), ConnectorConfig(2, "cCCS2")))
HOUR = timedelta(hours=1)


async def reserve(
    the: Site, id: int, evse_id: int | None = None, **fields: Any
) -> tuple[str, str | None]:
    """Have the CSMS reserve for Anna, for an hour; gives the status, and the reason code."""
    given = {"id_token": ANNA, "expiry_date_time": virtual_date() + HOUR, **fields}
    request = ReserveNowRequest(id=id, evse_id=evse_id, **given)
    response: ReserveNowResponse = await the.to_station.reserve_now(request)
    await asyncio.sleep(1)
    info = response.status_info
    return response.status.value, None if info is None else info.reason_code


async def cancel(the: Site, id: int) -> str:
    answer = await the.to_station.cancel_reservation(CancelReservationRequest(reservation_id=id))
    await asyncio.sleep(1)
    return answer.status.value


def news(the: Site) -> list[tuple[int, int, str]]:
    """What the CSMS was told of connectors since the last time."""
    told = statuses(the.tester)
    the.tester.received.clear()
    return told


def updates(the: Site) -> list[tuple[int, str]]:
    """What the CSMS was told of reservations."""
    return [
        (each.reservation_id, each.reservation_update_status.value)
        for each in the.tester.of("ReservationStatusUpdate")
    ]


OK = ("Accepted", None)


class TestOfACertainEvse:
    @requirement("H01.FR.03", "H01.FR.23")
    @in_virtual_time
    async def test_all_its_connectors_are_reserved(self) -> None:
        async with site(ONE, SECOND, THIRD) as the, the.running() as plant:
            news(the)
            assert await reserve(the, 1, 3) == OK
            assert news(the) == [(3, 1, "Reserved"), (3, 2, "Reserved")]
            assert plant.reservations.is_reserved(3)
            assert plant.reservations.blocks(3, BERT)
            assert not plant.reservations.blocks(3, ANNA)
            assert not plant.reservations.blocks(1, BERT)

    @requirement("H01.FR.02")
    @in_virtual_time
    async def test_the_same_id_again_replaces_it(self) -> None:
        async with site(ONE, SECOND) as the, the.running() as plant:
            await reserve(the, 1, 1)
            news(the)
            assert await reserve(the, 1, 2, id_token=BERT) == OK
            assert sorted(news(the)) == [(1, 1, "Available"), (2, 1, "Reserved")]
            assert plant.reservations.match(2, BERT) is not None
            assert plant.reservations.match(1, ANNA) is None

    @requirement("H01.FR.02")
    @in_virtual_time
    async def test_it_can_be_prolonged_while_a_car_waits_there(self) -> None:
        async with site(ONE) as the, the.running() as plant:
            await reserve(the, 1, 1)
            plant.hardware.plug(1)
            assert await reserve(the, 1, 1, expiry_date_time=START + 3 * HOUR) == OK
            assert plant.reservations.is_reserved(1)
            await asyncio.sleep(2 * 3600)
            assert plant.reservations.is_reserved(1)

    @requirement("H01.FR.11")
    @in_virtual_time
    async def test_one_that_is_reserved_or_occupied_cannot_be_had(self) -> None:
        async with site(ONE, SECOND, THIRD) as the, the.running() as plant:
            await reserve(the, 1, 1)
            plant.hardware.plug(2)
            plant.availability.transaction_started(3)
            for evse_id in (1, 2, 3):
                assert await reserve(the, 9, evse_id) == ("Occupied", None)

    @requirement("H01.FR.12", "H01.FR.14")
    @in_virtual_time
    async def test_one_that_does_not_work_cannot_be_had(self) -> None:
        async with site(ONE, SECOND) as the, the.running() as plant:
            plant.hardware.fault(1, True)
            plant.availability.hold("reset", [2])
            assert await reserve(the, 1, 1) == ("Faulted", None)
            assert await reserve(the, 1, 2) == ("Unavailable", None)

    @requirement("H01.FR.01")
    @in_virtual_time
    async def test_none_can_be_had_where_reservations_are_off(self) -> None:
        async with site(ONE) as the, the.running() as plant:
            set_(plant.model, variables.RESERVATION_ENABLED.key, "false")
            assert await reserve(the, 1, 1) == ("Rejected", "NotEnabled")

    @pytest.mark.parametrize(
        ("evse_id", "fields", "reason"),
        [
            (9, {}, "UnknownEvse"),
            (0, {}, "UnknownEvse"),
            (1, {"connector_type": "cCCS2"}, "UnknownConnectorType"),
            (None, {"connector_type": "cG105"}, "UnknownConnectorType"),
            (1, {"expiry_date_time": START}, "InvalidValue"),
        ],
    )
    @in_virtual_time
    async def test_what_cannot_be_is_rejected(
        self, evse_id: int | None, fields: dict[str, Any], reason: str
    ) -> None:
        async with site(ONE) as the, the.running():
            assert await reserve(the, 1, evse_id, **fields) == ("Rejected", reason)


class TestOfAnyEvse:
    @requirement("H01.FR.04", "H01.FR.18", "H01.FR.20")
    @in_virtual_time
    async def test_nothing_is_reserved_until_all_are_needed(self) -> None:
        async with site(ONE, SECOND) as the, the.running() as plant:
            news(the)
            assert await reserve(the, 1) == OK
            assert news(the) == []
            assert await reserve(the, 2, id_token=BERT) == OK
            assert news(the) == [(1, 1, "Reserved"), (2, 1, "Reserved")]
            assert await reserve(the, 3, id_token=FLEET) == ("Occupied", None)
            assert not plant.reservations.blocks(1, ANNA)
            assert plant.reservations.blocks(1, FLEET)

    @requirement("H01.FR.07")
    @in_virtual_time
    async def test_the_last_one_is_kept_when_others_take_the_rest(self) -> None:
        async with site(ONE, SECOND) as the, the.running() as plant:
            await reserve(the, 1)
            news(the)
            plant.hardware.plug(1)
            await asyncio.sleep(1)
            assert sorted(news(the)) == [(1, 1, "Occupied"), (2, 1, "Reserved")]
            plant.hardware.unplug(1)
            await asyncio.sleep(1)
            assert sorted(news(the)) == [(1, 1, "Available"), (2, 1, "Available")]

    @requirement("H01.FR.06", "H01.FR.09", "H01.FR.24")
    @in_virtual_time
    async def test_of_a_type_only_evses_with_it_are_reserved(self) -> None:
        async with site(ONE, SECOND, THIRD) as the, the.running():
            news(the)
            assert await reserve(the, 1, connector_type="cCCS2") == OK
            assert news(the) == [(3, 1, "Reserved"), (3, 2, "Reserved")]
            assert await reserve(the, 2, connector_type="cCCS2") == ("Occupied", None)

    @requirement("H01.FR.19")
    @in_virtual_time
    async def test_it_is_rejected_where_a_certain_one_has_to_be_named(self) -> None:
        async with site(ONE) as the, the.running() as plant:
            plant.model.write(variables.RESERVATION_NON_EVSE_SPECIFIC, False)
            assert await reserve(the, 1) == ("Rejected", "UnsupportedRequest")

    @in_virtual_time
    async def test_why_none_can_be_had_is_told_of_all_together(self) -> None:
        async with site(ONE, SECOND) as the, the.running() as plant:
            plant.hardware.fault(1, True)
            plant.hardware.fault(2, True)
            assert await reserve(the, 1) == ("Faulted", None)
            plant.hardware.fault(2, False)
            plant.hardware.plug(2)
            assert await reserve(the, 1) == ("Occupied", None)


class TestUsed:
    @requirement("H03.FR.01", "H03.FR.09", "H03.FR.10")
    @in_virtual_time
    async def test_the_token_first_makes_it_available(self) -> None:
        async with site(ONE) as the, the.running() as plant:
            await reserve(the, 7, 1)
            news(the)
            found = plant.reservations.match(1, ANNA)
            assert found is not None and found.id == 7
            plant.reservations.consume(7, "tx")
            await asyncio.sleep(1)
            assert news(the) == [(1, 1, "Available")]
            await asyncio.sleep(7200)
            assert updates(the) == []

    @requirement("G01.FR.06", "G01.FR.09", "H03.FR.10")
    @in_virtual_time
    async def test_the_cable_first_changes_nothing_until_the_token(self) -> None:
        async with site(ONE) as the, the.running() as plant:
            await reserve(the, 7, 1)
            news(the)
            plant.hardware.plug(1)
            plant.availability.transaction_started(1)
            await asyncio.sleep(1)
            assert news(the) == []
            assert plant.reservations.blocks(1, BERT)
            plant.reservations.consume(7, "tx")
            await asyncio.sleep(1)
            assert news(the) == [(1, 1, "Occupied")]

    @requirement("G01.FR.09")
    @in_virtual_time
    async def test_a_stranger_who_unplugs_leaves_it_reserved(self) -> None:
        async with site(ONE, SECOND) as the, the.running() as plant:
            await reserve(the, 7)
            await reserve(the, 8, id_token=BERT)
            plant.hardware.plug(1)
            await asyncio.sleep(1)
            news(the)
            plant.hardware.unplug(1)
            await asyncio.sleep(1)
            assert news(the) == []
            assert plant.reservations.is_reserved(1) and plant.reservations.is_reserved(2)

    @requirement("H03.FR.04", "H03.FR.05", "H03.FR.06")
    @pytest.mark.parametrize("target", [{"evse_id": 3}, {"connector_type": "cCCS2"}, {}])
    @in_virtual_time
    async def test_the_group_counts_as_the_token_does(self, target: dict[str, Any]) -> None:
        async with site(ONE, SECOND, THIRD) as the, the.running() as plant:
            await reserve(the, 7, group_id_token=FLEET, **target)
            assert plant.reservations.match(3, BERT) is None
            for token, group in ((ANNA, None), (BERT, FLEET)):
                found = plant.reservations.match(3, token, group)
                assert found is not None and found.id == 7

    @requirement("H03.FR.02", "H03.FR.03")
    @in_virtual_time
    async def test_one_of_a_type_is_used_at_an_evse_of_that_type(self) -> None:
        async with site(ONE, SECOND, THIRD) as the, the.running() as plant:
            await reserve(the, 7, connector_type="cCCS2")
            assert plant.reservations.match(1, ANNA) is None
            assert plant.reservations.match(3, ANNA) is not None
            await reserve(the, 8)
            found = plant.reservations.match(1, ANNA)
            assert found is not None and found.id == 8

    @requirement("C01.FR.25")
    @in_virtual_time
    async def test_the_case_of_a_token_does_not_count_but_its_type_does(self) -> None:
        async with site(ONE) as the, the.running() as plant:
            await reserve(the, 7, 1)
            lower = IdTokenType(id_token="anna", type="ISO14443")
            other = IdTokenType(id_token="ANNA", type="Central")
            assert plant.reservations.match(1, lower) is not None
            assert plant.reservations.match(1, other) is None

    @in_virtual_time
    async def test_one_for_that_evse_is_used_before_one_for_any(self) -> None:
        async with site(ONE, SECOND) as the, the.running() as plant:
            await reserve(the, 1)
            await reserve(the, 2, 2)
            for evse_id, expected in ((1, 1), (2, 2), (None, 2)):
                found = plant.reservations.match(evse_id, ANNA)
                assert found is not None and found.id == expected

    @requirement("H03.FR.11")
    @in_virtual_time
    async def test_without_a_transaction_the_csms_is_told(self) -> None:
        async with site(ONE) as the, the.running(TxCtrlr_EVConnectionTimeOut="30") as plant:
            await reserve(the, 7, 1)
            plant.reservations.consume(7)
            await asyncio.sleep(29)
            assert updates(the) == []
            await asyncio.sleep(2)
            assert updates(the) == [(7, "NoTransaction")]

    @requirement("H03.FR.11")
    @in_virtual_time
    async def test_with_one_in_time_it_is_not(self) -> None:
        async with site(ONE) as the, the.running(TxCtrlr_EVConnectionTimeOut="30") as plant:
            await reserve(the, 7, 1)
            plant.reservations.consume(7)
            await asyncio.sleep(20)
            plant.reservations.consume(7, "tx")
            await asyncio.sleep(60)
            assert updates(the) == []


class TestEnded:
    @requirement("H02.FR.01")
    @in_virtual_time
    async def test_one_that_there_is_not_cannot_be_cancelled(self) -> None:
        async with site(ONE) as the, the.running():
            assert await cancel(the, 5) == "Rejected"

    @requirement("H02.FR.02", "H02.FR.03", "H02.FR.04")
    @in_virtual_time
    async def test_one_that_is_cancelled_sets_its_evse_free(self) -> None:
        async with site(ONE, EvseConfig(2, THIRD.connectors)) as the, the.running() as plant:
            await reserve(the, 7, 2)
            news(the)
            assert await cancel(the, 7) == "Accepted"
            assert news(the) == [(2, 1, "Available"), (2, 2, "Available")]
            assert not plant.reservations.blocks(2, BERT)
            await asyncio.sleep(7200)
            assert updates(the) == []

    @requirement("H02.FR.05", "H02.FR.06")
    @in_virtual_time
    async def test_without_one_for_any_evse_all_are_free_that_were_not_named(self) -> None:
        async with site(ONE, SECOND, THIRD) as the, the.running() as plant:
            await reserve(the, 1)
            await reserve(the, 2)
            await reserve(the, 3, 3, id_token=BERT)
            assert all(plant.reservations.blocks(each, FLEET) for each in (1, 2, 3))
            news(the)
            assert await cancel(the, 1) == "Accepted"
            assert news(the) == [(1, 1, "Available"), (2, 1, "Available")]
            assert plant.reservations.blocks(3, FLEET)

    @requirement("H04.FR.01", "H04.FR.02", "H04.FR.03")
    @in_virtual_time
    async def test_one_that_expires_is_told_and_sets_its_evse_free(self) -> None:
        async with site(ONE) as the, the.running() as plant:
            await reserve(the, 7, 1)
            news(the)
            await asyncio.sleep(3590)
            assert plant.reservations.is_reserved(1)
            await asyncio.sleep(10)
            assert updates(the) == [(7, "Expired")]
            assert news(the) == [(1, 1, "Available")]

    @requirement("H04.FR.01")
    @pytest.mark.parametrize(("queue", "told"), [("false", []), ("true", [(7, "Expired")])])
    @in_virtual_time
    async def test_without_a_connection_it_is_told_later_only_if_all_messages_wait(
        self, queue: str, told: list[tuple[int, str]]
    ) -> None:
        settings = {"OCPPCommCtrlr_QueueAllMessages": queue}
        async with site(ONE) as the, the.running(**settings) as plant:
            await reserve(the, 7, 1)
            await the.offline(plant, 3700)
            assert updates(the) == told
            assert not plant.reservations.is_reserved(1)

    @requirement("H01.FR.16")
    @in_virtual_time
    async def test_a_fault_of_its_evse_removes_it(self) -> None:
        async with site(ONE, SECOND) as the, the.running() as plant:
            await reserve(the, 7, 1)
            news(the)
            plant.hardware.fault(1, True)
            await asyncio.sleep(1)
            assert updates(the) == [(7, "Removed")]
            assert news(the) == [(1, 1, "Faulted")]
            plant.hardware.fault(1, False)
            assert not plant.reservations.is_reserved(1)

    @requirement("H01.FR.17")
    @in_virtual_time
    async def test_an_evse_that_is_taken_out_of_service_removes_it(self) -> None:
        async with site(ONE) as the, the.running():
            await reserve(the, 7, 1)
            news(the)
            await the.to_station.change_availability(
                ChangeAvailabilityRequest(
                    operational_status=OperationalStatusEnumType.INOPERATIVE, evse=EVSEType(id=1)
                )
            )
            await asyncio.sleep(1)
            assert updates(the) == [(7, "Removed")]
            assert news(the) == [(1, 1, "Unavailable")]

    @requirement("H01.FR.16")
    @in_virtual_time
    async def test_of_those_for_any_evse_the_newest_goes_where_too_few_are_left(self) -> None:
        async with site(ONE, SECOND, THIRD) as the, the.running() as plant:
            await reserve(the, 5)
            await reserve(the, 4)
            news(the)
            plant.hardware.fault(1, True)
            await asyncio.sleep(1)
            assert updates(the) == []
            plant.hardware.fault(2, True)
            await asyncio.sleep(1)
            assert updates(the) == [(4, "Removed")]
            assert plant.reservations.match(3, ANNA) is not None


class TestReboot:
    @requirement("B01.FR.13")
    @in_virtual_time
    async def test_reservations_survive_it(self) -> None:
        async with site(ONE, SECOND) as the:
            async with the.running():
                await reserve(the, 7, 1, group_id_token=FLEET)
            news(the)
            async with the.running() as plant:
                assert news(the) == [(1, 1, "Reserved"), (2, 1, "Available")]
                assert plant.reservations.match(1, BERT, FLEET) is not None
                await asyncio.sleep(3600)
                assert updates(the) == [(7, "Expired")]

    @requirement("B01.FR.13", "G01.FR.09")
    @in_virtual_time
    async def test_with_a_strangers_cable_in_it_too(self) -> None:
        async with site(ONE) as the:
            async with the.running() as plant:
                await reserve(the, 7)
                plant.hardware.plug(1)
            news(the)
            async with the.running() as plant:
                assert news(the) == [(1, 1, "Reserved")]
                assert updates(the) == []

    @in_virtual_time
    async def test_one_that_expired_meanwhile_is_gone(self) -> None:
        async with site(ONE) as the:
            async with the.running():
                await reserve(the, 7, 1)
            await asyncio.sleep(7200)
            news(the)
            async with the.running() as plant:
                assert news(the) == [(1, 1, "Available")]
                assert plant.reservations.all() == []
