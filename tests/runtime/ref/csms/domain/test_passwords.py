"""Passwords at rest."""

from __future__ import annotations

import pytest
from tests.requirements import requirement

from ocppref.csms.domain.passwords import (
    hash_password,
    make_password,
    password_problem,
    verify_password,
)


@requirement("A01.FR.08")
def test_only_the_password_matches_its_hash() -> None:
    stored = hash_password("correct horse battery")
    assert verify_password("correct horse battery", stored)
    assert not verify_password("correct horse batterz", stored)
    assert "horse" not in stored


def test_two_hashes_of_one_password_differ() -> None:
    assert hash_password("correct horse battery") != hash_password("correct horse battery")


@requirement("A00.FR.205")
def test_a_made_password_is_one() -> None:
    assert password_problem(make_password()) is None
    assert make_password() != make_password()


@pytest.mark.parametrize("password", ["", "x" * 15, "x" * 65, "sixteen characte\n"])
def test_what_is_no_password_is_told(password: str) -> None:
    problem = password_problem(password)
    assert problem is not None
    assert password not in problem or not password
