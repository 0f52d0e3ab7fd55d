"""Whether a token may charge, and who says so."""

from __future__ import annotations

from dataclasses import dataclass
from enum import Enum

from ocpp21 import AuthorizationStatusEnumType, IdTokenInfoType, IdTokenType


class Source(Enum):
    """Where a decision comes from."""

    NOT_NEEDED = "nobody has to be authorised"
    LOCAL_LIST = "Local Authorization List"
    CACHE = "authorization cache"
    CSMS = "CSMS"
    OFFLINE = "unknown, and the CSMS cannot be asked"


@dataclass(frozen=True, slots=True)
class Decision:
    """What was decided of a token. `info` is what is known of it."""

    accepted: bool
    info: IdTokenInfoType
    source: Source

    @property
    def group(self) -> IdTokenType | None:
        """The group of the token."""
        return self.info.group_id_token

    def at(self, evse_id: int) -> bool:
        """Whether it holds at that EVSE (C01.FR.21)."""
        return self.accepted and is_for(self.info, evse_id)


def is_for(info: IdTokenInfoType, evse_id: int | None) -> bool:
    """Whether what is known of a token is about that EVSE, or about any as long as it is None."""
    return evse_id is None or not info.evse_id or evse_id in info.evse_id


def is_accepted(info: IdTokenInfoType | None) -> bool:
    """Whether the token is known, and Accepted."""
    return info is not None and info.status is AuthorizationStatusEnumType.ACCEPTED


def languages_of(info: IdTokenInfoType) -> tuple[str, ...]:
    """The languages that the owner of a token reads, the best one first (C01.FR.08, C01.FR.09)."""
    return tuple(each for each in (info.language1, info.language2) if each)


def of(status: AuthorizationStatusEnumType) -> IdTokenInfoType:
    """Nothing is known but a status."""
    return IdTokenInfoType(status=status)
