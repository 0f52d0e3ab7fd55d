"""Meter values: when they are taken, and what is in them."""

from __future__ import annotations

import asyncio
from datetime import timedelta

import pytest
from tests.requirements import requirement
from tests.runtime.ref.station.models import set_
from tests.runtime.ref.station.plant import Plant, site
from tests.runtime.ref.station.tester import START, boot_answer

from ocpp21 import (
    LocationEnumType,
    MeasurandEnumType,
    MeterValuesRequest,
    MeterValueType,
    PhaseEnumType,
    ReadingContextEnumType,
    TriggerReasonEnumType,
)
from ocppj.testing import in_virtual_time
from ocppref.station.config import EvseConfig
from ocppref.station.device_model import variables

AC = EvseConfig(1, max_power=11_040.0)
SECOND = EvseConfig(2, max_power=11_040.0)
LINES = (PhaseEnumType.L1, PhaseEnumType.L2, PhaseEnumType.L3)
QUIET = {"AlignedDataCtrlr_Interval": "0"}
C = ReadingContextEnumType


def charge(plant: Plant, evse_id: int = 1) -> list[MeterValueType]:
    """Let a car charge, in a transaction."""
    plant.hardware.plug(evse_id)
    plant.hardware.evses[evse_id].permit()
    return plant.metering.begin(evse_id)


def contexts(values: list[MeterValueType]) -> list[ReadingContextEnumType]:
    return [value.sampled_value[0].context for value in values]


def energies(values: list[MeterValueType]) -> list[float]:
    return [value.sampled_value[0].value for value in values]


def minutes(values: list[MeterValueType]) -> list[float]:
    return [round((each.timestamp - START) / timedelta(minutes=1), 2) for each in values]


@requirement("E01.FR.09", "E02.FR.09", "E06.FR.11")
@in_virtual_time
async def test_a_transaction_tells_its_register_at_the_begin_and_at_the_end() -> None:
    async with site(AC) as the, the.running(**QUIET) as plant:
        [begun] = charge(plant)
        await asyncio.sleep(3600)
        first, last = plant.metering.end(1)
        assert contexts([begun, first, last]) == [
            C.TRANSACTION_BEGIN,
            C.TRANSACTION_BEGIN,
            C.TRANSACTION_END,
        ]
        assert energies([begun, first, last]) == [0.0, 0.0, 11_040.0]


@requirement("J02.FR.01", "J02.FR.11", "E02.FR.10")
@in_virtual_time
async def test_samples_come_at_each_interval_from_the_start_of_the_transaction() -> None:
    async with site(AC) as the, the.running(SampledDataCtrlr_TxUpdatedInterval="60", **QUIET) as it:
        await asyncio.sleep(29)  # so that it begins half a minute past twelve
        charge(it)
        await asyncio.sleep(185)
        assert [due.trigger for due in it.due] == [TriggerReasonEnumType.METER_VALUE_PERIODIC] * 3
        values = [value for due in it.due for value in due.meter_values]
        assert minutes(values) == [1.5, 2.5, 3.5]
        assert contexts(values) == [C.SAMPLE_PERIODIC] * 3
        assert energies(values) == [184.0, 368.0, 552.0]
        it.metering.end(1)
        await asyncio.sleep(1000)
        assert len(it.due) == 3


@in_virtual_time
async def test_a_new_interval_counts_at_once_and_from_the_start_too() -> None:
    async with site(AC) as the, the.running(**QUIET) as plant:
        charge(plant)
        await asyncio.sleep(25)
        set_(plant.model, variables.SAMPLED_DATA_TX_UPDATED_INTERVAL.key, "10")
        await asyncio.sleep(21)
        set_(plant.model, variables.SAMPLED_DATA_TX_UPDATED_INTERVAL.key, "0")
        await asyncio.sleep(1000)
        values = [value for due in plant.due for value in due.meter_values]
        start = plant.due[0].meter_values[0].timestamp - timedelta(seconds=30)
        assert [(each.timestamp - start).total_seconds() for each in values] == [30, 40]


