"""Passwords, certificates and Basic authentication, apart from any connection."""

from __future__ import annotations

from base64 import b64encode

import pytest

from ocppj.credentials import (
    ClientCertificate,
    Credentials,
    SecurityProfile,
    Verdict,
    basic_authorization,
    certificate_names,
    password_matches,
    passwords,
    read_basic,
    read_certificate,
    security_profile,
)
from ocppj.errors import OCPPUsageError


def basic(text: bytes) -> str:
    return f"Basic {b64encode(text).decode()}"


@pytest.mark.parametrize(
    ("headers", "found"),
    [
        ([basic(b"CS001:secret")], ("CS001", "secret")),
        ([basic(b"CS001:")], ("CS001", "")),
        ([basic(b"CS001:a:b")], ("CS001", "a:b")),
        ([basic("CS001:pässword".encode())], ("CS001", "pässword")),
        ([basic(b"x:y").replace("Basic ", "bAsIc   ")], ("x", "y")),
        ([], None),
        ([basic(b"x:y"), basic(b"x:y")], None),
        ([basic(b"no colon")], None),
        ([basic(b"x:\xff")], None),
        (["Basic not/base*64"], None),
        (["Basic"], None),
        (["Bearer abc"], None),
        ([""], None),
    ],
)
def test_basic_authentication_is_read(headers: list[str], found: object) -> None:
    assert read_basic(headers) == found


def test_what_is_written_can_be_read() -> None:
    assert read_basic([basic_authorization("CS|1", "pä:ss")]) == ("CS|1", "pä:ss")


@pytest.mark.parametrize(
    ("given", "wanted", "same"),
    [("a", "a", True), ("a", "b", False), (None, "a", False), (None, "", False), ("é", "é", True)],
)
def test_passwords_match_only_if_they_are_the_same(
    given: str | None, wanted: str, same: bool
) -> None:
    assert password_matches(given, wanted) is same


def shown(
    identity: str = "CS001", password: str | None = None, name: str | None = None
) -> Credentials:
    certificate = None if name is None else ClientCertificate(b"der", name, "Operator", "1")
    return Credentials(identity, password, certificate, "192.0.2.1:1")


@pytest.mark.parametrize(
    ("credentials", "verdict"),
    [
        (shown("CS001", "right"), Verdict.ACCEPTED),
        (shown("CS001", "wrong"), Verdict.WRONG_CREDENTIALS),
        (shown("CS001", None), Verdict.WRONG_CREDENTIALS),
        (shown("CS002", "right"), Verdict.UNKNOWN_IDENTITY),
        (shown("CS002", ""), Verdict.UNKNOWN_IDENTITY),
    ],
)
def test_a_table_of_passwords(credentials: Credentials, verdict: Verdict) -> None:
    assert passwords({"CS001": "right"})(credentials) is verdict


@pytest.mark.parametrize(
    ("name", "verdict"),
    [("CS001", Verdict.ACCEPTED), ("cs001", Verdict.ACCEPTED), ("CS002", Verdict.FORBIDDEN)],
)
def test_the_common_name_is_to_be_the_identity(name: str, verdict: Verdict) -> None:
    assert certificate_names(shown(name=name)) is verdict


def test_no_certificate_is_not_enough() -> None:
    assert certificate_names(shown()) is Verdict.FORBIDDEN
    assert read_certificate(None) is None


def test_secrets_do_not_show() -> None:
    assert "hush" not in repr(shown(password="hush"))


def test_what_goes_with_each_profile() -> None:
    assert [(each.has_password, each.has_tls) for each in SecurityProfile] == [
        (False, False),
        (True, False),
        (True, True),
        (False, True),
    ]


def test_a_security_profile_has_a_number_from_0_to_3() -> None:
    assert [security_profile(number) for number in range(4)] == list(SecurityProfile)
    for wrong in (-1, 4):
        with pytest.raises(OCPPUsageError, match=f"{wrong} is no security profile: 0, 1, 2 or 3"):
            security_profile(wrong)
