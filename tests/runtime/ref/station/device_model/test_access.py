"""Reading and writing variables as a CSMS does."""

from __future__ import annotations

import pytest
from tests.requirements import requirement
from tests.runtime.ref.station.models import TWO_EVSES, get, model, set_, status

from ocpp21 import (
    AttributeEnumType,
    ComponentType,
    GetVariableDataType,
    SetVariableDataType,
    VariableType,
)
from ocppref.station.config import StationConfig
from ocppref.station.device_model import VariableKey, variables

TIME_OUT = variables.EV_CONNECTION_TIME_OUT.key
ACTUAL, TARGET = AttributeEnumType.ACTUAL, AttributeEnumType.TARGET
MAX_SET = AttributeEnumType.MAX_SET


def read(key: VariableKey, attribute: AttributeEnumType = ACTUAL) -> tuple[str, str | None]:
    result = get(model(), key, attribute)
    return result.attribute_status.value, result.attribute_value


class TestGet:
    @requirement("B06.FR.04", "B06.FR.10")
    def test_a_value(self) -> None:
        assert read(TIME_OUT) == ("Accepted", "60")

    @requirement("B06.FR.02", "B06.FR.03")
    def test_the_answer_names_what_was_asked_for(self) -> None:
        component = ComponentType(name="txCTRLR")
        variable = VariableType(name="evConnectionTimeOut")
        data = GetVariableDataType(component=component, variable=variable, attribute_type=TARGET)
        result = model().get(data)
        assert (result.component, result.variable) == (component, variable)
        assert result.attribute_type is TARGET

    @requirement("B06.FR.11")
    def test_the_answer_says_actual_where_nothing_was_said(self) -> None:
        data = GetVariableDataType.read_json(
            '{"component": {"name": "TxCtrlr"}, "variable": {"name": "EVConnectionTimeOut"}}'
        )
        assert '"attributeType":"Actual"' in model().get(data).model_dump_json(by_alias=True)

    @requirement("B06.FR.06")
    @pytest.mark.parametrize(
        "key",
        [
            VariableKey("Nonsense", "Available"),
            VariableKey("EVSE", "Power", evse=2),
            VariableKey("Connector", "Available", evse=1, connector=2),
            VariableKey("TxCtrlr", "TxStartPoint", evse=1),
            VariableKey("NetworkConfiguration", "Apn", component_instance="3"),
        ],
        ids=str,
    )
    def test_an_unknown_component(self, key: VariableKey) -> None:
        assert read(key) == ("UnknownComponent", None)

    @requirement("B06.FR.07")
    @pytest.mark.parametrize(
        "key",
        [
            VariableKey("TxCtrlr", "Nonsense"),
            VariableKey("TxCtrlr", "TxStartPoint", "Nonsense"),
            VariableKey("DeviceDataCtrlr", "ItemsPerMessage", "Nonsense"),
        ],
        ids=str,
    )
    def test_an_unknown_variable(self, key: VariableKey) -> None:
        assert read(key) == ("UnknownVariable", None)

    @requirement("B06.FR.08")
    def test_an_unknown_attribute(self) -> None:
        assert read(TIME_OUT, TARGET) == ("NotSupportedAttributeType", None)
        power = variables.EVSE_POWER.at(evse=1).key
        assert read(power, AttributeEnumType.MIN_SET) == ("NotSupportedAttributeType", None)
        assert read(power, MAX_SET) == ("Accepted", "22000")

    @requirement("B06.FR.09")
    def test_a_password_is_not_told(self) -> None:
        here = model(config=StationConfig(password="a secret of many letters"))
        result = get(here, variables.BASIC_AUTH_PASSWORD.key)
        assert result.attribute_status.value == "Rejected"
        assert result.attribute_value is None
        assert result.attribute_status_info is not None
        assert result.attribute_status_info.reason_code == "WriteOnly"

    @requirement("B06.FR.13")
    def test_no_value_is_an_empty_one(self) -> None:
        assert read(variables.ACTIVE_NETWORK_PROFILE.key) == ("Accepted", "")

    @requirement("B06.FR.14")
    def test_an_instance(self) -> None:
        here = model({"DeviceDataCtrlr.ItemsPerMessage[GetVariables]": "7"})
        result = get(here, variables.ITEMS_PER_MESSAGE_GET_VARIABLES.key)
        assert (result.attribute_value, result.variable.instance) == ("7", "GetVariables")

    @requirement("B06.FR.15")
    @pytest.mark.parametrize("instance", [None, ""])
    def test_there_are_only_instances(self, instance: str | None) -> None:
        assert read(VariableKey("DeviceDataCtrlr", "ItemsPerMessage", instance)) == (
            "UnknownVariable",
            None,
        )
        slot = VariableKey("NetworkConfiguration", "Apn", component_instance=instance)
        assert read(slot) == ("UnknownComponent", None)

    def test_a_long_value_is_cut_off(self) -> None:
        here = model({"DeviceDataCtrlr.ReportingValueSize": "5"})
        assert get(here, variables.TX_STOP_POINT.key).attribute_value == "EVCon"


