"""Whether a token may charge: list, cache, CSMS, and what counts without a connection."""

from __future__ import annotations

import logging
from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

import pytest
from tests.requirements import requirement
from tests.runtime.ref.station.bench import Lab, lab
from tests.runtime.ref.station.charging import DRIVER, accepted, accepted_by, info

from ocpp21 import (
    AuthorizationData,
    AuthorizeResponse,
    IdTokenInfoType,
    IdTokenType,
    SendLocalListRequest,
    UpdateEnumType,
)
from ocppj import ErrorCode, Refusal
from ocppj.testing import in_virtual_time
from ocppref.station.authorization import Authorization, Source, is_same
from ocppref.station.authorization.tokens import NOBODY, shown

LIST, CACHE, CSMS = Source.LOCAL_LIST, Source.CACHE, Source.CSMS


@dataclass
class Office:
    lab: Lab
    bench: Any
    authorization: Authorization

    @property
    def asked(self) -> list[str]:
        return [each.id_token.id_token for each in self.lab.tester.of("Authorize")]

    def say(self, said: IdTokenInfoType) -> None:
        self.lab.tester.answers["Authorize"] = lambda _: AuthorizeResponse(id_token_info=said)

    def list(self, said: IdTokenInfoType, token: IdTokenType = DRIVER) -> None:
        data = [AuthorizationData(id_token=token, id_token_info=said)]
        request = SendLocalListRequest(
            version_number=self.authorization.local_list.version + 1,
            update_type=UpdateEnumType.DIFFERENTIAL,
            local_authorization_list=data,
        )
        self.authorization.local_list.update(request)

    def cache(self, said: IdTokenInfoType, token: IdTokenType = DRIVER) -> None:
        self.authorization.note(token, said)

    def later(self, seconds: float) -> Any:
        return self.bench.clock.utc() + timedelta(seconds=seconds)

    async def try_(self, token: IdTokenType = DRIVER, **more: Any) -> tuple[bool, Source]:
        decision = await self.authorization.authorize(token, **more)
        return decision.accepted, decision.source


@asynccontextmanager
async def office(
    variables: Mapping[str, str] | None = None, *, online: bool = True
) -> AsyncIterator[Office]:
    async with lab() as laboratory:
        bench = laboratory.bench(variables=variables)
        authorization = Authorization(
            clock=bench.clock, store=bench.store, model=bench.model, link=bench.link
        )
        if online:
            bench.start()
            await accepted_by(bench.registration)
        try:
            yield Office(laboratory, bench, authorization)
        finally:
            await bench.close()


@requirement("C01.FR.25")
def test_tokens_are_equal_by_text_and_type() -> None:
    same = IdTokenType.model_validate(
        {
            "id_token": "04a1B2c3",
            "type": "ISO14443",
            "additional_info": [{"additional_id_token": "x", "type": "y"}],
        }
    )
    assert is_same(DRIVER, same)
    assert not is_same(DRIVER, IdTokenType(id_token="04A1B2C3", type="ISO15693"))
    assert not is_same(DRIVER, IdTokenType(id_token="04A1B2C4", type="ISO14443"))
    assert not is_same(None, None)


# Online


@requirement("C01.FR.02", "C01.FR.04", "C09.FR.05", "C17.FR.04")
@in_virtual_time
async def test_who_is_unknown_is_asked_about() -> None:
    async with office() as place:
        assert await place.try_() == (True, CSMS)
        assert place.asked == [DRIVER.id_token]


@requirement("C04.FR.03")
@in_virtual_time
async def test_a_key_code_is_asked_about_once() -> None:
    async with office() as place:
        code = IdTokenType(id_token="1234", type="KeyCode")
        assert await place.try_(code) == (True, CSMS)
        assert await place.try_(code) == (True, CACHE)
        assert place.asked == ["1234"]


@requirement("C08.FR.01")
@in_virtual_time
async def test_an_ev_that_identifies_itself_is_asked_about() -> None:
    async with office() as place:
        contract = IdTokenType(id_token="NLABCC12345678", type="eMAID")
        assert await place.try_(contract) == (True, CSMS)
        assert place.lab.tester.of("Authorize")[0].id_token == contract


