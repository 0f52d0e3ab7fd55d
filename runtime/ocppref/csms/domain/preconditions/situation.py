"""What rules may ask about a Charging Station."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import datetime
from typing import NamedTuple, Protocol

from ocpp21 import ChargingProfileType, TariffType


class HeldProfile(NamedTuple):
    """A charging profile that the CSMS believes a station holds, and the EVSE it is for."""

    evse_id: int
    profile: ChargingProfileType


class Situation(Protocol):
    """A Charging Station as the CSMS knows it now."""

    @property
    def now(self) -> datetime:
        """The time."""
        ...

    @property
    def security_profile(self) -> int | None:
        """The highest that it has come with."""
        ...

    def value(
        self, component: str, variable: str, *, instance: str = "", evse_id: int | None = None
    ) -> str | None:
        """The actual value of a variable; None if it is not known."""
        ...

    def open_transactions(self) -> Mapping[str, int | None]:
        """The EVSE of each transaction that goes on, by transactionId."""
        ...

    def profiles(self) -> Iterable[HeldProfile]:
        """The charging profiles that it holds."""
        ...

    def has_charging_needs(self) -> bool:
        """Whether an EV has told its needs by ISO 15118 lately."""
        ...

    def tariff(self, tariff_id: str) -> TariffType | None:
        """The tariff that was ever sent anywhere with that id."""
        ...


def is_on(value: str | None) -> bool | None:
    """What a boolean variable says; None if it is not known."""
    return None if value is None else value.strip().lower() == "true"
