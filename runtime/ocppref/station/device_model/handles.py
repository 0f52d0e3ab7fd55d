"""Handles: the typed names by which parts of a station read and write its variables."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime
from typing import ClassVar, Generic, Self, TypeVar

from ocpp21 import AttributeEnumType, DataEnumType
from ocppref.station.device_model.keys import VariableKey
from ocppref.station.device_model.values import format_date_time, format_number, split

T = TypeVar("T")


class Handle(Generic[T]):
    """A Variable, or one attribute of it, and the type of its value.

    A handle names the Variable; `at` says of which EVSE, connector or instance.
    """

    __slots__ = ("attribute", "key")

    data_types: ClassVar[frozenset[DataEnumType]] = frozenset()

    def __init__(
        self,
        component: str,
        variable: str,
        instance: str | None = None,
        *,
        attribute: AttributeEnumType = AttributeEnumType.ACTUAL,
    ) -> None:
        self.key = VariableKey(component, variable, instance)
        self.attribute = attribute

    def __repr__(self) -> str:
        return f"{type(self).__name__}({self.key}#{self.attribute})"

    def at(
        self,
        *,
        evse: int | None = None,
        connector: int | None = None,
        instance: str | None = None,
        component_instance: str | None = None,
    ) -> Self:
        """The same Variable of that EVSE, that connector of it, or that instance."""
        other = type(self).__new__(type(self))
        other.attribute = self.attribute
        other.key = self.key._replace(
            evse=evse,
            connector=connector,
            instance=instance or self.key.instance,
            component_instance=component_instance,
        )
        return other

    def parse(self, text: str) -> T:
        """The value that a text stands for. Raises ValueError if it is none."""
        raise NotImplementedError

    def format(self, value: T) -> str:
        """The text that stands for a value."""
        raise NotImplementedError


class Integer(Handle[int]):
    """A whole number."""

    __slots__ = ()
    data_types = frozenset({DataEnumType.INTEGER})

    def parse(self, text: str) -> int:
        """The number."""
        return int(text)

    def format(self, value: int) -> str:
        """Its digits."""
        return str(int(value))


class Decimal(Handle[float]):
    """A number."""

    __slots__ = ()
    data_types = frozenset({DataEnumType.DECIMAL})

    def parse(self, text: str) -> float:
        """The number."""
        return float(text)

    def format(self, value: float) -> str:
        """Its digits, with six after the point at most."""
        return format_number(value)


class Boolean(Handle[bool]):
    """Yes or no."""

    __slots__ = ()
    data_types = frozenset({DataEnumType.BOOLEAN})

    def parse(self, text: str) -> bool:
        """True for "true"."""
        return text == "true"

    def format(self, value: bool) -> str:
        """The words "true" and "false"."""
        return "true" if value else "false"


class Text(Handle[str]):
    """Any text; "" where there is none."""

    __slots__ = ()
    data_types = frozenset({DataEnumType.STRING})

    def parse(self, text: str) -> str:
        """The same."""
        return text

    def format(self, value: str) -> str:
        """The same."""
        return value


class Member(Text):
    """One value of a list of possible ones."""

    __slots__ = ()
    data_types = frozenset({DataEnumType.OPTION_LIST})


class Members(Handle[tuple[str, ...]]):
    """Some values of a list of possible ones, in an order that matters for a SequenceList."""

    __slots__ = ()
    data_types = frozenset({DataEnumType.MEMBER_LIST, DataEnumType.SEQUENCE_LIST})

    def parse(self, text: str) -> tuple[str, ...]:
        """The values; none for an empty text."""
        return tuple(split(text))

    def format(self, value: Iterable[str]) -> str:
        """With commas between them."""
        return ",".join(value)


class DateTime(Handle[datetime]):
    """A date and time."""

    __slots__ = ()
    data_types = frozenset({DataEnumType.DATE_TIME})

    def parse(self, text: str) -> datetime:
        """With its zone."""
        return datetime.fromisoformat(text.upper())

    def format(self, value: datetime) -> str:
        """In UTC, with milliseconds."""
        return format_date_time(value)
