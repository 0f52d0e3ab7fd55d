"""A reservation, and whom it is for."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from ocpp21 import IdTokenType, ReserveNowRequest
from ocppref.station.authorization.tokens import is_same


@dataclass(frozen=True, slots=True)
class Reservation:
    """A reservation as the CSMS made it.

    Where `evse_id` is None it is for any EVSE, with that type of connector if one is given.
    """

    request: ReserveNowRequest

    @property
    def id(self) -> int:
        """Its id."""
        return self.request.id

    @property
    def evse_id(self) -> int | None:
        """The EVSE, if it is a certain one."""
        return self.request.evse_id

    @property
    def connector_type(self) -> str | None:
        """The type of the connector, if it is to be a certain one."""
        return self.request.connector_type

    @property
    def expiry(self) -> datetime:
        """When it ends."""
        return self.request.expiry_date_time

    def is_for_token(self, token: IdTokenType) -> bool:
        """Whether it was made for that token."""
        return is_same(self.request.id_token, token)

    def is_for_group(self, group: IdTokenType | None) -> bool:
        """Whether it was made for that group too."""
        return is_same(self.request.group_id_token, group)
