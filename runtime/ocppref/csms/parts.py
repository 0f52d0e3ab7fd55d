"""What handlers, operations and the API are made from."""

from __future__ import annotations

from dataclasses import dataclass

from ocppref.csms.authorizer import Authorizer
from ocppref.csms.background import Background
from ocppref.csms.ledger import Ledger
from ocppref.csms.live import Live
from ocppref.csms.message_log import MessageLog
from ocppref.csms.operations.commands import Commands
from ocppref.csms.operations.files import Files
from ocppref.csms.operations.follow_up import FollowUp
from ocppref.csms.operations.gaps import Gaps
from ocppref.csms.operations.inventory import Inventory
from ocppref.csms.operations.outgoing import Outgoing
from ocppref.csms.operations.passwords import Passwords
from ocppref.csms.operations.starts import Starts
from ocppref.csms.operations.streams import Streams
from ocppref.csms.settings import CsmsSettings
from ocppref.csms.stations import Stations
from ocppref.csms.storage.store import Store


@dataclass(frozen=True, slots=True)
class Parts:
    """One of each. A handler of the user's that wants them takes them in its constructor."""

    settings: CsmsSettings
    store: Store
    stations: Stations
    ledger: Ledger
    authorizer: Authorizer
    live: Live
    messages: MessageLog
    background: Background
    outgoing: Outgoing
    commands: Commands
    passwords: Passwords
    inventory: Inventory
    gaps: Gaps
    files: Files
    follow_up: FollowUp
    streams: Streams
    starts: Starts
