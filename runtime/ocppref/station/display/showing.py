"""Which messages are to be seen at a moment, and in which words. No I/O."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import datetime

from ocpp21 import (
    MessageContentType,
    MessageInfoType,
    MessagePriorityEnumType,
    MessageStateEnumType,
)

_Priority = MessagePriorityEnumType
FALLBACK = "en"


def is_due(message: MessageInfoType, now: datetime) -> bool:
    """Whether its time has come (O01.FR.06, O02.FR.06)."""
    return message.start_date_time is None or message.start_date_time <= now


def is_over(message: MessageInfoType, now: datetime) -> bool:
    """Whether its time is over (O01.FR.07, O02.FR.07)."""
    return message.end_date_time is not None and message.end_date_time <= now


def cycle(
    messages: Iterable[MessageInfoType],
    now: datetime,
    state: MessageStateEnumType | None,
    transaction_id: str | None = None,
) -> list[MessageInfoType]:
    """The messages that take turns now, in the order of their ids.

    A message for a state is shown only in that state, one for a transaction only where that is.
    One that is always in front stands alone; those in front keep the others from being seen
    (O01.FR.12 to O01.FR.15).
    """
    seen = [
        each
        for each in sorted(messages, key=lambda message: message.id)
        if is_due(each, now)
        and not is_over(each, now)
        and each.state in (None, state)
        and each.transaction_id in (None, transaction_id)
    ]
    for priority in (_Priority.ALWAYS_FRONT, _Priority.IN_FRONT):
        if front := [each for each in seen if each.priority is priority]:
            return front
    return seen


def wording(message: MessageInfoType, languages: Sequence[str]) -> MessageContentType:
    """The words of a message for somebody who reads these languages, the best one first.

    English if he reads none that there are, and then what the CSMS put first (O01.FR.08,
    O01.FR.09). "en" will do for "en-US", and the other way round.
    """
    contents: list[MessageContentType] = [message.message, *(message.message_extra or ())]
    for wanted in (*languages, FALLBACK):
        for content in contents:
            if content.language is not None and matches(content.language, wanted):
                return content
    return contents[0]


def matches(one: str, other: str) -> bool:
    """Whether two RFC 5646 tags name the same language, whatever the region."""
    return _language(one) == _language(other)


def _language(tag: str) -> str:
    return tag.partition("-")[0].casefold()
