"""Follows connections: who is there, since when, what was last heard of whom."""

from __future__ import annotations

import asyncio
from datetime import UTC, datetime

from ocppj import Link, Observer
from ocppref.csms.background import Background
from ocppref.csms.live import Live, LiveEvent
from ocppref.csms.message_log import Direction, MessageLog
from ocppref.csms.operations.follow_up import FollowUp
from ocppref.csms.settings import CsmsSettings
from ocppref.csms.stations import ACCEPTED, Stations
from ocppref.csms.storage import connections as history
from ocppref.csms.storage import stations as station_rows
from ocppref.csms.storage.store import Store

_EVERY = 15.0  # seconds between two notes of who was seen


class Connections(Observer):
    """Keeps `Stations` up to date, and the history of connections."""

    def __init__(
        self,
        settings: CsmsSettings,
        store: Store,
        stations: Stations,
        live: Live,
        background: Background,
        messages: MessageLog,
        follow_up: FollowUp,
    ) -> None:
        self._settings = settings
        self._store = store
        self._stations = stations
        self._live = live
        self._background = background
        self._messages = messages
        self._follow_up = follow_up
        self._idle: set[str] = set()
        self._opened: dict[Link, asyncio.Task[int]] = {}

    def connection_opened(self, link: Link) -> None:
        """Note it. One that the station had before is not the current one any more."""
        station, now = self._stations[link.identity], datetime.now(UTC)
        station.link = link
        station.last_seen = now
        station.is_resumed = False
        opening = history.Opening(
            station=station.identity,
            opened_at=now,
            address=link.address,
            subprotocol=link.subprotocol,
            security_profile=self._settings.security_profile.value,
        )
        self._opened[link] = asyncio.create_task(self._note_opened(opening))
        self._tell(station.identity, connected=True, address=link.address)

    def connection_closed(self, link: Link, code: int, reason: str) -> None:
        """Note it."""
        station = self._stations.get(link.identity)
        if station is not None and station.link is link:
            station.link = None
            self._tell(station.identity, connected=False, code=code, reason=reason)
        opened = self._opened.pop(link, None)
        if opened is not None:
            closing = self._note_closed(opened, datetime.now(UTC), code, reason)
            self._background.start(closing, "history of connections")

    def frame_in(self, link: Link, text: str) -> None:
        """Any message means that the station is alive (G02.FR.04)."""
        station = self._stations.get(link.identity)
        if station is not None:
            station.last_seen = datetime.now(UTC)
            station.messages_in += 1
            self._pass(station.identity, "in", text)
            if not station.is_resumed and station.boot_status is ACCEPTED and _is_call(text):
                station.is_resumed = True
                self._background.start(
                    self._follow_up.resume(station.identity, station.last_seen), "taking up again"
                )

    def frame_out(self, link: Link, text: str) -> None:
        """Count it."""
        station = self._stations.get(link.identity)
        if station is not None:
            station.messages_out += 1
            self._pass(station.identity, "out", text)

    async def keep_sights(self) -> None:
        """Keep when stations were seen, every now and then, until cancelled."""
        while True:
            await asyncio.sleep(_EVERY)
            self._background.start(self.keep_sights_now(), "last seen")
            self._background.start(self._follow_up.expire(datetime.now(UTC)), "late jobs")
            self.tell_idle(datetime.now(UTC))

    def tell_idle(self, now: datetime) -> None:
        """Tell of each station that has become idle, or is idle no more."""
        idle = {station.identity for station in self._stations if station.is_idle(now)}
        for identity in sorted(idle ^ self._idle):
            self._tell(identity, idle=identity in idle)
        self._idle = idle

    async def keep_sights_now(self) -> None:
        """Keep when stations were seen."""
        sights = [sight for station in self._stations if (sight := station.take_sight())]
        if sights:
            await self._store.write(lambda c: station_rows.touch(c, sights))

    def _pass(self, identity: str, direction: Direction, text: str) -> None:
        self._messages.add(identity, direction, text)
        if self._live.is_watched:
            shown = {"direction": direction, "frame": self._messages.masked(text)}
            self._live.publish(LiveEvent("message", identity, shown))

    def _tell(self, identity: str, **data: object) -> None:
        self._live.publish(LiveEvent("connection", identity, data))

    async def _note_opened(self, opening: history.Opening) -> int:
        version = {"ocpp_version": opening.subprotocol.removeprefix("ocpp")}
        await self._store.write(lambda c: station_rows.change(c, opening.station, version))
        return await self._store.write(lambda c: history.note_opened(c, opening))

    async def _note_closed(
        self, opened: asyncio.Task[int], at: datetime, code: int, reason: str
    ) -> None:
        number = await opened
        await self._store.write(lambda c: history.note_closed(c, number, at, code, reason))


def _is_call(frame: str) -> bool:
    """Whether a station has something to say other than that it boots, which comes first."""
    return frame.startswith("[2,") and '"BootNotification"' not in frame[:100]
