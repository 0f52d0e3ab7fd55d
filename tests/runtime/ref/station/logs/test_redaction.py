"""What is masked in a frame of a log."""

from __future__ import annotations

import json

import pytest
from hypothesis import given
from hypothesis import strategies as st
from tests.requirements import requirement

from ocppref.station.logs.redaction import redact

SECRET = "S3cret-S3cret-S3cret"


def call(action: str, payload: object) -> str:
    return json.dumps([2, "1", action, payload])


def setting(component: str, name: str, **more: object) -> str:
    data = {
        "component": {"name": component, "instance": "1"},
        "variable": {"name": name},
        "attributeValue": SECRET,
        **more,
    }
    return call("SetVariables", {"setVariableData": [data]})


@requirement("A01.FR.12")
@pytest.mark.parametrize(
    "frame",
    [
        setting("SecurityCtrlr", "BasicAuthPassword"),
        setting("securityctrlr", "basicauthpassword"),
        setting("NetworkConfiguration", "BasicAuthPassword"),
        setting("NetworkConfiguration", "ApnPassword"),
        setting("NetworkConfiguration", "VpnKey"),
        setting("NetworkConfiguration", "SimPin", attributeType="Actual"),
        call("SetNetworkProfile", {"connectionData": {"basicAuthPassword": SECRET}}),
        call("SetNetworkProfile", {"connectionData": {"vpn": {"password": SECRET}}}),
        call("SetNetworkProfile", {"connectionData": {"vpn": {"key": SECRET}}}),
        call("SetNetworkProfile", {"connectionData": {"apn": {"apnPassword": SECRET}}}),
        call("Authorize", {"idToken": {"idToken": SECRET, "type": "KeyCode"}}),
        call("GetLog", {"log": {"remoteLocation": f"https://me:{SECRET}@h.example/"}}),
        call("UpdateFirmware", {"firmware": {"location": f"http://{SECRET}@h.example/x"}}),
        call("NotifyCustomerInformation", {"data": SECRET, "generatedAt": "2025-06-01T12:00:00Z"}),
        SECRET,
    ],
)
def test_secrets_are_masked(frame: str) -> None:
    shown = redact(frame)
    assert SECRET not in shown
    assert shown.startswith("(") or json.loads(shown)[2] == json.loads(frame)[2]


def test_the_rest_is_shown() -> None:
    frames = [
        setting("TxCtrlr", "EVConnectionTimeOut"),
        call("Authorize", {"idToken": {"idToken": "04A1", "type": "ISO14443"}}),
        call("GetLog", {"log": {"remoteLocation": "https://h.example/me@home"}}),
    ]
    for frame in frames:
        assert json.loads(redact(frame)) == json.loads(frame)


@given(st.text())
def test_it_takes_any_text(text: str) -> None:
    redact(text)
