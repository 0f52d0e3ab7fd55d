"""Options and the environment."""

from __future__ import annotations

import pytest

from ocppj import SecurityProfile
from ocppref.csms.errors import SettingsError
from ocppref.csms.settings import read_settings


def test_an_option_wins_over_the_environment(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("CSMS_PORT", "9100")
    monkeypatch.setenv("CSMS_HTTP_PORT", "")
    monkeypatch.setenv("LOG_LEVEL", "ERROR")
    settings = read_settings(port=None)
    assert (settings.port, settings.http_port, settings.log_level) == (9100, 8080, "ERROR")
    assert read_settings(port="9200").port == 9200


def test_the_defaults_serve_a_fresh_machine() -> None:
    settings = read_settings()
    assert settings.security_profile is SecurityProfile.BASIC
    assert settings.database_url.get_secret_value() == "sqlite+aiosqlite:///csms.db"


@pytest.mark.parametrize(
    ("given", "said"),
    [
        ({"port": "http"}, "--port: "),
        ({"port": 70000}, "--port: "),
        ({"security_profile": "4"}, "--security-profile: "),
        ({"security_profile": "2"}, "--tls-cert"),
        ({"security_profile": "3", "tls_cert": "x.pem"}, "--client-ca"),
        ({"tls_cert": "x.pem"}, "has no TLS"),
        ({"log_format": "xml"}, "--log-format: "),
        ({"price_per_kwh": "nan"}, "--price-per-kwh: "),
    ],
)
def test_what_cannot_be_used_is_told_by_its_option(given: dict[str, object], said: str) -> None:
    with pytest.raises(SettingsError, match=said):
        read_settings(**given)


def test_secrets_are_not_shown() -> None:
    settings = read_settings(
        api_token="hush", database_url="postgresql+asyncpg://user:hush@127.0.0.1/x"
    )
    assert "hush" not in repr(settings)