@requirement("C01.FR.01", "C17.FR.05")
@in_virtual_time
async def test_who_is_not_accepted_may_not_charge() -> None:
    async with office() as place:
        for status in ("Blocked", "Expired", "Invalid", "NoCredit", "Unknown", "ConcurrentTx"):
            place.say(info(status, cache_expiry_date_time=place.later(0)))
            assert await place.try_() == (False, CSMS)


@requirement("C10.FR.04", "C12.FR.02", "C12.FR.06", "C10.FR.01")
@in_virtual_time
async def test_what_the_csms_says_is_cached_and_used() -> None:
    async with office() as place:
        place.say(info("Blocked"))
        await place.try_()
        assert place.authorization.cache.get(DRIVER) == info("Blocked")
        place.say(accepted("fleet"))
        assert await place.try_() == (True, CSMS)  # it was not accepted: C10.FR.03
        assert await place.try_() == (True, CACHE)
        assert len(place.asked) == 2
        assert place.authorization.known(DRIVER) == accepted("fleet")


@requirement("C10.FR.03", "C12.FR.05")
@in_virtual_time
async def test_a_cached_refusal_is_asked_about() -> None:
    async with office() as place:
        place.cache(info("Blocked"))
        assert await place.try_() == (True, CSMS)


@in_virtual_time
async def test_a_cached_refusal_is_final_without_post_authorization() -> None:
    async with office({"AuthCacheCtrlr.DisablePostAuthorize": "true"}) as place:
        place.cache(info("Blocked"))
        assert await place.try_() == (False, CACHE)
        place.list(info("Blocked"))
        assert await place.try_() == (True, CSMS)  # that is about the list
        assert len(place.asked) == 1


@requirement("C14.FR.02", "C14.FR.04", "C13.FR.03")
@in_virtual_time
async def test_who_is_listed_is_not_asked_about() -> None:
    async with office() as place:
        place.list(accepted(cache_expiry_date_time=place.later(10)))
        assert await place.try_() == (True, LIST)
        assert place.asked == []


@requirement("C14.FR.03")
@in_virtual_time
async def test_a_listed_refusal_is_asked_about() -> None:
    async with office() as place:
        place.list(info("Blocked"))
        assert await place.try_() == (True, CSMS)


@in_virtual_time
async def test_a_listed_refusal_is_final_without_post_authorization() -> None:
    async with office({"LocalAuthListCtrlr.DisablePostAuthorize": "true"}) as place:
        place.list(info("Blocked"))
        assert await place.try_() == (False, LIST)
        assert place.asked == []


@requirement("C14.FR.05")
@in_virtual_time
async def test_a_listed_token_whose_time_is_over_is_asked_about() -> None:
    async with office() as place:
        place.list(accepted(cache_expiry_date_time=place.later(-1)))
        place.say(info("Invalid"))
        assert await place.try_() == (False, CSMS)


@requirement("C13.FR.01", "C14.FR.01")
@in_virtual_time
async def test_the_list_comes_before_the_cache() -> None:
    async with office({"LocalAuthListCtrlr.DisablePostAuthorize": "true"}) as place:
        place.cache(accepted())
        place.list(info("Blocked"))
        assert await place.try_() == (False, LIST)
        assert place.authorization.known(DRIVER) == info("Blocked")


@requirement("C01.FR.05")
@in_virtual_time
async def test_without_pre_authorization_the_csms_is_always_asked() -> None:
    async with office({"AuthCtrlr.LocalPreAuthorize": "false"}) as place:
        place.cache(accepted())
        place.list(accepted())
        assert await place.try_() == (True, CSMS)


@requirement("C06.FR.02", "C06.FR.03")
@in_virtual_time
async def test_a_token_of_the_type_local_is_always_asked_about() -> None:
    token = IdTokenType(id_token="garage", type="Local")
    async with office() as place:
        place.cache(accepted(), token)
        assert await place.try_(token) == (True, CSMS)


@in_virtual_time
async def test_the_csms_is_never_asked_if_that_is_so_wanted() -> None:
    async with office({"AuthCtrlr.DisableRemoteAuthorization": "true"}) as place:
        assert (await place.try_())[0] is False
        place.cache(info("Blocked"))
        assert await place.try_() == (False, CACHE)
        place.cache(accepted())
        assert await place.try_() == (True, CACHE)
        assert place.asked == []


