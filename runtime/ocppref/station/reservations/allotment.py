"""Which EVSEs have to be kept free for reservations that leave it open which one: pure rules.

`places` are the EVSEs that could still be had, each with the types of its connectors.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Protocol, TypeAlias

Places: TypeAlias = Mapping[int, frozenset[str]]


class Wish(Protocol):
    """What a reservation asks for."""

    @property
    def evse_id(self) -> int | None: ...

    @property
    def connector_type(self) -> str | None: ...


def fits(wish: Wish, evse_id: int, types: frozenset[str]) -> bool:
    """Whether an EVSE is what a reservation asks for."""
    if wish.evse_id not in (None, evse_id):
        return False
    return wish.connector_type is None or wish.connector_type in types


def can_be_met(wishes: Iterable[Wish], places: Places) -> bool:
    """Whether each can have an EVSE of its own."""
    taken: dict[int, Wish] = {}
    return all(_place(wish, places, taken, set()) for wish in wishes)


def needed(wishes: Iterable[Wish], places: Places) -> set[int]:
    """The EVSEs of which none can be given away without one of the wishes failing.

    With as many EVSEs as reservations these are all of them (H01.FR.20, H01.FR.24).
    """
    wishes = list(wishes)
    return {each for each in places if not can_be_met(wishes, _without(places, each))}


def allot(wishes: Iterable[Wish], free: Places, plugged: Places) -> set[int]:
    """The EVSEs that are Reserved.

    `free` are those that anybody could take, `plugged` those where a cable was plugged in while
    they were Reserved. The latter stay so for as long as they are needed (G01.FR.09).
    """
    wishes, plugged = list(wishes), dict(plugged)
    while True:
        found = needed(wishes, {**free, **plugged})
        if plugged.keys() <= found:
            return found
        plugged = {each: types for each, types in plugged.items() if each in found}


def _without(places: Places, evse_id: int) -> Places:
    return {each: types for each, types in places.items() if each != evse_id}


def _place(wish: Wish, places: Places, taken: dict[int, Wish], tried: set[int]) -> bool:
    """Find an EVSE for a wish; others move to another one for it if they can."""
    for evse_id, types in places.items():
        if evse_id in tried or not fits(wish, evse_id, types):
            continue
        tried.add(evse_id)
        other = taken.get(evse_id)
        if other is None or _place(other, places, taken, tried):
            taken[evse_id] = wish
            return True
    return False
