"""What a station says in these tests: as models of ours, and as the JSON that a peer reads."""

from __future__ import annotations

from datetime import UTC, datetime

import ocpp21

TIME = datetime(2025, 3, 1, 12, 0, tzinfo=UTC)
TIME_TEXT = "2025-03-01T12:00:00Z"

BOOT = ocpp21.BootNotificationRequest(
    charging_station=ocpp21.ChargingStationType(
        vendor_name="Example Works", model="Wall One", serial_number="0001"
    ),
    reason=ocpp21.BootReasonEnumType.POWER_UP,
)
BOOT_JSON: dict[str, object] = {
    "chargingStation": {
        "vendorName": "Example Works",
        "model": "Wall One",
        "serialNumber": "0001",
    },
    "reason": "PowerUp",
}

STATUS = ocpp21.StatusNotificationRequest(
    timestamp=TIME,
    connector_status=ocpp21.ConnectorStatusEnumType.OCCUPIED,
    evse_id=1,
    connector_id=2,
)
STATUS_JSON: dict[str, object] = {
    "timestamp": TIME_TEXT,
    "connectorStatus": "Occupied",
    "evseId": 1,
    "connectorId": 2,
}

STARTED = ocpp21.TransactionEventRequest(
    event_type=ocpp21.TransactionEventEnumType.STARTED,
    timestamp=TIME,
    trigger_reason=ocpp21.TriggerReasonEnumType.AUTHORIZED,
    seq_no=0,
    transaction_info=ocpp21.TransactionType(
        transaction_id="T-1", charging_state=ocpp21.ChargingStateEnumType.CHARGING
    ),
    evse=ocpp21.EVSEType(id=1, connector_id=2),
    id_token=ocpp21.IdTokenType(id_token="04A1B2", type="ISO14443"),
)
STARTED_JSON: dict[str, object] = {
    "eventType": "Started",
    "timestamp": TIME_TEXT,
    "triggerReason": "Authorized",
    "seqNo": 0,
    "transactionInfo": {"transactionId": "T-1", "chargingState": "Charging"},
    "evse": {"id": 1, "connectorId": 2},
    "idToken": {"idToken": "04A1B2", "type": "ISO14443"},
}

# Long enough that a peer packs it, once compression is agreed on.
READINGS = [1000.25 + step for step in range(40)]

METER_VALUES = ocpp21.MeterValuesRequest(
    evse_id=1,
    meter_value=[
        ocpp21.MeterValueType(
            timestamp=TIME,
            sampled_value=[
                ocpp21.SampledValueType(
                    value=reading,
                    context=ocpp21.ReadingContextEnumType.SAMPLE_CLOCK,
                    measurand=ocpp21.MeasurandEnumType.POWER_ACTIVE_IMPORT,
                    unit_of_measure=ocpp21.UnitOfMeasureType(unit="W", multiplier=0),
                )
            ],
        )
        for reading in READINGS
    ],
)
METER_VALUES_JSON: dict[str, object] = {
    "evseId": 1,
    "meterValue": [
        {
            "timestamp": TIME_TEXT,
            "sampledValue": [
                {
                    "value": reading,
                    "context": "Sample.Clock",
                    "measurand": "Power.Active.Import",
                    "unitOfMeasure": {"unit": "W", "multiplier": 0},
                }
            ],
        }
        for reading in READINGS
    ],
}

ASKED = ocpp21.GetVariablesRequest(
    get_variable_data=[
        ocpp21.GetVariableDataType(
            component=ocpp21.ComponentType(name="OCPPCommCtrlr"),
            variable=ocpp21.VariableType(name="HeartbeatInterval"),
        )
    ]
)
ASKED_JSON: dict[str, object] = {
    "getVariableData": [
        {"component": {"name": "OCPPCommCtrlr"}, "variable": {"name": "HeartbeatInterval"}}
    ]
}
TOLD_JSON: dict[str, object] = {
    "getVariableResult": [
        {
            "attributeStatus": "Accepted",
            "attributeValue": "300",
            "component": {"name": "OCPPCommCtrlr"},
            "variable": {"name": "HeartbeatInterval"},
        }
    ]
}

REPORT = ocpp21.GetBaseReportRequest(
    request_id=7, report_base=ocpp21.ReportBaseEnumType.FULL_INVENTORY
)
STREAM = ocpp21.NotifyPeriodicEventStream(
    id=1, pending=0, basetime=TIME, data=[ocpp21.StreamDataElementType(t=0.0, v="16.2")]
)