class TestSet:
    @requirement("B05.FR.10")
    def test_a_value(self) -> None:
        here = model()
        result = set_(here, TIME_OUT, "17")
        assert result.attribute_status.value == "Accepted"
        assert result.attribute_status_info is None
        assert here[variables.EV_CONNECTION_TIME_OUT] == 17

    @requirement("B05.FR.02", "B05.FR.03", "B05.FR.12")
    @pytest.mark.parametrize("attribute", [None, ACTUAL, TARGET])
    def test_the_answer_names_what_was_set(self, attribute: AttributeEnumType | None) -> None:
        component = ComponentType(name="txCTRLR")
        variable = VariableType(name="evConnectionTimeOut")
        data = SetVariableDataType(component=component, variable=variable, attribute_value="17")
        if attribute is not None:
            data.attribute_type = attribute
        result = model().set(data)
        assert (result.component, result.variable) == (component, variable)
        assert result.attribute_type is (attribute or ACTUAL)

    @requirement("B05.FR.04")
    def test_an_unknown_component(self) -> None:
        here = model()
        assert status(here, VariableKey("Nonsense", "X"), "1")[0] == "UnknownComponent"
        power = variables.EVSE_POWER_MAX_SET.at(evse=2)
        assert status(here, power.key, "1", MAX_SET)[0] == "UnknownComponent"

    @requirement("B05.FR.05")
    def test_an_unknown_variable(self) -> None:
        assert status(model(), VariableKey("TxCtrlr", "X"), "1")[0] == "UnknownVariable"

    @requirement("B05.FR.06")
    def test_an_unknown_attribute(self) -> None:
        assert status(model(), TIME_OUT, "1", TARGET)[0] == "NotSupportedAttributeType"

    @requirement("B05.FR.07")
    @pytest.mark.parametrize(
        ("key", "text"),
        [
            (TIME_OUT, "soon"),
            (TIME_OUT, ""),
            (variables.AUTH_ENABLED.key, "yes"),
            (variables.TX_START_POINT.key, "Authorized,Nonsense"),
            (variables.DISPLAY_MESSAGE_LANGUAGE.key, "xx"),
            (variables.TIME_SOURCE.key, "Heartbeat,Heartbeat"),
        ],
        ids=str,
    )
    def test_a_text_in_another_form(self, key: VariableKey, text: str) -> None:
        here = model()
        before = here.text(key)
        assert status(here, key, text) == ("Rejected", "InvalidValue")
        assert here.text(key) == before

    @requirement("B05.FR.08")
    def test_a_value_that_is_out_of_range(self) -> None:
        here = model()
        assert status(here, TIME_OUT, "0") == ("Rejected", "ValueOutOfRange")
        assert status(here, TIME_OUT, "86401") == ("Rejected", "ValueOutOfRange")
        power = variables.EVSE_POWER_MAX_SET.at(evse=1)
        assert status(here, power.key, "22001", MAX_SET) == ("Rejected", "ValueOutOfRange")
        assert here[variables.EV_CONNECTION_TIME_OUT] == 60

    @requirement("B05.FR.09")
    def test_what_is_read_only(self) -> None:
        here = model(config=StationConfig(evses=TWO_EVSES))
        assert status(here, variables.DATE_TIME.key, "x") == ("Rejected", "ReadOnly")
        assert status(here, variables.EVSE_POWER.at(evse=2).key, "1") == ("Rejected", "ReadOnly")

    @requirement("B05.FR.07")
    def test_a_value_that_is_too_long(self) -> None:
        here = model({"DeviceDataCtrlr.ConfigurationValueSize": "5"})
        key = variables.ORGANIZATION_NAME.key
        assert status(here, key, "123456") == ("Rejected", "TooLargeElement")
        assert status(here, key, "12345") == ("Accepted", None)
        longer = "x" * 65
        assert status(model(), key, longer) == ("Rejected", "TooLargeElement")

    def test_a_refusal_does_not_repeat_the_value(self) -> None:
        here = model()
        password = "p" * 65
        result = set_(here, variables.BASIC_AUTH_PASSWORD.key, password)
        assert result.attribute_status.value == "Rejected"
        assert "ppp" not in result.model_dump_json()
