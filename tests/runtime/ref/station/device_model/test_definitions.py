"""The catalogue: what a station has, and that it is what the standard says."""

from __future__ import annotations

import pytest

import ocpp21
from ocpp21 import AttributeEnumType, DataEnumType, MutabilityEnumType
from ocppref.station.device_model import values, variables
from ocppref.station.device_model.definitions import Definition, catalogue
from ocppref.station.device_model.handles import Handle

HANDLES = {name: value for name, value in vars(variables).items() if isinstance(value, Handle)}
LISTS = (DataEnumType.OPTION_LIST, DataEnumType.MEMBER_LIST, DataEnumType.SEQUENCE_LIST)

# Type, mutability, unit: as OCPP 2.1 Part 2, chapter 2 has the variables that every station of
# these functional blocks must have. "rw" may be "ro" where the standard leaves that to the station.
REQUIRED = """
OCPPCommCtrlr.ActiveNetworkProfile integer ReadOnly
OCPPCommCtrlr.FileTransferProtocols MemberList ReadOnly
OCPPCommCtrlr.MessageTimeout[Default] integer ReadOnly s
OCPPCommCtrlr.MessageAttempts[TransactionEvent] integer ReadWrite
OCPPCommCtrlr.MessageAttemptInterval[TransactionEvent] integer ReadWrite s
OCPPCommCtrlr.NetworkConfigurationPriority SequenceList ReadWrite
OCPPCommCtrlr.NetworkProfileConnectionAttempts integer ReadWrite
OCPPCommCtrlr.OfflineThreshold integer ReadWrite s
OCPPCommCtrlr.ResetRetries integer ReadWrite
OCPPCommCtrlr.UnlockOnEVSideDisconnect boolean ReadWrite
OCPPCommCtrlr.RetryBackOffRepeatTimes integer ReadWrite
OCPPCommCtrlr.RetryBackOffRandomRange integer ReadWrite s
OCPPCommCtrlr.RetryBackOffWaitMinimum integer ReadWrite s
OCPPCommCtrlr.WebSocketPingInterval integer ReadWrite s
DeviceDataCtrlr.ItemsPerMessage[GetReport] integer ReadOnly
DeviceDataCtrlr.ItemsPerMessage[GetVariables] integer ReadOnly
DeviceDataCtrlr.ItemsPerMessage[SetVariables] integer ReadOnly
DeviceDataCtrlr.BytesPerMessage[GetReport] integer ReadOnly B
DeviceDataCtrlr.BytesPerMessage[GetVariables] integer ReadOnly B
DeviceDataCtrlr.BytesPerMessage[SetVariables] integer ReadOnly B
ClockCtrlr.DateTime dateTime ReadOnly
ClockCtrlr.TimeSource SequenceList ReadWrite
NetworkConfiguration.OcppCsmsUrl string ReadWrite
NetworkConfiguration.OcppInterface OptionList ReadWrite
NetworkConfiguration.OcppTransport OptionList ReadOnly
NetworkConfiguration.OcppVersion OptionList ReadOnly
NetworkConfiguration.MessageTimeout integer ReadWrite s
NetworkConfiguration.SecurityProfile integer ReadWrite
NetworkConfiguration.BasicAuthPassword string WriteOnly
NetworkConfiguration.VpnEnabled boolean ReadWrite
NetworkConfiguration.ApnEnabled boolean ReadWrite
SecurityCtrlr.BasicAuthPassword string WriteOnly
SecurityCtrlr.OrganizationName string ReadWrite
SecurityCtrlr.CertificateEntries integer ReadOnly
SecurityCtrlr.SecurityProfile integer ReadOnly
ChargingStation.Available boolean ReadOnly
ChargingStation.AvailabilityState OptionList ReadOnly
ChargingStation.SupplyPhases integer ReadOnly
EVSE.Available boolean ReadOnly
EVSE.AvailabilityState OptionList ReadOnly
EVSE.SupplyPhases integer ReadOnly
EVSE.Power decimal ReadOnly W
Connector.Available boolean ReadOnly
Connector.AvailabilityState OptionList ReadOnly
Connector.ConnectorType string ReadOnly
Connector.SupplyPhases integer ReadOnly
AuthCtrlr.AuthorizeRemoteStart boolean ReadWrite
AuthCtrlr.LocalAuthorizeOffline boolean ReadWrite
AuthCtrlr.LocalPreAuthorize boolean ReadWrite
AuthCtrlr.SupportedIdTokenTypes MemberList ReadOnly
TxCtrlr.EVConnectionTimeOut integer ReadWrite s
TxCtrlr.StopTxOnEVSideDisconnect boolean ReadWrite
TxCtrlr.StopTxOnInvalidId boolean ReadWrite
TxCtrlr.TxStartPoint MemberList ReadWrite
TxCtrlr.TxStopPoint MemberList ReadWrite
SampledDataCtrlr.TxStartedMeasurands MemberList ReadWrite
SampledDataCtrlr.TxUpdatedMeasurands MemberList ReadWrite
SampledDataCtrlr.TxUpdatedInterval integer ReadWrite s
SampledDataCtrlr.TxEndedMeasurands MemberList ReadWrite
SampledDataCtrlr.TxEndedInterval integer ReadWrite s
AlignedDataCtrlr.Measurands MemberList ReadWrite
AlignedDataCtrlr.Interval integer ReadWrite s
AlignedDataCtrlr.TxEndedMeasurands MemberList ReadWrite
AlignedDataCtrlr.TxEndedInterval integer ReadWrite s
LocalAuthListCtrlr.Entries integer ReadOnly
LocalAuthListCtrlr.ItemsPerMessage integer ReadOnly
LocalAuthListCtrlr.BytesPerMessage integer ReadOnly B
MonitoringCtrlr.ItemsPerMessage[SetVariableMonitoring] integer ReadOnly
MonitoringCtrlr.BytesPerMessage[SetVariableMonitoring] integer ReadOnly B
DisplayMessageCtrlr.DisplayMessages integer ReadOnly
DisplayMessageCtrlr.SupportedFormats MemberList ReadOnly
DisplayMessageCtrlr.SupportedPriorities MemberList ReadOnly
DisplayMessageCtrlr.SupportedStates MemberList ReadOnly
DisplayMessageCtrlr.Language OptionList ReadWrite
""".strip().splitlines()

