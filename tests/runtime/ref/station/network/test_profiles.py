"""The network profiles of a station."""

from __future__ import annotations

import logging
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
from tests.requirements import requirement
from tests.runtime.certificates import authority
from tests.runtime.ref.station.models import model, status

from ocpp21 import (
    APNAuthenticationEnumType,
    APNType,
    NetworkConnectionProfileType,
    OCPPInterfaceEnumType,
    OCPPTransportEnumType,
    OCPPVersionEnumType,
    SetNetworkProfileRequest,
)
from ocppj import NetworkProfile, SecurityProfile
from ocppref.station.config import ConfigError, StationConfig
from ocppref.station.device_model import variables
from ocppref.station.network import NetworkProfiles
from ocppref.station.store import MemoryStore, StateError, Store

PASSWORD = "a password of many letters"
PRIORITY = variables.NETWORK_CONFIGURATION_PRIORITY
CONFIG = StationConfig(csms_url="ws://one.example/ocpp")
SECURED = StationConfig(
    csms_url="ws://one.example/ocpp",
    security_profile=SecurityProfile.BASIC,
    password=PASSWORD,
)


class Rig:
    """A device model with its network profiles."""

    def __init__(self, config: StationConfig = CONFIG, store: Store | None = None) -> None:
        self.store = store or MemoryStore()
        self.model = model(config=config, store=self.store)
        self.network = NetworkProfiles(model=self.model, config=config, store=self.store)
        self.revised: list[list[str]] = []
        self.network.revised.connect(lambda profiles: self.revised.append(urls(profiles)))

    def set(self, slot: str, **values: str) -> None:
        for name, text in values.items():
            key = variables.APN.at(component_instance=slot).key._replace(variable=name)
            assert status(self.model, key, text) == ("Accepted", None), name

    def prioritise(self, text: str) -> tuple[str, str | None]:
        return status(self.model, PRIORITY.key, text)

    def connect(self, number: int = 0) -> bool:
        return self.network.connected(self.network.profiles()[number])

    def send(self, slot: int, **changes: object) -> tuple[str, str | None]:
        data = NetworkConnectionProfileType(
            ocpp_interface=OCPPInterfaceEnumType.ANY,
            ocpp_transport=OCPPTransportEnumType.JSON,
            message_timeout=20,
            ocpp_csms_url="ws://two.example/ocpp",
            security_profile=0,
        ).model_copy(update=changes)
        request = SetNetworkProfileRequest(configuration_slot=slot, connection_data=data)
        response = self.network.set_profile(request)
        info = response.status_info
        return response.status.value, None if info is None else info.reason_code


def urls(profiles: list[NetworkProfile]) -> list[str]:
    return [profile.url for profile in profiles]


def both(config: StationConfig = CONFIG, **second: str) -> Rig:
    """A station with two slots to connect with."""
    rig = Rig(config)
    rig.set("1", OcppCsmsUrl="ws://two.example/ocpp", **second)
    assert rig.prioritise("0,1") == ("Accepted", None)
    return rig


@pytest.fixture(scope="module")
def certified(tmp_path_factory: pytest.TempPathFactory) -> StationConfig:
    """A station with a certificate of the CSMS, and one of its own."""
    operator = authority(tmp_path_factory.mktemp("certificates"), "Operator")
    pair = operator.issue("CS001")
    return StationConfig(
        csms_url="wss://one.example/ocpp",
        security_profile=SecurityProfile.TLS_CERTIFICATE,
        ca=operator.file,
        cert=Path(pair.certificate),
        key=Path(pair.key or ""),
    )


