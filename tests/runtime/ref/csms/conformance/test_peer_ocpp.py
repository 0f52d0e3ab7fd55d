"""Interoperability: a Charging Station on the package `ocpp`, over a socket."""

from __future__ import annotations

from ocpp.routing import on
from ocpp.v21 import call, call_result, datatypes, enums
from tests.e2e.ocpp_peers import PeerStation, peer_station
from tests.e2e.our_station import IDENTITY
from tests.runtime.ref.csms.running import PASSWORD, csms_at, in_loop

TIME = "2025-06-01T12:{:02}:00Z"
TOKEN = datatypes.IdTokenType(id_token="ABCD", type="ISO14443")


class _Reporting(PeerStation):
    """It answers nothing at all to an Action that it has no handler for."""

    @on(enums.Action.get_base_report)
    async def on_get_base_report(self, **fields: object) -> call_result.GetBaseReport:
        status = enums.GenericDeviceModelStatusEnumType.not_supported
        return call_result.GetBaseReport(status=status)


def _event(kind: enums.TransactionEventEnumType, seq_no: int, wh: float) -> call.TransactionEvent:
    sample = datatypes.SampledValueType(value=wh)
    return call.TransactionEvent(
        event_type=kind,
        timestamp=TIME.format(seq_no),
        trigger_reason=enums.TriggerReasonEnumType.authorized,
        seq_no=seq_no,
        transaction_info=datatypes.TransactionType(transaction_id="T-1"),
        evse=datatypes.EVSEType(id=1, connector_id=1),
        id_token=TOKEN,
        meter_value=[
            datatypes.MeterValueType(timestamp=TIME.format(seq_no), sampled_value=[sample])
        ],
    )


@in_loop
async def test_it_boots_charges_and_answers(database_url: str) -> None:
    async with csms_at(database_url) as served:
        await served.add_station(IDENTITY)
        await served.add_token()
        async with peer_station(served.port, _Reporting, password=PASSWORD) as station:
            await _boot(station)
            await _charge(station)
            body = {
                "getVariableData": [
                    {
                        "component": {"name": "OCPPCommCtrlr"},
                        "variable": {"name": "HeartbeatInterval"},
                    }
                ]
            }
            answer = await served.post(f"/stations/{IDENTITY}/actions/GetVariables", body)
            assert answer.json()["getVariableResult"][0]["attributeValue"] == "300"
            assert station.heard[0]["get_variable_data"]
        shown = await served.get(f"/transactions/{IDENTITY}/T-1")
        assert (shown["complete"], shown["energyWh"]) == (True, 200.0)
        [evse] = (await served.get(f"/stations/{IDENTITY}"))["evses"]
        assert evse["connectors"][0]["status"] == "Occupied"


async def _boot(station: PeerStation) -> None:
    machine = datatypes.ChargingStationType(vendor_name="Example Works", model="Wall One")
    boot = call.BootNotification(charging_station=machine, reason=enums.BootReasonEnumType.power_up)
    booted: call_result.BootNotification = await station.call(boot)
    assert booted.status == "Accepted" and booted.interval > 0
    assert (await station.call(call.Heartbeat())).current_time
    await station.call(
        call.StatusNotification(
            timestamp=TIME.format(0),
            connector_status=enums.ConnectorStatusEnumType.occupied,
            evse_id=1,
            connector_id=1,
        )
    )


async def _charge(station: PeerStation) -> None:
    allowed = await station.call(call.Authorize(id_token=TOKEN))
    assert allowed.id_token_info["status"] == "Accepted"
    kinds = enums.TransactionEventEnumType
    for number, kind in enumerate((kinds.started, kinds.updated, kinds.ended)):
        answer = await station.call(_event(kind, number, number * 100.0))
        assert answer.id_token_info["status"] == "Accepted"
