"""The messages of a station's display: taken, shown, removed (O01 to O06)."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from ocpp21 import (
    ClearMessageStatusEnumType,
    ComponentType,
    DisplayMessageStatusEnumType,
    GetDisplayMessagesRequest,
    MessageContentType,
    MessageInfoType,
    MessagePriorityEnumType,
    MessageStateEnumType,
    SetDisplayMessageResponse,
    StatusInfoType,
)
from ocppj import Timer
from ocppref.station.device_model import variables
from ocppref.station.device_model.keys import key_of
from ocppref.station.device_model.model import DeviceModel
from ocppref.station.display.showing import FALLBACK, cycle, is_over, matches, wording
from ocppref.station.signals import Signal
from ocppref.station.store import StateError, Store
from ocppref.station.time import StationClock
from ocppref.station.transactions.transactions import Transactions

_KIND = "display"
_Status = DisplayMessageStatusEnumType


class Display:
    """Keeps the messages, and says what is to be seen. They survive a reboot (O01.FR.10).

    `changed` is emitted when there are others than before.
    """

    def __init__(
        self,
        *,
        model: DeviceModel,
        store: Store,
        clock: StationClock,
        transactions: Transactions,
    ) -> None:
        self.changed: Signal[None] = Signal()
        self._model = model
        self._store = store
        self._clock = clock
        self._transactions = transactions
        self._messages: dict[int, MessageInfoType] = {}
        self._ends: dict[int, Timer] = {}
        self._disconnect: Callable[[], None] | None = None

    def start(self) -> None:
        """Take up what there was; what has ended since is removed."""
        for text in self._store.load(_KIND).values():
            self._add(MessageInfoType.read_json(text))
        for message in tuple(self._messages.values()):
            transaction = message.transaction_id
            if transaction is not None and self._transactions.find(transaction) is None:
                self._remove(message.id)
        self._settle()
        self._disconnect = self._transactions.ended.connect(lambda ended: self._forget(ended.id))

    def close(self) -> None:
        """Listen no more."""
        if self._disconnect is not None:
            self._disconnect()

    # What the driver sees

    def shown(
        self,
        state: MessageStateEnumType | None = None,
        transaction_id: str | None = None,
        language: str | None = None,
    ) -> list[MessageContentType]:
        """The messages that take turns now, for a driver with that language.

        Without a language they are for who has begun that transaction.
        """
        languages = self._languages(transaction_id, language)
        found = cycle(self._messages.values(), self._clock.utc(), state, transaction_id)
        return [wording(message, languages) for message in found]

    def _languages(self, transaction_id: str | None, language: str | None) -> list[str]:
        """C01.FR.08, C01.FR.09, C01.FR.13: a driver's own, and English before the station's."""
        own = self._model[variables.DISPLAY_MESSAGE_LANGUAGE]
        found = None if transaction_id is None else self._transactions.find(transaction_id)
        reads = (language,) if language else () if found is None else found.languages
        return [each for each in (*reads, FALLBACK if reads else "", own) if each]

    # What the CSMS asks for

    def set(self, message: MessageInfoType) -> SetDisplayMessageResponse:
        """Take a message, in place of the one with its id (O06.FR.01)."""
        refused = self._refuse(message)
        if refused is not None:
            return refused
        with self._store.transaction():
            for other in self._replaced_by(message):
                self._remove(other)
            self._store.put(_KIND, str(message.id), message.write_json())
        if is_over(message, self._clock.utc()):
            self._remove(message.id)
        else:
            self._add(message)
        self._settle()
        return SetDisplayMessageResponse(status=_Status.ACCEPTED)

    def clear(self, message_id: int) -> ClearMessageStatusEnumType:
        """Remove a message (O05)."""
        if message_id not in self._messages:
            return ClearMessageStatusEnumType.UNKNOWN
        try:
            with self._store.transaction():
                self._store.delete(_KIND, str(message_id))
        except StateError:  # O05.FR.03: it would be there again after a reboot
            return ClearMessageStatusEnumType.REJECTED
        self._remove(message_id)
        self._settle()
        return ClearMessageStatusEnumType.ACCEPTED

    def find(self, request: GetDisplayMessagesRequest) -> list[MessageInfoType]:
        """The messages to which all that is asked for applies (O03, O04)."""
        return [
            message
            for message in self._messages.values()
            if (request.id is None or message.id in request.id)
            and request.priority in (None, message.priority)
            and request.state in (None, message.state)
        ]

    def _refuse(self, message: MessageInfoType) -> SetDisplayMessageResponse | None:
        checks = (self._refuse_kind, self._refuse_words, self._refuse_place)
        return next((found for check in checks if (found := check(message)) is not None), None)

    def _refuse_kind(self, message: MessageInfoType) -> SetDisplayMessageResponse | None:
        model = self._model
        if not model[variables.DISPLAY_MESSAGE_ENABLED]:
            return _answer(_Status.REJECTED, "NotEnabled")
        if message.priority not in model[variables.DISPLAY_MESSAGE_SUPPORTED_PRIORITIES]:
            return _answer(_Status.NOT_SUPPORTED_PRIORITY)  # O01.FR.01
        states = model[variables.DISPLAY_MESSAGE_SUPPORTED_STATES]
        if message.state is not None and message.state not in states:
            return _answer(_Status.NOT_SUPPORTED_STATE)  # O01.FR.02
        formats = model[variables.DISPLAY_MESSAGE_SUPPORTED_FORMATS]
        if any(content.format not in formats for content in _contents(message)):
            return _answer(_Status.NOT_SUPPORTED_MESSAGE_FORMAT)  # O01.FR.03
        return None

    def _refuse_words(self, message: MessageInfoType) -> SetDisplayMessageResponse | None:
        key = variables.DISPLAY_MESSAGE_LANGUAGE.key
        entry = self._model.layout.find(key)
        known = (self._model.characteristics(entry).values if entry is not None else None) or ()
        for content in _contents(message):
            language = content.language
            if language is not None and not any(matches(language, each) for each in known):
                return _answer(_Status.LANGUAGE_NOT_SUPPORTED)  # O01.FR.18
        return None

    def _refuse_place(self, message: MessageInfoType) -> SetDisplayMessageResponse | None:
        transaction = message.transaction_id
        if transaction is not None and self._transactions.find(transaction) is None:
            return _answer(_Status.UNKNOWN_TRANSACTION)  # O02.FR.01
        if message.display is not None and not self._has(message.display):
            return _answer(_Status.REJECTED, "UnknownComponent")
        kept = self._messages.keys() - set(self._replaced_by(message)) - {message.id}
        if len(kept) >= self._most():
            return _answer(_Status.REJECTED, "TooManyElements")  # O01.FR.11
        return None

    def _has(self, component: ComponentType) -> bool:
        place = key_of(component, variables.DISPLAY_MESSAGE_LANGUAGE.key.variable_type()).place
        return self._model.layout.has_place(place)

    def _most(self) -> int:
        entry = self._model.layout.find(variables.NUMBER_OF_DISPLAY_MESSAGES.key)
        assert entry is not None
        maximum = self._model.characteristics(entry).maximum
        return 0 if maximum is None else int(maximum)

    def _replaced_by(self, message: MessageInfoType) -> Sequence[int]:
        if message.priority is not MessagePriorityEnumType.ALWAYS_FRONT:
            return []
        # O01.FR.16: there is one such message at most.
        return [
            other.id
            for other in self._messages.values()
            if other.priority is message.priority and other.id != message.id
        ]

    # What is kept

    def _add(self, message: MessageInfoType) -> None:
        self._cancel(message.id)
        self._messages[message.id] = message
        if message.end_date_time is not None:
            timer = self._clock.call_at(message.end_date_time, lambda: self._end(message.id))
            self._ends[message.id] = timer

    def _end(self, message_id: int) -> None:
        self._remove(message_id)
        self._settle()

    def _remove(self, message_id: int) -> None:
        self._cancel(message_id)
        self._messages.pop(message_id, None)
        self._store.delete(_KIND, str(message_id))

    def _cancel(self, message_id: int) -> None:
        timer = self._ends.pop(message_id, None)
        if timer is not None:
            timer.cancel()

    def _forget(self, transaction_id: str) -> None:
        """O02.FR.02: its transaction has ended."""
        messages = tuple(self._messages.values())
        ended = [each.id for each in messages if each.transaction_id == transaction_id]
        for message_id in ended:
            self._remove(message_id)
        if ended:
            self._settle()

    def _settle(self) -> None:
        self._model.write(variables.NUMBER_OF_DISPLAY_MESSAGES, len(self._messages))
        self.changed.emit(None)


def _contents(message: MessageInfoType) -> list[MessageContentType]:
    return [message.message, *(message.message_extra or ())]


def _answer(
    status: DisplayMessageStatusEnumType, reason_code: str | None = None
) -> SetDisplayMessageResponse:
    info = None if reason_code is None else StatusInfoType(reason_code=reason_code)
    return SetDisplayMessageResponse(status=status, status_info=info)
