"""Tokens and what is answered for them."""

from __future__ import annotations

from datetime import timedelta

import pytest
from tests.requirements import requirement
from tests.runtime.ref.csms.running import BEGIN, token

from ocpp21 import AuthorizationStatusEnumType as Status
from ocppref.csms.domain.authorization import Token, excludes_others, judge, key_of


@pytest.mark.parametrize("status", list(Status))
def test_the_status_of_a_known_token_is_answered(status: Status) -> None:
    assert judge(token(), Token("ISO14443", "ABCD", status), BEGIN).status is status


@requirement("C02.FR.02")
def test_no_authorization_needs_none() -> None:
    assert judge(token("", "NoAuthorization"), None, BEGIN).status is Status.ACCEPTED


@requirement("C04.FR.01")
def test_a_wrong_pin_is_invalid_and_a_strange_card_unknown() -> None:
    assert judge(token("0000", "KeyCode"), None, BEGIN).status is Status.INVALID
    assert judge(token("0000"), None, BEGIN).status is Status.UNKNOWN


@requirement("C01.FR.06", "C09.FR.09", "C09.FR.12")
def test_the_group_is_told() -> None:
    group = token("GROUP", "Central")
    info = judge(token(), Token("ISO14443", "ABCD", group_id_token=group), BEGIN)
    assert info.group_id_token == group


def test_a_token_expires() -> None:
    known = Token("ISO14443", "ABCD", cache_expiry=BEGIN)
    before = judge(token(), known, BEGIN - timedelta(seconds=1))
    assert (before.status, before.cache_expiry_date_time) == (Status.ACCEPTED, BEGIN)
    assert judge(token(), known, BEGIN).status is Status.EXPIRED
    blocked = Token("ISO14443", "ABCD", Status.BLOCKED, cache_expiry=BEGIN)
    assert judge(token(), blocked, BEGIN).status is Status.BLOCKED


@pytest.mark.parametrize(
    ("languages", "told"),
    [
        (("de", "en"), ("de", "en")),
        (("de", "de"), ("de", None)),
        ((None, "en"), (None, None)),
        (("de", None), ("de", None)),
    ],
)
def test_a_second_language_goes_with_a_first(
    languages: tuple[str | None, str | None], told: tuple[str | None, str | None]
) -> None:
    known = Token("ISO14443", "ABCD", language1=languages[0], language2=languages[1])
    info = judge(token(), known, BEGIN)
    assert (info.language1, info.language2) == told


def test_the_case_of_a_token_does_not_count_but_its_type_does() -> None:
    assert key_of(token("abCD")) == key_of(token("ABcd"))
    assert key_of(token("ABCD", "eMAID")) != key_of(token("ABCD"))


def test_a_pin_is_used_by_many() -> None:
    assert excludes_others(token())
    assert not excludes_others(token("1234", "KeyCode"))
