"""The samples that are kept until the end of a transaction, in the store."""

from __future__ import annotations

from ocpp21 import MeterValueType, ReadingContextEnumType
from ocppref.station.store import Store

MOST_VALUES = 1000
"""So many SampledValues go into one message (J02.FR.20)."""

# What is paid for lies between the others: begin and end, of the transaction and of interruptions.
_BETWEEN = (ReadingContextEnumType.SAMPLE_CLOCK, ReadingContextEnumType.SAMPLE_PERIODIC)


class Series:
    """The samples of one EVSE's transaction, of one kind, in the order of their time."""

    __slots__ = ("_evse_id", "_kept", "_kind", "_last", "_store", "_values")

    def __init__(self, kind: str, evse_id: int, store: Store) -> None:
        self._kind = kind
        self._evse_id = evse_id
        self._store = store
        self._kept: list[tuple[int, MeterValueType]] = []
        self._last = 0
        self._values = 0

    def load(self) -> None:
        """Take up what was kept before this power-on."""
        prefix = f"{self._evse_id}."
        for key, text in self._store.load(self._kind).items():
            if key.startswith(prefix):
                self._last = int(key.removeprefix(prefix))
                self._take(self._last, MeterValueType.read_json(text))

    def add(self, value: MeterValueType) -> None:
        """Keep a sample. If there are too many, let some go."""
        self._last += 1
        self._store.put(self._kind, self._key(self._last), value.write_json())
        self._take(self._last, value)
        while self._values > MOST_VALUES and self._thin():
            pass

    def take(self) -> list[MeterValueType]:
        """All samples; none are kept any more."""
        for number, _ in self._kept:
            self._store.delete(self._kind, self._key(number))
        values = [value for _, value in self._kept]
        self._kept, self._values = [], 0
        return values

    def _take(self, number: int, value: MeterValueType) -> None:
        self._kept.append((number, value))
        self._values += len(value.sampled_value)

    def _thin(self) -> bool:
        """Let the second, fourth, sixth... go (E06.FR.13, J02.FR.20); False if there is none.

        They count from the first sample of the transaction, so that what is left is spread over
        its whole time: after every other one of the old ones went, every other one of those that
        came since goes before the old ones have their turn again.
        """
        first, between = self._kept[0][0], self._kept[1:-1]
        sheddable = [number - first for number, value in between if _may_be_missed(value)]
        if not sheddable:
            return False
        step = 2
        while not any(place % step for place in sheddable):
            step *= 2
        gone = {first + place for place in sheddable if place % step}
        for number in gone:
            self._store.delete(self._kind, self._key(number))
        self._kept = [each for each in self._kept if each[0] not in gone]
        self._values = sum(len(value.sampled_value) for _, value in self._kept)
        return True

    def _key(self, number: int) -> str:
        return f"{self._evse_id}.{number:06}"


def _may_be_missed(value: MeterValueType) -> bool:
    return all(each.context in _BETWEEN for each in value.sampled_value)