@requirement("J02.FR.20")
@in_virtual_time
async def test_samples_for_the_end_are_sent_only_there() -> None:
    async with (
        site(AC) as the,
        the.running(
            SampledDataCtrlr_TxEndedInterval="600", SampledDataCtrlr_TxUpdatedInterval="0", **QUIET
        ) as plant,
    ):
        charge(plant)
        await asyncio.sleep(1900)
        assert plant.due == []
        values = plant.metering.end(1)
        assert contexts(values) == [
            C.TRANSACTION_BEGIN,
            *[C.SAMPLE_PERIODIC] * 3,
            C.TRANSACTION_END,
        ]
        assert energies(values)[:4] == [0.0, 1840.0, 3680.0, 5520.0]


@in_virtual_time
async def test_the_samples_and_the_grid_survive_a_reboot() -> None:
    async with site(AC) as the:
        settings = {"SampledDataCtrlr_TxEndedInterval": "600", **QUIET}
        async with the.running(**settings) as plant:
            [begun] = charge(plant)
            await asyncio.sleep(700)
        await asyncio.sleep(200)
        async with the.running(**settings) as plant:
            plant.metering.resume(1, begun.timestamp)
            plant.hardware.evses[1].permit()
            await asyncio.sleep(600)
            values = plant.metering.end(1)
            assert plant.metering.end(1) == []
        after = [(each.timestamp - begun.timestamp).total_seconds() for each in values]
        assert after[:3] == [0, 600, 1200]
        assert contexts(values)[0] is C.TRANSACTION_BEGIN
        assert energies(values) == sorted(energies(values))
        assert energies(values)[-1] > energies(values)[1]


@in_virtual_time
async def test_what_a_transaction_left_behind_is_not_told_of_the_next() -> None:
    async with site(AC) as the:
        async with the.running(**QUIET) as plant:
            charge(plant)
        async with the.running(**QUIET) as plant:
            plant.metering.begin(1)
            assert len(plant.metering.end(1)) == 2


@in_virtual_time
async def test_without_sampled_data_there_is_none() -> None:
    async with site(AC) as the, the.running(SampledDataCtrlr_Enabled="false", **QUIET) as plant:
        assert charge(plant) == []
        await asyncio.sleep(1000)
        assert plant.due == []
        assert plant.metering.end(1) == []


@in_virtual_time
async def test_without_measurands_there_is_nothing_to_tell() -> None:
    async with (
        site(AC) as the,
        the.running(
            SampledDataCtrlr_TxStartedMeasurands="",
            SampledDataCtrlr_TxUpdatedMeasurands="",
            SampledDataCtrlr_TxEndedMeasurands="",
            **QUIET,
        ) as plant,
    ):
        assert charge(plant) == []
        await asyncio.sleep(1000)
        assert plant.due == []
        assert plant.metering.end(1) == []


