"""permessage-deflate (RFC 7692), tuned so that it costs an idle connection next to nothing.

Without context takeover neither side keeps anything from one message to the next. That costs some
of the ratio, but saves tens of KiB for each connection.
"""

from __future__ import annotations

from websockets.extensions import ClientExtensionFactory, ServerExtensionFactory
from websockets.extensions.permessage_deflate import (
    ClientPerMessageDeflateFactory,
    ServerPerMessageDeflateFactory,
)

_SETTINGS = {"memLevel": 1}
_WINDOW_BITS = 9


def server_extensions() -> list[ServerExtensionFactory]:
    """What a CSMS offers (OCPP 2.1 Part 4, 3.4 demands it)."""
    return [
        ServerPerMessageDeflateFactory(
            server_no_context_takeover=True,
            client_no_context_takeover=True,
            server_max_window_bits=_WINDOW_BITS,
            compress_settings=_SETTINGS,
        )
    ]


def client_extensions() -> list[ClientExtensionFactory]:
    """What a Charging Station asks for."""
    return [
        ClientPerMessageDeflateFactory(
            server_no_context_takeover=True,
            client_no_context_takeover=True,
            compress_settings=_SETTINGS,
        )
    ]
