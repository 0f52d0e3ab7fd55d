"""What reports hold."""

from __future__ import annotations

from collections.abc import Sequence

import pytest
from tests.requirements import requirement
from tests.runtime.ref.station.models import TWO_EVSES, model

from ocpp21 import (
    ComponentCriterionEnumType,
    ComponentType,
    ComponentVariableType,
    EVSEType,
    MutabilityEnumType,
    ReportBaseEnumType,
    ReportDataType,
    VariableType,
)
from ocppref.station.config import StationConfig
from ocppref.station.device_model import DeviceModel, variables
from ocppref.station.device_model.keys import key_of

FULL = ReportBaseEnumType.FULL_INVENTORY
CONFIGURATION = ReportBaseEnumType.CONFIGURATION_INVENTORY
SUMMARY = ReportBaseEnumType.SUMMARY_INVENTORY
PASSWORD = "a password of many letters"


def station() -> DeviceModel:
    return model(config=StationConfig(evses=TWO_EVSES, password=PASSWORD))


def names(report: Sequence[ReportDataType]) -> list[str]:
    return [str(key_of(data.component, data.variable)) for data in report]


def wanted(
    name: str,
    variable: str | None = None,
    instance: str | None = None,
    *,
    component_instance: str | None = None,
    evse: EVSEType | None = None,
) -> ComponentVariableType:
    named = None if variable is None else VariableType(name=variable, instance=instance)
    component = ComponentType(name=name, instance=component_instance, evse=evse)
    return ComponentVariableType(component=component, variable=named)


class TestBaseReports:
    @requirement("B07.FR.08", "B09.FR.08")
    def test_the_full_one_has_every_variable(self) -> None:
        here = station()
        told = names(here.report(FULL))
        assert told == [str(key) for key in here.layout.by_key]
        assert len(set(told)) == len(told)
        assert "NetworkConfiguration[2].OcppCsmsUrl" in told

    @requirement("B09.FR.06", "B09.FR.10")
    def test_there_are_some_slots_for_the_network_and_each_can_be_written(self) -> None:
        slots = [
            each for each in station().report(FULL) if each.component.name == "NetworkConfiguration"
        ]
        assert len({each.component.instance for each in slots}) >= 2
        access = {each.variable.name: each.variable_attribute[0].mutability for each in slots}
        secret = {name for name, each in access.items() if each == "WriteOnly"}
        assert secret == {"ApnPassword", "BasicAuthPassword", "SimPin", "VpnKey", "VpnPassword"}
        fixed = {name for name, each in access.items() if each == "ReadOnly"}
        assert fixed == {"OcppTransport", "OcppVersion"}  # there is but one of each

    @requirement("B07.FR.07")
    def test_the_configuration_has_what_an_operator_can_set(self) -> None:
        here = station()
        told = names(here.report(CONFIGURATION))
        assert "TxCtrlr.EVConnectionTimeOut" in told
        assert "SecurityCtrlr.BasicAuthPassword" in told
        assert "EVSE@2.Power" in told  # its MaxSet
        assert "ClockCtrlr.DateTime" not in told
        writable = [str(key) for key, definition in here.layout if definition.writable]
        assert told == writable

    @requirement("B07.FR.09")
    def test_the_summary_has_how_it_stands(self) -> None:
        here = station()
        states = {
            "ChargingStation.AvailabilityState",
            "EVSE@1.AvailabilityState",
            "EVSE@2.AvailabilityState",
            "Connector@1/1.AvailabilityState",
            "Connector@1/2.AvailabilityState",
            "Connector@2/1.AvailabilityState",
        }
        assert set(names(here.report(SUMMARY))) == states
        here.write(variables.EVSE_PROBLEM.at(evse=2), True)
        assert set(names(here.report(SUMMARY))) == {*states, "EVSE@2.Problem"}

    @requirement("B07.FR.03", "B08.FR.03")
    def test_passwords_are_listed_but_not_told(self) -> None:
        report = station().report(FULL)
        assert PASSWORD not in "".join(data.model_dump_json() for data in report)
        for data in report:
            for attribute in data.variable_attribute:
                hidden = attribute.mutability is MutabilityEnumType.WRITE_ONLY
                assert (attribute.value is None) is hidden

    @requirement("B07.FR.11")
    def test_every_attribute_is_listed(self) -> None:
        [power] = [each for each in station().report(FULL) if names([each]) == ["EVSE@1.Power"]]
        assert [
            (each.type.value, each.value, each.mutability and each.mutability.value)
            for each in power.variable_attribute
        ] == [
            ("Actual", "0", "ReadOnly"),
            ("MaxSet", "11000", "ReadWrite"),
            ("Target", "", "ReadOnly"),
        ]

    @requirement("B07.FR.07", "B07.FR.08", "B08.FR.12")
    def test_characteristics_come_along(self) -> None:
        for data in station().report(FULL):
            assert data.variable_characteristics is not None
        [power] = [each for each in station().report(FULL) if names([each]) == ["EVSE@1.Power"]]
        assert power.variable_characteristics is not None
        assert power.variable_characteristics.max_limit == 11000
        assert power.variable_characteristics.unit == "W"

    def test_what_persists_and_what_never_changes_is_said(self) -> None:
        told = {
            name: data.variable_attribute[0]
            for data in station().report(FULL)
            for name in names([data])
        }
        assert told["TxCtrlr.EVConnectionTimeOut"].persistent
        assert not told["EVSE@1.AvailabilityState"].persistent
        assert told["EVSE@1.Available"].constant
        assert not told["EVSE@1.AvailabilityState"].constant


