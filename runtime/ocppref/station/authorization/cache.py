"""The authorization cache: what the CSMS said of tokens (C10, C11, C12)."""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta

from ocpp21 import IdTokenInfoType, IdTokenType
from ocppref.station.authorization.decision import is_accepted
from ocppref.station.authorization.tokens import (
    CENTRAL,
    NO_AUTHORIZATION,
    bare,
    bare_info,
    key_of,
)
from ocppref.station.device_model import DeviceModel, variables
from ocppref.station.store import Store
from ocppref.station.time import StationClock

KIND = "authorization_cache"
_NEVER_CACHED = {CENTRAL.casefold(), NO_AUTHORIZATION.casefold()}


@dataclass(slots=True)
class _Entry:
    """One token. `info` is JSON as on the wire, `written` a number that grows with each entry."""

    token: str
    info: str
    used: datetime
    uses: int
    written: int
    accepted: bool
    expires: datetime | None

    def read(self) -> IdTokenInfoType:
        return IdTokenInfoType.model_validate_json(self.info)

    def dump(self) -> str:
        values = [self.token, self.info, self.used.isoformat(), self.uses, self.written]
        return json.dumps(values, separators=(",", ":"))

    @property
    def size(self) -> int:
        return len(self.token) + len(self.info)


# Which of two gives way first, by AuthCacheCtrlr.Policy.
_ORDERS: dict[str, Callable[[_Entry], tuple[float, int]]] = {
    "LRU": lambda entry: (entry.used.timestamp(), entry.written),
    "LFU": lambda entry: (entry.uses, entry.written),
    "FIFO": lambda entry: (0, entry.written),
}


class Cache:
    """Tokens with what was last said of them, whatever that was (C10.FR.01).

    It survives reboots (C10.FR.02). While it is disabled it knows nothing and learns nothing.
    """

    __slots__ = ("_clock", "_entries", "_model", "_size", "_store", "_written")

    def __init__(self, *, clock: StationClock, store: Store, model: DeviceModel) -> None:
        self._clock = clock
        self._store = store
        self._model = model
        self._entries = {key: _load(text) for key, text in store.load(KIND).items()}
        self._written = max((entry.written for entry in self._entries.values()), default=0)
        self._size = sum(entry.size for entry in self._entries.values())
        model.write(variables.AUTH_CACHE_STORAGE, self._size)

    def __len__(self) -> int:
        """How many tokens there are, with those whose time is over."""
        return len(self._entries)

    @property
    def is_enabled(self) -> bool:
        """AuthCacheCtrlr.Enabled (C10.FR.11)."""
        return self._model[variables.AUTH_CACHE_ENABLED]

    def get(self, token: IdTokenType) -> IdTokenInfoType | None:
        """What is known of a token; None for nothing, or nothing any more."""
        entry = self._entries.get(key_of(token))
        if entry is None or not self.is_enabled:
            return None
        if self._is_over(entry):
            self.forget(token)  # C10.FR.10, C10.FR.13
            return None
        return entry.read()

    def use(self, token: IdTokenType) -> None:
        """A token was taken by what is known of it here: it is kept longer (C10.FR.08)."""
        entry = self._entries.get(key_of(token))
        if entry is not None:
            entry.used = self._clock.utc()
            entry.uses += 1
            self._store.put(KIND, key_of(token), entry.dump())

    def put(self, token: IdTokenType, info: IdTokenInfoType) -> None:
        """The CSMS has said something of a token (C10.FR.04, C10.FR.05)."""
        if not self.is_enabled or token.type.casefold() in _NEVER_CACHED:
            return  # C02.FR.03, C05.FR.02
        with self._store.transaction():
            self.forget(token)
            entry = self._make(token, bare_info(info))
            if self._is_over(entry):
                return  # C17.FR.01: such as a prepaid card
            if self._make_room(entry.size):
                self._entries[key_of(token)] = entry
                self._store.put(KIND, key_of(token), entry.dump())
                self._resize(entry.size)

    def forget(self, token: IdTokenType) -> None:
        """Know nothing of a token any more."""
        self._drop(key_of(token))

    def clear(self) -> None:
        """Know nothing any more (C11). Raises `StateError` if that fails; all is as before then."""
        with self._store.transaction():
            for key in self._entries:
                self._store.delete(KIND, key)
        self._entries.clear()
        self._resize(-self._size)

    def _make(self, token: IdTokenType, info: IdTokenInfoType) -> _Entry:
        self._written += 1
        return _Entry(
            token=bare(token).model_dump_json(by_alias=True, exclude_none=True),
            info=info.model_dump_json(by_alias=True, exclude_none=True),
            used=self._clock.utc(),
            uses=0,
            written=self._written,
            accepted=is_accepted(info),
            expires=info.cache_expiry_date_time,
        )

    def _is_over(self, entry: _Entry) -> bool:
        now = self._clock.utc()
        if entry.expires is not None:
            return now >= entry.expires  # C10.FR.13
        life = timedelta(seconds=self._model[variables.AUTH_CACHE_LIFE_TIME])
        return now - entry.used > life  # C10.FR.08, C10.FR.10

    def _make_room(self, size: int) -> bool:
        """C10.FR.07: the newest gets in, unless it alone is too large."""
        entry = self._model.entry(variables.AUTH_CACHE_STORAGE.key)
        most = self._model.characteristics(entry).maximum
        if most is None:
            return True
        order = _ORDERS[self._model[variables.AUTH_CACHE_POLICY]]
        while self._entries and self._size + size > most:
            self._drop(min(self._entries, key=lambda key: self._rank(key, order)))
        return size <= most

    def _rank(
        self, key: str, order: Callable[[_Entry], tuple[float, int]]
    ) -> tuple[bool, bool, float, int]:
        entry = self._entries[key]
        return (not self._is_over(entry), entry.accepted, *order(entry))

    def _drop(self, key: str) -> None:
        entry = self._entries.pop(key, None)
        if entry is not None:
            self._store.delete(KIND, key)
            self._resize(-entry.size)

    def _resize(self, by: int) -> None:
        self._size += by
        self._model.write(variables.AUTH_CACHE_STORAGE, self._size)


def _load(text: str) -> _Entry:
    token, info, used, uses, written = json.loads(text)
    known = IdTokenInfoType.model_validate_json(info)
    return _Entry(
        token=token,
        info=info,
        used=datetime.fromisoformat(used),
        uses=uses,
        written=written,
        accepted=is_accepted(known),
        expires=known.cache_expiry_date_time,
    )
