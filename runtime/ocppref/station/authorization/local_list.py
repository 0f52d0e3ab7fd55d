"""The Local Authorization List, which only the CSMS changes (D01, D02)."""

from __future__ import annotations

from collections.abc import Sequence

from ocpp21 import (
    AuthorizationData,
    AuthorizationStatusEnumType,
    IdTokenInfoType,
    IdTokenType,
    SendLocalListRequest,
    SendLocalListStatusEnumType,
    UpdateEnumType,
)
from ocppref.station.authorization.tokens import key_of
from ocppref.station.device_model import DeviceModel, variables
from ocppref.station.store import Store
from ocppref.station.time import StationClock

KIND = "local_list"
_VERSION_KIND = "local_list_version"
_VERSION = "version"
_Status = SendLocalListStatusEnumType


class ListRefused(Exception):
    """The list stays as it was (D01). `reason_code` is one of OCPP's, `info` says what is wrong."""

    def __init__(self, status: SendLocalListStatusEnumType, reason_code: str, info: str) -> None:
        super().__init__(info)
        self.status = status
        self.reason_code = reason_code
        self.info = info


class LocalList:
    """Tokens by key, as the CSMS has sent them. It survives reboots (D01.FR.10)."""

    __slots__ = ("_clock", "_entries", "_model", "_store", "_version")

    def __init__(self, *, clock: StationClock, store: Store, model: DeviceModel) -> None:
        self._clock = clock
        self._store = store
        self._model = model
        self._entries = store.load(KIND)
        self._version = int(store.load(_VERSION_KIND).get(_VERSION, "0"))
        self._count()

    def __len__(self) -> int:
        """How many tokens there are."""
        return len(self._entries)

    @property
    def is_enabled(self) -> bool:
        """LocalAuthListCtrlr.Enabled (D01.FR.13)."""
        return self._model[variables.LOCAL_AUTH_LIST_ENABLED]

    @property
    def version(self) -> int:
        """Its version; 0 if there is none, or it is disabled (D02)."""
        return self._version if self.is_enabled else 0

    def get(self, token: IdTokenType) -> IdTokenInfoType | None:
        """What the list says of a token; its status is Expired once its time is over.

        That is only so if the list has expiry dates (C13.FR.02, C13.FR.05).
        """
        text = self._entries.get(key_of(token)) if self.is_enabled else None
        if text is None:
            return None
        info = AuthorizationData.model_validate_json(text).id_token_info
        if info is None or not self._is_over(info):
            return info
        return info.model_copy(update={"status": AuthorizationStatusEnumType.EXPIRED})

    def update(self, request: SendLocalListRequest) -> None:
        """Replace or change the list. Raises `ListRefused`, and changes nothing then."""
        self._judge(request)
        data = request.local_authorization_list or []
        is_full = request.update_type is UpdateEnumType.FULL
        changed = {} if is_full else dict(self._entries)  # D01.FR.04, D01.FR.15
        for each in data:
            if each.id_token_info is None:
                changed.pop(key_of(each.id_token), None)  # D01.FR.17
            else:  # D01.FR.16
                changed[key_of(each.id_token)] = each.model_dump_json(
                    by_alias=True, exclude_none=True
                )
        self._check_size(len(changed))
        self._keep(changed, request.version_number)

    def _is_over(self, info: IdTokenInfoType) -> bool:
        if not self._model[variables.LOCAL_AUTH_LIST_SUPPORTS_EXPIRY_DATE_TIME]:
            return False
        expiry = info.cache_expiry_date_time
        return expiry is not None and self._clock.utc() >= expiry

    def _judge(self, request: SendLocalListRequest) -> None:
        if not self.is_enabled:
            raise ListRefused(_Status.FAILED, "NotEnabled", "LocalAuthListCtrlr.Enabled is false")
        if request.version_number <= 0:  # D01.FR.18
            raise ListRefused(_Status.FAILED, "ValuePositiveOnly", "versionNumber is not above 0")
        is_full = request.update_type is UpdateEnumType.FULL
        if not is_full and request.version_number <= self._version:  # D01.FR.19
            text = f"the list has version {self._version} already"
            raise ListRefused(_Status.VERSION_MISMATCH, "InvalidValue", text)
        _check_data(request.local_authorization_list or [], is_full=is_full)

    def _check_size(self, count: int) -> None:
        entry = self._model.entry(variables.LOCAL_AUTH_LIST_ENTRIES.key)
        most = self._model.characteristics(entry).maximum
        if most is not None and count > most:
            text = f"there is room for {most:g} tokens, not for {count}"
            raise ListRefused(_Status.FAILED, "OutOfStorage", text)

    def _keep(self, entries: dict[str, str], version: int) -> None:
        with self._store.transaction():
            for key in self._entries.keys() - entries.keys():
                self._store.delete(KIND, key)
            for key, text in entries.items():
                if self._entries.get(key) != text:
                    self._store.put(KIND, key, text)
            self._store.put(_VERSION_KIND, _VERSION, str(version))
            self._entries, self._version = entries, version
            self._count()

    def _count(self) -> None:
        self._model.write(variables.LOCAL_AUTH_LIST_ENTRIES, len(self._entries))  # D01.FR.12


def _check_data(data: Sequence[AuthorizationData], *, is_full: bool) -> None:
    seen: set[str] = set()
    for index, each in enumerate(data):
        key = key_of(each.id_token)
        if key in seen:  # D01.FR.06
            text = f"localAuthorizationList[{index}] has a token that is there before"
            raise ListRefused(_Status.FAILED, "InvalidValue", text)
        seen.add(key)
        if is_full and each.id_token_info is None:
            text = f"localAuthorizationList[{index}] has no idTokenInfo, as Full needs"
            raise ListRefused(_Status.FAILED, "MissingParam", text)