class TestCriteria:
    @staticmethod
    def components(here: DeviceModel, *criteria: str) -> set[str]:
        chosen = [ComponentCriterionEnumType(name) for name in criteria]
        found = here.find(chosen)
        return {str(key_of(data.component, data.variable).place) for data in found}

    @requirement("B08.FR.08")
    def test_available_or_without_that_variable(self) -> None:
        found = self.components(station(), "Available")
        assert {"EVSE@1", "TxCtrlr", "AuthCacheCtrlr"} <= found
        assert "SmartChargingCtrlr" not in found

    @requirement("B08.FR.09")
    def test_enabled_or_without_that_variable(self) -> None:
        here = station()
        assert {"EVSE@1", "AuthCacheCtrlr"} <= self.components(here, "Enabled")
        here.write(variables.AUTH_CACHE_ENABLED, False)
        assert "AuthCacheCtrlr" not in self.components(here, "Enabled")

    @requirement("B08.FR.07")
    def test_active_is_what_is_not_said_to_be_inactive(self) -> None:
        assert self.components(station(), "Active") == {
            str(entries[0].key.place) for entries in station().layout.places()
        }

    @requirement("B08.FR.10")
    def test_only_real_problems(self) -> None:
        here = station()
        assert self.components(here, "Problem") == set()
        here.write(variables.RETENTION_LOCK_PROBLEM.at(evse=1, connector=2), True)
        assert self.components(here, "Problem") == {"ConnectorPlugRetentionLock@1/2"}

    @requirement("B08.FR.13")
    def test_one_of_several_will_do(self) -> None:
        here = station()
        here.write(variables.AUTH_CACHE_ENABLED, False)
        here.write(variables.EVSE_PROBLEM.at(evse=1), True)
        found = self.components(here, "Problem", "Enabled")
        assert "EVSE@1" in found and "AuthCacheCtrlr" not in found
        assert "AuthCacheCtrlr" in self.components(here, "Available", "Enabled")

    def test_without_any_it_is_all(self) -> None:
        assert sorted(names(station().find())) == sorted(names(station().report(FULL)))


class TestComponentVariables:
    @staticmethod
    def found(*lines: ComponentVariableType, criteria: Sequence[str] = ()) -> list[str]:
        chosen = [ComponentCriterionEnumType(name) for name in criteria] or None
        return sorted(names(station().find(chosen, lines)))

    @requirement("B08.FR.11")
    def test_only_what_is_listed(self) -> None:
        assert self.found(wanted("TxCtrlr", "TxStartPoint"), wanted("clockctrlr", "DATETIME")) == [
            "ClockCtrlr.DateTime",
            "TxCtrlr.TxStartPoint",
        ]

    @requirement("B08.FR.20")
    def test_without_a_variable_all_of_the_component(self) -> None:
        found = self.found(wanted("ReservationCtrlr"))
        assert found == [
            "ReservationCtrlr.Available",
            "ReservationCtrlr.Enabled",
            "ReservationCtrlr.NonEvseSpecific",
        ]

    @requirement("B08.FR.21")
    @pytest.mark.parametrize("instance", [None, ""])
    def test_without_an_instance_every_one(self, instance: str | None) -> None:
        found = self.found(wanted("DeviceDataCtrlr", "BytesPerMessage", instance))
        assert [name.rpartition("[")[2] for name in found] == [
            "GetReport]",
            "GetVariables]",
            "SetVariables]",
        ]
        one = self.found(wanted("DeviceDataCtrlr", "BytesPerMessage", "getreport"))
        assert one == ["DeviceDataCtrlr.BytesPerMessage[GetReport]"]

    @requirement("B08.FR.22")
    def test_without_a_connector_every_one(self) -> None:
        evse = EVSEType(id=1)
        assert self.found(wanted("Connector", "ConnectorType", evse=evse)) == [
            "Connector@1/1.ConnectorType",
            "Connector@1/2.ConnectorType",
        ]
        one = EVSEType(id=1, connector_id=2)
        assert self.found(wanted("Connector", "ConnectorType", evse=one)) == [
            "Connector@1/2.ConnectorType"
        ]
        assert self.found(wanted("EVSE", "Power", evse=one)) == []

    @requirement("B08.FR.23")
    @pytest.mark.parametrize("evse", [None, EVSEType(id=0)])
    def test_without_an_evse_every_one(self, evse: EVSEType | None) -> None:
        assert self.found(wanted("EVSE", "Power", evse=evse)) == ["EVSE@1.Power", "EVSE@2.Power"]

    @requirement("B08.FR.24")
    def test_a_component_of_an_instance(self) -> None:
        line = wanted("NetworkConfiguration", "Apn", component_instance="1")
        assert self.found(line) == ["NetworkConfiguration[1].Apn"]
        assert self.found(wanted("TxCtrlr", "TxStartPoint", component_instance="1")) == []

    @requirement("B08.FR.25")
    def test_without_a_component_instance_every_one(self) -> None:
        assert len(self.found(wanted("NetworkConfiguration", "Apn"))) == 3

    @requirement("B08.FR.05")
    def test_both_criteria_and_list_bound_it(self) -> None:
        lines = [wanted("AuthCacheCtrlr", "Policy"), wanted("SmartChargingCtrlr")]
        assert self.found(*lines, criteria=["Available"]) == ["AuthCacheCtrlr.Policy"]
        assert self.found(*lines, criteria=["Problem"]) == []

    @requirement("B08.FR.15")
    def test_nothing_is_found(self) -> None:
        assert self.found(wanted("Nonsense")) == []
        assert self.found(wanted("TxCtrlr", "Nonsense")) == []
