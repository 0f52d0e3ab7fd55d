"""What a connection, and a server, put up with. All times are in seconds, all sizes in bytes."""

from __future__ import annotations

from dataclasses import dataclass

from ocppj.errors import OCPPUsageError


@dataclass(frozen=True, slots=True)
class Limits:
    """The bounds of one connection.

    `message_size`: the longest message that is read, once it is put together and unpacked; at
    least 1 KiB.
    `handling`: as many CALLs and SENDs of the peer's are under way at once. Then reading pauses,
    except for the answer to a CALL of our own; a CALL that comes along with it is refused.
    `queue`: as many CALLs of our own wait for their turn.
    `call_timeout`: how long a CALL waits for its answer, where the caller does not say.
    `write_buffer`: with more than that unsent, nothing more is read and a SEND waits.
    `stall_timeout`: a peer that takes nothing of it for so long is dropped.
    `ping_interval`: from one ping to the next; 0 is none. `ping_timeout`: a peer that says nothing
    for so long after a ping is dropped.
    `close_timeout`: how long a peer may take to close its side.
    """

    message_size: int = 1024 * 1024
    handling: int = 16
    queue: int = 100
    call_timeout: float = 30.0
    write_buffer: int = 64 * 1024
    stall_timeout: float = 30.0
    ping_interval: float = 60.0
    ping_timeout: float = 30.0
    close_timeout: float = 5.0

    def __post_init__(self) -> None:
        if self.message_size < 1024:
            raise OCPPUsageError(
                f"message_size is {self.message_size}, but at least 1024 is needed"
            )


@dataclass(frozen=True, slots=True)
class Admission:
    """The bounds of a server as a whole.

    `connections`: as many are open at once, those not yet upgraded among them; others get 503.
    `per_address`: as many may come from one address in `address_window` seconds; others get 429.
    None is no bound: stations behind one router share an address.
    `handshake_timeout`: from the connection to its upgrade, and the same for TLS before.
    `header_size`: the longest request.
    """

    connections: int | None = None
    per_address: int | None = None
    address_window: float = 60.0
    handshake_timeout: float = 10.0
    header_size: int = 16 * 1024