class TestConnecting:
    def test_the_configuration_is_the_first_slot(self) -> None:
        [profile] = Rig(SECURED).network.profiles()
        assert profile == NetworkProfile(
            "ws://one.example/ocpp", "CS001", SecurityProfile.BASIC, PASSWORD, None, 30, 0
        )

    @requirement("B10.FR.04")
    def test_the_order_is_that_of_the_priority(self) -> None:
        rig = both()
        assert urls(rig.network.profiles()) == ["ws://one.example/ocpp", "ws://two.example/ocpp"]
        rig.prioritise("1,0")
        again = Rig(store=rig.store)
        assert urls(again.network.profiles()) == ["ws://two.example/ocpp", "ws://one.example/ocpp"]
        assert [profile.slot for profile in again.network.profiles()] == [1, 0]

    def test_a_slot_has_its_own_identity_password_and_timeout(self) -> None:
        own = "its own password, as long"
        rig = both(
            SECURED,
            Identity="other",
            BasicAuthPassword=own,
            MessageTimeout="9",
            SecurityProfile="1",
        )
        first, second = rig.network.profiles()
        assert (first.identity, first.password, first.message_timeout) == ("CS001", PASSWORD, 30)
        assert (second.identity, second.password, second.message_timeout) == ("other", own, 9)

    def test_what_cannot_be_used_is_left_out(self, caplog: pytest.LogCaptureFixture) -> None:
        config = StationConfig(
            variables={
                "OCPPCommCtrlr.NetworkConfigurationPriority": "1,0",
                "NetworkConfiguration[1].OcppCsmsUrl": "http://two.example",
            }
        )
        with caplog.at_level(logging.WARNING):
            assert [profile.slot for profile in Rig(config).network.profiles()] == [0]
        assert "network configuration 1: the URL has to be ws://" in caplog.text

    @pytest.mark.parametrize(
        ("config", "message"),
        [
            (StationConfig(csms_url="http://x"), "configuration 0: the URL has to be"),
            (
                StationConfig(csms_url="wss://x", security_profile=SecurityProfile(3)),
                "needs a root certificate",
            ),
            (
                StationConfig(
                    csms_url="wss://x",
                    security_profile=SecurityProfile(2),
                    password=PASSWORD,
                    ca=Path("/nonexistent/ca.pem"),
                ),
                "the certificates cannot be used",
            ),
            (StationConfig(identity="C S"), "an identity has"),
        ],
        ids=str,
    )
    def test_without_any_way_it_says_why(self, config: StationConfig, message: str) -> None:
        with pytest.raises(ConfigError, match=f"no way to the CSMS: .*{message}"):
            Rig(config).network.profiles()

    def test_certificates_make_tls(self, certified: StationConfig) -> None:
        [profile] = Rig(certified).network.profiles()
        assert profile.security is SecurityProfile.TLS_CERTIFICATE
        assert profile.tls is not None and profile.password is None


class TestConnected:
    @requirement("B10.FR.10")
    def test_whether_it_is_another_slot_than_before(self) -> None:
        rig = both()
        assert rig.connect(0) is False
        assert rig.connect(0) is False
        assert rig.connect(1) is True
        assert rig.connect(1) is False

    def test_the_variables_tell_of_it(self) -> None:
        rig = both(SECURED, MessageTimeout="9", SecurityProfile="1")
        rig.connect(1)
        assert rig.model[variables.ACTIVE_NETWORK_PROFILE] == 1
        assert rig.model[variables.SECURITY_PROFILE] == 1
        assert rig.model[variables.DEFAULT_MESSAGE_TIMEOUT] == 9

    @requirement("B09.FR.28")
    def test_what_the_slot_has_of_its_own_becomes_the_stations(self) -> None:
        own = "its own password, as long"
        rig = both(SECURED, Identity="other", BasicAuthPassword=own, SecurityProfile="1")
        rig.connect(0)
        assert rig.model[variables.IDENTITY] == "CS001"
        rig.connect(1)
        assert rig.model[variables.IDENTITY] == "other"
        assert rig.model[variables.BASIC_AUTH_PASSWORD] == own

    @requirement("B09.FR.27")
    def test_a_password_that_is_set_wins_over_that_of_the_slot(self) -> None:
        own, new = "its own password, as long", "a new password, as long"
        rig = both(SECURED, BasicAuthPassword=own, SecurityProfile="1")
        rig.connect(1)
        assert status(rig.model, variables.BASIC_AUTH_PASSWORD.key, new)[0] == "Accepted"
        assert rig.network.profiles()[1].password == new

    @requirement("A05.FR.06")
    def test_with_a_higher_profile_the_lower_ones_are_given_up(
        self, certified: StationConfig
    ) -> None:
        rig = Rig(
            StationConfig(
                csms_url="ws://one.example", ca=certified.ca, cert=certified.cert, key=certified.key
            )
        )
        rig.connect()
        rig.set("1", OcppCsmsUrl="wss://two.example", SecurityProfile="3")
        assert rig.prioritise("1,0") == ("Accepted", None)
        assert rig.connect(0) is True
        assert rig.model[variables.SECURITY_PROFILE] == 3
        assert rig.model[PRIORITY] == ("1",)
        assert rig.model[variables.OCPP_CSMS_URL.at(component_instance="0")] == ""
        assert rig.revised[-1] == ["wss://two.example"]

    def test_with_the_same_profile_nothing_is_given_up(self) -> None:
        rig = both()
        rig.connect(1)
        assert rig.model[PRIORITY] == ("0", "1")


