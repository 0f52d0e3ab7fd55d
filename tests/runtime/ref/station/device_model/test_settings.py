"""Variables as a person names them."""

from __future__ import annotations

import pytest
from tests.runtime.ref.station.models import TWO_EVSES, model

from ocpp21 import AttributeEnumType
from ocppref.station.config import StationConfig
from ocppref.station.device_model import VariableError, variables
from ocppref.station.device_model.settings import split


@pytest.mark.parametrize(
    ("text", "name", "value"),
    [
        ("TxCtrlr.EVConnectionTimeOut=30", "TxCtrlr.EVConnectionTimeOut", "30"),
        ("A.B[C]=x=y", "A.B[C]", "x=y"),
        (" A.B = true ", "A.B", "true"),
        ("NetworkConfiguration[1].Apn=", "NetworkConfiguration[1].Apn", ""),
        ("EVSE@1.Power#MaxSet=11000", "EVSE@1.Power#MaxSet", "11000"),
    ],
)
def test_a_setting(text: str, name: str, value: str) -> None:
    assert split(text) == (name, value)


@pytest.mark.parametrize("text", ["TxCtrlr.EVConnectionTimeOut", ""])
def test_a_setting_without_a_value(text: str) -> None:
    with pytest.raises(VariableError, match="has no value: write 'Component"):
        split(text)


@pytest.mark.parametrize("text", ["TxCtrlr=3", "=3", ".x=3", "A.B.C=3", "A[.B=3", "A.B]=3"])
def test_what_names_no_variable(text: str) -> None:
    with pytest.raises(VariableError, match="names no variable: write 'Component"):
        split(text)
    with pytest.raises(VariableError, match="names no variable: write 'Component"):
        model({text.partition("=")[0]: "3"})


def test_names_in_any_case() -> None:
    here = model(
        {"txctrlr.evconnectiontimeout": "30", "devicedatactrlr.ITEMSPERMESSAGE[getreport]": "9"}
    )
    assert here[variables.EV_CONNECTION_TIME_OUT] == 30
    assert here[variables.ITEMS_PER_MESSAGE_GET_REPORT] == 9


def test_one_evse_or_all() -> None:
    config = StationConfig(
        evses=TWO_EVSES,
        variables={"EVSE.Power#MaxSet": "5000", "EVSE@2.Power#MaxSet": "7000"},
    )
    here = model(config=config)
    assert here[variables.EVSE_POWER_MAX_SET.at(evse=1)] == 5000
    assert here[variables.EVSE_POWER_MAX_SET.at(evse=2)] == 7000


def test_a_slot() -> None:
    here = model({"NetworkConfiguration[1].OcppCsmsUrl": "ws://two.example"})
    assert here[variables.OCPP_CSMS_URL.at(component_instance="1")] == "ws://two.example"
    assert here[variables.OCPP_CSMS_URL.at(component_instance="2")] == ""


@pytest.mark.parametrize(
    ("name", "value", "message"),
    [
        (
            "TxCtrlr.EVConectionTimeout",
            "3",
            r"no variable TxCtrlr\.EVConectionTimeout; did you mean TxCtrlr\.EVConnectionTimeOut\?",
        ),
        (
            "DeviceDataCtrlr.ItemsPerMessage",
            "3",
            r"did you mean DeviceDataCtrlr\.ItemsPerMessage\[",
        ),
        ("ReservationCtrlr.X", "3", r"X; ReservationCtrlr has Available, Enabled, N"),
        ("Nonsense.X", "3", r"no variable Nonsense\.X$"),
        ("EVSE@3.Power#MaxSet", "3", r"EVSE@3.*; there is EVSE@1\.Power$"),
        ("NetworkConfiguration.Apn", "3", r"there is NetworkConfiguration\[0\]\.Apn, Net"),
        ("TxCtrlr.EVConnectionTimeOut", "soon", "cannot be set like that: an integer is wanted"),
        ("TxCtrlr.EVConnectionTimeOut", "0", "cannot be set like that: 1 is the least"),
        ("TxCtrlr.TxStartPoint", "Now", "only these values are possible: ParkingBayOccupancy, "),
        ("TxCtrlr.TxStartPoint#Target", "Now", r"TxCtrlr\.TxStartPoint has no Target"),
        ("TxCtrlr.TxStartPoint#Nonsense", "Now", "the attribute is one of Actual, Target"),
        ("SmartChargingCtrlr.Available", "true", "SmartChargingCtrlr.Available is always false"),
        ("EVSE.Power#MaxSet", "22001", r"EVSE@1\.Power cannot be set like that: 22000 is the most"),
    ],
)
def test_what_cannot_be_set(name: str, value: str, message: str) -> None:
    with pytest.raises(VariableError, match=message):
        model({name: value})


def test_lists_may_have_blanks() -> None:
    here = model({"TxCtrlr.TxStopPoint": "EVConnected, Authorized"})
    assert here.text(variables.TX_STOP_POINT.key, AttributeEnumType.ACTUAL) == (
        "EVConnected,Authorized"
    )