@in_virtual_time
async def test_nobody_has_to_be_authorised_if_that_is_so_wanted() -> None:
    async with office({"AuthCtrlr.Enabled": "false"}) as place:
        assert await place.try_() == (True, Source.NOT_NEEDED)
        assert place.asked == []


@requirement("C02.FR.01", "C05.FR.01")
@in_virtual_time
async def test_some_types_need_no_authorization() -> None:
    central = IdTokenType(id_token="app-17", type="Central")
    async with office() as place:
        assert await place.try_(NOBODY) == (True, Source.NOT_NEEDED)
        assert await place.try_(central, remote=True) == (True, Source.NOT_NEEDED)
        assert place.asked == []
        await place.try_(central)  # nobody can show what only the CSMS has
        assert place.asked == ["app-17"]


@in_virtual_time
async def test_a_type_that_is_not_supported_is_refused() -> None:
    async with office() as place:
        assert (await place.try_(IdTokenType(id_token="x", type="Telepathy")))[0] is False
        assert place.asked == []


@requirement("C01.FR.21")
@in_virtual_time
async def test_a_token_may_be_for_some_evses_only() -> None:
    async with office() as place:
        place.say(accepted(evse_id=[2, 3]))
        assert (await place.try_(evse_id=1))[0] is False
        assert (await place.try_(evse_id=2))[0] is True
        decision = await place.authorization.authorize(DRIVER)
        assert decision.at(3)
        assert not decision.at(1)


@in_virtual_time
async def test_an_error_of_the_csms_is_no_permission() -> None:
    def fail(_: object) -> None:
        raise Refusal(ErrorCode.INTERNAL_ERROR, "out of order")

    async with office() as place:
        place.lab.tester.answers["Authorize"] = fail
        assert await place.try_() == (False, CSMS)
        assert len(place.authorization.cache) == 0


# Offline


@requirement("C13.FR.02", "C13.FR.05")
@in_virtual_time
async def test_offline_the_list_and_the_cache_count() -> None:
    async with office(online=False) as place:
        assert (await place.try_())[0] is False
        place.cache(accepted())
        assert await place.try_() == (True, CACHE)
        place.list(info("Blocked"))
        assert await place.try_() == (False, LIST)
        place.list(accepted())
        assert await place.try_() == (True, LIST)
        place.list(accepted(cache_expiry_date_time=place.later(-1)))
        assert await place.try_() == (False, LIST)


@in_virtual_time
async def test_offline_nobody_is_let_in_if_that_is_so_wanted() -> None:
    async with office({"AuthCtrlr.LocalAuthorizeOffline": "false"}, online=False) as place:
        place.list(accepted())
        assert await place.try_() == (False, LIST)


@requirement("C13.FR.04", "C13.FR.06", "C15.FR.08", "C15.FR.01")
@in_virtual_time
async def test_offline_the_unknown_may_be_let_in() -> None:
    async with office({"AuthCtrlr.OfflineTxForUnknownIdEnabled": "true"}, online=False) as place:
        assert await place.try_() == (True, Source.OFFLINE)
        assert len(place.authorization.cache) == 0
        place.list(accepted(cache_expiry_date_time=place.later(-1)))  # known, but over
        assert await place.try_() == (False, LIST)
        place.list(info("Blocked"))
        assert await place.try_() == (False, LIST)


@in_virtual_time
async def test_a_connection_that_breaks_while_asking_is_none() -> None:
    async with office({"AuthCtrlr.LocalPreAuthorize": "false"}) as place:
        place.cache(accepted())

        def cut(_: object) -> AuthorizeResponse:
            place.lab.network.cut()
            return AuthorizeResponse(id_token_info=accepted())

        place.lab.tester.answers["Authorize"] = cut
        assert await place.try_() == (True, CACHE)


# What is said of it


@requirement("C04.FR.04")
def test_a_key_code_is_never_logged(caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level(logging.DEBUG)

    @in_virtual_time
    async def try_it() -> None:
        async with office() as place:
            await place.try_(IdTokenType(id_token="4711", type="KeyCode"))

    try_it()
    assert "KeyCode" in caplog.text
    assert "4711" not in caplog.text
    assert shown(DRIVER) == "ISO14443 04A1B2C3"
