"""What a token means that is shown at a reader."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from typing import Any

import pytest
from tests.requirements import requirement
from tests.runtime.ref.station.charging import (
    DRIVER,
    FRIEND,
    STRANGER,
    Site,
    accepted,
    accepted_by,
    info,
    site,
)
from tests.runtime.ref.station.tester import boot_answer

from ocpp21 import (
    AuthorizationData,
    AuthorizeResponse,
    ClearCacheRequest,
    ClearCacheStatusEnumType,
    IdTokenInfoType,
    IdTokenType,
    SendLocalListRequest,
    TransactionEventResponse,
    UpdateEnumType,
)
from ocppj.testing import in_virtual_time
from ocppref.station.authorization.tokens import NOBODY
from ocppref.station.device_model import variables
from ocppref.station.operation import Level
from ocppref.station.store import MemoryStore, StateError

AUTHORIZED = {"TxCtrlr.TxStartPoint": "Authorized", "TxCtrlr.TxStopPoint": "Authorized"}
PLUGGED = {"TxCtrlr.TxStartPoint": "EVConnected", "TxCtrlr.TxStopPoint": "EVConnected"}


def say(place: Site, **said: IdTokenInfoType) -> None:
    """Have the CSMS say something of tokens: "t" and the text; anything else is Invalid."""

    def answer(request: Any) -> AuthorizeResponse:
        found = said.get(f"t{request.id_token.id_token}", info("Invalid"))
        return AuthorizeResponse(id_token_info=found)

    place.lab.tester.answers["Authorize"] = answer
    by_event = {key.removeprefix("t"): each for key, each in said.items()}

    def tell(request: Any) -> Any:
        token = request.id_token
        found = None if token is None else by_event.get(token.id_token, info("Invalid"))
        return TransactionEventResponse(id_token_info=found)

    place.lab.tester.answers["TransactionEvent"] = tell


GROUP = {f"t{DRIVER.id_token}": accepted("fleet"), f"t{FRIEND.id_token}": accepted("fleet")}


def asked(place: Site) -> list[str]:
    return [each.id_token.id_token for each in place.lab.tester.of("Authorize")]


async def charge(place: Site, evse_id: int = 1, token: IdTokenType = DRIVER) -> None:
    place.hardware.plug(evse_id)
    await place.present(token, evse_id)
    session = place.on.transactions.session(evse_id)
    assert session.authorized is not None and session.authorized.token == token
    assert session.charging_state.value == "Charging"


# The same token, the same group


@requirement("C01.FR.03", "C09.FR.07", "E07.FR.01", "E06.FR.03")
@in_virtual_time
async def test_the_same_token_stops_and_the_csms_is_not_asked() -> None:
    async with site() as place:
        await charge(place)
        await place.present()
        ended = await place.told(event_type="Ended")
        assert ended.trigger_reason == "StopAuthorized"
        assert asked(place) == [DRIVER.id_token]


@requirement("C01.FR.03", "C09.FR.07", "E07.FR.02", "C09.FR.04")
@in_virtual_time
async def test_a_known_token_of_the_group_stops_and_the_csms_is_not_asked() -> None:
    async with site() as place:
        say(place, **GROUP)
        place.on.authorization.note(FRIEND, accepted("fleet"))
        await charge(place)
        await place.present(FRIEND)
        ended = await place.told(event_type="Ended")
        assert ended.id_token == FRIEND
        assert asked(place) == [DRIVER.id_token]


@requirement("C09.FR.05", "C09.FR.03")
@in_virtual_time
async def test_an_unknown_token_of_the_group_is_asked_about_and_stops() -> None:
    async with site() as place:
        say(place, **GROUP)
        await charge(place)
        await place.present(FRIEND)
        await place.told(event_type="Ended")
        assert asked(place) == [DRIVER.id_token, FRIEND.id_token]


@requirement("C09.FR.11")
@in_virtual_time
async def test_a_token_of_the_group_that_is_not_accepted_stops_nothing() -> None:
    async with site() as place:
        say(place, **{**GROUP, f"t{FRIEND.id_token}": info("Blocked", "fleet")})
        await charge(place)
        await place.present(FRIEND)
        await place.present(STRANGER)
        assert place.on.transactions.session(1).authorized is not None


@in_virtual_time
async def test_a_token_of_no_group_stops_nobody_of_no_group() -> None:
    async with site() as place:
        await charge(place)
        await place.present(FRIEND)  # accepted, but not of the same group: there is none
        assert place.on.transactions.session(1).authorized is not None


@requirement("C09.FR.03")
@in_virtual_time
async def test_the_group_is_learnt_from_the_answer_to_an_event() -> None:
    async with site() as place:
        place.on.authorization.note(DRIVER, accepted())
        say(place, **GROUP)
        await charge(place)
        await place.told(trigger_reason="Authorized")
        await asyncio.sleep(1)
        await place.present(FRIEND)
        await place.told(event_type="Ended")


@requirement("C01.FR.23")
@in_virtual_time
async def test_a_stopped_transaction_is_taken_up_by_its_token_only() -> None:
    async with site(PLUGGED) as place:
        await charge(place)
        await place.present()
        await place.present(FRIEND)
        session = place.on.transactions.session(1)
        assert session.authorized is None
        assert asked(place) == [DRIVER.id_token]
        await place.present()
        assert session.authorized is not None
        await place.told(seq_no=5, trigger_reason="ChargingStateChanged")


# Master pass

MASTER = {"AuthCtrlr.MasterPassGroupId": "police"}


@requirement("C16.FR.02", "C16.FR.08", "C16.FR.07")
@in_virtual_time
async def test_a_master_pass_stops_all() -> None:
    async with site(MASTER, evses=3) as place:
        await charge(place, 1)
        await charge(place, 3, FRIEND)
        say(place, **GROUP, **{f"t{STRANGER.id_token}": accepted("police")})
        await place.present(STRANGER)
        for number in (1, 2):
            ended = await place.lab.tester.seen(
                "TransactionEvent", number, lambda event: event.event_type == "Ended"
            )
            assert ended.transaction_info.stopped_reason == "MasterPass"
            assert ended.trigger_reason == "StopAuthorized"
        assert place.on.transactions.all() == []


def _cached(place: Site) -> None:
    place.on.authorization.note(STRANGER, accepted("POLICE"))


def _listed(place: Site) -> None:
    data = [AuthorizationData(id_token=STRANGER, id_token_info=accepted("POLICE"))]
    request = SendLocalListRequest(
        version_number=1, update_type=UpdateEnumType.FULL, local_authorization_list=data
    )
    place.on.authorization.local_list.update(request)


@requirement("C16.FR.04", "C16.FR.05")
@pytest.mark.parametrize("know", [_cached, _listed])
@in_virtual_time
async def test_a_known_master_pass_stops_without_asking(know: Callable[[Site], None]) -> None:
    # Who wants to begin would be asked about.
    async with site({**MASTER, "AuthCtrlr.LocalPreAuthorize": "false"}) as place:
        know(place)
        await charge(place)
        await place.present(STRANGER, 1)
        assert place.on.transactions.session(1).authorized is None
        await place.told(stopped_reason="MasterPass")
        assert asked(place) == [DRIVER.id_token]


@requirement("C16.FR.03", "C12.FR.09")
@in_virtual_time
async def test_a_master_pass_starts_nothing() -> None:
    async with site({**MASTER, **AUTHORIZED}) as place:
        place.on.authorization.note(STRANGER, accepted("police"))
        place.hardware.plug(1)
        await place.present(STRANGER)
        assert place.on.transactions.all() == []
        assert place.on.transactions.session(1).authorized is None


# The station's own reader


@in_virtual_time
async def test_who_plugs_in_last_is_meant() -> None:
    async with site(evses=3) as place:
        place.hardware.plug(2)
        place.hardware.plug(3)
        place.hardware.plug(1)
        place.hardware.unplug(1)
        await place.present()
        await place.present(FRIEND)
        tokens = [each.token for each in place.on.transactions.all()]
        assert tokens == [FRIEND, DRIVER]
        await place.present(FRIEND)
        assert [each.evse_id for each in place.on.transactions.all()] == [3]


@requirement("E01.FR.17", "E02.FR.21", "E03.FR.01", "E03.FR.11", "E01.FR.16")
@in_virtual_time
async def test_who_has_not_plugged_in_chooses_by_doing_so() -> None:
    async with site(AUTHORIZED, evses=2) as place:
        await place.present()
        started = await place.told(event_type="Started")
        assert started.evse is None
        assert started.meter_value is None
        place.hardware.plug(2)
        plugged = await place.told(trigger_reason="CablePluggedIn")
        assert (plugged.evse.id, plugged.evse.connector_id) == (2, 1)
        charging = await place.told(charging_state="Charging")
        assert place.on.states.running(Level(2))
        [value] = charging.meter_value
        assert {each.context for each in value.sampled_value} == {"Transaction.Begin"}
        await place.present()
        ended = await place.told(event_type="Ended")
        assert ended.seq_no == 3
        assert not place.on.states.running(Level(2))


@in_virtual_time
async def test_only_one_may_be_about_to_choose() -> None:
    async with site(AUTHORIZED, evses=2) as place:
        await place.present()
        await place.present(FRIEND)
        assert len(place.on.transactions.all()) == 1
        await place.present()
        await place.told(event_type="Ended")
        await place.present(FRIEND)
        assert [each.token for each in place.on.transactions.all()] == [FRIEND]


@requirement("C01.FR.21")
@in_virtual_time
async def test_who_may_use_one_evse_only_gets_nothing_at_another() -> None:
    async with site(AUTHORIZED, evses=2) as place:
        say(place, **{f"t{DRIVER.id_token}": accepted(evse_id=[2])})
        await place.present(DRIVER, 1)
        assert place.on.transactions.session(1).authorized is None
        await place.present()
        place.hardware.plug(1)
        assert place.on.transactions.session(1).authorized is None
        place.hardware.plug(2)
        session = place.on.transactions.session(2)
        assert session.authorized is not None
        assert session.charging_state == "Charging"


# Without authorisation, and by a button


@requirement("C02.FR.01")
@in_virtual_time
async def test_a_start_button() -> None:
    async with site(PLUGGED) as place:
        place.hardware.plug(1)
        await place.present(NOBODY)
        event = await place.told(trigger_reason="Authorized")
        assert (event.id_token.id_token, event.id_token.type) == ("", "NoAuthorization")
        assert asked(place) == []
        assert place.hardware.evses[1].permitted


@in_virtual_time
async def test_without_authorization_the_cable_is_enough() -> None:
    async with site({"AuthCtrlr.Enabled": "false"}) as place:
        place.hardware.plug(1)
        started = await place.told(event_type="Started")
        assert started.id_token == NOBODY
        assert place.hardware.evses[1].permitted
        await place.present(FRIEND)
        await place.told(event_type="Ended", trigger_reason="StopAuthorized")
        assert asked(place) == []


@in_virtual_time
async def test_without_authorization_a_token_is_told_all_the_same() -> None:
    async with site({"AuthCtrlr.Enabled": "false"}) as place:
        await place.present(DRIVER)
        place.hardware.plug(1)
        assert (await place.told(event_type="Started")).id_token == DRIVER


# Before the CSMS has accepted the station


@requirement("B02.FR.03", "B03.FR.01")
@in_virtual_time
async def test_before_it_is_accepted_nothing_begins() -> None:
    async with site(PLUGGED, wait=False) as place:
        place.lab.tester.answers["BootNotification"] = boot_answer("Pending", 10)
        await place.lab.tester.seen("BootNotification")
        place.hardware.plug(1)
        await place.present()
        assert place.on.transactions.all() == []
        place.lab.tester.answers.clear()
        await accepted_by(place.on.bench.registration)
        started = await place.told(event_type="Started")
        assert started.trigger_reason == "CablePluggedIn"
        await place.present()
        assert place.hardware.evses[1].permitted


@requirement("B03.FR.01")
@in_virtual_time
async def test_before_it_is_accepted_it_may_begin_if_that_is_so_wanted() -> None:
    settings = {
        **PLUGGED,
        "TxCtrlr.TxBeforeAcceptedEnabled": "true",
        "AuthCtrlr.OfflineTxForUnknownIdEnabled": "true",
    }
    async with site(settings, wait=False) as place:
        place.lab.tester.answers["BootNotification"] = boot_answer("Rejected", 10)
        await place.lab.tester.seen("BootNotification")
        place.hardware.plug(1)
        await place.present()
        assert place.hardware.evses[1].permitted
        assert place.events == []
        place.lab.tester.answers.clear()
        await place.told(seq_no=2)


# EVSEs that cannot be used


@in_virtual_time
async def test_a_faulted_evse_is_not_used() -> None:
    async with site(PLUGGED) as place:
        place.hardware.fault(1, True, "GroundFault")
        place.hardware.plug(1)
        await place.present()
        assert place.on.transactions.all() == []
        assert asked(place) == []
        place.hardware.fault(1, False)
        await place.told(event_type="Started")
        await place.present()
        assert place.hardware.evses[1].permitted


# The reader


@in_virtual_time
async def test_the_token_of_who_charges_counts_at_once() -> None:
    async with site() as place:
        await charge(place)
        place.hardware.present(DRIVER)
        place.hardware.unplug(1)
        ended = await place.told(event_type="Ended")
        assert ended.trigger_reason == "StopAuthorized"


@in_virtual_time
async def test_a_reader_takes_one_token_after_the_other() -> None:
    async with site() as place:
        place.hardware.plug(1)
        place.hardware.present(DRIVER)
        place.hardware.present(DRIVER)  # before the CSMS has answered
        await place.told(event_type="Ended")
        assert asked(place) == [DRIVER.id_token]


@requirement("E05.FR.11", "C15.FR.05")
@in_virtual_time
async def test_a_cable_that_was_kept_is_given_to_its_owner() -> None:
    async with site(connector="sType2") as place:
        place.on.authorization.note(DRIVER, accepted())
        place.answer_events(id_token_info=info("Blocked"))
        place.hardware.plug(1)
        await place.present()
        await place.told(event_type="Ended", trigger_reason="Deauthorized")
        await asyncio.sleep(1)
        connector = place.hardware.evses[1].connectors[1]
        assert connector.locked
        await place.switch_off()
        place.switch_on()
        await accepted_by(place.on.bench.registration)
        await place.present(FRIEND)
        assert connector.locked
        await place.present(DRIVER)
        assert not connector.locked


# The cache


@requirement("C11.FR.01", "C11.FR.02", "C11.FR.03", "C11.FR.04")
@in_virtual_time
async def test_the_csms_clears_the_cache() -> None:
    async with site() as place:
        await place.present()
        cache = place.on.authorization.cache
        assert len(cache) == 1
        answer = await place.lab.to_station.clear_cache(ClearCacheRequest())
        assert answer.status is ClearCacheStatusEnumType.ACCEPTED
        assert len(cache) == 0
        place.on.set(variables.AUTH_CACHE_ENABLED, False)
        answer = await place.lab.to_station.clear_cache(ClearCacheRequest())
        assert answer.status is ClearCacheStatusEnumType.REJECTED


@requirement("C11.FR.05")
@in_virtual_time
async def test_a_cache_that_cannot_be_cleared_stays(monkeypatch: pytest.MonkeyPatch) -> None:
    async with site() as place:
        await place.present()

        def fail(kind: str, key: str) -> None:
            raise StateError("the disk is full")

        with monkeypatch.context() as patch:
            patch.setattr(MemoryStore, "delete", lambda self, kind, key: fail(kind, key))
            answer = await place.lab.to_station.clear_cache(ClearCacheRequest())
        assert answer.status is ClearCacheStatusEnumType.REJECTED
        assert place.on.authorization.known(DRIVER) == accepted()