class TestAligned:
    @requirement("J01.FR.01", "J01.FR.02", "J01.FR.03", "J01.FR.05", "J01.FR.14", "J01.FR.17")
    @in_virtual_time
    async def test_values_come_for_each_evse_and_the_main_meter_by_the_clock(self) -> None:
        async with site(AC, SECOND) as the, the.running() as plant:
            plant.hardware.plug(1)
            plant.hardware.evses[1].permit()
            await asyncio.sleep(1850)
            messages: list[MeterValuesRequest] = the.tester.of("MeterValues")
            assert [message.evse_id for message in messages] == [0, 1, 2] * 2
            values = [message.meter_value[0] for message in messages]
            assert minutes(values) == [15, 15, 15, 30, 30, 30]
            assert contexts(values) == [C.SAMPLE_CLOCK] * 6
            assert energies(values)[0] == energies(values)[1] > 0 == energies(values)[2]
            locations = [value.sampled_value[0].location for value in values[:2]]
            assert locations == [LocationEnumType.INLET, LocationEnumType.OUTLET]

    @requirement("J01.FR.22")
    @in_virtual_time
    async def test_an_evse_in_a_transaction_tells_them_in_its_events(self) -> None:
        async with (
            site(AC, SECOND) as the,
            the.running(SampledDataCtrlr_TxUpdatedInterval="0") as plant,
        ):
            charge(plant)
            await asyncio.sleep(905)
            assert [message.evse_id for message in the.tester.of("MeterValues")] == [0, 2]
            [due] = plant.due
            assert due.trigger is TriggerReasonEnumType.METER_VALUE_CLOCK
            assert contexts(due.meter_values) == [C.SAMPLE_CLOCK]
            assert minutes(due.meter_values) == [15]

    @requirement("J01.FR.20")
    @in_virtual_time
    async def test_they_stop_while_a_transaction_runs_if_that_is_wanted(self) -> None:
        async with (
            site(AC, SECOND) as the,
            the.running(
                AlignedDataCtrlr_SendDuringIdle="true", SampledDataCtrlr_TxUpdatedInterval="0"
            ) as plant,
        ):
            charge(plant)
            await asyncio.sleep(905)
            assert the.tester.of("MeterValues") == [] and plant.due == []
            plant.metering.end(1)
            await asyncio.sleep(900)
            assert len(the.tester.of("MeterValues")) == 3

    @requirement("J01.FR.19")
    @in_virtual_time
    async def test_those_of_one_evse_stop_while_its_own_transaction_runs(self) -> None:
        async with (
            site(AC, SECOND) as the,
            the.running(SampledDataCtrlr_TxUpdatedInterval="0") as plant,
        ):
            set_(plant.model, variables.ALIGNED_DATA_SEND_DURING_IDLE.at(evse=1).key, "true")
            charge(plant, 1)
            charge(plant, 2)
            await asyncio.sleep(905)
            assert [due.evse_id for due in plant.due] == [2]
            plant.metering.end(1)
            await asyncio.sleep(900)
            assert [message.evse_id for message in the.tester.of("MeterValues")] == [0, 0, 1]

    @in_virtual_time
    async def test_those_for_the_end_are_told_there_among_the_others(self) -> None:
        async with (
            site(AC) as the,
            the.running(
                AlignedDataCtrlr_TxEndedInterval="300",
                SampledDataCtrlr_TxEndedInterval="240",
                **QUIET,
            ) as plant,
        ):
            await asyncio.sleep(59)
            charge(plant)
            await asyncio.sleep(600)
            values = plant.metering.end(1)
            assert minutes(values) == [1, 5, 5, 9, 10, 11]
            kinds = [C.SAMPLE_PERIODIC, C.SAMPLE_CLOCK]
            assert sorted(contexts(values)[1:3]) == sorted(kinds)
            await asyncio.sleep(600)
            assert plant.metering.end(1) == []

    @in_virtual_time
    async def test_they_are_not_taken_where_they_are_off(self) -> None:
        async with site(AC) as the, the.running(AlignedDataCtrlr_Enabled="false"):
            await asyncio.sleep(2000)
            assert the.tester.of("MeterValues") == []

    @in_virtual_time
    async def test_a_new_interval_counts_at_once(self) -> None:
        async with site(AC) as the, the.running() as plant:
            set_(plant.model, variables.ALIGNED_DATA_INTERVAL.key, "60")
            await asyncio.sleep(125)
            assert len(the.tester.of("MeterValues")) == 4

    @in_virtual_time
    async def test_they_follow_the_clock_when_the_csms_sets_it(self) -> None:
        async with site(AC) as the:
            ahead = START - timedelta(hours=5, minutes=1)
            the.tester.answers["BootNotification"] = boot_answer("Accepted", now=lambda: ahead)
            async with the.running():
                await asyncio.sleep(70)
                messages = the.tester.of("MeterValues")
                stamps = {message.meter_value[0].timestamp for message in messages}
                assert stamps == {START - timedelta(hours=5)}

    @in_virtual_time
    async def test_those_that_fall_due_without_a_connection_are_not_sent_later(self) -> None:
        async with site(AC) as the, the.running() as plant:
            await the.offline(plant, 1000)
            assert plant.outbox.waiting == 0
            assert the.tester.of("MeterValues") == []