# What OCPP has an enumeration for.
ENUMERATED = {
    variables.EVSE_CHARGING_STATE: ocpp21.ChargingStateEnumType,
    variables.ACTIVE_MONITORING_BASE: ocpp21.MonitoringBaseEnumType,
    variables.DISPLAY_MESSAGE_SUPPORTED_FORMATS: ocpp21.MessageFormatEnumType,
    variables.DISPLAY_MESSAGE_SUPPORTED_PRIORITIES: ocpp21.MessagePriorityEnumType,
    variables.DISPLAY_MESSAGE_SUPPORTED_STATES: ocpp21.MessageStateEnumType,
    variables.STATION_AVAILABILITY_STATE: ocpp21.ConnectorStatusEnumType,
    variables.EVSE_AVAILABILITY_STATE: ocpp21.ConnectorStatusEnumType,
    variables.CONNECTOR_AVAILABILITY_STATE: ocpp21.ConnectorStatusEnumType,
    variables.SAMPLED_DATA_TX_UPDATED_MEASURANDS: ocpp21.MeasurandEnumType,
    variables.OCPP_INTERFACE: ocpp21.OCPPInterfaceEnumType,
    variables.VPN_TYPE: ocpp21.VPNEnumType,
    variables.APN_AUTHENTICATION: ocpp21.APNAuthenticationEnumType,
}


def name(definition: Definition) -> str:
    instance = f"[{definition.instance}]" if definition.instance else ""
    return f"{definition.component}.{definition.variable}{instance}"


BY_NAME = {name(definition): definition for definition in catalogue()}


def test_a_variable_is_there_once() -> None:
    there = {(name(definition), definition.scope) for definition in catalogue()}
    assert len(there) == len(catalogue()) > 150


@pytest.mark.parametrize("row", REQUIRED, ids=str.split)
def test_the_variables_that_every_station_must_have(row: str) -> None:
    wanted, data_type, access, *unit = row.split()
    definition = BY_NAME[wanted]
    assert definition.characteristics.data_type.value == data_type
    assert definition.attributes[AttributeEnumType.ACTUAL].value == access
    assert definition.characteristics.unit == (unit[0] if unit else None)


def test_every_variable_has_one_handle_of_its_type() -> None:
    handled = {}
    for title, handle in HANDLES.items():
        key = (handle.key.component, handle.key.variable, handle.key.instance)
        definition = BY_NAME[f"{key[0]}.{key[1]}" + (f"[{key[2]}]" if key[2] else "")]
        assert handle.attribute in definition.attributes, title
        assert definition.characteristics.data_type in handle.data_types, title
        assert handled.setdefault((key, handle.attribute), title) == title
    attributes = {
        ((each.component, each.variable, each.instance), attribute)
        for each in catalogue()
        for attribute in each.attributes
    }
    assert set(handled) == attributes


@pytest.mark.parametrize("definition", catalogue(), ids=name)
def test_a_definition_makes_sense(definition: Definition) -> None:
    characteristics = definition.characteristics
    assert definition.about.endswith(".") and len(definition.about) <= 200
    assert (characteristics.values is not None) == (characteristics.data_type in LISTS)
    assert len(",".join(characteristics.values or ())) <= 1000
    if definition.default:
        assert values.refuse(characteristics, definition.default) is None
    if definition.constant:
        assert not definition.writable
        assert definition.default, "a constant that has no value"
    else:
        assert definition.behaviour, "nothing reads or writes it"


@pytest.mark.parametrize("definition", catalogue(), ids=name)
def test_a_writable_number_is_bounded(definition: Definition) -> None:
    if definition.writable and definition.characteristics.data_type is DataEnumType.INTEGER:
        assert definition.characteristics.minimum is not None
        assert definition.characteristics.maximum is not None


@pytest.mark.parametrize(("handle", "enum"), ENUMERATED.items(), ids=repr)
def test_values_are_those_of_the_standard(handle: Handle[object], enum: type) -> None:
    listed = BY_NAME[f"{handle.key.component}.{handle.key.variable}"].characteristics.values
    assert set(listed or ()) <= {member.value for member in enum}


def test_booleans_and_writable_variables_always_have_a_value() -> None:
    for definition in catalogue():
        if definition.characteristics.data_type is DataEnumType.BOOLEAN:
            assert definition.default in ("true", "false"), name(definition)
        writable = definition.attributes[AttributeEnumType.ACTUAL] is MutabilityEnumType.READ_WRITE
        if writable and definition.characteristics.data_type is DataEnumType.INTEGER:
            assert definition.default, name(definition)


def test_what_comes_later_is_not_there() -> None:
    for later in ("SmartChargingCtrlr.Available", "TariffCostCtrlr.Available[Tariff]"):
        assert BY_NAME[later].constant and BY_NAME[later].default == "false"
    components = {definition.component for definition in catalogue()}
    assert not components & {"ISO15118Ctrlr", "V2XChargingCtrlr", "DCDERCtrlr", "PaymentCtrlr"}
