"""What is masked in a frame, and what is left exactly as it is."""

from __future__ import annotations

import json

import pytest

from ocppj.observers.masking import MASKED, Mask


def call(payload: object) -> str:
    return json.dumps([2, "id-1", "Any", payload])


def masked(payload: object, mask: Mask | None = None) -> object:
    return json.loads((mask or Mask()).text(call(payload)))[3]


@pytest.mark.parametrize("name", ["BasicAuthPassword", "basicauthpassword", "SimPin", "VpnKey"])
def test_the_value_of_a_secret_variable_is_masked_wherever_it_stands(name: str) -> None:
    about = {"component": {"name": "SecurityCtrlr"}, "variable": {"name": name}}
    shown = json.dumps(
        masked(
            {
                "setVariableData": [{**about, "attributeValue": "tiger-1"}],
                "getVariableResult": [{**about, "attributeValue": "tiger-2"}],
                "reportData": [{**about, "variableAttribute": [{"value": "tiger-3"}]}],
                "eventData": [{**about, "actualValue": "tiger-4"}],
            }
        )
    )
    assert "tiger" not in shown
    assert shown.count(MASKED) == 4
    assert shown.count(name) == 4


def test_other_variables_keep_their_values() -> None:
    secret = {"variable": {"name": "BasicAuthPassword"}, "attributeValue": "tiger"}
    plain = {"variable": {"name": "Identity"}, "attributeValue": "CS001"}
    assert masked({"setVariableData": [secret, plain]}) == {
        "setVariableData": [{**secret, "attributeValue": MASKED}, plain]
    }


def test_the_secrets_of_a_network_profile_are_masked() -> None:
    profile = {
        "basicAuthPassword": "tiger",
        "apn": {"apn": "internet", "apnPassword": "tiger", "simPin": 1234},
        "vpn": {"server": "vpn.example", "user": "me", "password": "tiger", "key": "tiger"},
        "messageTimeout": 30,
    }
    assert masked({"configurationSlot": 1, "connectionData": profile}) == {
        "configurationSlot": 1,
        "connectionData": {
            "basicAuthPassword": MASKED,
            "apn": {"apn": "internet", "apnPassword": MASKED, "simPin": 0},
            "vpn": {"server": "vpn.example", "user": "me", "password": MASKED, "key": MASKED},
            "messageTimeout": 30,
        },
    }


def test_a_key_outside_a_vpn_is_no_secret() -> None:
    payload = {"key": "HeartbeatInterval", "value": "30", "password": True}
    assert masked(payload) == payload


def test_the_password_of_ocpp_1_6_is_masked() -> None:
    assert masked({"key": "AuthorizationKey", "value": "tiger"}) == {
        "key": "AuthorizationKey",
        "value": MASKED,
    }


def test_the_credentials_in_a_url_are_masked() -> None:
    found = masked({"remoteLocation": "ftp://me:ti@ger@files.example/logs?by=me@home"})
    assert found == {"remoteLocation": f"ftp://{MASKED}@files.example/logs?by=me@home"}


def test_a_name_that_is_spelt_with_escapes_is_found() -> None:
    text = call({"basicAuthPassword": "tiger"}).replace("Pass", "P\\u0061ss")
    assert "tiger" not in Mask().text(text)


def test_id_tokens_are_masked_only_if_that_is_asked_for() -> None:
    token = {"idToken": "04AABBCC", "type": "ISO14443"}
    additional = [{"additionalIdToken": "cousin", "type": "x"}]
    payload = {"idToken": {**token, "additionalInfo": additional}, "idTag": "04AABBCC"}
    assert masked(payload) == payload
    assert masked(payload, Mask(id_tokens=True)) == {
        "idToken": {
            "idToken": MASKED,
            "type": "ISO14443",
            "additionalInfo": [{"additionalIdToken": MASKED, "type": "x"}],
        },
        "idTag": MASKED,
    }


def test_names_of_ones_own_can_be_given() -> None:
    mask = Mask(keys={"vendorPin"}, variables={"Door.Code"})
    assert masked({"vendorPin": "1", "password": "2"}, mask) == {
        "vendorPin": MASKED,
        "password": "2",
    }


@pytest.mark.parametrize(
    "text",
    [
        '[2, "id-1",  "Heartbeat", {}]',
        '[3,"id-1",{"status" : "Accepted", "n": 1.0e2}]',
        '[2,"1","A",{"words":"the word password alone", "price":1.50}]',
        '[2,"1","A",{"at":"me@home: 5"}]',
        '[2,"1","A",{"name":"K\\u00f6ln"}]',
        '[2,"1","A",{broken',
    ],
)
def test_a_frame_without_a_secret_is_not_touched(text: str) -> None:
    assert Mask().text(text) == text


@pytest.mark.parametrize(
    "text",
    [
        '[2,"1","A",{"password":"tiger"',
        '[2,"1","A",{"password":"tiger","deep":' + "[" * 100_000,
        '[2,"1","A",{"password":"tiger","n":' + "9" * 5_000 + "}]",
    ],
    ids=["cut", "deep", "long number"],
)
def test_what_cannot_be_read_and_may_hold_a_secret_is_not_shown_at_all(text: str) -> None:
    assert Mask().text(text) == MASKED