class TestWhatIsMeasured:
    @requirement("J02.FR.06", "J02.FR.18")
    @in_virtual_time
    async def test_all_phases_are_told_at_one_moment(self) -> None:
        async with (
            site(AC) as the,
            the.running(
                SampledDataCtrlr_TxStartedMeasurands="Current.Import,Voltage,Power.Active.Import",
                **QUIET,
            ) as plant,
        ):
            [value] = charge(plant)
            found = {(each.measurand, each.phase) for each in value.sampled_value}
            lines = (PhaseEnumType.L1, PhaseEnumType.L2, PhaseEnumType.L3)
            assert {(MeasurandEnumType.CURRENT_IMPORT, line) for line in lines} < found
            assert len(found) == 3 + 3 + 4

    @in_virtual_time
    async def test_registers_of_single_phases_are_told_only_where_they_are_wanted(self) -> None:
        async with site(AC) as the, the.running(**QUIET) as plant:
            [value] = charge(plant)
            assert [each.phase for each in value.sampled_value] == [None]
            set_(
                plant.model,
                variables.SAMPLED_DATA_REGISTER_VALUES_WITHOUT_PHASES.key,
                "false",
            )
            value = plant.metering.end(1)[-1]
            assert len(value.sampled_value) == 4

    @in_virtual_time
    async def test_an_interval_is_what_came_since_the_value_before(self) -> None:
        async with (
            site(AC) as the,
            the.running(
                SampledDataCtrlr_TxUpdatedMeasurands="Energy.Active.Import.Interval",
                AlignedDataCtrlr_Measurands="Energy.Active.Import.Interval",
                SampledDataCtrlr_TxUpdatedInterval="600",
            ) as plant,
        ):
            charge(plant)
            await asyncio.sleep(1300)
            periodic = [each for each in plant.due if each.trigger.value == "MeterValuePeriodic"]
            assert [energies(each.meter_values) for each in periodic] == [[1840.0], [1840.0]]
            [clock] = [each for each in plant.due if each.trigger.value == "MeterValueClock"]
            assert energies(clock.meter_values) == [round(11_040.0 * 899 / 3600, 1)]

    @pytest.mark.parametrize("text", ["", "SoC"])
    @in_virtual_time
    async def test_what_the_main_meter_does_not_measure_is_not_sent(self, text: str) -> None:
        async with site(AC) as the, the.running(AlignedDataCtrlr_Measurands=text):
            await asyncio.sleep(905)
            assert the.tester.of("MeterValues") == []

    @requirement("J01.FR.11", "J01.FR.13", "J02.FR.07", "J02.FR.09")
    @in_virtual_time
    async def test_phases_are_those_of_the_grid_as_the_wiring_says(self) -> None:
        single = EvseConfig(1, max_power=3680.0, phases=1)
        async with (
            site(single, SECOND) as the,
            the.running(
                SampledDataCtrlr_TxStartedMeasurands="Current.Import",
                AlignedDataCtrlr_Measurands="Current.Import",
            ) as plant,
        ):
            [begun] = charge(plant)
            assert {each.phase: each.value for each in begun.sampled_value} == {LINES[0]: 16.0}
            charge(plant, 2)
            await asyncio.sleep(905)
            [main] = the.tester.of("MeterValues")
            at_grid = {each.phase: each.value for each in main.meter_value[0].sampled_value}
            assert at_grid == {LINES[0]: 32.0, LINES[1]: 16.0, LINES[2]: 16.0}
            rotation, at = variables.EVSE_PHASE_ROTATION, variables.CONNECTOR_PHASE_ROTATION
            assert plant.model[variables.STATION_PHASE_ROTATION] == "RST"
            assert [plant.model[rotation.at(evse=each)] for each in (1, 2)] == ["Rxx", "RST"]
            assert plant.model[at.at(evse=1, connector=1)] == "Rxx"


class TestInterrupted:
    @in_virtual_time
    async def test_the_end_tells_of_an_interruption(self) -> None:
        async with site(AC) as the, the.running(**QUIET) as plant:
            charge(plant)
            await asyncio.sleep(600)
            plant.metering.mark(1, C.INTERRUPTION_BEGIN)
            plant.hardware.evses[1].forbid()
            await asyncio.sleep(600)
            plant.metering.mark(1, C.INTERRUPTION_END)
            values = plant.metering.end(1)
            assert contexts(values) == [
                C.TRANSACTION_BEGIN,
                C.INTERRUPTION_BEGIN,
                C.INTERRUPTION_END,
                C.TRANSACTION_END,
            ]
            assert energies(values) == [0.0, 1840.0, 1840.0, 1840.0]

    @in_virtual_time
    async def test_without_a_transaction_there_is_none(self) -> None:
        async with site(AC) as the, the.running(**QUIET) as plant:
            plant.metering.mark(1, C.INTERRUPTION_BEGIN)
            charge(plant)
            assert contexts(plant.metering.end(1)) == [C.TRANSACTION_BEGIN, C.TRANSACTION_END]