class TestSetNetworkProfile:
    @requirement("B09.FR.01", "B09.FR.09")
    def test_a_good_one(self) -> None:
        rig = Rig()
        rig.connect()
        assert rig.send(1, identity="other") == ("Accepted", None)
        assert rig.model[variables.OCPP_CSMS_URL.at(component_instance="1")] == (
            "ws://two.example/ocpp"
        )
        assert rig.model[variables.SLOT_IDENTITY.at(component_instance="1")] == "other"
        assert rig.prioritise("0,1") == ("Accepted", None)
        again = Rig(store=rig.store)
        assert urls(again.network.profiles()) == ["ws://one.example/ocpp", "ws://two.example/ocpp"]

    def test_the_one_in_use_holds_from_the_next_attempt_on(self) -> None:
        rig = Rig()
        assert rig.send(0) == ("Accepted", None)
        assert rig.revised == [["ws://two.example/ocpp"]]

    def test_its_version_means_nothing(self) -> None:
        rig = Rig()
        assert rig.send(1, ocpp_version=OCPPVersionEnumType.OCPP12) == ("Accepted", None)
        assert rig.model[variables.OCPP_VERSION.at(component_instance="1")] == "OCPP21"

    @requirement("B09.FR.05")
    @pytest.mark.parametrize("slot", [3, -1, 2**31])
    def test_a_slot_that_is_not_there(self, slot: int) -> None:
        assert Rig().send(slot) == ("Rejected", "InvalidConfSlot")

    @requirement("B09.FR.02")
    @pytest.mark.parametrize(
        "changes",
        [
            {"ocpp_csms_url": "http://two.example"},
            {"ocpp_transport": OCPPTransportEnumType.SOAP},
            {"ocpp_interface": OCPPInterfaceEnumType.WIRED3},
            {"security_profile": 1},
            {"security_profile": 9},
            {"message_timeout": 0},
            {"apn": APNType(apn="x", apn_authentication=APNAuthenticationEnumType.AUTO, sim_pin=1)},
        ],
        ids=str,
    )
    def test_a_bad_one(self, changes: dict[str, object]) -> None:
        rig = Rig()
        assert rig.send(1, **changes) == ("Rejected", "InvalidNetworkConf")
        assert rig.model[variables.OCPP_CSMS_URL.at(component_instance="1")] == ""

    @requirement("B09.FR.04", "B09.FR.31")
    @pytest.mark.parametrize(
        ("allowed", "wanted", "code"),
        [
            ("false", 2, "NoSecurityDowngrade"),
            ("true", 2, None),
            ("true", 1, "NoSecurityDowngrade"),
            ("false", 3, None),
        ],
    )
    def test_a_step_down(
        self, certified: StationConfig, allowed: str, wanted: int, code: str | None
    ) -> None:
        rig = Rig(certified)
        rig.connect()
        status(rig.model, variables.ALLOW_SECURITY_PROFILE_DOWNGRADE.key, allowed)
        url = "ws://two.example" if wanted == 1 else "wss://two.example"
        changes = {
            "security_profile": wanted,
            "basic_auth_password": PASSWORD,
            "ocpp_csms_url": url,
        }
        assert rig.send(1, **changes) == ("Rejected" if code else "Accepted", code)

    @requirement("B09.FR.03")
    def test_it_cannot_be_kept(self) -> None:
        store = _Full()
        rig = Rig(store=store)
        store.full = True
        assert rig.send(1) == ("Failed", "OutOfStorage")


class _Full(MemoryStore):
    """A store that can take nothing any more, once it is full."""

    full = False

    @contextmanager
    def transaction(self) -> Iterator[None]:
        with super().transaction():
            yield
            if self.full:
                raise StateError("the disk is full")


class TestVariables:
    @requirement("B09.FR.22")
    def test_a_slot_that_may_be_used_any_time_is_not_changed(self) -> None:
        rig = Rig()
        key = variables.OCPP_CSMS_URL.at(component_instance="0").key
        assert status(rig.model, key, "ws://x") == ("Rejected", "ActiveNetworkConf")

    @requirement("B09.FR.23", "B09.FR.24", "B09.FR.25")
    @pytest.mark.parametrize(
        ("name", "good", "bad"),
        [
            ("OcppCsmsUrl", "wss://x.example/", "x.example"),
            ("OcppInterface", "Wired0", "Wired3"),
            ("MessageTimeout", "5", "0"),
            ("SecurityProfile", "2", "4"),
            ("Identity", "a|b", "a:b"),
            ("BasicAuthPassword", PASSWORD, "short"),
            ("BasicAuthPassword", "", "p" * 65),
            ("SimPin", "0123", "12"),
            ("PreferredNetwork", "26201", "D1"),
            ("VpnType", "IKEv2", "Tor"),
            ("ApnAuthentication", "PAP", "pap"),
        ],
    )
    def test_the_others_are_validated(self, name: str, good: str, bad: str) -> None:
        rig = Rig()
        key = variables.APN.at(component_instance="1").key._replace(variable=name)
        before = rig.model.text(key)
        assert status(rig.model, key, bad)[0] == "Rejected"
        assert rig.model.text(key) == before
        assert status(rig.model, key, good) == ("Accepted", None)

    @requirement("B09.FR.32", "B09.FR.35")
    def test_a_step_down(self, certified: StationConfig) -> None:
        rig = Rig(certified)
        rig.connect()
        key = variables.SLOT_SECURITY_PROFILE.at(component_instance="1").key
        downgrade = variables.ALLOW_SECURITY_PROFILE_DOWNGRADE.key
        assert status(rig.model, key, "2") == ("Rejected", "NoSecurityDowngrade")
        assert status(rig.model, downgrade, "true") == ("Accepted", None)
        assert status(rig.model, key, "2") == ("Accepted", None)
        assert status(rig.model, key, "1") == ("Rejected", "NoSecurityDowngrade")


