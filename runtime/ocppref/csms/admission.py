"""Who may connect (OCPP 2.1 Part 2, A00)."""

from __future__ import annotations

import asyncio
import hashlib
import hmac
import os
import secrets
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from datetime import UTC, datetime

from ocppj import Credentials, SecurityProfile, Verdict
from ocppref.csms.domain.passwords import hash_password, verify_password
from ocppref.csms.settings import CsmsSettings
from ocppref.csms.stations import ACCEPTED, Stations
from ocppref.csms.storage import stations as station_rows
from ocppref.csms.storage.stations import StationRecord
from ocppref.csms.storage.store import Store
from ocppref.logging import logger

_LOG = logger("ocppref.csms.admission")
_MOST_WAITING = 500  # passwords that wait to be checked; with more, a handshake would take too long


class PasswordCheck:
    """Compares passwords with what is stored of them, in threads.

    Hashing is slow by intent. A password that was right is remembered, as a digest under a key
    that this process keeps to itself, so that coming back costs a station next to nothing.
    """

    def __init__(self) -> None:
        self._threads = ThreadPoolExecutor(os.cpu_count(), "passwords")
        self._key = secrets.token_bytes(32)
        self._right: dict[str, bytes] = {}
        self._waiting = 0
        self._nobodys = hash_password(secrets.token_hex())

    @property
    def is_overrun(self) -> bool:
        """Whether so many wait that another one would wait too long."""
        return self._waiting >= _MOST_WAITING

    async def matches(self, identity: str, password: str | None, stored: str | None) -> bool:
        """Whether it is the password. With nothing stored it is not, after the same time."""
        digest = self._digest(password or "", stored or "")
        if stored is not None and hmac.compare_digest(self._right.get(identity, b""), digest):
            return True
        self._waiting += 1
        try:
            right = await asyncio.get_running_loop().run_in_executor(
                self._threads, verify_password, password or "", stored or self._nobodys
            )
        finally:
            self._waiting -= 1
        if right and stored is not None and password is not None:
            self._right[identity] = digest
            return True
        return False

    def close(self) -> None:
        """End the threads."""
        self._threads.shutdown(wait=False, cancel_futures=True)

    def _digest(self, password: str, stored: str) -> bytes:
        # What is stored is in it: a changed password makes the old one unknown at once.
        return hmac.digest(self._key, f"{stored}\0{password}".encode(), hashlib.sha256)


class Admission:
    """Judges each Charging Station that wants to connect."""

    def __init__(self, settings: CsmsSettings, store: Store, stations: Stations) -> None:
        self._settings = settings
        self._store = store
        self._stations = stations
        self._passwords = PasswordCheck()

    async def authenticate(self, credentials: Credentials) -> Verdict:
        """The verdict. An accepted station is among the `Stations` from then on."""
        if self._passwords.is_overrun:
            return Verdict.TRY_LATER
        identity = credentials.identity
        record = await self._store.read(lambda c: station_rows.find(c, identity))
        verdict = await self._judge(credentials, record)
        if verdict is not Verdict.ACCEPTED:
            return verdict
        record = await self._keep(identity, record)
        station = self._stations.admit(record)
        certificate = credentials.certificate
        station.certificate_name = None if certificate is None else certificate.common_name
        return verdict

    def close(self) -> None:
        """End what runs beside."""
        self._passwords.close()

    async def _judge(self, credentials: Credentials, record: StationRecord | None) -> Verdict:
        profile = self._settings.security_profile
        if record is None and self._settings.accept_unknown:
            return Verdict.ACCEPTED
        if profile.has_password:
            return await self._judge_password(credentials, record)
        if record is None:
            return Verdict.UNKNOWN_IDENTITY
        if profile is SecurityProfile.TLS_CERTIFICATE and not _is_named(credentials, record):
            return Verdict.FORBIDDEN
        return self._judge_profile(record)

    async def _judge_password(
        self, credentials: Credentials, record: StationRecord | None
    ) -> Verdict:
        if record is not None and record.password_hash is None and self._settings.accept_unknown:
            return self._judge_profile(record)
        identity, password = credentials.identity.lower(), credentials.password
        stored = None if record is None else record.password_hash
        right = await self._passwords.matches(identity, password, stored)
        if record is None:
            return Verdict.UNKNOWN_IDENTITY
        if right or await self._is_next(record, password):
            return self._judge_profile(record)
        return Verdict.WRONG_CREDENTIALS

    async def _is_next(self, record: StationRecord, password: str | None) -> bool:
        """Whether it is the password that was sent last, of which nobody knew if it was taken.

        It was: the one before is refused from now on (A01.FR.03).
        """
        sent, identity = record.next_password_hash, record.identity
        if sent is None or not await self._passwords.matches(f"{identity}/next", password, sent):
            return False
        taken = {"password_hash": sent, "next_password_hash": None}
        await self._store.write(lambda c: station_rows.change(c, identity, taken))
        return True

    def _judge_profile(self, record: StationRecord) -> Verdict:
        """A05.FR.07: once a station has come with a profile, a lower one is refused."""
        reached, profile = record.security_profile, self._settings.security_profile
        if reached is not None and profile < reached:
            _LOG.warning(
                "lower security profile refused",
                charging_station_id=record.identity,
                reached=reached,
                offered=profile.value,
            )
            return Verdict.FORBIDDEN
        return Verdict.ACCEPTED

    async def _keep(self, identity: str, record: StationRecord | None) -> StationRecord:
        """Keep that a station that was unknown is there, and the profile that it comes with."""
        profile = self._settings.security_profile.value
        if record is not None and record.security_profile == profile:
            return record
        now = datetime.now(UTC)
        known = record
        if known is None:
            known = await self._store.write(
                lambda c: station_rows.add(c, identity, now, ACCEPTED.value)
            )
        reached = {"security_profile": profile}
        await self._store.write(lambda c: station_rows.change(c, identity, reached))
        return replace(known, security_profile=profile)


def _is_named(credentials: Credentials, record: StationRecord) -> bool:
    """Whether the certificate is that of this station: it names it, or its serial number."""
    certificate = credentials.certificate
    if certificate is None:
        return False
    name = certificate.common_name.lower()
    return bool(name) and name in (record.identity.lower(), (record.serial_number or "").lower())
