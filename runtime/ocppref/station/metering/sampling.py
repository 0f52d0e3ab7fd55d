"""What is measured, as the variables of SampledDataCtrlr and AlignedDataCtrlr say now."""

from __future__ import annotations

from enum import Enum
from functools import partial

from ocpp21 import MeterValueType, ReadingContextEnumType, SignedMeterValueType
from ocppref.station.config import StationConfig
from ocppref.station.device_model import variables
from ocppref.station.device_model.handles import Boolean, Members
from ocppref.station.device_model.model import DeviceModel
from ocppref.station.hardware import Hardware
from ocppref.station.metering.measuring import Measurement, Measuring, Sign
from ocppref.station.metering.signing import Signer
from ocppref.station.store import Store
from ocppref.station.time import StationClock

_Context = ReadingContextEnumType


class Sample(Enum):
    """A kind of sample: what is measured, whether at all, and whether it is signed."""

    STARTED = "started"
    UPDATED = "updated"
    ENDED = "ended"
    ALIGNED = "aligned"
    """At a fixed time, outside of a transaction."""
    ALIGNED_UPDATED = "aligned updated"
    ALIGNED_ENDED = "aligned ended"


_MEASURANDS: dict[Sample, Members] = {
    Sample.STARTED: variables.SAMPLED_DATA_TX_STARTED_MEASURANDS,
    Sample.UPDATED: variables.SAMPLED_DATA_TX_UPDATED_MEASURANDS,
    Sample.ENDED: variables.SAMPLED_DATA_TX_ENDED_MEASURANDS,
    Sample.ALIGNED: variables.ALIGNED_DATA_MEASURANDS,
    Sample.ALIGNED_UPDATED: variables.ALIGNED_DATA_MEASURANDS,
    Sample.ALIGNED_ENDED: variables.ALIGNED_DATA_TX_ENDED_MEASURANDS,
}
_SAMPLED = (Sample.STARTED, Sample.UPDATED, Sample.ENDED)
# All of these have to be true for a signature (J01.FR.21, J02.FR.21).
_SIGNED: dict[Sample, tuple[Boolean, ...]] = {
    Sample.STARTED: (
        variables.SAMPLED_DATA_SIGN_READINGS,
        variables.SAMPLED_DATA_SIGN_STARTED_READINGS,
    ),
    Sample.UPDATED: (
        variables.SAMPLED_DATA_SIGN_READINGS,
        variables.SAMPLED_DATA_SIGN_UPDATED_READINGS,
    ),
    Sample.ENDED: (variables.SAMPLED_DATA_SIGN_READINGS,),
    Sample.ALIGNED: (variables.ALIGNED_DATA_SIGN_READINGS,),
    Sample.ALIGNED_UPDATED: (
        variables.ALIGNED_DATA_SIGN_READINGS,
        variables.ALIGNED_DATA_SIGN_UPDATED_READINGS,
    ),
    Sample.ALIGNED_ENDED: (variables.ALIGNED_DATA_SIGN_READINGS,),
}


class Sampling:
    """Takes samples. What is told of a register is durable together with what the caller keeps."""

    __slots__ = ("_clock", "_hardware", "_keyed", "_measuring", "_model", "_signer")

    def __init__(
        self,
        *,
        config: StationConfig,
        hardware: Hardware,
        model: DeviceModel,
        store: Store,
        clock: StationClock,
    ) -> None:
        self._hardware = hardware
        self._model = model
        self._clock = clock
        self._measuring = Measuring(hardware)
        self._signer = Signer(config, store)
        self._keyed: set[int] = set()
        for evse_id in hardware.evses:
            model.provide(
                variables.FISCAL_METER_PUBLIC_KEY.at(evse=evse_id),
                partial(self._signer.public_key, evse_id),
            )

    def is_on(self, sample: Sample) -> bool:
        """Whether samples of that kind are taken at all."""
        if sample in _SAMPLED:
            return self._model[variables.SAMPLED_DATA_ENABLED]
        return self._model[variables.ALIGNED_DATA_ENABLED]

    def signs(self, sample: Sample) -> bool:
        """Whether samples of that kind are signed."""
        return all(self._model[handle] for handle in _SIGNED[sample])

    def begin_interval(self, evse_id: int) -> None:
        """Let the first interval between fixed times begin now."""
        self._measuring.begin_series(evse_id, Sample.ALIGNED.value)

    def begin_transaction(self, evse_id: int) -> None:
        """Let intervals begin now, and the public key be due."""
        self._keyed.discard(evse_id)
        for sample in (Sample.UPDATED, Sample.ENDED, Sample.ALIGNED_UPDATED, Sample.ALIGNED_ENDED):
            self._measuring.begin_series(evse_id, sample.value)

    def take(
        self, sample: Sample, evse_id: int, context: ReadingContextEnumType
    ) -> MeterValueType | None:
        """Take a sample, if such samples are taken; None if there is nothing to tell."""
        return self.measure(sample, evse_id, context) if self.is_on(sample) else None

    def measure(
        self, sample: Sample, evse_id: int, context: ReadingContextEnumType
    ) -> MeterValueType | None:
        """Take a sample of what the variables say; None if nothing of that is measured."""
        return self.read(self._model[_MEASURANDS[sample]], evse_id, context, sample)

    def read(
        self,
        measurands: tuple[str, ...],
        evse_id: int,
        context: ReadingContextEnumType,
        sample: Sample,
    ) -> MeterValueType | None:
        """Take a sample of these measurands."""
        value = self._measuring.read(
            evse_id,
            measurands,
            context,
            self._clock.utc(),
            series=sample.value,
            without_phases=self._model[variables.SAMPLED_DATA_REGISTER_VALUES_WITHOUT_PHASES],
            sign=self._sign_for(sample, evse_id),
        )
        if value is not None:
            self._save(evse_id)
        return value

    def _sign_for(self, sample: Sample, evse_id: int) -> Sign | None:
        if not self.signs(sample):
            return None

        def sign(measurement: Measurement) -> SignedMeterValueType:
            return self._signer.sign(measurement, self._is_key_due(sample, evse_id))

        return sign

    def _is_key_due(self, sample: Sample, evse_id: int) -> bool:
        when = self._model[variables.PUBLIC_KEY_WITH_SIGNED_METER_VALUE]
        if when != "OncePerTransaction":
            return when == "EveryMeterValue"
        if sample is Sample.ALIGNED or evse_id in self._keyed:
            return False
        self._keyed.add(evse_id)
        return True

    def _save(self, evse_id: int) -> None:
        # A register that was told must not be less after a crash (J02.FR.16).
        for each in (evse_id,) if evse_id else tuple(self._hardware.evses):
            self._hardware.save(each)
