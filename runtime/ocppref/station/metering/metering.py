"""Takes the samples when they are due, and says what goes into which message (J01, J02)."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime
from typing import NamedTuple

from ocpp21 import (
    MeterValuesRequest,
    MeterValueType,
    ReadingContextEnumType,
    TriggerReasonEnumType,
)
from ocppref.station.config import StationConfig
from ocppref.station.device_model import variables
from ocppref.station.device_model.keys import VariableKey
from ocppref.station.device_model.model import Change, DeviceModel
from ocppref.station.hardware import Hardware
from ocppref.station.metering.run import Run
from ocppref.station.metering.sampling import Sample, Sampling
from ocppref.station.metering.schedule import Alignment
from ocppref.station.outbox import Outbox
from ocppref.station.signals import Signal
from ocppref.station.store import Store
from ocppref.station.time import StationClock
from ocppref.station.timekeeper import TimeKeeper

_Context = ReadingContextEnumType


class Due(NamedTuple):
    """Meter values that are to be told of a transaction now, in an Updated event."""

    evse_id: int
    meter_values: list[MeterValueType]
    trigger: TriggerReasonEnumType


class Metering:
    """The meter values of a station.

    A transaction is one at an EVSE: `begin` and `end` give what goes into its messages, `due` what
    goes into an event in between. It is emitted in a transaction of the store. Call `begin` and
    `end` in one too.
    """

    def __init__(
        self,
        *,
        config: StationConfig,
        hardware: Hardware,
        model: DeviceModel,
        store: Store,
        clock: StationClock,
        outbox: Outbox,
        timekeeper: TimeKeeper,
    ) -> None:
        self.due: Signal[Due] = Signal()
        self._hardware = hardware
        self._model = model
        self._store = store
        self._clock = clock
        self._outbox = outbox
        self._timekeeper = timekeeper
        self._sampling = Sampling(
            config=config, hardware=hardware, model=model, store=store, clock=clock
        )
        self._runs: dict[int, Run] = {}
        self._aligned = Alignment(clock)
        self._aligned_ended = Alignment(clock)
        self._after_change: dict[VariableKey, Callable[[], None]] = {
            variables.SAMPLED_DATA_TX_UPDATED_INTERVAL.key: lambda: self._rearm_all(
                self._arm_updated
            ),
            variables.SAMPLED_DATA_TX_ENDED_INTERVAL.key: lambda: self._rearm_all(self._arm_ended),
            variables.ALIGNED_DATA_INTERVAL.key: self._realign,
            variables.ALIGNED_DATA_TX_ENDED_INTERVAL.key: self._realign,
        }

    def start(self) -> None:
        """Take samples from now on."""
        self._model.changed.connect(self._changed)
        self._timekeeper.adjusted.connect(lambda _: self._clock_set())
        for evse_id in (0, *self._hardware.evses):
            self._sampling.begin_interval(evse_id)
        self._realign()

    def close(self) -> None:
        """Take no more. The samples of running transactions stay in the store."""
        self._aligned.stop()
        self._aligned_ended.stop()
        for run in self._runs.values():
            run.stop()

    @property
    def signs(self) -> bool:
        """Whether the readings of a transaction are signed now."""
        return self._sampling.signs(Sample.ENDED)

    def begin(self, evse_id: int) -> list[MeterValueType]:
        """A transaction begins at an EVSE, or one that began without has found its EVSE.

        Gives what belongs into that event (E01.FR.09, E01.FR.17), and takes samples from now on.
        """
        run = self._run(evse_id, self._clock.now())
        run.load()
        run.take()  # of a transaction that never came to its end
        self._sampling.begin_transaction(evse_id)
        if first := self._sampling.take(Sample.ENDED, evse_id, _Context.TRANSACTION_BEGIN):
            run.sampled.add(first)
        self._arm(run)
        begun = self._sampling.take(Sample.STARTED, evse_id, _Context.TRANSACTION_BEGIN)
        return [] if begun is None else [begun]

    def end(self, evse_id: int) -> list[MeterValueType]:
        """The transaction ends: gives what belongs into Ended (E06.FR.11), by time."""
        run = self._runs.pop(evse_id, None)
        if run is None:
            return []
        run.stop()
        if last := self._sampling.take(Sample.ENDED, evse_id, _Context.TRANSACTION_END):
            run.sampled.add(last)
        self._realign()
        return run.take()

    def resume(self, evse_id: int, started: datetime) -> None:
        """A transaction goes on that began before this power-on."""
        passed = (self._clock.utc() - started).total_seconds()
        run = self._run(evse_id, self._clock.now() - passed)
        run.load()
        self._sampling.begin_transaction(evse_id)
        self._arm(run)

    def mark(self, evse_id: int, context: ReadingContextEnumType) -> None:
        """Keep what the meter says now for the end of the transaction, if one runs there.

        It is interrupted now, or goes on: `context` tells which.
        """
        run = self._runs.get(evse_id)
        if run is None:
            return
        with self._store.transaction():
            if value := self._sampling.take(Sample.ENDED, evse_id, context):
                run.sampled.add(value)

    def sample(
        self, evse_id: int, measurands: tuple[str, ...], context: ReadingContextEnumType
    ) -> MeterValueType | None:
        """Any measurands, now; None if nothing of that is measured there."""
        return self._sampling.read(measurands, evse_id, context, Sample.UPDATED)

    def trigger_event(self, evse_id: int) -> list[MeterValueType]:
        """What a TransactionEvent tells that the CSMS asked for (F06.FR.07)."""
        value = self._sampling.measure(Sample.UPDATED, evse_id, _Context.TRIGGER)
        return [] if value is None else [value]

    def trigger_values(self, evse_id: int) -> MeterValuesRequest | None:
        """What a MeterValues tells that the CSMS asked for (F06.FR.06); 0 is the main meter."""
        value = self._sampling.measure(Sample.ALIGNED, evse_id, _Context.TRIGGER)
        return None if value is None else MeterValuesRequest(evse_id=evse_id, meter_value=[value])

    def _run(self, evse_id: int, start: float) -> Run:
        if evse_id in self._runs:
            self._runs[evse_id].stop()
        run = self._runs[evse_id] = Run(evse_id, start, self._store, self._clock)
        return run

    def _changed(self, change: Change) -> None:
        arm = self._after_change.get(change.key)
        if arm is not None:
            arm()

    # Samples of transactions

    def _arm(self, run: Run) -> None:
        self._arm_updated(run)
        self._arm_ended(run)
        self._realign()

    def _arm_updated(self, run: Run) -> None:
        interval = self._model[variables.SAMPLED_DATA_TX_UPDATED_INTERVAL]
        run.updated.arm(interval, lambda: self._take_updated(run))

    def _arm_ended(self, run: Run) -> None:
        interval = self._model[variables.SAMPLED_DATA_TX_ENDED_INTERVAL]
        run.ended.arm(interval, lambda: self._take_ended(run))

    def _rearm_all(self, arm: Callable[[Run], None]) -> None:
        for run in self._runs.values():
            arm(run)

    def _take_updated(self, run: Run) -> None:
        self._tell(run.evse_id, Sample.UPDATED)

    def _take_ended(self, run: Run) -> None:
        with self._store.transaction():
            if value := self._sampling.take(Sample.ENDED, run.evse_id, _Context.SAMPLE_PERIODIC):
                run.sampled.add(value)

    def _tell(self, evse_id: int, sample: Sample) -> None:
        is_aligned = sample is Sample.ALIGNED_UPDATED
        context = _Context.SAMPLE_CLOCK if is_aligned else _Context.SAMPLE_PERIODIC
        trigger = (
            TriggerReasonEnumType.METER_VALUE_CLOCK
            if is_aligned
            else TriggerReasonEnumType.METER_VALUE_PERIODIC
        )
        with self._store.transaction():
            if value := self._sampling.take(sample, evse_id, context):
                self.due.emit(Due(evse_id, [value], trigger))

    # Samples at fixed times

    def _clock_set(self) -> None:
        self._aligned.stop()
        self._aligned_ended.stop()
        self._realign()

    def _realign(self) -> None:
        interval = self._model[variables.ALIGNED_DATA_INTERVAL]
        self._aligned.arm(interval, self._take_aligned)
        ended = self._model[variables.ALIGNED_DATA_TX_ENDED_INTERVAL] if self._runs else 0
        self._aligned_ended.arm(ended, self._take_aligned_ended)

    def _take_aligned(self) -> None:
        # J01.FR.20
        only_idle = self._model[variables.ALIGNED_DATA_SEND_DURING_IDLE]
        if self._runs and only_idle:
            return
        with self._store.transaction():
            for evse_id in (0, *self._hardware.evses):
                if evse_id not in self._runs:
                    self._tell_idle(evse_id)
                elif not self._is_idle_only(evse_id):
                    self._tell(evse_id, Sample.ALIGNED_UPDATED)  # J01.FR.22

    def _is_idle_only(self, evse_id: int) -> bool:
        """J01.FR.19: whether those of the EVSE are not told during its transactions."""
        return self._model[variables.ALIGNED_DATA_SEND_DURING_IDLE.at(evse=evse_id)]

    def _tell_idle(self, evse_id: int) -> None:
        value = self._sampling.take(Sample.ALIGNED, evse_id, _Context.SAMPLE_CLOCK)
        if value is not None:  # J01.FR.14
            self._outbox.post(MeterValuesRequest(evse_id=evse_id, meter_value=[value]))

    def _take_aligned_ended(self) -> None:
        with self._store.transaction():
            for run in self._runs.values():
                value = self._sampling.take(
                    Sample.ALIGNED_ENDED, run.evse_id, _Context.SAMPLE_CLOCK
                )
                if value is not None:
                    run.aligned.add(value)
