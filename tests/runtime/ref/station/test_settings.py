"""What a station is started with."""

from __future__ import annotations

from pathlib import Path

import pytest

from ocppj import SecurityProfile
from ocppref.station.config import ConfigError, ConnectorConfig, EvseConfig
from ocppref.station.settings import Options, read_settings

PEM = Path(__file__)  # nobody looks into it here


def file(folder: Path, text: str) -> Path:
    path = folder / "station.toml"
    path.write_text(text, encoding="utf-8")
    return path


def test_with_nothing_given_it_runs() -> None:
    settings = read_settings(Options())
    assert settings.config.identity == "CS001"
    assert settings.config.csms_url == "ws://127.0.0.1:9000/ocpp"
    assert settings.config.security is SecurityProfile.UNSECURED
    assert settings.config.evses == (EvseConfig(1),)
    assert settings.control_port is None
    assert settings.state == Path("CS001.db")


def test_a_file_says_it_all(tmp_path: Path) -> None:
    for name in ("ca.pem", "cs.pem"):
        (tmp_path / name).touch()
    settings = read_settings(
        Options(),
        file(
            tmp_path,
            """
            csms-url = "wss://csms.example/ocpp"
            identity = "CS|7"
            security-profile = 3
            ca = "ca.pem"
            cert = "cs.pem"
            control-port = 8100
            vendor = "Acme"
            model = "Wall"
            serial-number = "S7"
            firmware-version = "9"
            phases = 1

            [[evse]]
            max-power = 7400

            [[evse]]
            connectors = ["cCCS2", "cChaoJi"]
            dc = true
            phases = 3

            [variables]
            "TxCtrlr.EVConnectionTimeOut" = 30
            "AuthCtrlr.LocalPreAuthorize" = false
            "TxCtrlr.TxStartPoint" = ["EVConnected", "Authorized"]
            """,
        ),
    )
    config = settings.config
    assert (config.vendor, config.model, config.serial_number) == ("Acme", "Wall", "S7")
    assert config.firmware_version == "9" and config.identity == "CS|7"
    assert config.security is SecurityProfile.TLS_CERTIFICATE
    assert (config.ca, config.cert) == (tmp_path / "ca.pem", tmp_path / "cs.pem")
    assert config.evses == (
        EvseConfig(1, max_power=7400, phases=1),
        EvseConfig(
            2, (ConnectorConfig(1, "cCCS2"), ConnectorConfig(2, "cChaoJi")), 150_000, 3, dc=True
        ),
    )
    assert config.variables == {
        "TxCtrlr.EVConnectionTimeOut": "30",
        "AuthCtrlr.LocalPreAuthorize": "false",
        "TxCtrlr.TxStartPoint": "EVConnected,Authorized",
    }
    assert settings.control_port == 8100
    assert settings.state == tmp_path / "station.db"


def test_an_option_wins_over_the_file(tmp_path: Path) -> None:
    path = file(
        tmp_path,
        """
        identity = "FILE"
        evses = 2
        state = "kept.db"
        [variables]
        "TxCtrlr.EVConnectionTimeOut" = 30
        "ReservationCtrlr.Enabled" = true
        """,
    )
    options = Options(
        identity="OPTION", connectors=2, variables=("TxCtrlr.EVConnectionTimeOut=40",)
    )
    settings = read_settings(options, path)
    assert settings.config.identity == "OPTION"
    assert [len(evse.connectors) for evse in settings.config.evses] == [2, 2]
    assert settings.state == tmp_path / "kept.db"
    assert settings.config.variables == {
        "TxCtrlr.EVConnectionTimeOut": "40",
        "ReservationCtrlr.Enabled": "true",
    }
    assert read_settings(Options(state=Path("mine.db")), path).state == Path("mine.db")


@pytest.mark.parametrize(
    ("options", "profile"),
    [
        (Options(), 0),
        (Options(password="sixteen characters"), 1),
        (Options(csms_url="wss://c/ocpp", password="p" * 16, ca=PEM), 2),
        (Options(csms_url="wss://c/ocpp", cert=PEM, ca=PEM), 3),
        (Options(csms_url="wss://c/ocpp", cert=PEM, ca=PEM, security_profile=3), 3),
    ],
)
def test_the_security_profile_follows_from_what_is_given(options: Options, profile: int) -> None:
    assert read_settings(options).config.security == profile


@pytest.mark.parametrize(
    ("options", "says"),
    [
        (Options(csms_url="http://c/ocpp"), "begins with ws://"),
        (Options(csms_url="wss://c/ocpp", security_profile=0), "begins with ws://"),
        (Options(security_profile=1), "needs a password"),
        (Options(csms_url="wss://c/o", password="p" * 16), "needs --ca"),
        (Options(csms_url="wss://c/o", security_profile=3, ca=PEM), "needs --cert"),
        (Options(csms_url="wss://c/o", password="p" * 16, ca=Path("no.pem")), "no file no.pem"),
        (Options(manufacturer_ca=Path("no.pem")), "manufacturer_ca: there is no file no.pem"),
        (Options(csms_url="ws://c:99999/o"), "port"),
        (Options(identity="a:b"), "'a:b' is no identity"),
        (Options(variables=("TxCtrlr.EVConnectionTimeOut",)), "--set: .* has no value"),
    ],
)
def test_what_does_not_go_together_is_said(options: Options, says: str) -> None:
    with pytest.raises(ConfigError, match=says):
        read_settings(options)


@pytest.mark.parametrize(
    ("text", "says"),
    [
        ("identity = ", "this is no TOML"),
        ("identiy = 'x'", "identiy: there is no such setting"),
        ("csms_url = 'ws://x/y'", "csms_url: there is no such setting"),
        ("evses = 'two'", "evses: Input should be a valid integer"),
        ("security-profile = 4", "security-profile: "),
        ("[[evse]]\nmaxpower = 5", r"evse\.0\.maxpower: there is no such setting"),
        ("evses = 2\n[[evse]]", r"one by one as \[\[evse\]\]"),
        ("[[evse]]\nphases = 5", "EVSE 1: 5 phases"),
        ("[variables]\n'A.B' = {}", r"A\.B: "),
    ],
)
def test_what_is_wrong_in_a_file_is_said_with_its_name(
    tmp_path: Path, text: str, says: str
) -> None:
    path = file(tmp_path, text)
    with pytest.raises(ConfigError, match=says):
        read_settings(Options(), path)


def test_a_file_that_cannot_be_read_is_said(tmp_path: Path) -> None:
    with pytest.raises(ConfigError, match=r"nothing\.toml: No such file"):
        read_settings(Options(), tmp_path / "nothing.toml")
    with pytest.raises(ConfigError, match="Is a directory"):
        read_settings(Options(), tmp_path)
    path = tmp_path / "binary.toml"
    path.write_bytes(b"\xff\xfe\x00")
    with pytest.raises(ConfigError, match="this is no TOML"):
        read_settings(Options(), path)