class TestPriority:
    @requirement("B09.FR.20")
    def test_slots_are_taken_out(self) -> None:
        rig = both()
        assert rig.prioritise("1") == ("Accepted", None)
        assert rig.revised[-1] == ["ws://two.example/ocpp"]

    @requirement("B09.FR.33", "B10.FR.01")
    def test_good_slots_are_added(self) -> None:
        rig = Rig()
        rig.set("2", OcppCsmsUrl="ws://three.example")
        assert rig.prioritise("2,0") == ("Accepted", None)

    @requirement("B10.FR.01")
    def test_another_order_holds_from_the_reboot_on(self) -> None:
        rig = both()
        assert rig.prioritise("1,0") == ("RebootRequired", "NoError")
        assert rig.model[PRIORITY] == ("1", "0")

    @requirement("B09.FR.34", "B10.FR.02")
    def test_bad_slots_are_not_added(self) -> None:
        rig = Rig()
        assert rig.prioritise("0,1") == ("Rejected", "InvalidNetworkConf")
        rig.set("1", OcppCsmsUrl="ws://two.example", VpnEnabled="true")
        assert rig.prioritise("1,0") == ("Rejected", "InvalidNetworkConf")
        assert rig.model[PRIORITY] == ("0",)

    @pytest.mark.parametrize("text", ["", "3", "0,0", "0;1", "a"])
    def test_what_is_no_list_of_slots(self, text: str) -> None:
        assert Rig().prioritise(text) == ("Rejected", "InvalidValue")

    @requirement("A05.FR.02", "A05.FR.03")
    @pytest.mark.parametrize("profile", ["2", "3"])
    def test_without_certificates_security_is_not_raised(self, profile: str) -> None:
        rig = Rig(SECURED)
        rig.connect()
        rig.set("1", OcppCsmsUrl="wss://two.example", SecurityProfile=profile)
        assert rig.prioritise("1,0") == ("Rejected", "InvalidNetworkConf")
        assert rig.model[variables.SECURITY_PROFILE] == 1

    @requirement("A05.FR.03")
    def test_without_its_own_certificate_there_is_no_profile_3(
        self, certified: StationConfig
    ) -> None:
        config = StationConfig(
            ca=certified.ca, security_profile=SecurityProfile(1), password=PASSWORD
        )
        rig = Rig(config)
        rig.set("1", OcppCsmsUrl="wss://two.example", SecurityProfile="3")
        assert rig.prioritise("1,0") == ("Rejected", "InvalidNetworkConf")
        rig.set("1", SecurityProfile="2")
        assert rig.prioritise("1,0") == ("Accepted", None)

    @requirement("A05.FR.10")
    def test_a_slot_that_is_weaker_than_the_connection(self, certified: StationConfig) -> None:
        rig = Rig(certified)
        rig.set("1", OcppCsmsUrl="wss://two.example", BasicAuthPassword=PASSWORD)
        rig.model.write(variables.SLOT_SECURITY_PROFILE.at(component_instance="1"), 2)
        rig.connect()
        assert rig.prioritise("0,1") == ("Rejected", "NoSecurityDowngrade")

    @requirement("A05.FR.09")
    def test_nothing_goes_back_to_1_whatever_is_allowed(self, certified: StationConfig) -> None:
        rig = Rig(certified)
        rig.connect()
        status(rig.model, variables.ALLOW_SECURITY_PROFILE_DOWNGRADE.key, "true")
        rig.set("1", OcppCsmsUrl="ws://two.example", BasicAuthPassword=PASSWORD)
        rig.model.write(variables.SLOT_SECURITY_PROFILE.at(component_instance="1"), 1)
        assert rig.prioritise("0,1") == ("Rejected", "NoSecurityDowngrade")

    @requirement("A05.FR.08")
    def test_from_3_to_2_where_it_is_allowed(self, certified: StationConfig) -> None:
        rig = Rig(certified)
        rig.connect()
        status(rig.model, variables.ALLOW_SECURITY_PROFILE_DOWNGRADE.key, "true")
        rig.set(
            "1",
            OcppCsmsUrl="wss://two.example",
            SecurityProfile="2",
            BasicAuthPassword=PASSWORD,
        )
        assert rig.prioritise("1,0") == ("Accepted", None)
