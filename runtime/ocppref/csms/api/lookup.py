"""What most endpoints begin with: the station that is meant."""

from __future__ import annotations

from typing import Annotated

from fastapi import HTTPException, Path, Query

from ocppref.csms.identity import IDENTITY_PATTERN
from ocppref.csms.parts import Parts
from ocppref.csms.storage import stations as rows
from ocppref.csms.storage.stations import StationRecord

Identity = Annotated[str, Path(pattern=IDENTITY_PATTERN)]
Limit = Annotated[int, Query(ge=1, le=1000)]


async def find_station(parts: Parts, identity: str) -> StationRecord:
    """The station of an identity, in whatever case; answers 404 if there is none."""
    found = await parts.store.read(lambda c: rows.find(c, identity))
    if found is None:
        raise HTTPException(404, "there is no such Charging Station")
    return found
