"""The device model, and connectors."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

from tests.runtime.ref.csms.running import in_loop, store_at

from ocpp21 import ComponentType, EVSEType, ReportDataType, VariableAttributeType, VariableType
from ocppref.csms.storage import device_model
from ocppref.csms.storage.device_model import ConnectorState, NewValue

NOW = datetime(2025, 6, 1, 12, tzinfo=UTC)


def _report(component: str, variable: str, value: str, **place: object) -> ReportDataType:
    return ReportDataType(
        component=ComponentType(name=component, **place),
        variable=VariableType(name=variable),
        variable_attribute=[
            VariableAttributeType(value=value),
            VariableAttributeType(type="Target", value="other"),
        ],
    )


@in_loop
async def test_a_report_replaces_what_was_known(database_url: str) -> None:
    first = _report("EVSE", "Power", "1", evse=EVSEType(id=1))
    again = _report("evse", "POWER", "2", evse=EVSEType(id=1))
    other = _report("EVSE", "Power", "3", evse=EVSEType(id=2))
    async with store_at(database_url) as store:
        await store.write(lambda c: device_model.save_report(c, "CS001", [first, other], NOW))
        await store.write(lambda c: device_model.save_report(c, "CS001", [again], NOW))
        values = [
            await store.read(
                lambda c, e=each: device_model.read_value(c, "CS001", e.component, e.variable)
            )
            for each in (first, other)
        ]
        assert values == ["2", "3"]
        shown = await store.read(lambda c: device_model.read_variables(c, "CS001"))
        assert shown[0]["component"] == {"name": "evse", "evse": {"id": 1}}
        assert await store.read(lambda c: device_model.read_variables(c, "CS002")) == []


@in_loop
async def test_only_the_attribute_that_was_set_changes(database_url: str) -> None:
    known = _report("Clock", "Zone", "UTC")
    new = NewValue(known.component, known.variable, "Actual", "CET")
    stranger = NewValue(ComponentType(name="Not"), VariableType(name="Known"), "Actual", "x")
    async with store_at(database_url) as store:
        await store.write(lambda c: device_model.save_report(c, "CS001", [known], NOW))
        for each in (new, stranger):
            await store.write(lambda c, e=each: device_model.note_value(c, "CS001", e))
        [shown] = await store.read(lambda c: device_model.read_variables(c, "CS001"))
        assert shown["variableAttribute"] == [
            {"value": "CET"},
            {"type": "Target", "value": "other"},
        ]


@in_loop
async def test_an_older_status_does_not_replace_a_newer_one(database_url: str) -> None:
    def state(status: str, minutes: int) -> ConnectorState:
        return ConnectorState(1, 2, status, NOW + timedelta(minutes=minutes))

    async with store_at(database_url) as store:

        async def status_after(*states: ConnectorState) -> str:
            now = NOW + timedelta(minutes=10)
            for each in states:
                await store.write(lambda c, s=each: device_model.save_connector(c, "CS001", s, now))
            found = await store.read(lambda c: device_model.read_connectors(c, ["CS001", "CS002"]))
            assert found["CS002"] == []
            return found["CS001"][0].status

        assert await status_after(state("Occupied", 5), state("Available", 1)) == "Occupied"
        future = state("Faulted", 10**6)
        assert await status_after(future) == "Faulted"
        assert await status_after(state("Available", 6)) == "Available"
