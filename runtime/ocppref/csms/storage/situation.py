"""What the database says about a Charging Station, for the rules that a request has to keep."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from datetime import datetime, timedelta

from sqlalchemy import Connection, select

from ocpp21 import ChargingProfileType, ComponentType, EVSEType, TariffType, VariableType
from ocppref.csms.domain.preconditions import HeldProfile
from ocppref.csms.storage import device_model, holdings, stations, tariffs
from ocppref.csms.storage.holdings import Kind
from ocppref.csms.storage.tables import NOTICES

_LATELY = timedelta(days=1)


class StoredSituation:
    """A `Situation`, read as it is asked for, within one transaction of the database."""

    def __init__(
        self,
        connection: Connection,
        station: str,
        transactions: Mapping[str, int | None],
        now: datetime,
    ) -> None:
        self._connection = connection
        self._station = station
        self._transactions = transactions
        self._now = now

    @property
    def now(self) -> datetime:
        """The time."""
        return self._now

    @property
    def security_profile(self) -> int | None:
        """The highest that it has come with."""
        record = stations.find(self._connection, self._station)
        return None if record is None else record.security_profile

    def value(
        self, component: str, variable: str, *, instance: str = "", evse_id: int | None = None
    ) -> str | None:
        """The actual value of a variable; None if it is not known."""
        evse = None if evse_id is None else EVSEType(id=evse_id)
        of = ComponentType(name=component, evse=evse)
        name = VariableType(name=variable, instance=instance or None)
        return device_model.read_value(self._connection, self._station, of, name)

    def open_transactions(self) -> Mapping[str, int | None]:
        """The EVSE of each transaction that goes on, by transactionId."""
        return self._transactions

    def profiles(self) -> Iterator[HeldProfile]:
        """The charging profiles that it holds."""
        found = holdings.read_all(self._connection, self._station, Kind.CHARGING_PROFILE)
        for held in found:
            evse_id, profiles = held["evseId"], held["chargingProfile"]
            assert isinstance(evse_id, int) and isinstance(profiles, list)
            for each in profiles:
                profile = ChargingProfileType.read_json(json.dumps(each))
                yield HeldProfile(evse_id, profile)

    def has_charging_needs(self) -> bool:
        """Whether an EV has told its needs by ISO 15118 lately."""
        where = (
            NOTICES.c.station == self._station,
            NOTICES.c.action == "NotifyEVChargingNeeds",
            NOTICES.c.received_at > self._now - _LATELY,
        )
        statement = select(NOTICES.c.id).where(*where).limit(1)
        return self._connection.execute(statement).first() is not None

    def tariff(self, tariff_id: str) -> TariffType | None:
        """The tariff that was ever sent anywhere with that id."""
        return tariffs.find(self._connection, tariff_id)