class TestTriggered:
    @requirement("F06.FR.06")
    @in_virtual_time
    async def test_values_of_an_evse_and_of_the_main_meter(self) -> None:
        async with site(AC) as the, the.running(**QUIET) as plant:
            for evse_id in (0, 1):
                message = plant.metering.trigger_values(evse_id)
                assert message is not None and message.evse_id == evse_id
                assert contexts(message.meter_value) == [C.TRIGGER]

    @requirement("F06.FR.07")
    @in_virtual_time
    async def test_values_of_a_transaction(self) -> None:
        async with site(AC) as the, the.running(**QUIET) as plant:
            charge(plant)
            [value] = plant.metering.trigger_event(1)
            measured = [each.measurand.value for each in value.sampled_value if not each.phase]
            assert measured == ["Energy.Active.Import.Register", "Power.Active.Import"]
            assert contexts([value]) == [C.TRIGGER]


class TestRegisters:
    @requirement("J02.FR.16", "J02.FR.17")
    @in_virtual_time
    async def test_what_was_told_is_not_less_after_a_kill(self) -> None:
        async with site(AC) as the:
            plant = the.plant({"SampledDataCtrlr.TxUpdatedInterval": "60"})
            plant.start()
            await asyncio.sleep(1)
            charge(plant)
            await asyncio.sleep(305)
            [*_, told] = [value for due in plant.due for value in due.meter_values]
            again = the.plant()  # as after a kill: nothing was closed
            assert again.hardware.evses[1].energy == pytest.approx(energies([told])[0], abs=0.1)
            await plant.close()

    @requirement("J02.FR.17")
    @in_virtual_time
    async def test_the_next_transaction_begins_where_the_last_ended(self) -> None:
        async with site(AC) as the, the.running(**QUIET) as plant:
            charge(plant)
            await asyncio.sleep(600)
            last = plant.metering.end(1)[-1]
            plant.hardware.unplug(1)
            assert energies(charge(plant)) == energies([last])


class TestSigned:
    @requirement("J02.FR.21")
    @in_virtual_time
    async def test_readings_are_signed_where_the_variables_say_so(self) -> None:
        async with (
            site(AC) as the,
            the.running(
                SampledDataCtrlr_SignReadings="true",
                SampledDataCtrlr_SignUpdatedReadings="true",
                OCPPCommCtrlr_PublicKeyWithSignedMeterValue="OncePerTransaction",
                **QUIET,
            ) as plant,
        ):
            assert plant.metering.signs
            [begun] = charge(plant)
            await asyncio.sleep(61)
            [due] = plant.due
            first, last = plant.metering.end(1)
            signed = [each.sampled_value[0].signed_meter_value for each in (begun, first, last)]
            assert [each is not None for each in signed] == [False, True, True]
            register, power = due.meter_values[0].sampled_value[:2]
            assert register.signed_meter_value is not None and power.signed_meter_value is None
            keys = [each.public_key for each in signed if each is not None]
            assert keys[0] == plant.model[variables.FISCAL_METER_PUBLIC_KEY.at(evse=1)]
            assert keys[1] is None and register.signed_meter_value.public_key is None

    @requirement("J01.FR.21")
    @in_virtual_time
    async def test_values_at_fixed_times_are_signed_too_with_the_key_in_each(self) -> None:
        async with (
            site(AC) as the,
            the.running(
                AlignedDataCtrlr_SignReadings="true",
                OCPPCommCtrlr_PublicKeyWithSignedMeterValue="EveryMeterValue",
            ),
        ):
            await asyncio.sleep(905)
            for message in the.tester.of("MeterValues"):
                [value] = message.meter_value[0].sampled_value
                assert value.signed_meter_value.public_key.startswith("oca:base16:asn1:")

    @in_virtual_time
    async def test_nothing_is_signed_by_default(self) -> None:
        async with site(AC) as the, the.running(**QUIET) as plant:
            assert not plant.metering.signs
            [begun] = charge(plant)
            assert begun.sampled_value[0].signed_meter_value is None
