"""Message ids that no other sender and no later boot will make again."""

from __future__ import annotations

from collections.abc import Callable

MESSAGE_ID_LIMIT = 36
"""Characters in a message id (OCPP 2.1 Part 4, 4.1.4)."""

_VERSION = 0x4 << 76
_VARIANT = 0x2 << 62
_FREE = ~(0xF << 76 | 0x3 << 62)


def random_ids(getrandbits: Callable[[int], int]) -> Callable[[], str]:
    """A factory of ids in the form of random UUIDs, from a source such as `Random.getrandbits`.

    An id must differ from all that were ever used under one station identity, by CALL and SEND,
    across connections and reboots (OCPP 2.1 Part 4, 4.1.4): a counter that starts again is wrong,
    122 random bits are right.
    """

    def new_id() -> str:
        text = f"{getrandbits(128) & _FREE | _VERSION | _VARIANT:032x}"
        return f"{text[:8]}-{text[8:12]}-{text[12:16]}-{text[16:20]}-{text[20:]}"

    return new_id
